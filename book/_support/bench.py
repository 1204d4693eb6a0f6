"""How much faster the audit's batched curves are than a loop over lifelines.

``python book/_support/bench.py`` recodes single patients of the first course at random,
computes the printed block's numbers of each recoding both ways in one run, checks that
they are equal, and prints times and their ratio.
"""

import sys
import time
from pathlib import Path

import numpy as np
from lifelines import KaplanMeierFitter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from correll2004 import batch, survival, table1

LOOPED = 300  # recodings of the loop; the batch takes the same ones many times over
REPEATS = 100


def recodings(count, seed=2004):
    """Random single-patient changes of the first course, as codes of `batch.encode`."""
    draw = np.random.default_rng(seed)
    cycles = table1.read().course(1)
    codes = np.tile(batch.encode(cycles["relief_months"], cycles["event"]), (count, 1))
    codes[np.arange(count), draw.integers(codes.shape[1], size=count)] = draw.integers(
        2 * 48 * batch.PER_MONTH, size=count
    )
    return codes


def looped(codes):
    """Mean, its SE, median, its SE, S(3) and S(6) of each recoding, through lifelines."""
    rows = []
    for months, event in zip(*batch.decode(codes), strict=True):
        curve = survival.KaplanMeier(months, event)
        mean, median = curve.mean(), curve.median()
        heights = (curve.survival_at(3), curve.survival_at(6))
        rows.append((mean.value, mean.se, median.value, median.se, *heights))
    return np.array(rows)


def fitted(codes):
    """lifelines' curves alone, none of the numbers drawn from them."""
    for months, event in zip(*batch.decode(codes), strict=True):
        KaplanMeierFitter().fit(months, event)


def batched(codes):
    """The same, all recodings at once."""
    curves = batch.Curves(codes)
    return np.transpose([*curves.mean, *curves.median, *map(curves.survival_at, (3, 6))])


def timed(function, codes):
    """Result, and seconds per recoding."""
    start = time.perf_counter()
    result = function(codes)
    return result, (time.perf_counter() - start) / len(codes)


def main():
    codes = recodings(LOOPED)
    many = np.tile(codes, (REPEATS, 1))
    batched(codes)  # warm
    slow, of_loop = timed(looped, codes)
    _, of_fits = timed(fitted, codes)
    fast, of_batch = timed(batched, many)
    np.testing.assert_allclose(fast[:LOOPED], slow, rtol=1e-12)
    print("microseconds per recoding")
    print(f"  lifelines, curve and numbers  {1e6 * of_loop:9.1f}  ({LOOPED} recodings)")
    print(f"  lifelines, curve alone        {1e6 * of_fits:9.1f}")
    print(f"  batched, curve and numbers    {1e6 * of_batch:9.1f}  ({len(many)} recodings)")
    print(f"ratio {of_loop / of_batch:.0f}; against the curve alone {of_fits / of_batch:.0f}")


if __name__ == "__main__":
    main()
