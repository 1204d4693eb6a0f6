"""The audit: its batched arithmetic against the package's own, and what it finds by itself."""

import statistics
from collections import Counter
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, product

import byhand
import numpy as np
import pytest
from lifelines import KaplanMeierFitter

from correll2004.audit import consistency, deviation_search, outcome_search, pair_search, pinning
from correll2004.data import table1
from correll2004.paper import claims, records, rounding
from correll2004.paper.calls import evaluate, parse
from correll2004.stats import survival
from correll2004.stats.curves import Curves, decode, encode

FILES = records.load()

SEED = 2004
EVIDENCE = {
    piece.partition(" = ")[2]
    for entry in FILES.divergences["evidence"]
    for piece in entry.split("; ")
}


@pytest.fixture(scope="module")
def search():
    return outcome_search.single_cell_search(FILES)


@pytest.fixture(scope="module")
def pairs():
    return pair_search.pair_search(FILES)


# --- comparison at printed precision ----------------------------------------------


@pytest.mark.parametrize("printed", ["9.44", "4.00", "0", "0.00", "13", "-3.5", "third", "22.25"])
@pytest.mark.parametrize("rule", ["half up", "floor at 0", "exact", "more than", "at least"])
def test_agreement_of_an_array_is_that_of_each_value(printed, rule):
    """Ties, and ties off by binary noise, are where rounding goes wrong."""
    number = rounding.printed_number(printed)
    unit = float(Decimal(1).scaleb(number.as_tuple().exponent))
    near = float(number) + unit * np.array([-1.5, -1, -0.5, -0.499, 0, 0.499, 0.5, 1, 1.5])
    noise = np.array([-1e-14, 0, 1e-14, 1e-9, -1e-9])
    draw = np.random.default_rng(SEED).normal(float(number), unit, 200)
    values = np.concatenate([(near[:, None] + noise).ravel(), draw, -near, [0.0, -0.0]])
    expected = [rounding.agrees(printed, value, rule) for value in values]
    assert rounding.which_agree(printed, values, rule).tolist() == expected
    assert any(expected) or rule == "floor at 0"  # a negative value is printed as 0


def test_nothing_agrees_with_a_missing_value():
    assert not rounding.which_agree("4.00", [np.nan])[0]
    with pytest.raises(ValueError, match="no such rounding rule"):
        rounding.which_agree("4.00", [4.0], "half even")


# --- the batched curves -----------------------------------------------------------


def random_recodings(course, count):
    """Codes of a course with 1 to 5 outcomes redrawn, often from few times so that they tie."""
    draw = np.random.default_rng(SEED + course)
    cycles = table1.read().course(course)
    codes = np.tile(encode(cycles["relief_months"], cycles["event"]), (count, 1))
    few = encode([0, 0, 1.25, 3, 4, 6, 36, 48], [0, 1, 1, 1, 0, 1, 1, 0])
    for row in codes:
        places = draw.choice(len(row), draw.integers(1, 6), replace=False)
        anywhere = draw.integers(0, 9602, len(places))
        row[places] = anywhere if draw.random() < 0.5 else draw.choice(few, len(places))
    return codes


EDGES = [
    [(0, 1), (0, 1), (0, 1)],  # all fail at once
    [(0, 0), (0, 0), (0, 0)],  # nobody is followed
    [(3, 1), (3, 1), (3, 0)],  # ties of relapses and censored
    [(1, 1), (2, 0), (3, 0)],  # a single relapse
    [(1, 0), (2, 0), (3, 1)],  # the last patient at risk relapses
    [(1, 1), (2, 1), (3, 1)],
    [(2, 1), (2, 1), (5, 1)],
    [(0, 1), (6, 1), (6, 1)],
]


def of_survival(codes):
    """Mean, its SE, median, its SE, S and S(t-) of one recoding; NaN where undefined."""
    curve = survival.KaplanMeier(*decode(codes))
    found = []
    for time, estimator in ((curve.area(), curve.mean), (curve.median_time(), curve.median)):
        try:
            found += [time, estimator().se]
        except ValueError:
            found += [time, np.nan]
    heights = [curve.survival_at(3), curve.survival_at(6), curve.survival_just_before(3)]
    return [*found, *heights, curve.n_events, curve.n_censored]


def of_batch(codes):
    curves = Curves(codes)
    heights = [curves.survival_at(3), curves.survival_at(6), curves.survival_just_before(3)]
    counts = [curves.n_events, curves.n_censored]
    return np.transpose([*curves.mean, *curves.median, *heights, *counts])


@pytest.mark.parametrize("course", [1, 2])
def test_batched_curves_are_those_of_the_survival_module(course):
    codes = random_recodings(course, 110)
    expected = np.array([of_survival(each) for each in codes])
    np.testing.assert_allclose(of_batch(codes), expected, rtol=1e-12, atol=1e-14)


def test_batched_curves_at_the_edges():
    codes = np.array([encode(*zip(*edge, strict=True)) for edge in EDGES])
    expected = np.array([of_survival(each) for each in codes])
    assert np.isnan(expected).any()
    np.testing.assert_allclose(of_batch(codes), expected, rtol=1e-12, atol=1e-14)


def test_batched_curves_are_those_of_lifelines():
    codes = random_recodings(1, 60)
    curves = Curves(codes)
    for position, each in enumerate(codes):
        fitter = KaplanMeierFitter().fit(*decode(each))
        np.testing.assert_allclose(
            [curves.survival_at(t)[position] for t in (0, 1.25, 3, 6, 36)],
            fitter.survival_function_at_times([0, 1.25, 3, 6, 36]),
            rtol=1e-12,
        )


# --- any quantity on changed tables -----------------------------------------------


def moved(base, column, step):
    """A Table 1 with one cell moved."""
    level = "patients" if column in base.patients else "cycles"
    frame = getattr(base, level).copy()
    for name, value in step.values.items():
        frame.loc[step.row, name] = value
    return replace(base, **{level: frame})


@pytest.mark.parametrize("column", pinning.COLUMNS)
def test_quantities_of_many_versions_are_those_of_each(column, r1):
    """Every call of the register, on tables with one cell moved: all at once, one by one."""
    steps = list(pinning.smallest_steps(r1, column, printed_digit=False))
    draw = np.random.default_rng(SEED)
    steps = [steps[k] for k in draw.choice(len(steps), 3, replace=False)]
    versions, one = pinning.versions_with(r1, column, steps), moved(r1, column, steps[1])
    for text in {*claims.register(FILES)["compute"], *EVIDENCE} - {""}:
        found, expected = parse(text).compute(versions), evaluate(text, one)
        assert found.values[1] == pytest.approx(expected.value, rel=1e-12), text
        chosen = found.chosen[1 if len(found.chosen) > 1 else 0]
        assert tuple(found.labels[chosen]) == expected.members, text


# --- the search of the first course -----------------------------------------------


def test_the_block_is_the_first_row_of_table_5_and_the_heights_of_the_text():
    block = outcome_search.first_course_block(FILES)
    assert sorted(block["printed"]) == sorted(
        ["13", "20", "9.44", "2.93", "3.70", "15.17", "4.00", "0.48", "3.07", "4.93", "54", "31"]
    )
    assert sorted(block.loc[block["derived"], "printed"]) == sorted(
        ["13", "3.70", "15.17", "3.07", "4.93"]
    )


def test_the_caption_lists_thirteen_censored():
    assert outcome_search.caption_of_figure_1(FILES) == {0: 5, 0.75: 1, 2: 3, 5: 1, 6: 1, 24: 2}


def test_the_search_tries_every_change_once(search):
    assert search.n_changes == 33 * 4801 * 2 - 33
    assert (search.scores == -1).sum() == 33


def test_the_search_finds_r1_and_only_patient_1(search):
    full = search.complete()
    assert set(full["patient"]) == {1}
    assert set(full["event"]) == {1}
    assert full["months"].tolist() == [round(1.23 + k / 100, 2) for k in range(13)]
    assert full["caption"].all()
    own = set(table1.read().cycles["relief_months"])
    assert own & set(full["months"]) == {1.25}


def test_no_other_patient_comes_near(search):
    ranking = search.ranking()
    assert tuple(ranking.iloc[0][["patient", "event", "matched", "free"]]) == (1, 1, 12, 7)
    others = ranking[ranking["patient"] != 1]
    assert others["matched"].max() == 8
    assert others["free"].max() == 5
    # A caption that fits needs the end of Patient 1's follow-up to go.
    assert {patient for patient, *_ in zip(*np.nonzero(search.caption), strict=True)} == {0}


def published_matches(months, event):
    """Which numbers of the block a recoding gives back, through the survival module."""
    curve = survival.KaplanMeier(months, event)
    values = {
        'survival_at("first", 3)': 100 * curve.survival_at(3),
        'survival_at("first", 6)': 100 * curve.survival_at(6),
        'table5("first", "Mean", "censored")': curve.n_censored,
        'table5("first", "Mean", "events")': curve.n_events,
    }
    for name, estimate in {"Mean": curve.mean(), "Median": curve.median()}.items():
        parts = {"months": "value", "se": "se", "lower": "lower", "upper": "upper"}
        for part, attribute in parts.items():
            values[f'table5("first", "{name}", "{part}")'] = getattr(estimate, attribute)
    return [
        rounding.agrees(number.printed, values[number.call.text], number.rounding)
        for number in outcome_search.first_course_block(FILES).itertuples()
    ]


def test_matches_are_those_of_the_register_one_by_one(search):
    draw = np.random.default_rng(SEED)
    cases = [(0, 2 * tick) for tick in (122, 123, 125, 135, 136)]
    # Early outcomes, which move more numbers, and late ones, for every patient.
    cases += [(row, draw.integers(top)) for row in range(33) for top in (2400, 9602)]
    for row, code in cases:
        codes = search.codes.copy()
        codes[row] = code
        assert search.matched[row, code].tolist() == published_matches(*decode(codes))


def test_intervals_are_runs_of_hundredths():
    assert outcome_search.intervals([0, 1, 2, 7, 9, 10]) == [(0, 0.02), (0.07, 0.07), (0.09, 0.1)]
    assert outcome_search.intervals_text([(0, 0.02), (0.07, 0.07)]) == "0–0.02, 0.07"


def test_steps_of_a_profile_are_its_runs(search):
    steps, profile = search.steps(1, 1, 4), search.profile(1).loc[:4, 1]
    for run in steps.itertuples():
        assert (profile.loc[run.first : run.last] == run.matched).all()
    assert (steps["first"].iloc[0], steps["last"].iloc[-1]) == (0, 4)
    assert (steps["matched"].diff() != 0).all()


# --- two cells --------------------------------------------------------------------


def test_the_grid_holds_every_time_of_table_1():
    times = pair_search.coarse_times(FILES.table1)
    assert set(table1.read().cycles["relief_months"]) <= set(times)
    assert {0.25, 5.75, 13, 48} <= set(times)


def test_every_pair_found_gives_back_the_block(pairs, search):
    draw = np.random.default_rng(SEED)
    for position in draw.choice(len(pairs.found), 12, replace=False):
        pair = pairs.found.iloc[position]
        codes = search.codes.copy()
        codes[pair["patient"] - 1] = encode(pair["months"], pair["event"])
        codes[pair["other"] - 1] = encode(pair["other_months"], pair["other_event"])
        assert (codes != search.codes).sum() == 2
        assert all(published_matches(*decode(codes)))


def test_no_pair_is_missed(pairs, search):
    """Without the shortcut by number of events, for some pairs of patients in full."""
    times = pair_search.coarse_times(FILES.table1)
    options = encode(np.repeat(times, 2), np.tile([1, 0], len(times)))
    for one, other in [(0, 1), (2, 3), (0, 26), (6, 12), (17, 30)]:
        first, second = np.meshgrid(options, options, indexing="ij")
        codes = np.tile(search.codes, (first.size, 1))
        codes[:, one], codes[:, other] = first.ravel(), second.ravel()
        codes = codes[(codes != search.codes).sum(axis=1) == 2]
        matched = outcome_search.reproduced(
            Curves(codes), outcome_search.first_course_block(FILES)
        ).all(axis=0)
        of_pair = (pairs.found["patient"] == one + 1) & (pairs.found["other"] == other + 1)
        assert matched.sum() == of_pair.sum()


def test_with_the_caption_every_pair_involves_patient_1(pairs):
    found = pairs.found
    with_1 = (found["patient"] == 1) | (found["other"] == 1)
    assert with_1[found["caption"]].all()
    assert found["caption"].any()
    assert not with_1.all()
    assert (with_1 == (found["kind"] != pair_search.OTHER_PATIENTS)).all()


def test_exchanges_are_one_for_every_other_patient(pairs):
    exchanged = pairs.found[pairs.found["kind"] == pair_search.REPAIR_EXCHANGED]
    assert sorted(exchanged["other"]) == list(range(2, 34))
    assert exchanged["caption"].all()
    assert exchanged["data"].nunique() == 1


# --- the standard deviations ------------------------------------------------------


def prints_as(value, printed):
    return Decimal(f"{value:.10f}").quantize(Decimal(printed), ROUND_HALF_UP) == Decimal(printed)


@pytest.mark.parametrize(
    ("column", "field", "printed", "last"),
    [("infusion_days", "days", "3.86", 60), ("relief_percent", "relief", "22.25", 100)],
)
def test_repairs_of_a_standard_deviation_in_plain_python(column, field, printed, last):
    """Every whole number in every cell, from the second transcription."""
    values = [float(getattr(cycle, field)) for cycle in byhand.cycles()]
    first = 1 if column == "infusion_days" else 0
    expected = [
        (row, new)
        for row, old in enumerate(values)
        for new in range(first, last + 1)
        if new != old
        and prints_as(statistics.stdev([*values[:row], new, *values[row + 1 :]]), printed)
    ]
    found = deviation_search.sd_repairs(FILES, column)
    found = found[deviation_search.on_grid(found["value"], 1)]
    unit = deviation_search.SD_GRIDS[column][0]
    assert deviation_search.sd_repair_counts(FILES).at[(unit, 1), "tried"] == sum(
        new != old for old in values for new in range(first, last + 1)
    )
    labels = table1.read().cycles["label"].tolist()
    assert [(labels.index(c), v) for c, v in zip(found["cycle"], found["value"], strict=True)] == (
        expected
    )


def test_repairs_of_a_standard_deviation_keep_what_they_say():
    """A sample of the finest grid, judged through the register table by table."""
    found = deviation_search.sd_repairs(FILES, "infusion_days")
    base, draw = table1.read(), np.random.default_rng(SEED)
    others = pinning.agreeing_claims(FILES, base)
    for position in draw.choice(len(found), 3, replace=False):
        case = found.iloc[position]
        cycles = base.cycles.copy()
        cycles.loc[cycles["label"] == case["cycle"], "infusion_days"] = case["value"]
        changed = replace(base, cycles=cycles)
        kept = [
            rounding.agrees(
                claim.printed,
                evaluate(claim.compute, changed).value,
                claim.rounding,
            )
            for claim in others.itertuples()
        ]
        assert all(kept) == case["all"]
        assert prints_as(cycles["infusion_days"].std(), "3.86")


def test_two_changes_of_relief_in_plain_python():
    """Two cells that are found, and a sample of others, from the second transcription."""
    values = [float(cycle.relief) for cycle in byhand.cycles()]
    labels = table1.read().cycles["label"].tolist()
    pairs = list(combinations(range(len(values)), 2))
    search = deviation_search.sd_pair_repairs(FILES)
    found = {
        frozenset([(case.cycle, case.value), (case.other, case.other_value)])
        for case in search.found.itertuples()
    }
    cells = {tuple(sorted(labels.index(label) for label, _ in change)) for change in found}
    draw = np.random.default_rng(SEED).choice(len(pairs), 20, replace=False)
    sample = cells | {pairs[place] for place in draw}
    assert search.n_tried == sum(
        (21 - (values[one] % 5 == 0)) * (21 - (values[other] % 5 == 0)) for one, other in pairs
    )
    counts = Counter(map(_kind_of_relief, values))
    by_hand = set()
    for one, other in sample:
        for new, other_new in product(range(0, 101, 5), repeat=2):
            changed = values.copy()
            changed[one], changed[other] = new, other_new
            if (
                new != values[one]
                and other_new != values[other]
                and prints_as(statistics.stdev(changed), "22.25")
                and prints_as(statistics.mean(changed), "92")
                and Counter(map(_kind_of_relief, changed)) == counts
            ):
                by_hand.add(frozenset([(labels[one], new), (labels[other], other_new)]))
    assert by_hand == found
    assert len(found) == len(search.found) > 0
    assert search.n_sd >= search.n_table2 >= len(found)


def _kind_of_relief(percent):
    return {0: "none", 100: "complete"}.get(percent, "partial")


def test_two_changes_of_relief_keep_every_other_number():
    base, column = table1.read(), "relief_percent"
    others = pinning.agreeing_claims(FILES, base)
    for case in deviation_search.sd_pair_repairs(FILES).found.itertuples():
        reliefs = base.cycles.set_index("label")[column]
        assert reliefs[[case.cycle, case.other]].tolist() == [case.printed, case.other_printed]
        reliefs[[case.cycle, case.other]] = [case.value, case.other_value]
        changed = replace(base, cycles=base.cycles.assign(**{column: reliefs.to_numpy()}))
        for claim in others.itertuples():
            value = evaluate(claim.compute, changed).value
            assert rounding.agrees(claim.printed, value, claim.rounding), (case, claim.Index)
    assert (base.cycles[column] % deviation_search.PAIR_STEP == 0).all()
    assert set(deviation_search.sd_pair_repairs(FILES).found["cycle"]) == {"13"}, "as D4 says"
    kinds = deviation_search.sd_pair_values(FILES)
    listed = sum(len(cycles.split(", ")) for cycles in kinds["cycles"])
    assert listed == len(deviation_search.sd_pair_repairs(FILES).found)


# --- the pinning map --------------------------------------------------------------


def pins(cycle, column, prefix=""):
    cells = pinning.pinning(FILES)
    (found,) = cells[(cells["cycle"] == cycle) & (cells["column"] == column)]["claims"]
    return {name for name in found if name.startswith(prefix)}


def of_ages(ages):
    """The ages' column of Table 2 as it would print, in plain Python."""
    ordered = sorted(ages)
    return {
        "t2-age-mean": (statistics.fmean(ages), "40.5"),
        "t2-age-median": (statistics.median(ages), "42"),
        "t2-age-sd": (statistics.stdev(ages), "13.8"),
        "t2-age-q1": ((ordered[7] + ordered[8]) / 2, "30.5"),  # rank 34/4
        "t2-age-q3": ((ordered[24] + ordered[25]) / 2, "50"),
        "t2-age-max": (ordered[-1], "68"),
        "t2-age-min": (ordered[0], "15"),
    }


def test_ages_are_pinned_as_plain_recomputation_says():
    ages = [int(age) for age, *_ in byhand.patients()]
    labels = table1.read().course(1)["label"]
    for row, label in enumerate(labels):
        expected = set()
        for step in (-1, 1):
            moved = [*ages[:row], ages[row] + step, *ages[row + 1 :]]
            expected |= {
                name for name, (value, cell) in of_ages(moved).items() if not prints_as(value, cell)
            }
        assert pins(label, "age_years", "t2-") == expected


def test_cells_that_can_be_checked_by_hand():
    # 3.5 days is the bound of a class of Table 4, and named in its note.
    assert {"t4-4-5-first-n", "t4-2-3-all-n", "t4-note-3.5"} <= pins("11", "infusion_days")
    # The longest time of the first course, a relapse: only the mean and its error see it.
    moved = pins("18", "relief_months")
    assert moved
    assert all(name.startswith("t5-first-mean") for name in moved)
    # Patient 1's sign, read as R1: the whole block, and the caption's total.
    block = set(outcome_search.first_course_block(FILES).index) - {"t5-first-median-months"}
    assert block | {"f1-censored-total"} <= pins("1", "event")
    # 99 or less for 100: no longer complete, which all counts of relief notice.
    assert {"res-complete-first-n", "abs-complete-n", "res-complete-all-n"} <= pins(
        "1", "relief_percent"
    )


def test_no_lower_rate_and_no_third_course_is_checked():
    """The paper analyses the maximum only, and no third course."""
    counts = pinning.pinning_map(FILES)
    lower = counts["rate_low_mg_per_h"].dropna()
    assert len(lower) == 30
    assert (lower == 0).all()
    assert (counts.loc[["32c", "33c"], ["relief_months", "event"]] == 0).all(axis=None)


def test_the_map_holds_every_number_of_table_1(r1):
    counts = pinning.pinning_map(FILES).notna().sum()
    expected = {"age_years": 33, "crps_months": 33, "rate_max_mg_per_h": 47, "infusion_days": 47}
    # N/A and No follow-up are no numbers, but codes.
    coded = r1.raw["relief_months"].isin(["N/A", "No follow-up"]).sum()
    expected |= {"relief_percent": 47, "relief_months": 47 - coded, "event": 47}
    assert counts.drop("rate_low_mg_per_h").to_dict() == expected


def test_pins_are_claims_that_agree_before_the_change():
    agreeing = claims.register(FILES)["verdict"].str.startswith("reproduced")
    names = {name for found in pinning.pinning(FILES)["claims"] for name in found}
    assert names <= set(agreeing[agreeing].index)


# --- the printed numbers among themselves -----------------------------------------


def test_one_printed_percentage_is_that_of_no_count():
    found = consistency.percentages(FILES)
    assert found.index[~found["possible"]].tolist() == ["res-rate-25"]
    assert not found["fits"].eq(False).any()


def test_counts_behind_a_percentage_in_plain_python():
    found = consistency.percentages(FILES)
    for claim in found.itertuples():
        printed = int(rounding.printed_number(claim.printed))
        expected = [
            k
            for k in range(claim.cases + 1)
            if 2 * printed - 1 <= 200 * k / claim.cases < 2 * printed + 1
        ]
        assert list(claim.counts) == expected


def test_attainable_percentages_are_one_more_than_the_cases():
    by_base = consistency.percentages_by_base(FILES)
    assert (by_base["attainable"] == by_base.index + 1).all()
    assert by_base["printed"].sum() == len(consistency.percentages(FILES))


def test_no_mean_is_sharp_enough_for_grim():
    means = consistency.means(FILES)
    assert {"t2-age-mean", "res-age-mean-women", "t2-relief-mean"} <= set(means.index)
    assert not means["testable"].any()


def test_sums_and_repetitions_hold():
    assert consistency.sums(FILES)["fits"].all()
    again = consistency.repeated(FILES)
    # Table 2 and the Discussion print the lowest maximum rate differently (D17).
    assert [set(ids) for ids in again["ids"][~again["fits"]]] == [{"t2-rate-min", "disc-max-low"}]
    assert consistency.limits(FILES)["fits"].all()
    for number in (3, 4):
        assert consistency.table_columns(FILES, number)[["fits", "percent_fits"]].all(axis=None)
        assert consistency.table_rows(FILES, number)["fits"].all()


def test_calls_for_the_same_number_give_the_same_number(printed, r1):
    """On any table: here also on one with a shorter and a slower infusion."""
    other = r1.cycles.copy()
    other.loc[[2, 8], ["infusion_days", "rate_max_mg_per_h"]] = [[0.5, 12], [21, 60]]
    for table in (printed, r1, replace(r1, cycles=other)):
        for call, same in consistency.SAME_NUMBER.items():
            values = [evaluate(each, table).value for each in (call, same)]
            assert values[0] == pytest.approx(values[1])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("28", "half up"), ("28.1", "half up"), True),
        (("28", "half up"), ("28.5", "half up"), False),
        (("75", "more than"), ("76", "half up"), True),
        (("76", "more than"), ("75", "half up"), False),
    ],
)
def test_two_printings_of_one_number(one, other, same):
    assert consistency.same_number(one, other) is same
