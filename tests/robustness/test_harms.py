"""Harms: counts as printed, exact limits, and the infusions that Table 1 leaves out."""

import pytest
from scipy import stats

from correll2004.paper import records
from correll2004.robustness import dose, harms
from correll2004.show import exposure_table, figures, harms_table

FILES = records.load()


def test_every_infusion_begun_is_in_the_picture_once():
    found = harms.infusions(FILES)
    assert len(found) == dose.infusions_begun(FILES) == 50
    assert found["outcome"].value_counts()["broken_off"] == 3
    off = found.loc[found["outcome"] == "broken_off", "patient"].tolist()
    assert off == [9, 21, 21]
    assert found["label"].tolist()[8:10] == ["9", "9, again"]
    listed = found[found["outcome"] != "broken_off"].reset_index(drop=True)
    assert listed["relief_months"].tolist() == FILES.table1.cycles["relief_months"].tolist()


def test_the_picture_says_where_enzymes_rose():
    found = harms.infusions(FILES).set_index("label")["outcome_printed"]
    said = found[found.str.contains("liver")]
    assert set(said.index) == {"9, again", "21", "21, again", "25a", "30a"}
    words = figures.describe_swimmer(harms.infusions(FILES))
    assert words.startswith("Swimmer plot, one bar for each of 50 infusions of 33 patients.")
    assert "2 broken off, not in Table 1" in words  # as second infusions
    assert "1 broken off, not in Table 1" in words


def test_the_swimmer_draws_the_broken_off_infusions_at_0():
    begun = harms.infusions(FILES)
    axes = figures.swimmer(begun).axes[0]
    squares = [line for line in axes.lines if line.get_marker() == "s"]
    rows = begun.index[begun["outcome"] == "broken_off"]
    assert [line.get_xdata().tolist() for line in squares] == [[0, 0, 0]]
    assert squares[0].get_ydata().tolist() == [axes.get_yticks()[row] for row in rows]


def test_limits_are_those_of_the_binomial_distribution():
    found = harms.with_limits(4, 33)
    assert stats.binom.sf(3, 33, found["lower"] / 100) == pytest.approx(0.025)
    assert stats.binom.cdf(4, 33, found["upper"] / 100) == pytest.approx(0.025)
    none = harms.with_limits(0, 33)
    assert none["lower"] == 0
    assert (1 - none["upper"] / 100) ** 33 == pytest.approx(0.05)


def test_harms_without_a_count_have_no_share():
    found = harms.reported(FILES)
    assert found["count"].dropna().tolist() == [4, 6, 0, 0, 0]
    assert set(found.index[found["count"].isna()]) == set(harms.NOT_COUNTED)
    text = harms_table(found).text
    assert "named, not counted" in text
    assert "up to 9" in text


def test_later_infusions_are_the_repeats_of_table_1_and_those_broken_off():
    again = harms.infused_again(FILES)
    assert again.sum() == 50 - 33
    assert len(again) == 14
    assert again[[9, 21, 32]].tolist() == [1, 2, 2]


def test_the_bounds_of_raised_enzymes_count_what_is_not_said():
    found = harms.by_exposure(FILES)
    assert found.loc["First infusions", ["n", "at_least", "at_most"]].tolist() == [33, 1, 4]
    assert found.loc["Later infusions", ["n", "at_least", "at_most"]].tolist() == [17, 3, 5]
    assert found.loc["Patients infused again", ["n", "at_least", "at_most"]].tolist() == [14, 2, 4]
    assert (found["lower"] < 100 * found["at_least"] / found["n"]).all()
    assert (found["upper"] > 100 * found["at_most"] / found["n"]).all()
    assert "3 to 5" in exposure_table(found).text


def test_the_patients_with_raised_enzymes_are_told_one_by_one():
    found = harms.given_again(FILES)
    assert found.index.tolist() == [9, 21, 25, 30]
    assert found["Infused again"].tolist() == ["once", "twice", "once", "once"]
    assert found["Enzymes rose at"].eq("not said").tolist() == [False, False, True, True]
