"""Which changes of two patients' outcomes give the printed numbers of the first course."""

from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations

import numpy as np
import pandas as pd

from ..data.table1 import Table1
from ..paper.records import Files
from ..stats.curves import Curves, decode, encode
from .outcome_search import (
    LONGEST,
    _chunks,
    _first_course,
    _fits_caption,
    _matched,
    _with_changed,
    caption_codes,
    first_course_block,
    single_cell_search,
)

# --- two cells --------------------------------------------------------------------


def coarse_times(table: Table1) -> np.ndarray:
    """Times of the two-cell search, in months: Table 1's own and round ones.

    Round are the quarters up to 6 months, whole months up to 36, and 42 and 48.
    """
    own = table.cycles["relief_months"].unique()
    return np.unique(np.concatenate([own, np.arange(0, 6, 0.25), np.arange(6, 37), [42, LONGEST]]))


# Kinds of changes of two cells; ``{one}`` is the repair that alone gives every number.
EXCHANGED = "{one}, with the outcomes of two patients exchanged"
UNNOTICED = "{one}, and a second change that no number notices"
WITH = "the patient of {one} read otherwise, and another patient"
WITHOUT = "two other patients"
PAIR = ["patient", "months", "event", "other", "other_months", "other_event", "caption", "data"]
KINDS = [EXCHANGED, UNNOTICED, WITH, WITHOUT]


@dataclass(frozen=True)
class PairSearch:
    """Two-cell changes of the first course that give back every number of the block.

    n_times : times on the grid; n_changes : changes of two cells on the grid.
    n_counted : of these, changes with the printed number of events, none left out.
    found : one row per change: patient, months and event of both cells; caption; kind,
        one of `KINDS`; data, a number that changes with equal sets of outcomes share.
    """

    n_times: int
    n_changes: int
    n_counted: int
    found: pd.DataFrame


def pair_table(files: Files) -> pd.DataFrame:
    """`pair_search` counted by kind: changes, different data sets, fitting the caption."""
    found = pair_search(files).found
    table = found.groupby("kind").agg(
        changes=("caption", "size"), data=("data", "nunique"), caption=("caption", "sum")
    )
    table.loc["all"] = [len(found), found["data"].nunique(), found["caption"].sum()]
    return table.reindex([*KINDS, "all"], fill_value=0)


def in_words(files: Files) -> dict[str, str]:
    """The kinds of `pair_search` in words, with the repairs that they are about."""
    one = " or ".join(_sufficient_repairs(files)) or "one change that gives every number"
    return {kind: kind.format(one=one) for kind in KINDS}


def _sufficient_repairs(files):
    """Codes of the first course under each repair that alone gives every number of the block."""
    numbers = list(first_course_block(files).itertuples())
    found = {}
    for repair, table in files.under_each_repair.items():
        _, codes = _first_course(table)
        if _matched(Curves(codes[None]), numbers).all():
            found[repair] = codes
    return found


@cache
def pair_search(files: Files) -> PairSearch:
    """All pairs of patients of the first course, both recoded on the coarse grid.

    Only recodings with the printed number of events are evaluated: no other can match;
    and those of one pair of outcomes only once, whichever patients had them.
    """
    patients, codes = _first_course(files.table1)
    block, expected = first_course_block(files), caption_codes(files)
    times = coarse_times(files.table1)
    options = encode(np.repeat(times, 2), np.tile([1, 0], len(times)))
    read_off = block["call"].map(lambda call: call.quantity == "survival_at")
    parts = [list(part.itertuples()) for part in (block[read_off], block[~read_off])]
    is_events = block["call"].map(lambda call: call["part"] == "events")
    events_needed = int(block.loc[is_events, "printed"].iloc[0])
    n_changes = n_counted = 0
    found, known = [], {}
    for one, other in combinations(range(len(codes)), 2):
        first, second = (options[options != codes[row]] for row in (one, other))
        n_changes += len(first) * len(second)
        kept = np.count_nonzero(np.delete(codes, [one, other]) % 2 == 0)
        chosen = np.nonzero((2 - first % 2)[:, None] - second % 2 == events_needed - kept)
        n_counted += len(chosen[0])
        outcomes = codes[one], codes[other]
        if outcomes not in known:
            recoded = np.transpose([first[chosen[0]], second[chosen[1]]])
            versions = _with_changed(codes, [one, other], recoded)
            full = [_matching_all(chunk, parts) for chunk in _chunks(versions)]
            known[outcomes] = np.concatenate(full)[:, [one, other]]
        versions = _with_changed(codes, [one, other], known[outcomes])
        found += [_pair(patients, version, one, other, expected) for version in versions]
    frame = pd.DataFrame(found, columns=PAIR)
    frame["kind"] = list(_kinds(files, frame))
    frame["data"] = pd.factorize(frame["data"])[0]
    return PairSearch(len(times), n_changes, n_counted, frame)


def _matching_all(versions, parts):
    """The recodings that give back every number of the block; the quick parts come first."""
    for numbers in parts:
        if len(versions):
            versions = versions[_matched(Curves(versions), numbers).all(axis=0)]
    return versions


def _pair(patients, version, one, other, expected):
    """One two-cell change as a row of `PairSearch.found`, in the order of `PAIR`."""
    cells = zip(patients[[one, other]], *decode(version[[one, other]]), strict=True)
    caption, data = bool(_fits_caption(version[None], expected)[0]), tuple(np.sort(version))
    return (*chain.from_iterable(cells), caption, data)


def _kinds(files, pairs):
    """Which of `KINDS` each two-cell change is, given the single-cell repairs."""
    single = single_cell_search(files).full()
    repaired = set(single["patient"])
    outcomes = set(single[["patient", "months", "event"]].itertuples(index=False, name=None))
    sufficient = {tuple(np.sort(codes)) for codes in _sufficient_repairs(files).values()}
    for pair in pairs.itertuples():
        cells = {
            (pair.patient, pair.months, pair.event),
            (pair.other, pair.other_months, pair.other_event),
        }
        if pair.data in sufficient:
            yield EXCHANGED
        elif cells & outcomes:
            yield UNNOTICED
        else:
            yield WITH if {pair.patient, pair.other} & repaired else WITHOUT
