"""Makes the book one PDF: joins the chapters of the site and has Chromium print them.

``python -m _support.release.pdf`` writes ``_build/ketamine-crps-recomputed.pdf``: tagged, with
an outline, and the same bytes each time on one machine and version of Chromium. ``paper/`` has
title page, contents and the appendix with the code. Chromium cannot print the page number of a
link's target (``target-counter``), so the book is printed until its page numbers stay the same.
"""

import io
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jinja2
import yaml
from playwright.sync_api import Browser
from pypdf import PdfReader

from _support.common import (
    BUILD,
    CHROMIUM,
    ROOT,
    CommandError,
    chromium,
    parse_html,
    parts_of_the_book,
    run,
    write_files,
)

PAPER = Path(__file__).resolve().parent / "paper"
TARGET = BUILD / "ketamine-crps-recomputed.pdf"
# The month in which the paper was printed; the time of the build would differ each time.
DATE = b"D:20040501000000+00'00'"

# In these chapters the code is what the text is about.
CODE_STAYS = {"reuse"}
# The landing page has the title of the book, which is on the title page already.
LANDING, LANDING_TITLE = "index", "Summary"
CODE = {"name": "code", "title": "The code of the chapters", "listings": []}

FONTS = {  # matplotlib's, so that every machine prints with the same fonts
    "Text": ("STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol", "STIXGeneralBolIta"),
    "Sans": ("DejaVuSans", "DejaVuSans-Oblique", "DejaVuSans-Bold", "DejaVuSans-BoldOblique"),
    "Mono": ("DejaVuSansMono",),
}
# Writes the page numbers, and returns the targets of links that are on no page.
WRITE_PAGE_NUMBERS = """
(pages) => {
  const places = [...document.querySelectorAll("[data-of]")];
  for (const place of places) place.textContent = pages[place.dataset.of] ?? "88";
  return places.map((place) => place.dataset.of).filter((name) => !(name in pages));
}
"""
MOST_PRINTS = 6


def chapters_of(browser: Browser, site: Path, files: list[str]) -> dict[str, dict[str, Any]]:
    """The chapters for the paper edition, by name, as ``paper/chapter.js`` reads their pages.

    site : folder of the built pages; files : their paths in it, without the ending.
    """
    pages = {(site / f"{name}.html").as_uri()[7:]: Path(name).name for name in files}
    script = (PAPER / "chapter.js").read_text(encoding="utf-8")
    tab = browser.new_page(java_script_enabled=False)
    chapters: dict[str, dict[str, Any]] = {}
    listings = 1
    for address, name in pages.items():
        tab.goto(f"file://{address}")
        options = {"codeStays": name in CODE_STAYS, "firstListing": listings}
        chapters[name] = tab.evaluate(script, {"name": name, "pages": pages, **options})
        listings += len(chapters[name]["listings"])
    tab.close()
    landing = chapters[LANDING]
    landing["html"] = landing["html"].replace(landing["title"], LANDING_TITLE, 1)
    landing["title"] = LANDING_TITLE
    return chapters


def joined_page(browser: Browser, site: Path) -> Path:
    """Write the book as one page of HTML beside the site's pages. Returns its path."""
    parts = parts_of_the_book()
    chapters = chapters_of(browser, site, [name for _, names in parts for name in names])
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
            paper=work["references"][0],
            styles=styles(site),
            paper_css=font_faces(site) + (PAPER / "paper.css").read_text(encoding="utf-8"),
            parts=contents,
            chapters=[*chapters.values(), CODE | {"html": code}],
        ),
        encoding="utf-8",
    )
    return page


def styles(site: Path) -> list[str]:
    """Addresses of the site's style sheets, in their order."""
    page = parse_html((site / "index.html").read_text(encoding="utf-8"))
    return [str(link["href"]) for link in page.select("link[rel=stylesheet]")]


def font_faces(site: Path) -> str:
    """Copy the fonts of the printed book beside the site's files. Returns their CSS rules."""
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
    """A page of HTML as the bytes of a PDF with page numbers.

    Ends the program where a link's target is on no page, or page numbers do not settle.
    """
    tab = browser.new_page(color_scheme="light", java_script_enabled=False)
    tab.goto(page.as_uri())
    tab.evaluate((PAPER / "book.js").read_text(encoding="utf-8"))
    numbers: dict[str, int] = {}
    for _ in range(MOST_PRINTS):
        unknown = tab.evaluate(WRITE_PAGE_NUMBERS, numbers)
        pdf = tab.pdf(prefer_css_page_size=True, tagged=True, outline=True)
        before, numbers = numbers, page_numbers(pdf)
        if numbers == before:
            tab.close()
            if unknown:
                sys.exit(f"error: links lead to no page: {', '.join(sorted(set(unknown)))}")
            return pdf
    sys.exit(f"error: page numbers still change after {MOST_PRINTS} prints")


def page_numbers(pdf: bytes) -> dict[str, int]:
    """Page of each target of a link in a PDF, counted from one, by the target's name."""
    reader = PdfReader(io.BytesIO(pdf))
    pages = {
        name.removeprefix("/"): reader.get_destination_page_number(target)
        for name, target in reader.named_destinations.items()
    }
    return {name: page + 1 for name, page in pages.items() if page is not None}


def fixed_dates(pdf: bytes) -> bytes:
    """The same PDF, of the same length, with `DATE` for its dates."""
    dates = rb"(?<=/CreationDate \()[^)]*|(?<=/ModDate \()[^)]*"
    return re.sub(dates, lambda date: DATE[: len(date[0])].ljust(len(date[0]), b"0"), pdf)


def renumbered_tags(pdf: bytes) -> bytes:
    """The same PDF, of the same length, with the names of its tags counted from one.

    Chromium names a tag after the number of its node in the page, and under load begins to
    count one higher. The order of the names, by which a reader finds a tag, is kept.
    """
    names = sorted(set(re.findall(rb"\(node(\d{8})\)", pdf)))
    number = {name: b"%08d" % count for count, name in enumerate(names, start=1)}
    return re.sub(rb"(?<=\(node)\d{8}(?=\))", lambda match: number[match[0]], pdf)


def main() -> None:
    """Build the site and print it."""
    if CHROMIUM is None:
        sys.exit("error: the PDF is printed by chromium, which is not on this machine")
    BUILD.mkdir(exist_ok=True)
    with TemporaryDirectory(dir=BUILD) as folder, chromium() as browser:
        command = ("jupyter-book", "build", ROOT, "--path-output", folder)
        try:
            run(*command, "-W", "-n", "--keep-going")
        except CommandError as error:
            sys.exit(f"error: {error}")
        page = joined_page(browser, Path(folder) / "_build" / "html")
        write_files({TARGET: renumbered_tags(fixed_dates(printed_pdf(browser, page)))})
    print(f"The book on paper: {TARGET}")


if __name__ == "__main__":
    main()
