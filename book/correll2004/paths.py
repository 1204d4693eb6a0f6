"""Where the project's files are, whatever the working directory."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
EXPORTS = DATA / "exports"
BOOK = ROOT / "book"
