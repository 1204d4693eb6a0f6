"""Relief by rate, days and duration of CRPS, and the two courses of the same patients.

All of it is description. Rate and days cannot be compared as treatments: the rate depended on
what a patient tolerated, and the length of an infusion on the relief.
"""

import numpy as np
import pandas as pd

from ..data import classes, courses, validation
from ..data.table1 import Table1
from ..paper import claims, rounding
from ..paper.records import Files
from .coding_choices import BROKEN_OFF

RELIEF_KINDS = ["complete", "partial", "none"]
CRPS_CLASSES = ["less than 1 month", "1 to 24 months", "more than 24 months"]
CRPS_EDGES = [0, 1, 25, np.inf]
BEYOND = 3  # months, the earliest time at which the paper reports relief
DAYS_PROPOSED = (4, 5)
RATES_PROPOSED = (25, 50)
ATTEMPTS_OF_PATIENT_21 = "res-p21-attempts"  # the claim on this patient's broken-off infusions


def relief_kind(percent: pd.Series) -> pd.Series:
    """``complete`` for 100% relief, ``none`` for 0, ``partial`` between."""
    return percent.map(lambda p: "complete" if p == 100 else "none" if p == 0 else "partial")


def known_beyond(months: pd.Series, event: pd.Series, time: float) -> pd.Series:
    """Whether relief lasted beyond a time: ``yes``, ``no``, or ``not known`` (censored by then).

    months, event : Series of times and indicators (1 = relapse or failure).
    """
    known = np.where(months > time, "yes", np.where(event == 1, "no", "not known"))
    return pd.Series(known, index=months.index)


def crps_class(patients: pd.DataFrame) -> pd.Series:
    """Class of each patient's duration of CRPS; the lower bound >24 counts as more than 24."""
    months = patients["crps_months"] + patients["crps_months_is_lower_bound"]
    return pd.cut(months, CRPS_EDGES, labels=CRPS_CLASSES, right=False)


def first_courses(table: Table1) -> pd.DataFrame:
    """The first courses, each patient once, with classes to describe them by.

    Returns 33 rows by patient: columns of ``cycles`` and ``patients`` with relief, rate_class,
    day_class, crps_class (strings) and beyond, as `known_beyond` at `BEYOND` months.
    """
    first = table.course(1).merge(table.patients, on="patient").set_index("patient")
    return first.assign(
        relief=relief_kind(first["relief_percent"]),
        rate_class=classes.rate_class(first["rate_max_mg_per_h"]),
        day_class=classes.day_class(first["infusion_days"]),
        crps_class=crps_class(first),
        beyond=known_beyond(first["relief_months"], first["event"], BEYOND),
    )


def by_class(first: pd.DataFrame, column: str) -> pd.DataFrame:
    """`first_courses` counted by a class: patients, relief, and whether it lasted beyond `BEYOND`.

    Columns patients, complete, partial, none, yes, no, not known.
    """
    counts = first.groupby(column, observed=False).size().rename("patients")
    relief = pd.crosstab(first[column], first["relief"]).reindex(columns=RELIEF_KINDS, fill_value=0)
    answers = ["yes", "no", "not known"]
    lasted = pd.crosstab(first[column], first["beyond"]).reindex(columns=answers, fill_value=0)
    return pd.concat([counts, relief, lasted], axis=1).fillna(0).astype(int)


def within_limits(table: Table1) -> pd.DataFrame:
    """The cycles inside and outside the limits that the paper proposes, and their relief.

    Four rows, (days, mg/h) for both ends of either limit; columns inside and outside of
    cycles, patients, complete (cycles with complete relief) and least (lowest relief, %).
    """
    cycles, rows = table.cycles, {}
    for days in DAYS_PROPOSED:
        for rate in RATES_PROPOSED:
            inside = (cycles["infusion_days"] <= days) & (cycles["rate_max_mg_per_h"] <= rate)
            row = {}
            for name, chosen in (("inside", cycles[inside]), ("outside", cycles[~inside])):
                row[name, "cycles"] = len(chosen)
                row[name, "patients"] = chosen["patient"].nunique()
                row[name, "complete"] = int((chosen["relief_percent"] == 100).sum())
                row[name, "least"] = chosen["relief_percent"].min()
            rows[days, rate] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return frame.rename_axis(index=["days", "mg/h"])


def infusions_begun(files: Files) -> int:
    """Number of infusions begun: the cycles of Table 1, and those broken off and not in it.

    The text reports one such infusion of Patient 9 and gives the number of Patient 21's.
    """
    of_patient_21 = rounding.printed_number(claims.published(files, ATTEMPTS_OF_PATIENT_21))
    return len(files.table1.cycles) + len(BROKEN_OFF) - 1 + int(of_patient_21)


# --- the same patients twice ------------------------------------------------------


def with_broken_off(table: Table1) -> pd.DataFrame:
    """The pairs with the broken-off second infusions of Patients 9 and 21 as failures at 0.

    Returns a frame as `correll2004.data.courses.pairs_of_durations`. Table 1 leaves these
    infusions out; the relief that they brought is not reported, 0 is an assumption.
    """
    first = table.course(1).set_index("patient").loc[list(BROKEN_OFF)]
    added = pd.DataFrame(
        {
            "first": first["relief_months"],
            "second": 0.0,
            "first_event": first["event"],
            "second_event": 1,
        }
    )
    columns = (added[name] for name in ("first", "first_event", "second", "second_event"))
    added["comparison"] = [courses.compare_durations(*pair) for pair in zip(*columns, strict=True)]
    return pd.concat([courses.pairs_of_durations(table), added])


def sign_test(comparison: pd.Series) -> tuple[int, int, float]:
    """``(longer, shorter, p)`` of a Series of comparisons: the exact two-sided sign test.

    Pairs that are equal or undetermined are left out (Dixon and Mood, 1946).
    """
    longer, shorter = (int((comparison == word).sum()) for word in ("longer", "shorter"))
    from scipy.stats import binomtest  # slow to load, and few chapters need it

    return longer, shorter, float(binomtest(longer, longer + shorter).pvalue)


def ratio_upper_limit(longer: int, shorter: int, sides: int = 2) -> float:
    """Exact upper 95% limit of the hazard ratio of the second course to the first, by pairs.

    In a pair the second relief ends first with probability r / (1 + r), r being the ratio of
    the hazards. The limit is that of Clopper and Pearson for this share.

    longer, shorter : pairs as `sign_test` counts them; sides : 2 for the upper end of a
    two-sided interval, 1 for a one-sided limit.
    """
    from scipy.stats import binomtest  # as in `sign_test`

    found = binomtest(shorter, longer + shorter)
    share = found.proportion_ci(1 - 0.05 * 2 / sides, method="exact").high
    return float(share / (1 - share)) if share < 1 else float("inf")


def paired_log_likelihood(log_hazard_ratio: float, pairs: pd.DataFrame) -> float:
    """Cox's partial log-likelihood of the second against the first course, by patient.

    Every patient is a stratum of two courses. Each relapse contributes the hazard of its
    course as a share of the hazards of the courses at risk in the stratum (Kalbfleisch and
    Prentice, 2002, section 4.4)::

        sum over relapses of  b x_i - log(sum over at risk of exp(b x_j))

    x = 1 for the second course, 0 for the first; b the log hazard ratio.

    pairs : frame of `correll2004.data.courses.pairs_of_durations`.
    """
    total = 0.0
    for _, pair in validation.rows(pairs):
        times = pair["first"], pair["second"]
        events = pair["first_event"], pair["second_event"]
        for course, (time, event) in enumerate(zip(times, events, strict=True)):
            if event:
                at_risk = [x for x in (0, 1) if times[x] >= time]
                total += log_hazard_ratio * course
                total -= np.log(sum(np.exp(log_hazard_ratio * x) for x in at_risk))
    return float(total)
