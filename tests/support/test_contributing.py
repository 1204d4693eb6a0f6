"""CONTRIBUTING and the package's map: what they name is there, and all that is there is named."""

import re

import correll2004
from _support.common import BOOK, ROOT, STATIC

SUPPORT = BOOK / "_support"
PACKAGE = BOOK / "correll2004"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILES = r"\.(?:csv|in|ipynb|js|json|py|toml|txt|yml)"


def test_the_map_names_every_layer_and_module_beside_them():
    named = re.findall(r"``(\w+)``(?=[,:])", correll2004.__doc__)
    here = {path.stem for path in PACKAGE.glob("[a-z]*") if path.suffix in {".py", ""}}
    assert sorted(named) == sorted(here)


def test_the_guide_names_every_part_of_the_support():
    modules = [path for path in SUPPORT.rglob("[a-z]*.py") if path.parent.name != "lite"]
    folders = [path for path in SUPPORT.glob("*/*/") if path.is_dir() and path.name[0] != "_"]
    found = {path.relative_to(SUPPORT).as_posix() for path in [*modules, *folders]} | {"lite"}
    assert len(found) > 15
    assert found <= {name.strip("/") for name in re.findall(r"`([\w./-]+)`", GUIDE)}


def test_every_path_in_the_guide_leads_somewhere():
    places = [ROOT, BOOK, PACKAGE, *PACKAGE.glob("*/"), PACKAGE / "show" / "figures"]
    places += [SUPPORT, STATIC, STATIC.parent, ROOT / "tests"]
    names = re.findall(rf"`([\w./*-]+(?:/|{FILES}))`", GUIDE)
    assert len(names) > 20
    for name in names:
        assert any(any(place.glob(name.rstrip("/"))) for place in places), name
