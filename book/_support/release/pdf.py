"""The whole book as one PDF: the chapters of the site joined and printed by Chromium.

``python -m _support.release.pdf`` writes ``_build/ketamine-crps-recomputed.pdf``: tagged, with
an outline, and the same bytes each time on one machine and version of Chromium. Title page,
contents and the appendix with the code are in ``paper/``. Chromium does not know the page of
a link's target (``target-counter``), so the book is printed until its page numbers stay.
"""

import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jinja2
import yaml
from playwright.sync_api import Browser
from pypdf import PdfReader

from _support.common import (
    BUILD,
    CHROMIUM,
    ROOT,
    chromium,
    parts_of_the_book,
    work_folder,
    write_files,
)

PAPER = Path(__file__).resolve().parent / "paper"
TARGET = BUILD / "ketamine-crps-recomputed.pdf"
# When the paper was printed; the time of printing would differ each time.
DATE = b"D:20040501000000+00'00'"

# In these chapters the code is what the text is about.
CODE_STAYS = {"reuse"}
# The landing page has the book's title, which is on the title page already.
LANDING = {"name": "index", "title": "Summary"}
CODE = {"name": "code", "title": "The code of the chapters", "listings": []}

FONTS = {  # matplotlib brings them, so that every machine prints the same type
    "Text": ("STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol", "STIXGeneralBolIta"),
    "Sans": ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    "Mono": ("DejaVuSansMono",),
}
FILL_IN = """
(pages) => {
  const places = [...document.querySelectorAll("[data-of]")];
  for (const place of places) place.textContent = pages[place.dataset.of] ?? "88";
  return places.map((place) => place.dataset.of).filter((name) => !(name in pages));
}
"""
MOST_PRINTS = 6


def built_site(folder: Path) -> Path:
    """Build the site into a folder. Returns the folder with its pages."""
    command = ["jupyter-book", "build", str(ROOT), "--path-output", str(folder)]
    done = subprocess.run(
        [*command, "-W", "-n", "--keep-going"], capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return folder / "_build" / "html"


def joined_page(browser: Browser, site: Path) -> Path:
    """The book as one page of HTML, written beside the site's. Returns its path."""
    parts = parts_of_the_book()
    files = [name for _, names in parts for name in names]
    pages = {(site / f"{name}.html").as_uri()[7:]: Path(name).name for name in files}
    read = (PAPER / "chapter.js").read_text(encoding="utf-8")
    tab = browser.new_page(java_script_enabled=False)
    chapters, listings = {}, 1
    for address, name in pages.items():
        tab.goto(f"file://{address}")
        choice = {"codeStays": name in CODE_STAYS, "firstListing": listings}
        chapters[name] = tab.evaluate(read, {"name": name, "pages": pages, **choice})
        listings += len(chapters[name]["listings"])
    tab.close()
    landing = chapters[LANDING["name"]]
    landing["html"] = landing["html"].replace(landing["title"], LANDING["title"], 1)
    landing["title"] = LANDING["title"]

    work = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(PAPER), trim_blocks=True)
    code = templates.get_template("code.html").render(chapters=chapters.values())
    contents = [
        {"caption": caption, "chapters": [chapters[Path(name).name] for name in names]}
        for caption, names in parts
    ]
    contents.append({"caption": "Appendix", "chapters": [CODE]})
    page = site / "paper.html"
    page.write_text(
        templates.get_template("book.html").render(
            work=work,
            paper=with_author_names(work["references"][0]),
            styles=styles(site),
            paper_css=font_faces(site) + (PAPER / "paper.css").read_text(encoding="utf-8"),
            parts=contents,
            chapters=[*chapters.values(), CODE | {"html": code}],
        ),
        encoding="utf-8",
    )
    return page


def with_author_names(reference: dict) -> dict:
    """An entry of CITATION.cff's references, its authors as a bibliography names them."""
    authors = [
        f"{author['family-names']} {author['given-names'].replace('. ', '').rstrip('.')}"
        for author in reference["authors"]
    ]
    return reference | {"authors": authors}


def styles(site: Path) -> list[str]:
    """Addresses of the style sheets of the site, in their order."""
    html = (site / "index.html").read_text(encoding="utf-8")
    sheets = re.findall(r'<link[^>]*rel="stylesheet"[^>]*>', html)
    return [re.search(r'href="([^"]+)"', sheet)[1] for sheet in sheets]


def font_faces(site: Path) -> str:
    """Rules for the fonts of the printed book, which are copied beside the site's files."""
    from matplotlib import get_data_path

    rules = []
    for family, files in FONTS.items():
        for index, name in enumerate(files):
            source = Path(get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"
            shutil.copy(source, site / "_static")
            weight, style = ("normal", "bold")[index // 2], ("normal", "italic")[index % 2]
            rules.append(
                f'@font-face {{ font-family: "Book {family}"; font-weight: {weight}; '
                f'font-style: {style}; src: url("_static/{name}.ttf"); }}\n'
            )
    return "".join(rules)


def printed_pdf(browser: Browser, page: Path) -> bytes:
    """A page of HTML as the bytes of a PDF, its page numbers filled in."""
    tab = browser.new_page(color_scheme="light", java_script_enabled=False)
    tab.goto(page.as_uri())
    tab.evaluate((PAPER / "book.js").read_text(encoding="utf-8"))
    numbers = {}
    for _ in range(MOST_PRINTS):
        unknown = tab.evaluate(FILL_IN, numbers)
        pdf = tab.pdf(prefer_css_page_size=True, tagged=True, outline=True)
        before, numbers = numbers, page_numbers(pdf)
        if numbers == before:
            tab.close()
            if unknown:
                sys.exit(f"error: links to what is on no page: {', '.join(sorted(set(unknown)))}")
            return pdf
    sys.exit(f"error: the page numbers still move after {MOST_PRINTS} prints")


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Page of each place that a link of a PDF leads to, by its name, counted from one."""
    reader = PdfReader(io.BytesIO(pdf))
    return {
        name.removeprefix("/"): reader.get_destination_page_number(place) + 1
        for name, place in reader.named_destinations.items()
    }


def fixed_dates(pdf: bytes) -> bytes:
    """The same PDF with `DATE` for its dates, byte for byte as long."""

    def fixed(match):
        return match[1] + DATE[: len(match[2])].ljust(len(match[2]), b"0") + match[3]

    return re.sub(rb"(/(?:CreationDate|ModDate) \()([^)]*)(\))", fixed, pdf)


def renumbered_tags(pdf: bytes) -> bytes:
    """The same PDF with the names of its tags counted from one, byte for byte as long.

    Chromium names a tag after the number of its node in the page, and under load begins to
    count one higher. Their order, by which a reader finds them, stays.
    """
    names = sorted(set(re.findall(rb"\(node(\d{8})\)", pdf)))
    number = {name: b"%08d" % count for count, name in enumerate(names, start=1)}
    return re.sub(rb"(?<=\(node)\d{8}(?=\))", lambda match: number[match[0]], pdf)


def main() -> None:
    if CHROMIUM is None:
        sys.exit("error: the PDF is printed by chromium, which is not on this machine")
    with work_folder(BUILD / "next-pdf") as folder, chromium() as browser:
        page = joined_page(browser, built_site(folder))
        write_files({TARGET: renumbered_tags(fixed_dates(printed_pdf(browser, page)))})
    print(f"The book on paper: {TARGET}")


if __name__ == "__main__":
    main()
