"""Figures as inline SVG that follows the page's colours and type."""

import io
import re
from html import escape

from .html import Html, without_tags
from .style import PALETTE, style

# --- figures ----------------------------------------------------------------------


def figure(drawing, name, caption, alt):
    """A matplotlib figure as inline SVG that follows the page's colours and type.

    drawing : a ``matplotlib.figure.Figure``; name : identifier, unique on its page;
    caption : HTML; alt : what one sees, in words, with its numbers.
    """
    buffer = io.StringIO()
    with style():  # read when the file is written: the salt of its ids, text as text
        drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = _inline_svg(buffer.getvalue(), name, alt)
    caption_html = f"<figcaption>{caption}</figcaption>"
    html = f'<figure class="book-figure" id="{name}">\n{svg}\n{caption_html}</figure>'
    return Html(html, f"{without_tags(caption)}\n{alt}")


_POINTS_PER_REM = 11  # so that lettering has one size in figures of any width


def _inline_svg(svg, name, alt):
    """The file's SVG element, its ids made unique, its colours and type left to the page."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    for variable, colour in PALETTE.items():
        svg = svg.replace(colour, f"var(--figure-{variable}, {colour})")
    svg = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _in_hundredths, svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--figure-font, sans-serif)", svg)
    head, body = svg.split(">", 1)
    width, height = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head).groups()
    rem = float(width) / _POINTS_PER_REM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{rem:.1f}rem" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(alt)}">{body}'
    ).strip()


def _in_hundredths(attribute):
    """A geometric attribute with its lengths in hundredths of a point: finer is not seen."""
    name, value = attribute.groups()
    value = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", value)
    return f'{name}="{value}"'
