"""The percentage of relief, and the scores behind the printed percentages."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as F

import byhand
import pytest

from correll2004.stats.relief import in_words, percent_relief, scores_behind


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    # (b - a) / b x 100
    [(8, 2, 75), (4, 1, 75), (10, 0, 100), (5, 5, 0), (4, 6, -50), (10, 1.5, 85), (0.5, 0, 100)],
)
def test_relief_is_the_share_of_the_pain_before(before, after, percent):
    assert percent_relief(before, after) == percent


def test_fractions_stay_exact():
    assert percent_relief(F(3), F(2)) == F(100, 3)


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0, 3)])
def test_no_pain_before_has_no_relief(before, after):
    with pytest.raises(ValueError, match="without pain before"):
        percent_relief(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [(-1, 0), (11, 0), (5, -0.5), (5, 10.5), (float("nan"), 1), (5, float("nan"))],
)
def test_scores_outside_the_scale_are_refused(before, after):
    with pytest.raises(ValueError, match="between 0 and 10"):
        percent_relief(before, after)


# --- the scores behind a percentage -----------------------------------------------


def slow_twin(percent, step):
    """Every pair on the scale, its relief rounded half up in decimal arithmetic."""
    scale = [Decimal(step) * number for number in range(int(10 / Decimal(step)) + 1)]
    return [
        (float(before), float(after))
        for before in scale[1:]
        for after in scale
        if (100 * (before - after) / before).quantize(Decimal(1), ROUND_HALF_UP) == percent
    ]


@pytest.mark.parametrize("step", ["1", "0.5"])
def test_every_whole_percentage_against_the_slow_twin(step):
    for percent in range(101):
        found = [(float(b), float(a)) for b, a in scores_behind(percent, float(step))]
        assert found == slow_twin(percent, step)


@pytest.mark.parametrize(
    ("percent", "pairs"),
    [
        (40, [(5, 3), (10, 6)]),
        (70, [(10, 3)]),
        (75, [(4, 1), (8, 2)]),
        (85, []),
        (33, [(3, 2), (6, 4), (9, 6)]),  # 33 1/3
        (13, [(8, 7)]),  # 12.5, rounded up
        (12, []),
    ],
)
def test_whole_scores_by_hand(percent, pairs):
    assert scores_behind(percent) == pairs


def test_85_percent_takes_half_points_or_rounding_to_fives():
    """17/20 and 11/13 of the pain in half points; 5/6 and 6/7 are 83.3 and 85.7 percent."""
    assert scores_behind(85) == []
    assert scores_behind(85, F(1, 2)) == [(F(13, 2), 1), (10, F(3, 2))]
    assert scores_behind(85, rounded_to=5) == [(6, 1), (7, 1)]


def test_it_is_the_only_printed_percentage_without_whole_scores():
    printed = {cycle.relief for cycle in byhand.cycles()}
    assert {percent for percent in printed if not scores_behind(percent)} == {85}
    assert {c.patient for c in byhand.cycles() if c.relief == 85} == {4, 30}


@pytest.mark.parametrize("step", [0, -1, 3, 0.3, 20])
def test_steps_that_do_not_divide_the_scale_are_refused(step):
    with pytest.raises(ValueError, match="no steps of"):
        scores_behind(50, step)


def test_rounding_to_multiples_of_nothing_is_refused():
    with pytest.raises(ValueError, match="not of 0"):
        scores_behind(50, rounded_to=0)


@pytest.mark.parametrize(
    ("percent", "words"),
    [(0, "no change"), (75, "4 → 1, 8 → 2"), (85, "none"), (100, "any → 0")],
)
def test_pairs_in_words(percent, words):
    assert plain(in_words(scores_behind(percent))) == words


def plain(text):
    """The text without the spaces that keep a pair on one line."""
    return text.replace("\N{NO-BREAK SPACE}", " ")


def test_half_points_in_words():
    assert plain(in_words(scores_behind(70, 0.5))) == "5 → 1.5, 10 → 3"


def test_pairs_of_which_only_some_end_at_0_are_each_in_words():
    assert plain(in_words([(F(8), F(0)), (F(4), F(1))])) == "8 → 0, 4 → 1"
