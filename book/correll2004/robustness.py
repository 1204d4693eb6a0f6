"""How much single patients, and what is not known of others, bear on the headlines.

Everything starts from Table 1 under repair R1, which gives back what the paper printed.
"""

from functools import cache

import numpy as np
import pandas as pd

from . import claims, intervals, multiverse, quantities, survival, table1, tables

PATIENTS_WITH_HALLUCINATIONS = "res-hallucinations"  # not in Table 1: the printed count
COURSE_TITLES = {1: "First", 2: "Second"}
SHARES_OF_PATIENTS = {
    "Complete relief, first course": ("cycle == 1", "relief_percent == 100"),
    "Partial relief, first course": ("cycle == 1", "0 < relief_percent < 100"),
    "No relief, first course": ("cycle == 1", "relief_percent == 0"),
    "Complete relief, second course": ("cycle == 2", "relief_percent == 100"),
    "Not seen after the first infusion": ("cycle == 1", "outcome == 'no_follow_up'"),
    "Treated a second time": ("cycle == 1", "n_cycles > 1"),
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
    columns = ["patient", "crps_months", "n_cycles", "patient_facts"]
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
    n = len(table1.read().patients)
    # Each broken-off infusion as a second course without complete relief.
    count, _ = counts["Complete relief, second course"]
    with_failures = count, len(multiverse.outcomes(2, broken_off="failure"))
    counts["The same, broken-off infusions as failures"] = with_failures
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
    """Restricted means of both courses under R1, with the error of R and of SPSS.

    horizons : months. Rows (course, horizon); columns at_risk at the horizon, months, se,
    lower, upper (estimate -/+ 1.96 SE).
    """
    rows = {}
    for course, title in COURSE_TITLES.items():
        curve = multiverse.curve(course)
        for horizon in horizons:
            mean = curve.restricted_mean(horizon)
            numbers = [mean.value, mean.se, mean.lower, mean.upper]
            rows[title, horizon] = [curve.at_risk(horizon), *numbers]
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
    calls = claims.register().query("headline != ''")["compute"]
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

    times : as for `observed`. Rows (course, months); columns at_risk (at t), estimate
    (Kaplan-Meier), unseen_relapsed and unseen_lasting (those without follow-up all
    relapsed at once, or all stayed in remission to the end, the others as estimated),
    all_relapsed and all_lasting (everybody censored relapsed right after the last visit,
    or never), and counted: how many of the unknown patients of `observed` the estimate
    counts as in remission.
    """
    seen, rows = observed(times), {}
    for course, months in times.items():
        curve = multiverse.curve(course)
        unseen = {
            f"unseen_{option}": multiverse.curve(course, no_follow_up=option)
            for option in ("relapsed", "lasting")
        }
        for time in months:
            height, counts = curve.survival_at(time), seen.loc[COURSE_TITLES[course], time]
            # Last seen at exactly t and relapsed the next day: in remission beyond t.
            least = counts["beyond"] + curve.censored_at(time)
            rows[COURSE_TITLES[course], time] = {
                "at_risk": curve.at_risk(time),
                "estimate": 100 * height,
                **{name: 100 * other.survival_at(time) for name, other in unseen.items()},
                "all_relapsed": 100 * least / counts["n"],
                "all_lasting": 100 * (counts["n"] - counts["ended"]) / counts["n"],
                "counted": height * counts["n"] - counts["beyond"],
            }
    return _by_course_and_time(rows)


def _by_course_and_time(rows):
    frame = pd.DataFrame(rows.values())
    return frame.set_axis(pd.MultiIndex.from_tuples(rows, names=["Course", "t (months)"]))
