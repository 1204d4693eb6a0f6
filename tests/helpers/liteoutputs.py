"""Whether a chapter run in the reader's browser gave what the book prints.

Text and tables are compared character by character. Tolerated, because Pyodide brings other
versions than requirements.txt:

- pictures: matplotlib 3.8 sets lettering a little differently from 3.11, so coordinates
  may move by up to SHIFT points, and the ids that are hashed from them change; fonts are
  declared in one property or in several, and a shaded area has another class name. Every
  element, every word, every colour and their order must be the same;
- the Colophon's table of versions: its rows must be the same, the versions are the browser's.
"""

import re
from itertools import zip_longest

SHIFT = 5  # points, of pictures about 400 wide and up to 700 high


def code(notebook):
    """The code cells of a notebook."""
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def same(got, printed, chapter):
    """An empty string, or what differs between an output and the committed one."""
    if got is None or printed is None:
        return f"one output more or less: {got or printed}"
    if got["output_type"] == "error":
        return "\n".join(got["traceback"])
    if got["output_type"] != printed["output_type"]:
        return f"{got['output_type']}, not {printed['output_type']}: {got}"
    if got.get("metadata") != printed.get("metadata") or set(got["data"]) != set(printed["data"]):
        return f"other kinds of data: {set(got['data'])} {got.get('metadata')}"
    for kind, committed in printed["data"].items():
        ours, theirs = "".join(got["data"][kind]), "".join(committed)
        if chapter == "colophon" and "Version" in theirs:
            ours, theirs = without_versions(ours), without_versions(theirs)
        if kind == "text/html":
            shift = moved(ours, theirs)
            if shift > SHIFT:
                return f"a picture has moved by {shift} points"
            ours, theirs = without_coordinates(ours), without_coordinates(theirs)
        if ours != theirs:
            return next(f"{a}\nnot\n{b}" for a, b in lines_of(ours, theirs) if a != b)
    return ""


def lines_of(ours, theirs):
    return zip_longest(ours.splitlines(), theirs.splitlines())


def without_versions(text):
    """The Colophon's table: its cells' versions, and what follows the first word of a line."""
    text = re.sub(r"(<th scope=\"row\"[^>]*>[^<]+</th><td[^>]*>)[^<]*", r"\1", text)
    return re.sub(r"^ *(\w\S*).*$", r"\1", text, flags=re.MULTILINE)


SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
NUMBER = re.compile(r"(?<![\w#.-])-?\d+(?:\.\d+)?(?!\w)")


def moved(ours, theirs):
    """The largest difference between the numbers of two pictures, in points."""
    pairs = zip_longest(SVG.findall(ours), SVG.findall(theirs), fillvalue="")
    numbers = [[[float(n) for n in NUMBER.findall(svg)] for svg in pair] for pair in pairs]
    return max(
        (abs(a - b) for one, two in numbers for a, b in zip(one, two, strict=False)), default=0
    )


def without_coordinates(html):
    """HTML whose pictures keep their elements, styles and words, but no position."""
    return SVG.sub(lambda svg: _without_coordinates(svg[0]), html)


def _without_coordinates(svg):
    head, body = svg.split(">", 1)  # the head holds the words for who cannot see it
    head = re.sub(r'(width|viewBox)="[^"]*"', "", head)
    words = re.findall(r"<text[^>]*>([^<]*)</text>", body)
    body = re.sub(r'style="([^"]*)"', _style, re.sub(r">[^<]+</text>", "></text>", body))
    body = body.replace("FillBetweenPolyCollection", "PolyCollection")
    names = {}
    body = re.sub(
        r"\b[hmp][0-9a-f]{10}\b", lambda id: names.setdefault(id[0], f"id{len(names)}"), body
    )
    return "\n".join([head, NUMBER.sub("0", body), *words])


def _style(found):
    """Declarations in order, a font's shorthand taken apart."""
    parts = dict(part.strip().split(": ", 1) for part in found[1].split(";") if part.strip())
    font = re.fullmatch(r"(?:(bold|\d+) )?(\S+) (.*)", parts.pop("font", ""))
    if font:
        weight = {"font-weight": font[1]} if font[1] else {}
        parts |= weight | {"font-size": font[2], "font-family": font[3]}
    return "; ".join(f"{name}: {value}" for name, value in sorted(parts.items()))
