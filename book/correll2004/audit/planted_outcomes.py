"""Slips planted in the outcomes of the first course, and what the audit's search finds.

Every sign is changed, every time to every other printed time, and every two signs. Each slip is
searched for as in `outcome_search`: every patient of the first course, every hundredth of a
month, relapse or censored. Slips of two signs are also searched for among all changes of two
signs.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

import numpy as np

from ..paper.records import Files
from ..paper.rounding import decimals
from ..stats.curves import PER_MONTH, BoolArray, Curves, IntArray, encode
from .error_rates import Planted
from .outcome_search import (
    LONGEST,
    caption_codes,
    chunks,
    first_course_block,
    first_course_codes,
    fits_caption,
    reproduced,
    with_changed,
)

SIGN = "Sign"
TIME = "Time"
TWO_SIGNS = "Two signs, one cell sought"
TWO_SIGNS_BOTH = "Two signs, two sought"
COMPARED = ("numbers", "and caption")


def printed_times(files: Files) -> IntArray:
    """The times of relief in Table 1 repaired, in hundredths of a month; 0 stands for none."""
    months = files.repaired.cycles["relief_months"].unique()
    return np.sort(encode(months, np.zeros(len(months))) >> 1)


def changes(files: Files) -> Iterator[tuple[str, tuple[int, ...], IntArray]]:
    """Make every slip of the outcomes of the first course.

    Parameters
    ----------
    files : Files

    Yields
    ------
    kind : str
        `SIGN`, `TIME` or `TWO_SIGNS`.
    rows : tuple of int
        Positions of the patients in the first course.
    codes : ndarray of int, shape (n_patients,)
        The outcomes of all patients with the slip, as of `encode`.
    """
    _, truth = first_course_codes(files.repaired)
    everyone = range(len(truth))
    for row in everyone:
        yield SIGN, (row,), _changed(truth, [row], truth[[row]] ^ 1)
    for row in everyone:
        for time in printed_times(files):
            if time != truth[row] >> 1:
                yield TIME, (row,), _changed(truth, [row], 2 * time + (truth[[row]] & 1))
    for rows in combinations(everyone, 2):
        yield TWO_SIGNS, rows, _changed(truth, list(rows), truth[list(rows)] ^ 1)


def _changed(truth: IntArray, rows: list[int], codes: IntArray) -> IntArray:
    return with_changed(truth, rows, codes[None])[0]


@cache
def slips(files: Files) -> tuple[Planted, ...]:
    """Plant every slip of `changes`, and search for it.

    Parameters
    ----------
    files : Files

    Returns
    -------
    tuple of Planted
        Two for each slip, one for each of `COMPARED`; and one more for the search of two signs,
        with the caption. Without it a change of times could replace one of signs in many slips.
    """
    kinds, rows, codes = zip(*changes(files), strict=True)
    versions = np.array(codes)
    noticed = ~_agreement(files, versions)
    sets, which = np.unique(np.sort(versions, axis=1), axis=0, return_inverse=True)
    restoring = one_cell_searches(files, sets)
    labels = files.repaired.course(1)["label"].to_numpy()
    found = []
    for slip, one_set in enumerate(which.ravel()):
        own, outcomes = list(rows[slip]), versions[slip]
        shared = bool(np.isin(outcomes[own], np.delete(outcomes, own)).any())
        for k, compared in enumerate(COMPARED):
            changed = sets[one_set][restoring[k, one_set] & noticed[k, slip]]
            candidates = tuple(frozenset([name]) for name in labels[np.isin(outcomes, changed)])
            result = frozenset(labels[own]), bool(noticed[k, slip]), candidates
            found.append(Planted(kinds[slip], compared, *result, shared))
    return tuple(found) + _two_signs(files, noticed[1, [kind == TWO_SIGNS for kind in kinds]])


def _two_signs(files: Files, noticed: BoolArray) -> tuple[Planted, ...]:
    """Slips of two signs, and the search of two signs, with the caption; noticed : by slip."""
    labels = files.repaired.course(1)["label"]
    pairs = [frozenset(pair) for pair in combinations(labels, 2)]
    restoring = two_sign_searches(files) & noticed[:, None]
    found = [tuple(pairs[change] for change in np.flatnonzero(each)) for each in restoring]
    return tuple(
        Planted(TWO_SIGNS_BOTH, COMPARED[1], *slip)
        for slip in zip(pairs, noticed.tolist(), found, strict=True)
    )


def _agreement(files: Files, versions: IntArray) -> BoolArray:
    """Which sets of outcomes agree, `COMPARED` x sets."""
    block, expected = first_course_block(files), caption_codes(files)
    parts = [reproduced(Curves(part), block).all(axis=0) for part in chunks(versions)]
    agree = np.concatenate(parts)
    return np.array([agree, agree & fits_caption(versions, expected)])


# --- the search of one outcome ----------------------------------------------------


def one_cell_searches(files: Files, sets: IntArray) -> BoolArray:
    """Find the outcomes of which a change to any other makes all agree.

    It finds what `outcome_search.single_cell_search` finds, for many sets of outcomes at once.

    Parameters
    ----------
    files : Files
    sets : ndarray of int, shape (n_sets, n_patients)
        Sorted codes of outcomes, all at `printed_times`.

    Returns
    -------
    ndarray of bool, shape (2, n_sets, n_patients)
        For each of `COMPARED`. Of equal outcomes in a set only the first can be true.
    """
    found = np.zeros((len(COMPARED), *sets.shape), dtype=bool)
    one, row = np.nonzero(np.diff(sets, axis=1, prepend=-1))
    for event in (1, 0):
        case, time = _possible_times(files, sets[one], row, event)
        versions = sets[one[case]]
        versions[np.arange(len(case)), row[case]] = 2 * time + 1 - event
        for k, agree in enumerate(_agreement(files, versions)):
            found[k, one[case[agree]], row[case[agree]]] = True
    return found


def _possible_times(
    files: Files, sets: IntArray, rows: IntArray, event: int
) -> tuple[IntArray, IntArray]:
    """Where all numbers may agree after one change: positions of sets, and hundredths of a month.

    Between two printed times the survival probabilities that the paper prints stay the same and
    the mean moves along a straight line. So the ends of each such interval are computed first, and
    only intervals that can hold the printed mean are left.

    rows : the outcome that changes, one of each set.
    """
    block, ends = first_course_block(files), _ends(files)
    parts = [(call.quantity, call["statistic"], call["part"]) for call in block["call"]]
    is_fixed = [name == "survival_at" or part == "events" for name, _, part in parts]
    (printed,) = block["printed"][[part[1:] == ("Mean", "months") for part in parts]]
    versions = np.repeat(sets, len(ends), axis=0)
    versions[np.arange(len(versions)), np.repeat(rows, len(ends))] = np.tile(
        2 * ends + 1 - event, len(sets)
    )
    curves = [Curves(part) for part in chunks(versions)]
    fixed = [reproduced(each, block[is_fixed]).all(axis=0) for each in curves]
    agree = np.concatenate(fixed).reshape(len(sets), -1)
    away = np.concatenate([each.mean[0] for each in curves]).reshape(len(sets), -1) - float(printed)
    unit, before, after = 10.0 ** -decimals(printed), away[:, :-1], away[:, 1:]
    possible = (np.minimum(before, after) <= unit) & (np.maximum(before, after) >= -unit)
    possible &= agree[:, :-1] | agree[:, 1:]
    found = [
        np.column_stack([np.full_like(inside, case), inside])
        for case, run in np.argwhere(possible)
        for inside in [np.arange(ends[run], ends[run + 1] + 1)]
    ]
    case, time = np.concatenate([np.empty((0, 2), dtype=int), *found]).T
    return case, time


def _ends(files: Files) -> IntArray:
    """The printed times, and the first and last hundredth of each interval between them."""
    times, last = printed_times(files), LONGEST * PER_MONTH
    near = np.concatenate([times - 1, times, times + 1, [0, last]])
    return np.unique(near[(near >= 0) & (near <= last)])


# --- the search of two signs ------------------------------------------------------


def two_sign_searches(files: Files) -> BoolArray:
    """Find the changes of two signs that make all agree, where two signs are changed already.

    The caption of Figure 1 is compared too.

    Parameters
    ----------
    files : Files

    Returns
    -------
    ndarray of bool, shape (n_pairs, n_pairs)
        Slips x changes. Pairs are in the order of `itertools.combinations`.
    """
    _, truth = first_course_codes(files.repaired)
    pairs = combinations(range(len(truth)), 2)
    bits = np.array([1 << one | 1 << other for one, other in pairs])
    flipped, which = np.unique(bits[:, None] ^ bits, return_inverse=True)
    versions = truth ^ (flipped[:, None] >> np.arange(len(truth)) & 1).astype(truth.dtype)
    return _agreement(files, versions)[1, which.reshape(len(bits), len(bits))]
