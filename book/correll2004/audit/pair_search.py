"""Which changes of two patients' outcomes reproduce the printed numbers of the first course."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd

from ..data import validation
from ..data.table1 import Table1
from ..paper.records import Files
from ..paper.rounding import printed_number
from ..stats.curves import Curves, FloatArray, IntArray, decode, encode
from .outcome_search import (
    LONGEST,
    caption_codes,
    chunks,
    first_course_block,
    first_course_codes,
    fits_caption,
    reproduced,
    single_cell_search,
    with_changed,
)


def coarse_times(table: Table1) -> FloatArray:
    """Times of the search, in months: those of Table 1, and round ones.

    The round ones are the quarters of months up to 6, the whole months up to 36, and 42 and 48.
    """
    own = table.cycles["relief_months"].unique()
    return np.unique(np.concatenate([own, np.arange(0, 6, 0.25), np.arange(6, 37), [42, LONGEST]]))


# Kinds of changes of two outcomes; ``{one}`` is a repair that alone reproduces every number.
REPAIR_EXCHANGED = "{one}, with the outcomes of two patients exchanged"
REPAIR_AND_ANOTHER = "{one}, and a second change that no number notices"
REPAIRED_PATIENT = "the patient of {one} read otherwise, and another patient"
OTHER_PATIENTS = "two other patients"
KINDS = [REPAIR_EXCHANGED, REPAIR_AND_ANOTHER, REPAIRED_PATIENT, OTHER_PATIENTS]

COLUMNS = ["patient", "months", "event", "other", "other_months", "other_event", "caption", "data"]


@dataclass(frozen=True)
class PairSearch:
    """Changes of two outcomes of the first course that reproduce every number of the block.

    n_times : number of times searched; n_changes : number of changes of two outcomes.
    n_counted : how many of these have the printed number of events.
    found : one row per change that reproduces every number: patient, months and event, the
        same of the other patient; caption, as in `Search`; kind, one of `KINDS`; and data,
        a number that is the same for changes that give the same set of outcomes.
    """

    n_times: int
    n_changes: int
    n_counted: int
    found: pd.DataFrame


def pair_table(files: Files) -> pd.DataFrame:
    """The changes of `pair_search` by kind: how many, of how many sets, how many fit the caption.

    Rows `KINDS` and ``all``; columns changes, data, caption.
    """
    found = pair_search(files).found
    table = found.groupby("kind").agg(
        changes=("caption", "size"), data=("data", "nunique"), caption=("caption", "sum")
    )
    table.loc["all"] = [len(found), found["data"].nunique(), found["caption"].sum()]
    return table.reindex([*KINDS, "all"], fill_value=0)


def kinds_in_words(files: Files) -> dict[str, str]:
    """`KINDS` in words, with the names of the repairs."""
    one = " or ".join(_sufficient_repairs(files)) or "one change that gives every number"
    return {kind: kind.format(one=one) for kind in KINDS}


def _sufficient_repairs(files: Files) -> dict[str, IntArray]:
    """Codes of the first course under each repair that alone reproduces every number."""
    block, found = first_course_block(files), {}
    for repair, table in files.under_each_repair.items():
        _, codes = first_course_codes(table)
        if reproduced(Curves(codes[None]), block).all():
            found[repair] = codes
    return found


@cache
def pair_search(files: Files) -> PairSearch:
    """All pairs of patients of the first course, both recoded at `coarse_times`.

    Curves are computed only of recodings with the printed number of events, since no others can
    reproduce it, and once for all pairs of patients who have the same two outcomes.
    """
    patients, codes = first_course_codes(files.table1)
    block, expected = first_course_block(files), caption_codes(files)
    times = coarse_times(files.table1)
    options = encode(np.repeat(times, 2), np.tile([1, 0], len(times)))
    n_events = _printed_events(block)
    n_changes = n_counted = 0
    found: list[tuple[object, ...]] = []
    known: dict[tuple[int, int], IntArray] = {}
    for one, other in combinations(range(len(codes)), 2):
        first, second = (options[options != codes[row]] for row in (one, other))
        n_changes += len(first) * len(second)
        events_of_others = np.count_nonzero(np.delete(codes, [one, other]) % 2 == 0)
        events = (1 - first % 2)[:, None] + (1 - second % 2)
        chosen = np.nonzero(events_of_others + events == n_events)
        n_counted += len(chosen[0])
        outcomes = int(codes[one]), int(codes[other])
        if outcomes not in known:
            recoded = np.transpose([first[chosen[0]], second[chosen[1]]])
            versions = with_changed(codes, [one, other], recoded)
            full = [_complete(chunk, block) for chunk in chunks(versions)]
            known[outcomes] = np.concatenate(full)[:, [one, other]]
        versions = with_changed(codes, [one, other], known[outcomes])
        fits = fits_caption(versions, expected)
        found += [
            _pair(patients, version, [one, other], caption)
            for version, caption in zip(versions, fits, strict=True)
        ]
    frame = pd.DataFrame(found, columns=COLUMNS)
    frame["kind"] = list(_kinds(files, frame))
    frame["data"] = pd.factorize(frame["data"])[0]
    return PairSearch(len(times), n_changes, n_counted, frame)


def _printed_events(block: pd.DataFrame) -> int:
    """The printed number of events of the first course."""
    numbers = zip(block["call"], block["printed"], strict=True)
    return int(
        next(printed_number(printed) for call, printed in numbers if call["part"] == "events")
    )


def _complete(versions: IntArray, block: pd.DataFrame) -> IntArray:
    """The recodings that reproduce every number of the block."""
    is_probability = block["call"].map(lambda call: call.quantity == "survival_at")
    for part in (block[is_probability], block[~is_probability]):  # probabilities are quicker
        if len(versions):
            versions = versions[reproduced(Curves(versions), part).all(axis=0)]
    return versions


def _pair(
    patients: IntArray, version: IntArray, pair: list[int], caption: bool
) -> tuple[object, ...]:
    """A change of two outcomes as a row of `PairSearch.found`, in the order of `COLUMNS`."""
    (one, other), (months, events) = patients[pair], decode(version[pair])
    first, second = (one, months[0], events[0]), (other, months[1], events[1])
    return (*first, *second, bool(caption), tuple(np.sort(version)))


def _kinds(files: Files, pairs: pd.DataFrame) -> Iterator[str]:
    """Which of `KINDS` each change is."""
    single = single_cell_search(files).complete()
    repaired = set(single["patient"])
    outcomes = set(single[["patient", "months", "event"]].itertuples(index=False, name=None))
    sufficient = {tuple(np.sort(codes)) for codes in _sufficient_repairs(files).values()}
    for _, pair in validation.rows(pairs):
        changed = {
            (pair["patient"], pair["months"], pair["event"]),
            (pair["other"], pair["other_months"], pair["other_event"]),
        }
        if pair["data"] in sufficient:
            yield REPAIR_EXCHANGED
        elif changed & outcomes:
            yield REPAIR_AND_ANOTHER
        else:
            same_patient = {pair["patient"], pair["other"]} & repaired
            yield REPAIRED_PATIENT if same_patient else OTHER_PATIENTS
