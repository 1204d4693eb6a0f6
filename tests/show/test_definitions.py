"""The source shown behind a quantity is the code that runs, and all that it rests on."""

import inspect

from correll2004.paper.quantities import QUANTITIES
from correll2004.show import definitions
from correll2004.stats.curves import Curves


def test_a_definition_is_the_source_as_it_runs():
    found = definitions.definitions()
    for name, function in QUANTITIES.items():
        assert found[name].source == inspect.getsource(function).rstrip()
    assert found["Curves.mean"].source in inspect.getsource(Curves).replace("\n    ", "\n")
    assert found["Z95"].source.startswith("Z95 = 1.96")


def test_a_quantity_has_its_helpers_beside_it_and_names_what_it_rests_on():
    names = [one.name for one in definitions.own_definitions("table5")]
    assert names == ["table5", "table5_values"]
    rests = definitions.rests_on("table5")
    assert {"Versions.curves", "Curves.mean", "Curves.median", "Z95"} <= set(rests)
    assert not set(rests) & set(names)
    assert definitions.rests_on("longest_follow_up")[0] == "extreme_of_cycles"
    assert not any(name.startswith("Curves") for name in definitions.rests_on("share_of_cycles"))


def test_all_that_a_quantity_rests_on_is_shown():
    shown = {one.name for one in definitions.shared_definitions()} | set(QUANTITIES)
    for name in QUANTITIES:
        assert set(definitions.rests_on(name)) <= shown
    for one in definitions.shared_definitions():
        assert set(one.uses) <= shown
    assert {"Curves._area_and_variance", "Curves.__init__", "quartiles", "COURSES"} <= shown
