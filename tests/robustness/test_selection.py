"""What selection alone would do: exact fractions, and series of patients drawn at random."""

from fractions import Fraction
from math import inf

import byhand
import numpy as np
import pytest

from correll2004.data import courses
from correll2004.robustness import dose, selection

SERIES = 20_000  # for the simulation
FOUR_ERRORS = 4
FIRST = byhand.course(1, patient_1_relapsed=True)
RELAPSES = [months for months, event in FIRST if event and months > 0]


@pytest.fixture(scope="module")
def by_dependence(r1):
    return selection.by_dependence(r1)


# --- by hand ----------------------------------------------------------------------


def pairs_by_hand(broken_off):
    """First relief and months of follow-up of the second (None: until it ends)."""
    cycles = byhand.cycles(patient_1_relapsed=True)
    firsts = {cycle.patient: cycle.months for cycle in cycles if cycle.number == 1}
    found = [
        (firsts[cycle.patient], None if cycle.event else cycle.months)
        for cycle in cycles
        if cycle.number == 2
    ]
    return found + [(firsts[patient], None) for patient in (9, 21) if broken_off]


def second_reliefs(certain):
    """Each time at which a relief of the first course can end, with its probability."""
    before, found = Fraction(1), {}
    for step in byhand.kaplan_meier(FIRST):
        if step.survival < before and not (certain and step.months == 0):
            found[step.months] = before - step.survival
        before = step.survival
    total = sum(found.values())
    assert before == 0
    return {months: chance / total for months, chance in found.items()}


def one_pair(firsts, follow_up, seconds):
    """(longer, shorter) of a pair, over every first and every second relief."""
    longer = shorter = Fraction(0)
    for first in firsts:
        for second, chance in seconds.items():
            seen = follow_up is None or second <= follow_up
            if (second > first) if seen else (follow_up >= first):
                longer += chance / len(firsts)
            elif seen and second < first:
                shorter += chance / len(firsts)
    return longer, shorter


def as_many(pairs, longer, shorter):
    """Of the series in which as many pairs can be ordered, the share with as many longer."""
    counts = {(0, 0): Fraction(1)}
    for up, down in pairs:
        grown = {}
        for (ups, downs), chance in counts.items():
            for place, factor in (
                ((ups + 1, downs), up),
                ((ups, downs + 1), down),
                ((ups, downs), 1 - up - down),
            ):
                grown[place] = grown.get(place, 0) + chance * factor
        counts = grown
    ordered = {
        ups: chance for (ups, downs), chance in counts.items() if ups + downs == longer + shorter
    }
    return sum(chance for ups, chance in ordered.items() if ups >= longer) / sum(ordered.values())


@pytest.mark.parametrize("certain", [False, True])
@pytest.mark.parametrize("returns", list(selection.RETURNS))
def test_independent_reliefs_by_exact_fractions(returns, certain, r1):
    row = selection.by_return(r1).loc[
        (selection.RETURNS[returns], "always" if certain else "as after the first")
    ]
    for name, broken_off, observed in (("as_many", False, (8, 0)), ("as_many_all", True, (8, 2))):
        table = pairs_by_hand(broken_off)
        firsts = {
            "relapsed": [RELAPSES] * len(table),
            "same": [[first for first, _ in table]] * len(table),
            "paired": [[first] for first, _ in table],
        }[returns]
        seconds = second_reliefs(certain)
        pairs = [
            one_pair(own, follow_up, seconds)
            for own, (_, follow_up) in zip(firsts, table, strict=True)
        ]
        assert row[name] == pytest.approx(float(100 * as_many(pairs, *observed)), rel=1e-11)
        if not broken_off:
            assert row["longer"] == pytest.approx(float(sum(up for up, _ in pairs)), rel=1e-11)
            assert row["shorter"] == pytest.approx(float(sum(down for _, down in pairs)), rel=1e-11)


def test_no_relief_by_dependence_is_the_first_row_of_the_other_table(by_dependence, r1):
    first = selection.by_return(r1).iloc[0]
    assert by_dependence.iloc[0].tolist() == first.tolist()


def test_a_duration_wholly_the_patients_own_leaves_no_pair_to_order(by_dependence):
    row = by_dependence.loc["wholly"]
    assert row[["longer", "shorter"]].tolist() == [0, 0]
    assert row[["as_many", "as_many_all"]].isna().all()


def test_outcomes_add_up_to_the_pairs(by_dependence):
    assert by_dependence[list(selection.paired_durations.OUTCOMES)].sum(axis=1).tolist() == (
        pytest.approx([12] * len(by_dependence))
    )


def test_without_selection_neither_order_is_favoured(r1):
    """All first reliefs, each second followed to its end: the pairs are exchangeable."""
    seconds = second_reliefs(certain=False)
    longer = shorter = 0
    for first, chance in seconds.items():
        up, down = one_pair([first], None, seconds)
        longer, shorter = longer + chance * up, shorter + chance * down
    assert longer == shorter


# --- drawn at random --------------------------------------------------------------


def drawn(generator, number, tau):
    """First and second reliefs of patients with a gamma frailty, selected by a relapse.

    First reliefs are censored as Table 1's were: by the Kaplan-Meier curve of the censoring.
    """
    steps = byhand.kaplan_meier(FIRST)
    times = np.array([float(step.months) for step in steps])
    survival = np.array([float(step.survival) for step in steps])
    censoring, left = [], 1.0
    for step in steps:  # those who relapse at a time leave before those censored there
        left *= 1 - step.censored / max(step.at_risk - step.events, 1)
        censoring.append(left)
    theta = 2 * tau / (1 - tau)
    frailty = generator.gamma(1 / theta, theta, number) if tau else np.ones(number)
    reliefs = []
    for _ in range(2):
        hazard = generator.exponential(size=number) / frailty
        height = (1 + theta * hazard) ** (-1 / theta) if tau else np.exp(-hazard)
        # S(t) >= u means that the relief outlasts t.
        reliefs.append(times[np.searchsorted(-survival, -height)])
    heights = generator.random(number)
    last = np.append(times, inf)[np.searchsorted(-np.array(censoring), -heights)]
    selected = (reliefs[0] > 0) & (reliefs[0] <= last)
    return reliefs[0][selected], reliefs[1][selected]


@pytest.mark.parametrize("name", ["not at all", "weakly", "moderately", "strongly"])
def test_series_drawn_at_random(name, by_dependence, r1):
    """12 and 14 patients each; everything within four standard errors of the simulation."""
    generator = np.random.default_rng(list(selection.DEPENDENCE).index(name))
    row, tau = by_dependence.loc[name], selection.DEPENDENCE[name]
    frames = courses.pairs_of_durations(r1), dose.with_broken_off(r1)
    for column, frame, least in zip(("as_many", "as_many_all"), frames, (8, 8), strict=True):
        n, decided = len(frame), 8 if column == "as_many" else 10
        first, second = drawn(generator, 2 * SERIES * n, tau)
        first, second = (values[: SERIES * n].reshape(SERIES, n) for values in (first, second))
        follow_up = np.where(frame["second_event"] == 1, inf, frame["second"])
        seen = second <= follow_up
        longer = np.where(seen, second > first, follow_up >= first).sum(axis=1)
        shorter = (seen & (second < first)).sum(axis=1)
        ordered = longer[longer + shorter == decided]
        chance = row[column] / 100
        error = np.sqrt(chance * (1 - chance) / len(ordered))
        assert np.mean(ordered >= least) == pytest.approx(chance, abs=FOUR_ERRORS * error)
        if column == "as_many":
            for counted, kind in ((longer, "longer"), (shorter, "shorter")):
                error = counted.std() / np.sqrt(SERIES)
                assert counted.mean() == pytest.approx(row[kind], abs=FOUR_ERRORS * error)


def test_limits_are_near_those_of_courses_drawn_with_replacement(by_dependence, r1):
    """200 samples of the first courses: by the bootstrap in place of the jackknife."""
    course = r1.course(1)
    months, event = course["relief_months"].to_numpy(), course["event"].to_numpy()
    generator, found = np.random.default_rng(3), []
    pairs = courses.pairs_of_durations(r1)
    follow_up = selection.follow_up(pairs)
    for _ in range(200):
        members = generator.integers(len(months), size=len(months))
        survival, relapses = selection._survival_and_relapses(
            months[members], event[members], np.unique(months)
        )
        second = selection.paired_durations.second_given_first(survival, 0.0)
        each = [
            selection.paired_durations.outcomes(second, np.unique(months), relapses, end)
            for end in follow_up
        ]
        counted = selection.paired_durations.counts(np.array(each))
        found.append(selection.paired_durations.chance_of_as_many(counted, 8, 0))
    low, high = 100 * np.quantile(found, [0.025, 0.975])
    row = by_dependence.loc["not at all"]
    assert row["as_many_lower"] == pytest.approx(low, rel=0.35)
    assert row["as_many_upper"] == pytest.approx(high, rel=0.35)
