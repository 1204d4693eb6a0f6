"""How much single patients, and what is not known of others, bear on the headlines.

Everything starts from Table 1 under repair R1, which gives back what the paper printed.
"""

from functools import cache

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from . import claims, intervals, multiverse, quantities, survival, table1, tables
from .survival import Z95_EXACT, KaplanMeier, first_time

PATIENTS_WITH_HALLUCINATIONS = "res-hallucinations"  # not in Table 1: the printed count
DAY = 12 / 365  # months
COURSE_TITLES = {1: "First", 2: "Second"}
SHARES_OF_PATIENTS = {
    "Complete relief, first course": ("cycle == 1", "relief_percent == 100"),
    "Partial relief, first course": ("cycle == 1", "0 < relief_percent < 100"),
    "No relief, first course": ("cycle == 1", "relief_percent == 0"),
    "Complete relief, second course": ("cycle == 2", "relief_percent == 100"),
    "Not seen after the first infusion": ("cycle == 1", "outcome == 'no_follow_up'"),
    "Raised liver enzymes": (
        "cycle == 1",
        "patient_facts.fillna('').str.contains('raised_liver_enzymes')",
    ),
}
SHARES_OF_CYCLES = {
    "Complete relief": "relief_percent == 100",
    "Maximum rate at most 25 mg/h": "rate_max_mg_per_h <= 25",
    "Maximum rate above 26 mg/h": "rate_max_mg_per_h > 26",
    "Infusion of 5 days or less": "infusion_days <= 5",
    "Not seen after the infusion": "outcome == 'no_follow_up'",
}


def _cycles(data):
    columns = ["patient", "patient_facts"]
    return data.cycles.merge(data.patients[columns], on="patient")


# --- proportions ------------------------------------------------------------------


def shares_of_patients():
    """Proportions in which each patient stands once, with Wilson's limits.

    Columns count, n, percent, lower, upper. The hallucinations are the paper's count:
    Table 1 does not name the patients. The last row is a side effect seen in nobody.
    """
    cycles = _cycles(table1.read())
    counts = {}
    for label, (base, condition) in SHARES_OF_PATIENTS.items():
        chosen = cycles.query(base, engine="python")
        counts[label] = len(chosen.query(condition, engine="python")), len(chosen)
        if label == "Complete relief, second course":
            # What relief the broken-off infusions brought is not reported.
            with_failures = len(multiverse.outcomes(2, broken_off="failure"))
            counts[f"{label}, broken-off as failures"] = counts[label][0], with_failures
    n = len(table1.read().patients)
    reported = int(claims.printed_number(claims.published(PATIENTS_WITH_HALLUCINATIONS)))
    counts["Hallucinations, as reported"] = reported, n
    counts["Any side effect reported in no patient"] = 0, n
    rows = {}
    for label, (count, n) in counts.items():
        lower, upper = intervals.wilson(count, n)
        rows[label] = [count, n, 100 * count / n, 100 * lower, 100 * upper]
    columns = ["count", "n", "percent", "lower", "upper"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def shares_of_cycles():
    """Proportions of the 47 cycles, with limits that take patients as clusters.

    Columns count, n, percent, lower, upper (bootstrap over patients), design_effect, and
    naive_lower, naive_upper (Wilson's, as if the cycles were independent), percent.
    """
    cycles = _cycles(table1.read())
    sizes = cycles.groupby("patient").size()
    rows = {}
    for label, condition in SHARES_OF_CYCLES.items():
        hits = cycles.query(condition, engine="python").groupby("patient").size()
        hits = hits.reindex(sizes.index, fill_value=0)
        share = intervals.clustered(hits, sizes)
        naive = intervals.wilson(hits.sum(), sizes.sum())
        rows[label] = {
            "count": int(hits.sum()),
            "n": int(sizes.sum()),
            "percent": 100 * share.value,
            "lower": 100 * share.lower,
            "upper": 100 * share.upper,
            "design_effect": share.design_effect,
            "naive_lower": 100 * naive[0],
            "naive_upper": 100 * naive[1],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# --- the curves -------------------------------------------------------------------


def readings(months):
    """Both readings of the curves, with limits and the patients behind them.

    months : times. Rows (course, coding, months); columns at_risk (time at or after t),
    beyond and its lower and upper limit, at_least and its limits, all in percent, log-log,
    NaN limits where a height is 100 or 0%.
    """
    curves = {
        ("First", "as tabulated"): survival.of_course(table1.read(), 1),
        ("First", "R1"): survival.of_course(table1.read(("R1",)), 1),
        ("Second", "as tabulated"): survival.of_course(table1.read(), 2),
    }
    rows = {}
    for name, curve in curves.items():
        for time in months:
            beyond = _in_percent(curve.survival_at(time), curve.limits_at(time))
            before = curve.survival_just_before(time), curve.limits_just_before(time)
            rows[*name, time] = [curve.at_risk(time), *beyond, *_in_percent(*before)]
    columns = ["at_risk", "beyond", "lower", "upper", "at_least", "lower−", "upper−"]
    frame = pd.DataFrame(rows.values(), columns=columns)
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Coding", "Months"]))


def _in_percent(height, limits):
    """A height of a curve and its limits in percent; no limits at 0 and 100%."""
    limits = limits if 0 < height < 1 else (np.nan, np.nan)
    return [100 * value for value in (height, *limits)]


def restricted_means(horizons):
    """Restricted means of both courses under R1.

    horizons : months. Rows (course, horizon); columns at_risk at the horizon, months, se as
    in R, lower and upper: 95%, symmetric for the logit of the mean's share of the horizon,
    so that they stay within it (delta method).
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        curve = multiverse.curve(course)
        for horizon in horizons:
            mean = curve.restricted_mean(horizon)
            share = mean.value / horizon
            error = mean.se / horizon / (share * (1 - share))
            limits = [horizon * expit(logit(share) + sign * Z95_EXACT * error) for sign in (-1, 1)]
            rows[title, horizon] = [curve.at_risk(horizon), mean.value, mean.se, *limits]
    frame = pd.DataFrame(rows.values(), columns=["at_risk", "months", "se", "lower", "upper"])
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Horizon"]))


# --- single patients --------------------------------------------------------------


def _value(compute, data):
    """A headline's value; the median of a curve that stays above one half is inf."""
    function, arguments, _ = quantities.parse(compute)
    if function is not quantities.table5:
        return quantities.evaluate(compute, data).value
    curve = survival.of_course(data, tables.COURSES[arguments[0]])
    return curve.area() if arguments[1] == "Mean" else curve.median_time()


@cache
def leave_one_out():
    """Every headline of the register without each patient in turn.

    Returns a frame with one row per patient, and 0 for nobody left out, a column per
    claim id; values in the claim's unit, inf for a median not reached.
    """
    calls = claims.stored().query("headline != ''")["compute"]
    data = table1.read(("R1",))
    versions = {0: data} | {patient: data.without(patient) for patient in data.patients["patient"]}
    rows = {
        patient: {name: _value(call, version) for name, call in calls.items()}
        for patient, version in versions.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("patient").astype(float)


def leave_one_out_range():
    """`leave_one_out` in one row per headline, indexed by claim id.

    Columns value (nobody left out), minimum, without_minimum, maximum, without_maximum:
    the patients whose absence gives the extremes, as ``18`` or ``8, 15``.
    """
    found = leave_one_out()
    rows = {}
    for claim, values in found.drop(index=0).items():
        rows[claim] = {"value": found.at[0, claim]}
        for name, extreme in (("minimum", values.min()), ("maximum", values.max())):
            same = np.isclose(values, extreme) | (values == extreme)
            who = values.index[same] if extreme != found.at[0, claim] else []
            rows[claim] |= {name: extreme, f"without_{name}": ", ".join(map(str, who))}
    return pd.DataFrame.from_dict(rows, orient="index")


def leave_one_out_restricted(course, horizon):
    """Restricted mean of a course without each patient in turn: Series, 0 for nobody.

    Means to one horizon can be compared where those to the last time cannot.
    """
    found = multiverse.outcomes(course)
    means = {}
    for patient in [0, *found["patient"]]:
        rest = found[found["patient"] != patient]
        means[patient] = KaplanMeier(rest["months"], rest["event"]).restricted_mean(horizon).value
    return pd.Series(means)


# --- what is not known ------------------------------------------------------------


def observed(times):
    """What was seen of the patients of either course by some times, under R1.

    times : course (1 or 2) -> months. Rows (course, months); columns n, beyond (seen in
    remission beyond t), ended (relapse or failure by t), unknown (censored by t, including
    those last seen at t), and, of the unknown, unseen: never seen after the infusion. The
    censored at exactly t were in remission at t; whether they were beyond it is not known.
    """
    rows = {}
    for course, months in times.items():
        found = multiverse.outcomes(course)
        relapsed, unseen = found["event"] == 1, (found["months"] == 0) & (found["event"] == 0)
        for time in months:
            by_then = found["months"] <= time
            rows[COURSE_TITLES[course], time] = {
                "n": len(found),
                "beyond": int((~by_then).sum()),
                "ended": int((by_then & relapsed).sum()),
                "unknown": int((by_then & ~relapsed).sum()),
                "unseen": int(unseen.sum()),
            }
    return _by_course_and_time(rows)


def bounds(times):
    """The least and the most that relief beyond some times can have been, in percent.

    times : as for `observed`. Rows (course, months); columns at_risk (at t) and estimate
    (Kaplan-Meier), both under R1; the four of `scenarios`; and counted: how many of the
    unknown patients of `observed` the estimate counts as in remission.
    """
    seen, rows = observed(times), {}
    for course, months in times.items():
        curve, others = multiverse.curve(course), scenarios(course)
        for time in months:
            height, counts = curve.survival_at(time), seen.loc[COURSE_TITLES[course], time]
            rows[COURSE_TITLES[course], time] = {
                "at_risk": curve.at_risk(time),
                "estimate": 100 * height,
                **{name: 100 * _height(other, time) for name, other in others.items()},
                "counted": height * counts["n"] - counts["beyond"],
            }
    return _by_course_and_time(rows)


def scenarios(course):
    """Curves of a course if the unknown had gone one way, by name: Series by months.

    unseen_relapsed, unseen_lasting : those without follow-up all relapsed at once, or all
    stayed in remission; the estimate of the others is left to them. all_relapsed,
    all_lasting : everybody censored relapsed right after the last visit, or never.
    """
    found = multiverse.outcomes(course)
    unseen = (found["months"] == 0) & (found["event"] == 0)
    others = multiverse.curve(course, no_follow_up="excluded").table["survival"]
    share = unseen.mean()
    censored = found["event"] == 0
    day = np.where(censored, found["months"] + DAY, found["months"])
    never = np.where(censored, multiverse.HORIZON + DAY, found["months"])
    relapsed = KaplanMeier(day, np.ones(len(found), dtype=int))
    return {
        "unseen_relapsed": (1 - share) * pd.concat([pd.Series({0.0: 1.0}), others]),
        "unseen_lasting": share + (1 - share) * others,
        "all_relapsed": relapsed.table["survival"],
        "all_lasting": KaplanMeier(never, found["event"]).table["survival"],
    }


def _height(curve, time):
    """Height of a step curve, Series by months, at a time; 1 before its first."""
    before = curve[curve.index <= time]
    return float(before.iloc[-1]) if len(before) else 1.0


def duration_bounds():
    """The least and the most that mean and median can have been, in months.

    Rows (course, ``Mean`` or ``Median``); columns estimate and the four of `scenarios`.
    Means count relief up to 36 months; inf for a median not reached.
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        named = {"estimate": multiverse.curve(course).table["survival"]} | scenarios(course)
        rows[title, "Mean"] = {name: _area(other) for name, other in named.items()}
        rows[title, "Median"] = {name: first_time(other, 0.5) for name, other in named.items()}
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "Statistic"]))


def _area(curve):
    """Area under a step curve, Series by months, from 0 to 36 months."""
    edges = np.clip([0.0, *curve.index, multiverse.HORIZON], 0, multiverse.HORIZON)
    return float(np.sum(np.diff(edges) * [1.0, *curve]))


def _by_course_and_time(rows):
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "t (months)"]))
