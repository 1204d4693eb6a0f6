"""Coverage of limits: every sample once more, by the slow way."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import t

from correll2004.exports import EXPORTS
from correll2004.paper import course_curves, records
from correll2004.robustness import coverage, shares
from correll2004.stats import proportions
from correll2004.stats.survival import KaplanMeier

FILES = records.load()
FEW = 60  # samples, taken the slow way


@pytest.fixture(scope="module")
def found():
    return coverage.of_limits(FILES, FEW).set_index(["result", "method"])


def missed(limits, truth):
    """How many limits are too high, and too low."""
    high = sum(lower > truth + 1e-9 for lower, _ in limits)
    return high, sum(upper < truth - 1e-9 for _, upper in limits)


@pytest.mark.parametrize(
    ("course", "title", "months"),
    [(1, "First", 3), (1, "First", 12), (2, "Second", 6), (2, "Second", 36)],
)
def test_limits_of_the_curve_of_each_sample(found, course, title, months):
    curve = course_curves.of_course(FILES.repaired, course)
    drawn = np.random.default_rng(2004).integers(0, curve.n, (FEW, curve.n))
    truth = curve.survival_at(months)
    for method in ("exact", "mid-p", "log-log"):
        limits = [
            KaplanMeier(curve.months[who], curve.event[who]).limits_at(months, method)
            for who in drawn
        ]
        row = found.loc[(f"{title} course: relief beyond {months} months", method)]
        assert row["truth"] == 100 * truth
        assert (row["too_high"], row["too_low"]) == missed(limits, truth)


@pytest.mark.parametrize("label", shares.SHARES_OF_CYCLES)
def test_limits_of_the_cycles_of_each_sample(found, label):
    all_hits, sizes = shares.hits_and_sizes(FILES.table1)
    hits, sizes = all_hits[label].to_numpy(), sizes.to_numpy()
    truth = float(Fraction(int(hits.sum()), int(sizes.sum())))
    draw = np.random.default_rng(2004)
    drawn = draw.integers(0, len(sizes), (FEW, len(sizes)))
    again = draw.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), coverage.RESAMPLES)
    limits = {"Wilson, clustered": [], "logit-t": [], "bootstrap": []}
    for who in drawn:
        share = proportions.clustered(hits[who], sizes[who])
        limits["Wilson, clustered"].append((share.lower, share.upper))
        if 0 < share.value < 1:
            odds = share.value / (1 - share.value)
            error = share.se / (share.value * (1 - share.value))
            factor = np.exp(t.ppf(0.975, len(sizes) - 1) * error)
            sides = (odds / factor, odds * factor)
            limits["logit-t"].append([side / (1 + side) for side in sides])
        else:
            limits["logit-t"].append((share.value, share.value))
        resampled = sorted(sum(n * hits[who]) / sum(n * sizes[who]) for n in again)
        places = [round(tail * (len(resampled) - 1)) for tail in (0.025, 0.975)]
        limits["bootstrap"].append([resampled[place] for place in places])
    for method, each in limits.items():
        row = found.loc[(f"Cycles: {label.lower()}", method)]
        assert row["truth"] == pytest.approx(100 * truth)
        assert (row["too_high"], row["too_low"]) == missed(each, truth)


def test_bca_is_scipys():
    """scipy draws anew: 20,000 times, so that both have the same percentiles to about 0.01."""
    from scipy.stats import bootstrap

    all_hits, sizes = shares.hits_and_sizes(FILES.table1)
    n, draw = len(sizes), np.random.default_rng(1)
    times_drawn = draw.multinomial(n, np.full(n, 1 / n), size=20_000)
    for hits in (all_hits["Complete relief"], all_hits["Not seen after the infusion"]):
        (lower,), (upper,) = coverage._bootstraps(
            hits.to_numpy()[None], sizes.to_numpy()[None], times_drawn
        )["BCa"]
        theirs = bootstrap(
            (hits.to_numpy(), sizes.to_numpy()),
            lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis),
            paired=True,
            n_resamples=20_000,
            method="BCa",
            rng=np.random.default_rng(2),
        ).confidence_interval
        assert (lower, upper) == pytest.approx((theirs.low, theirs.high), abs=0.012)


# --- what the book says of them ---------------------------------------------------


@pytest.fixture(scope="module")
def exported():
    """Shares of samples, in percent, by result and method."""
    import pandas as pd

    frame = pd.read_csv(EXPORTS / "coverage.csv").set_index(["result", "method"])
    misses = 100 * frame[["too_high", "too_low"]].div(frame["samples"], axis=0)
    return misses.assign(covered=100 - misses.sum(axis=1))


def test_the_limits_of_the_book_keep_their_level(exported):
    by_method = exported.groupby(level="method")
    assert (by_method.get_group("exact")[["too_high", "too_low"]] <= 2.5).all(axis=None)
    assert (by_method.get_group("Wilson, clustered")["covered"] >= 95).all()


def test_those_it_replaced_do_not(exported):
    by_method = exported.groupby(level="method")["covered"]
    assert by_method.get_group("log-log").min() < 65
    assert by_method.get_group("bootstrap").max() < 95
