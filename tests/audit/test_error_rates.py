"""Planted slips: many at once against one table at a time, through the book's ordinary path."""

import statistics
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from correll2004.audit import (
    error_rates,
    outcome_search,
    pair_search,
    pinning,
    planted_cells,
    planted_outcomes,
)
from correll2004.audit.error_rates import Planted
from correll2004.paper import calls, records
from correll2004.paper.rounding import agrees
from correll2004.stats.curves import decode

FILES = records.load()
SEED = 2004


@pytest.fixture(scope="module")
def changes():
    return list(planted_outcomes.changes(FILES))


@pytest.fixture(scope="module")
def slips():
    return planted_outcomes.slips(FILES)


def sample(changes, kind, count):
    """Positions of some slips of a kind, the same in each run."""
    of_kind = [k for k, (name, *_) in enumerate(changes) if name == kind]
    return sorted(np.random.default_rng(SEED).choice(of_kind, count, replace=False))


def with_outcomes(codes):
    """The data files with other outcomes of the first course in Table 1."""
    base = FILES.repaired
    cycles = base.cycles.copy()
    cycles.loc[cycles["cycle"] == 1, ["relief_months", "event"]] = np.transpose(decode(codes))
    return replace(FILES, table1=replace(base, cycles=cycles.astype({"event": int})))


def labels_of(patients):
    course = FILES.table1.course(1)
    names = dict(zip(course["patient"], course["label"], strict=True))
    return [names[patient] for patient in patients]


# --- outcomes ---------------------------------------------------------------------


def test_every_slip_is_planted_once(changes, slips):
    n_times = FILES.table1.cycles["relief_months"].nunique()
    kinds = [kind for kind, *_ in changes]
    planted = {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    assert list(planted.values()) == [33, 33 * (n_times - 1), 33 * 32 // 2]
    _, truth = outcome_search.first_course_codes(FILES.repaired)
    for kind, rows, codes in changes:
        assert tuple(np.flatnonzero(codes != truth)) == rows
        sign, time = codes % 2 != truth % 2, codes // 2 != truth // 2
        assert (sign.sum(), time.sum()) == (
            (0, 1) if kind == planted_outcomes.TIME else (len(rows), 0)
        )
    assert len(slips) == 2 * len(changes) + planted[planted_outcomes.TWO_SIGNS]


def test_the_slip_that_r1_undoes_is_table_1_as_printed(changes, slips):
    (_, _, codes), found = changes[0], slips[:2]
    assert codes.tolist() == outcome_search.first_course_codes(FILES.table1)[1].tolist()
    for slip in found:
        assert slip.culprits == {"1"}
        assert slip.candidates == (frozenset({"1"}),)


@pytest.mark.parametrize(
    ("kind", "count"),
    [(planted_outcomes.SIGN, 4), (planted_outcomes.TIME, 6), (planted_outcomes.TWO_SIGNS, 4)],
)
def test_one_cell_is_found_as_by_the_search_of_table_1(changes, slips, kind, count):
    for k in sample(changes, kind, count):
        _, rows, codes = changes[k]
        full = outcome_search.single_cell_search.__wrapped__(with_outcomes(codes)).complete()
        for slip, found in zip(
            slips[2 * k : 2 * k + 2], (full, full[full["caption"]]), strict=True
        ):
            assert slip.kind == kind
            assert slip.culprits == set(labels_of(row + 1 for row in rows))
            expected = labels_of(sorted(found["patient"].unique())) if slip.noticed else []
            assert [label for (label,) in slip.candidates] == expected


@pytest.mark.parametrize("misled", [("2", "5"), ("6", "8"), ("20", "32a")])
def test_where_two_signs_mislead_the_search_of_table_1_is_misled_too(changes, slips, misled):
    (k,) = [k for k, slip in enumerate(slips) if slip.culprits == set(misled) and slip.candidates][
        :1
    ]
    assert slips[k].kind == planted_outcomes.TWO_SIGNS
    search = outcome_search.single_cell_search.__wrapped__(with_outcomes(changes[k // 2][2]))
    expected = labels_of(sorted(search.complete()["patient"].unique()))
    assert [label for (label,) in slips[k].candidates] == expected


def test_two_signs_are_found_as_by_the_search_of_pairs(changes, slips):
    """It changes times too, and so finds these pairs, and perhaps others."""
    found = [slip for slip in slips if slip.kind == planted_outcomes.TWO_SIGNS_BOTH]
    first = next(k for k, (kind, *_) in enumerate(changes) if kind == planted_outcomes.TWO_SIGNS)
    for k in sample(changes, planted_outcomes.TWO_SIGNS, 2):
        slip, (_, _, codes) = found[k - first], changes[k]
        pairs = pair_search.pair_search.__wrapped__(with_outcomes(codes)).found.query("caption")
        wide = {
            frozenset(labels_of(pair))
            for pair in pairs[["patient", "other"]].itertuples(index=False, name=None)
        }
        assert set(slip.candidates) <= wide
        assert (len(slip.candidates) == 1) == (len(wide) == 1)


def test_what_is_noticed_is_noticed_one_table_at_a_time(changes, slips):
    block = outcome_search.first_course_block(FILES)
    expected = outcome_search.caption_of_figure_1(FILES)
    kinds = (planted_outcomes.SIGN, planted_outcomes.TIME, planted_outcomes.TWO_SIGNS)
    unnoticed = [k // 2 for k, slip in enumerate(slips[: 2 * len(changes)]) if not slip.noticed]
    drawn = [k for kind in kinds for k in sample(changes, kind, 12)]
    for k in [*drawn, *unnoticed[::4]]:
        table = with_outcomes(changes[k][2]).table1
        agree = all(
            agrees(number.printed, calls.evaluate(number.call.text, table).value, number.rounding)
            for number in block.itertuples()
        )
        censored = table.course(1).query("event == 0")["relief_months"].value_counts().to_dict()
        assert slips[2 * k].noticed == (not agree)
        assert slips[2 * k + 1].noticed == (not (agree and censored == expected))


def test_with_the_caption_only_a_shared_outcome_leaves_others(changes, slips):
    """As the Audit chapter says; whether it is shared is counted here anew."""
    for (kind, rows, codes), slip in zip(changes, slips[1 : 2 * len(changes) : 2], strict=True):
        if kind != planted_outcomes.TWO_SIGNS:
            is_shared = codes.tolist().count(codes[rows[0]]) > 1
            assert slip.shared == is_shared
            assert slip.finding == (error_rates.AMONG if is_shared else error_rates.ALONE)


# --- cells of a column ------------------------------------------------------------


def test_numbers_are_the_papers_unless_table_1_repaired_gives_others():
    numbers = planted_cells.numbers_of_repaired(FILES)
    register = FILES.register.loc[numbers.index]
    assert (numbers["compute"] == register["compute"]).all()
    changed = numbers["printed"] != register["printed"]
    verdicts = register["verdict"]
    assert set(verdicts[changed]) == {"differs"}
    assert changed[["t2-days-sd", "t2-relief-sd"]].all()
    assert numbers.loc[["t2-days-sd", "t2-relief-sd"], "printed"].tolist() == ["3.87", "22.59"]
    for number in numbers.itertuples():
        value = calls.evaluate(number.compute, FILES.repaired).value
        assert agrees(number.printed, value, number.rounding), number.Index


def with_cells(*steps):
    """Table 1 repaired with some cells changed."""
    cycles = FILES.repaired.cycles.copy()
    for step in steps:
        for name, value in step.values.items():
            cycles.loc[step.row, name] = value
    return replace(FILES.repaired, cycles=cycles)


def all_agree(table, numbers):
    """Whether all numbers agree with one table; an undefined value agrees with nothing."""
    return all(
        agrees(number.printed, calls.parse(number.compute).compute(versions).value, number.rounding)
        for versions in [planted_cells.Versions(table)]
        for number in numbers
    )


def moments_agree(column, numbers, *steps):
    """Whether Table 2's mean and standard deviation of a column agree, in plain Python."""
    values = FILES.repaired.cycles[column].tolist()
    for step in steps:
        values[step.row] = step.values[column]
    found = {"Mean": statistics.fmean(values), "Standard deviation": statistics.stdev(values)}
    calls_of = {f'table2("{row}", "{column}")': value for row, value in found.items()}
    return all(
        agrees(number.printed, calls_of[number.compute], number.rounding)
        for number in numbers
        if number.compute in calls_of
    )


@pytest.mark.parametrize("column", planted_cells.SEARCHED)
def test_cells_are_found_as_by_trying_each_change(column):
    numbers = planted_cells.numbers_of_repaired(FILES)
    in_table2 = numbers["compute"].str.contains(f'"{column}"')  # they fail soonest
    numbers = [*numbers[in_table2].itertuples(), *numbers[~in_table2].itertuples()]
    values = np.unique(FILES.repaired.cycles[column])
    steps = list(pinning.steps_to(FILES.repaired, column, values))
    found = planted_cells.slips(FILES, column)
    assert len(found) == len(steps)
    labels = FILES.repaired.cycles["label"]
    draw = np.random.default_rng(SEED)
    noticed = draw.choice([k for k, slip in enumerate(found) if slip.noticed])
    for k in [noticed, *draw.choice(len(found), 3)]:
        slip, own = found[k], steps[k]
        assert slip.culprits == {labels[own.row]}
        assert slip.noticed == (not all_agree(with_cells(own), numbers))
        assert bool(slip.candidates) == slip.noticed
    slip, own = found[noticed], steps[noticed]
    named = {label for (label,) in slip.candidates}
    tried = [s for s in steps if s.row != own.row and moments_agree(column, numbers, own, s)]
    beside = [step for step in tried if labels[step.row] not in named]
    beside = [beside[k] for k in draw.permutation(len(beside))[:60]]
    restoring = {
        labels[step.row]
        for step in [*beside, *(step for step in tried if labels[step.row] in named)]
        if all_agree(with_cells(own, step), numbers)
    }
    assert named == restoring | slip.culprits


def test_each_cell_is_moved_to_each_other_value():
    values = np.unique(FILES.table1.cycles["infusion_days"])
    steps = list(pinning.steps_to(FILES.table1, "infusion_days", values))
    assert len(steps) == 47 * (len(values) - 1)
    moved = {(step.row, *step.values.items()) for step in steps}
    assert len(moved) == len(steps)
    # 16–18 mg/h: the lower end cannot exceed the upper one.
    lows = pinning.steps_to(FILES.table1, "rate_low_mg_per_h", np.array([15.0, 16.0, 20.0]))
    assert [step.values for step in lows if step.row == 6] == [{"rate_low_mg_per_h": 15}]


# --- counts -----------------------------------------------------------------------


def test_findings_are_counted():
    one, two = frozenset("1"), frozenset("2")
    slips = [
        Planted("a", "b", one, False, ()),
        Planted("a", "b", one, True, ()),
        Planted("a", "b", one, True, (one,)),
        Planted("a", "b", one, True, (one, two)),
        Planted("a", "b", one, True, (two,)),
        Planted("a", "b", one | two, True, (two,)),
        Planted("other", "b", one, False, ()),
    ]
    names = ["slips", *error_rates.FINDINGS, "median", "largest"]
    counted = error_rates.error_rates(slips)[names]
    assert counted.loc["a", "b"].tolist() == [6, 2, 1, 1, 1, 1, 1, 2]
    assert counted.loc["other", "b"].tolist()[:6] == [1, 0, 0, 0, 0, 1]
    assert counted.loc["other", "b"].isna().tolist()[6:] == [True, True]


def test_pairs_are_in_one_order(slips):
    """Rows of the search of two signs are slips in the order of `combinations`."""
    labels = FILES.repaired.course(1)["label"]
    both = [slip.culprits for slip in slips if slip.kind == planted_outcomes.TWO_SIGNS_BOTH]
    assert both == [frozenset(pair) for pair in combinations(labels, 2)]
