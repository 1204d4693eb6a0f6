"""The printed book as the tests read it: what stands on each page, and in each paragraph.

Heights are in points from the foot of a page. Paragraphs and heads are those of the tags
that a screen reader follows.
"""

from dataclasses import dataclass

from pypdf.generic import ContentStream

SAME_LINE = 4  # points: an exponent or a link's page number stands on the line it is in
FOOT = 50  # points: below it are only page number and chapter


@dataclass
class Block:
    """A head, paragraph, table row or figure: its kind, and its lines on each page.

    kind : the tag (``H1``, ``P``, ``TR``); lines : page, from zero -> heights of the lines.
    """

    kind: str
    lines: dict


def text_of(reader):
    """Baselines of the text of each page of a pypdf reader, by the number of its tag.

    Drawings are not looked at: below each is a caption.
    """
    return [_read(page, reader) for page in reader.pages]


def lowest(text):
    """Height of the lowest text of a page above its foot."""
    heights = [height for tagged in text.values() for height in tagged]
    return min(height for height in heights if height > FOOT)


def _read(page, reader):
    found, stack = {}, []
    at, line, tags = (1, 0, 0, 1, 0, 0), (1, 0, 0, 1, 0, 0), []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator == b"q":
            stack.append(at)
        elif operator == b"Q":
            at = stack.pop()
        elif operator == b"cm":
            at = _times([float(number) for number in operands], at)
        elif operator == b"BDC":
            tags.append(operands[1].get("/MCID") if isinstance(operands[1], dict) else None)
        elif operator == b"BMC":
            tags.append(None)
        elif operator == b"EMC":
            tags.pop()
        elif operator == b"BT":
            line = (1, 0, 0, 1, 0, 0)
        elif operator == b"Tm":
            line = [float(number) for number in operands]
        elif operator == b"Td":
            line = _times((1, 0, 0, 1, *map(float, operands)), line)
        elif operator in (b"Tj", b"TJ"):
            tag = next((tag for tag in reversed(tags) if tag is not None), None)
            found.setdefault(tag, []).append(_times(line, at)[5])
    return found


BLOCKS = {"/H1", "/H2", "/H3", "/H4", "/P", "/TR", "/Caption", "/Figure", "/LI", "/Code"}


def blocks_of(reader, pages):
    """The `Block`s of a book in their order, with the lines that they have on each page."""
    index = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
    found = []
    _walk(reader.trailer["/Root"]["/StructTreeRoot"], None, None, index, pages, found)
    for block in found:
        block.lines = {page: _lines(heights) for page, heights in block.lines.items()}
    return found


def _walk(node, page, block, index, pages, found):
    """Adds the text below a tag to the innermost block around it."""
    if isinstance(node, int):
        heights = pages[page].get(node, [])
        if block is not None and heights:
            block.lines.setdefault(page, []).extend(heights)
        return
    if "/Pg" in node:
        page = index[node.raw_get("/Pg").idnum]
    if node.get("/Type") == "/MCR":
        _walk(node["/MCID"], page, block, index, pages, found)
        return
    if node.get("/S") in BLOCKS:
        block = Block(node["/S"][1:], {})
        found.append(block)
    children = node.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        _walk(child.get_object(), page, block, index, pages, found)


def _lines(heights):
    """Heights of lines, from the top, of the text at some heights."""
    lines = []
    for height in sorted(heights, reverse=True):
        if not lines or lines[-1] - height > SAME_LINE:
            lines.append(height)
    return lines


def _times(one, other):
    """Product of two transformations, each as PDF writes it."""
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )
