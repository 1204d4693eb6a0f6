"""How often 95% limits hold the truth, in samples drawn from the patients of Table 1.

So many patients as Table 1 has are drawn from them with replacement, again and again. In such
samples the truth is known: what the whole table gives.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..data.table1 import Table1
from ..paper import course_curves
from ..paper.records import Files
from ..stats import beta_product, proportions
from ..stats.beta_product import LOWER, MID_P, MISS, UPPER
from ..stats.curves import BoolArray, Curves, FloatArray, IntArray, is_until
from ..stats.survival import Z95_EXACT
from .limits import COURSE_TITLES
from .shares import hits_and_sizes

SAMPLES = 5000
RESAMPLES = 1000  # of the bootstrap, in each sample
SEED = 2004
MONTHS = (3, 6, 12, 36)
COLUMNS = ["result", "method", "truth", "samples", "too_high", "too_low"]
Missed = tuple[BoolArray, BoolArray]  # limits that are too high, and too low, by sample


def of_limits(files: Files, samples: int = SAMPLES) -> pd.DataFrame:
    """How many samples have limits that miss the truth, by result and method.

    Columns `COLUMNS`: truth in percent; too_high, samples whose lower limit is above the truth;
    too_low, whose upper limit is below it. Curves under all repairs, shares as printed.
    """
    found = [*_of_curves(files.repaired, samples), *_of_shares(files.table1, samples)]
    rows = [
        [result, method, 100 * truth, samples, int(high.sum()), int(low.sum())]
        for result, method, truth, (high, low) in found
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


# --- survival probabilities -------------------------------------------------------


def _of_curves(table: Table1, samples: int) -> Iterator[tuple[str, str, float, Missed]]:
    """Relief beyond `MONTHS`, where it is neither sure nor impossible."""
    for course, title in COURSE_TITLES.items():
        curve, draw = course_curves.of_course(table, course), np.random.default_rng(SEED)
        drawn = draw.integers(0, curve.n, (samples, curve.n))
        curves = Curves.of_times(curve.months[drawn], curve.event[drawn])
        for time in MONTHS:
            if 0 < (truth := curve.survival_at(time)) < 1:
                until = is_until(curves.months, time)
                result = f"{title} course: relief beyond {time} months"
                for method, missed in _missed_by_curves(curves, until, truth).items():
                    yield result, method, truth, missed


def _missed_by_curves(curves: Curves, until: BoolArray, truth: float) -> dict[str, Missed]:
    """Which limits of S(t) miss the truth; a limit is beyond it if its tail is too small."""
    below = {
        last: beta_product.at_most(beta_product.later_relapse(curves.event, until, last), truth)
        for last in (LOWER, MID_P, UPPER)
    }
    lower, upper = _log_log(curves.event & until)
    return {
        "exact": (below[LOWER] < MISS, below[UPPER] > 1 - MISS),
        "mid-p": (below[MID_P] < MISS, below[MID_P] > 1 - MISS),
        "log-log": _missed(lower, upper, truth),
    }


def _log_log(relapsed: BoolArray) -> tuple[FloatArray, FloatArray]:
    """Log-log limits of S(t), which is the limit itself where it is 0 or 1."""
    at_risk = np.arange(len(relapsed), 0, -1)[:, None]
    survivors = np.maximum(at_risk - 1, 1)  # none behind the last: S(t) is 0 there
    survival = np.where(relapsed, (at_risk - 1) / at_risk, 1).prod(axis=0)
    greenwood = np.where(relapsed, 1 / (at_risk * survivors), 0).sum(axis=0)
    inside = (survival > 0) & (survival < 1)
    logarithm = np.log(np.where(inside, survival, 0.5))
    width = Z95_EXACT * np.sqrt(greenwood) / logarithm  # below 0
    ends = [np.where(inside, survival ** np.exp(sign * width), survival) for sign in (-1, 1)]
    return ends[0], ends[1]


# --- shares of cycles -------------------------------------------------------------


def _of_shares(table: Table1, samples: int) -> Iterator[tuple[str, str, float, Missed]]:
    """The shares of cycles of `shares.SHARES_OF_CYCLES`, patients drawn with their cycles."""
    all_hits, sizes = hits_and_sizes(table)
    n, draw = len(sizes), np.random.default_rng(SEED)
    drawn = draw.integers(0, n, (samples, n))
    times_drawn = draw.multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
    for label, hits in all_hits.items():
        truth = hits.sum() / sizes.sum()
        sample = hits.to_numpy()[drawn], sizes.to_numpy()[drawn]
        methods = {
            "Wilson, clustered": proportions.clustered_limits(*sample),
            "logit-t": _logit_t(*sample),
            **_bootstraps(*sample, times_drawn),
        }
        for method, (lower, upper) in methods.items():
            yield f"Cycles: {str(label).lower()}", method, truth, _missed(lower, upper, truth)


def _missed(lower: FloatArray, upper: FloatArray, truth: float) -> Missed:
    """Which limits miss the truth, by more than rounding noise."""
    return lower > truth + 1e-9, upper < truth - 1e-9


def _logit_t(hits: IntArray, sizes: IntArray) -> tuple[FloatArray, FloatArray]:
    """Limits symmetric on the logit scale, with Student's t; the share itself at 0 and 1."""
    from scipy.special import expit, logit
    from scipy.stats import t

    share, se, effect = proportions.linearized(hits, sizes)
    inside = ~np.isnan(effect)
    spread = np.where(inside, share * (1 - share), 1)
    half = t.ppf(0.975, sizes.shape[1] - 1) * se / spread
    middle = logit(np.where(inside, share, 0.5))
    lower, upper = (np.where(inside, expit(middle + sign * half), share) for sign in (-1, 1))
    return lower, upper


def _bootstraps(
    hits: IntArray, sizes: IntArray, times_drawn: IntArray
) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Percentile limits of the bootstrap over patients, plain and BCa.

    times_drawn : resamples x patients. BCa is Efron's, bias-corrected and accelerated.
    """
    from scipy.stats import norm

    drawn = np.sort((times_drawn @ hits.T) / (times_drawn @ sizes.T), axis=0)
    share, last = hits.sum(axis=1) / sizes.sum(axis=1), len(drawn) - 1
    tails = np.array([MISS, 1 - MISS])[:, None]
    rest = (hits.sum(axis=1, keepdims=True) - hits) / (sizes.sum(axis=1, keepdims=True) - sizes)
    jackknife = rest.mean(axis=1, keepdims=True) - rest
    scale = 6 * np.sum(jackknife**2, axis=1) ** 1.5
    skew = np.sum(jackknife**3, axis=1) / np.where(scale > 0, scale, 1)
    below = (np.mean(drawn < share, axis=0) + np.mean(drawn <= share, axis=0)) / 2
    bias = norm.ppf(below.clip(1 / last, 1 - 1 / last))
    moved = bias + norm.ppf(tails)
    corrected = norm.cdf(bias + moved / (1 - skew * moved))

    def at(tail: FloatArray) -> tuple[FloatArray, FloatArray]:
        low, high = np.take_along_axis(drawn, np.rint(tail * last).astype(int), axis=0)
        return low, high

    return {"bootstrap": at(np.broadcast_to(tails, corrected.shape)), "BCa": at(corrected)}
