"""Figures as inline SVG that follows the page's colours and type."""

import io
import re
from html import escape
from typing import TYPE_CHECKING

from .html import Html, without_tags
from .style import PALETTE, style

if TYPE_CHECKING:  # slow to load, and many pages have no figure
    from matplotlib.figure import Figure


def figure(drawing: "Figure", name: str, caption: str, alt: str) -> Html:
    """A matplotlib figure as inline SVG that follows the page's colours and type.

    name : identifier, unique on its page; caption : HTML; alt : what one sees, in words and
    with the numbers.
    """
    buffer = io.StringIO()
    with style():  # matplotlib reads svg.hashsalt and svg.fonttype when it writes the file
        drawing.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = _inline_svg(buffer.getvalue(), name, alt)
    caption_html = f"<figcaption>{caption}</figcaption>"
    html = f'<figure class="book-figure" id="{name}">\n{svg}\n{caption_html}</figure>'
    return Html(html, f"{without_tags(caption)}\n{alt}")


_POINTS_PER_REM = 11  # so that lettering has one size in figures of any width


def _inline_svg(svg: str, name: str, alt: str) -> str:
    """The SVG element with ids of its own, and with variables of the page for colours and type."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", svg)
    for variable, colour in PALETTE.items():
        svg = svg.replace(colour, f"var(--figure-{variable}, {colour})")
    svg = re.sub(r'\b(d|x|y|transform)="([^"]*)"', _in_hundredths, svg)
    svg = re.sub(r"'DejaVu Sans'[^;\"]*", "var(--figure-font, sans-serif)", svg)
    head, body = svg.split(">", 1)
    ((width, height),) = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)
    rem = float(width) / _POINTS_PER_REM
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{rem:.1f}rem" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(alt)}">{body}'
    ).strip()


def _in_hundredths(attribute: re.Match[str]) -> str:
    """A geometric attribute with its lengths in hundredths of a point, which is enough."""
    name, value = attribute.groups()
    value = re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", value)
    return f'{name}="{value}"'
