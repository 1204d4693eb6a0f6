"""axe-core finds nothing on a phone, on any page, light or dark."""

import axe
import pytest
from builtsite import pages

pytestmark = pytest.mark.browser


@pages
def test_axe_finds_nothing(calm_tab, address, page):
    assert axe.check(calm_tab, axe.PHONE, address + page) == []
