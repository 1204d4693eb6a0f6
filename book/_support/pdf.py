"""The whole book as one PDF: Sphinx's single page, printed by Chromium.

``python book/_support/pdf.py`` writes ``_build/ketamine-crps-recomputed.pdf``: tagged, with
an outline, and the same bytes each time on one machine and version of Chromium. The look
is that of ``static/print.css``.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
TARGET = BUILD / "ketamine-crps-recomputed.pdf"
TITLE = "Ketamine for CRPS, recomputed"
# When the paper was printed; the time of printing would differ each time.
DATE = b"D:20040501000000+00'00'"

# Links into the site have no target on paper, and would carry this machine's paths.
PREPARE = """
(title) => {
  document.title = title;
  for (const link of document.querySelectorAll("a[href]")) {
    if (link.protocol === "file:" && !(link.hash && link.pathname === location.pathname)) {
      link.removeAttribute("href");
    }
  }
}
"""


def single_page(folder):
    """Build the book as one HTML page into a folder. Returns its path."""
    command = ["jupyter-book", "build", str(ROOT), "--builder", "singlehtml"]
    command += ["--path-output", str(folder), "-W", "-n", "--keep-going"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return folder / "_build" / "singlehtml" / "index.html"


def printed(browser, page, title):
    """A page as the bytes of a PDF, printed by a Playwright browser."""
    tab = browser.new_page(color_scheme="light")
    tab.goto(page.as_uri())
    tab.evaluate(PREPARE, title)
    pdf = tab.pdf(prefer_css_page_size=True, tagged=True, outline=True)
    tab.close()
    return pdf


def undated(pdf):
    """The same PDF with `DATE` for its dates, byte for byte as long."""

    def fixed(match):
        return match[1] + DATE[: len(match[2])].ljust(len(match[2]), b"0") + match[3]

    return re.sub(rb"(/(?:CreationDate|ModDate) \()([^)]*)(\))", fixed, pdf)


def renumbered(pdf):
    """The same PDF with the names of its tags counted from one, byte for byte as long.

    Chromium names a tag after the number of its node in the page, and under load begins to
    count one higher. Their order, by which a reader finds them, stays.
    """
    names = sorted(set(re.findall(rb"\(node(\d{8})\)", pdf)))
    number = {name: b"%08d" % count for count, name in enumerate(names, start=1)}
    return re.sub(rb"(?<=\(node)\d{8}(?=\))", lambda match: number[match[0]], pdf)


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("error: the PDF is printed by chromium, which is not on this machine")
    aside = BUILD / "next-pdf"
    shutil.rmtree(aside, ignore_errors=True)
    page = single_page(aside)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        book = renumbered(undated(printed(browser, page, TITLE)))
        browser.close()
    fresh = aside / TARGET.name
    fresh.write_bytes(book)
    os.replace(fresh, TARGET)
    shutil.rmtree(aside)
    print(f"The book on paper: {TARGET}")


if __name__ == "__main__":
    main()
