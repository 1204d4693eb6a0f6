"""What selection alone would do to the patients who had two courses.

The second relief is drawn from the curve of the first course, so that the second infusion has
the very same effect. A patient is compared because a first relief had ended; the second is
followed as long as Table 1 followed it.
"""

import numpy as np
import pandas as pd

from ..data import courses
from ..data.table1 import Table1
from ..paper import course_curves
from ..stats import jackknife, paired_durations
from ..stats.curves import Curves, FloatArray, IntArray
from . import dose

# How far the duration of relief is the patient's own: Kendall's tau of the two reliefs.
DEPENDENCE = {"not at all": 0.0, "weakly": 0.25, "moderately": 0.5, "strongly": 0.75, "wholly": 1.0}
RETURNS = {
    "relapsed": "of any who relapsed",
    "same": "of these patients",
    "paired": "of these patients, each with its own follow-up",
}


class _FirstCourses:
    """The first courses of all patients, then those without each patient in turn.

    times : of the courses, months; survival : S(t) after each; relapses : share of the
    relapses, failures without relief left out, at each. Both are versions x times.
    """

    def __init__(self, months: FloatArray, event: IntArray):
        self.times = np.unique(months)
        everybody = np.arange(len(months))
        versions = [everybody, *(np.delete(everybody, one) for one in everybody)]
        rows = [_survival_and_relapses(months[i], event[i], self.times) for i in versions]
        self.survival, self.relapses = (np.stack(part) for part in zip(*rows, strict=True))

    def second(self, tau: float, relief_is_certain: bool) -> FloatArray:
        """As `paired_durations.second_given_first`, given some relief if it is certain."""
        found = paired_durations.second_given_first(self.survival, tau)
        if relief_is_certain:
            found[..., :-1][..., self.times == 0] = 0
            found /= found.sum(axis=-1, keepdims=True)
        return found

    def ended(self, pairs: pd.DataFrame, returns: str) -> list[FloatArray]:
        """For each pair the probability of each time at which its first relief ended."""
        own = np.equal.outer(pairs["first"].to_numpy(), self.times).astype(float)
        if returns == "paired":
            return list(own)
        return [self.relapses if returns == "relapsed" else own.mean(axis=0)] * len(pairs)


def _survival_and_relapses(
    months: FloatArray, event: IntArray, times: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """One version of `_FirstCourses`: S(t) and the share of relapses at each of the times."""
    curve = Curves.of_times([months], [event])
    survival = np.concatenate([curve.survival_at(time) for time in times])
    relapses = months[(event == 1) & (months > 0)]
    return survival, np.equal.outer(relapses, times).mean(axis=0)


def by_dependence(table: Table1) -> pd.DataFrame:
    """How the pairs would look, by how far the duration of relief is the patient's own.

    Rows: `DEPENDENCE`. Columns longer, shorter, equal, undetermined: of the pairs of Table 1,
    the number expected to look so. as_many: in percent, how often as many of the pairs that
    can be ordered would be longer as were, given that as many can be ordered; as_many_all: the
    same with the broken-off infusions as failures. Each has _lower and _upper, 95% limits by
    the jackknife over the first courses. NaN where no pair can be ordered.
    """
    first = _first_courses(table)
    rows = {name: _row(table, first, tau) for name, tau in DEPENDENCE.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


def by_return(table: Table1) -> pd.DataFrame:
    """The same columns for other choices of the pairs; the two reliefs are independent.

    Rows (first, relief): which first reliefs are compared, as in `RETURNS`, and whether the
    second infusion brings no relief as often as the first, or always some.
    """
    first = _first_courses(table)
    rows = {
        (words, relief): _row(table, first, 0.0, returns, relief == "always")
        for returns, words in RETURNS.items()
        for relief in ("as after the first", "always")
    }
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["first", "relief"]))


def _first_courses(table: Table1) -> _FirstCourses:
    curve = course_curves.of_course(table, 1)
    return _FirstCourses(curve.months, curve.event)


def _row(
    table: Table1,
    first: _FirstCourses,
    tau: float,
    returns: str = "relapsed",
    relief_is_certain: bool = False,
) -> dict[str, float]:
    """One row of `by_dependence`."""
    row: dict[str, float] = {}
    second = first.second(tau, relief_is_certain)
    frames = courses.pairs_of_durations(table), dose.with_broken_off(table)
    for name, frame in zip(("as_many", "as_many_all"), frames, strict=True):
        reliefs = zip(first.ended(frame, returns), follow_up(frame), strict=True)
        pairs = np.stack(
            [
                paired_durations.outcomes(second, first.times, ended, months)
                for ended, months in reliefs
            ]
        )
        if name == "as_many":
            row |= dict(
                zip(paired_durations.OUTCOMES, pairs[:, 0].sum(axis=0).tolist(), strict=True)
            )
        longer, shorter, _ = dose.sign_test(frame["comparison"])
        counted = paired_durations.counts(pairs)
        chance = np.broadcast_to(
            paired_durations.chance_of_as_many(counted, longer, shorter), len(first.survival)
        )
        lower, upper = jackknife.logit_limits(chance[0], chance[1:])
        row[name] = 100 * chance[0]
        row |= {f"{name}_lower": 100 * lower, f"{name}_upper": 100 * upper}
    return row


def follow_up(pairs: pd.DataFrame) -> FloatArray:
    """Months for which each second relief was followed; inf if until it ended.

    pairs : frame of `correll2004.data.courses.pairs_of_durations`.
    """
    return np.where(pairs["second_event"] == 1, np.inf, pairs["second"])
