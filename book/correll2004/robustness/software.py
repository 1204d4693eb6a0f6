"""The same Kaplan-Meier curve in other programs: what each prints of it, by its own rules.

Programs agree on the curve and differ in what they make of it. Each function below takes
a `correll2004.stats.survival.KaplanMeier` and returns what one program prints by default, in
months. lifelines is run. R's rules are written out here and held to R's own output by the
tests. SPSS, SAS and Stata are not run: their numbers come from published formulas, named
with their source in each docstring.
"""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.plotting import add_at_risk_counts
from lifelines.utils import median_survival_times, qth_survival_times, restricted_mean_survival_time
from matplotlib.figure import Figure

from ..paper import claims, records
from ..paper.rounding import agrees
from ..stats.curves import TIE
from ..stats.survival import Z95_EXACT, KaplanMeier, first_time

NONE = float("nan")  # the program prints no such number


@dataclass(frozen=True)
class Output:
    """What a program prints of a curve, in months: NaN for nothing, inf for not reached.

    ``quarter`` and ``three_quarters`` are the times by which so many have relapsed.
    """

    patients: int
    mean: float
    mean_se: float
    mean_lower: float
    mean_upper: float
    median: float
    median_se: float
    median_lower: float
    median_upper: float
    quarter: float
    three_quarters: float


# --- rules for a percentile -------------------------------------------------------


def middle_of_step(curve, height, open_end="first"):
    """As `first_time`, but the middle of a step that lies at exactly that height.

    The step ends at the next relapse. Where none follows, programs part: ``first`` takes
    the beginning of the step (R's ``print``), ``last`` the middle up to the last patient's
    time (R's ``quantile``, GraphPad Prism), ``missing`` has no value, NaN (SAS).

    Sources: R, ``survival:::survmean`` and ``quantile.survfit``; SAS/STAT User's Guide,
    LIFETEST; GraphPad, Prism Statistics Guide. Raises KeyError for another ``open_end``.
    """
    heights = curve.table["survival"]
    start = first_time(heights, height)
    if np.isinf(start) or abs(heights[start] - height) > TIE:
        return start
    later = heights[heights < height - TIE]
    if len(later):
        return (start + float(later.index[0])) / 2
    last = (start + float(curve.months.max())) / 2
    return {"first": start, "last": last, "missing": NONE}[open_end]


# --- programs ---------------------------------------------------------------------


def spss(curve):
    """SPSS's KM procedure, from its formulas; see `KaplanMeier.mean` and ``median``.

    Mean to the largest time, variance with m / (m - 1); median's error from the density
    between the last relapse with S >= 0.55 and the first with S <= 0.45; limits are the
    estimate -/+ 1.96 errors, negative ones printed as 0; percentiles are first times.

    Sources: Kaplan and Meier (1958); IBM SPSS Statistics Algorithms, KM, as an answer on
    Cross Validated describes it; together they give every number of Table 5.
    """
    mean, median = curve.mean(), curve.median()
    return Output(
        curve.n,
        mean.value,
        mean.se,
        max(mean.lower, 0.0),
        mean.upper,
        median.value,
        median.se,
        max(median.lower, 0.0),
        median.upper,
        first_time(curve.table["survival"], 0.75),
        first_time(curve.table["survival"], 0.25),
    )


def r_survival(curve):
    """R's survival package: ``print(survfit(...), rmean = "individual")``, ``quantile``.

    Mean to the largest time (R prints none unless asked), variance without m / (m - 1);
    median with the middle of a step at one half and limits from log-transformed limits
    of S(t), the default ``conf.type = "log"``. No error of the median.

    Source: ``survival:::survmean``; run by ``tests/r/software.R``.
    """
    mean = curve.restricted_mean(curve.months.max())
    return Output(
        curve.n,
        mean.value,
        mean.se,
        NONE,
        NONE,
        middle_of_step(curve, 0.5),
        NONE,
        *curve.median_limits("log"),
        middle_of_step(curve, 0.75, "last"),
        middle_of_step(curve, 0.25, "last"),
    )


def sas(curve):
    """SAS's PROC LIFETEST, from its formulas.

    Mean to the largest *relapse* time, too small where a longer time is censored, with
    variance after Kaplan and Meier, m / (m - 1) included; percentiles are the middle of a
    step at exactly that height, none where the curve ends there; limits of the median
    from log-log limits of S(t), the default of CONFTYPE=. No error of the median.

    Source: SAS/STAT User's Guide, The LIFETEST Procedure, Computational Formulas, for the
    percentiles and limits; for the mean's last time JMP's help; the factor is inferred
    from a worked example (``tests/robustness/test_software.py``).
    Raises ValueError with fewer than two events.
    """
    m = curve.n_events
    if m < 2:
        raise ValueError("the variance of the mean needs at least two events")
    mean = curve.restricted_mean(curve.months[curve.event == 1].max())
    return Output(
        curve.n,
        mean.value,
        mean.se * np.sqrt(m / (m - 1)),
        NONE,
        NONE,
        middle_of_step(curve, 0.5, "missing"),
        NONE,
        *curve.median_limits("log-log"),
        middle_of_step(curve, 0.75, "missing"),
        middle_of_step(curve, 0.25, "missing"),
    )


def stata(curve):
    """Stata's ``stci``, with ``rmean`` for the mean, from its formulas.

    ``stset`` has left out every patient whose time is 0. Mean to the largest time,
    variance without a factor, limits the estimate -/+ 1.96 errors; percentiles are first
    times; median's error as `stata_median_error`; its limits from log-log limits of S(t).

    Sources: Stata Survival Analysis Reference Manual, stci and stset; ``stci.ado``
    7.3.10 and ``st_set.ado`` 6.2.10. Raises ValueError where no patient is left.
    """
    curve = without_times_of_zero(curve)
    mean = curve.restricted_mean(curve.months.max())
    heights = curve.table["survival"]
    return Output(
        curve.n,
        mean.value,
        mean.se,
        mean.value - Z95_EXACT * mean.se,
        mean.value + Z95_EXACT * mean.se,
        first_time(heights, 0.5),
        stata_median_error(curve),
        *curve.median_limits("log-log"),
        first_time(heights, 0.75),
        first_time(heights, 0.25),
    )


def stata_median_error(curve):
    """Stata's standard error of the median: se(S(t50)) / f, as SPSS's but for one point.

    f = (S(u) - S(l)) / (l - u), l the first time with S <= 0.45, u the last time with
    S >= 0.55, here of any patient, relapsed or censored; SPSS takes relapses only. NaN
    where either is missing. Source: ``stci.ado`` 7.3.10, after Collett (1994).
    """
    heights = curve.table["survival"]
    upper = heights[heights >= 0.55 - TIE]
    lower = heights[heights <= 0.45 + TIE]
    if upper.empty or lower.empty:
        return NONE
    start, end = upper.index[-1], lower.index[0]
    density = (heights[start] - heights[end]) / (end - start)
    return float(curve.se_at(first_time(heights, 0.5)) / density)


def lifelines(curve):
    """lifelines, run: ``KaplanMeierFitter`` and its helpers.

    Mean by ``restricted_mean_survival_time`` to the largest time, which has to be given:
    by default it integrates to infinity. It has no standard error of the mean; what
    ``return_variance=True`` returns is none (lifelines issues #1277 and #1682).
    """
    fitter = KaplanMeierFitter().fit(curve.months, curve.event)
    lower, upper = median_survival_times(fitter.confidence_interval_).to_numpy().ravel()
    return Output(
        curve.n,
        float(restricted_mean_survival_time(fitter, t=curve.months.max())),
        NONE,
        NONE,
        NONE,
        float(fitter.median_survival_time_),
        NONE,
        float(lower),
        float(upper),
        float(qth_survival_times(0.75, fitter.survival_function_)),
        float(qth_survival_times(0.25, fitter.survival_function_)),
    )


PROGRAMS = {
    "SPSS": spss,
    "SAS": sas,
    "Stata": stata,
    "R": r_survival,
    "lifelines": lifelines,
}
HOW = {
    "SPSS": "formula",
    "SAS": "formula",
    "Stata": "formula",
    "R": "run",
    "lifelines": "run",
}


def outputs(curve):
    """What every program prints of a curve: one row per program, columns as `Output`."""
    rows = {name: asdict(program(curve)) for name, program in PROGRAMS.items()}
    return pd.DataFrame.from_dict(rows, orient="index")


# --- against Table 5 --------------------------------------------------------------


PRINTED_AS = {
    "patients": "total",
    "mean": "mean-months",
    "mean_se": "mean-se",
    "mean_lower": "mean-lower",
    "mean_upper": "mean-upper",
    "median": "median-months",
    "median_se": "median-se",
    "median_lower": "median-lower",
    "median_upper": "median-upper",
}


def table5_row(course):
    """The printed strings of Table 5 for the ``first`` or ``second`` course, by column."""
    return {
        name: claims.published(records.load(), f"t5-{course}-{end}")
        for name, end in PRINTED_AS.items()
    }


def prints_table5(frame, course):
    """Which numbers of `outputs` would be printed as Table 5 prints them, as booleans.

    course : ``first`` or ``second``. Columns that Table 5 does not have are False.
    """
    register = records.load().register
    same = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    for column, end in PRINTED_AS.items():
        printed, rounding = register.loc[f"t5-{course}-{end}", ["printed", "rounding"]]
        for program, value in frame[column].items():
            finite = np.isfinite(value)
            same.at[program, column] = bool(finite and agrees(printed, value, rounding))
    return same


# --- times of 0 -------------------------------------------------------------------


def without_times_of_zero(curve):
    """The curve of the patients whose time is above 0, all others left out.

    Stata's ``stset`` and GraphPad Prism do this unasked. Raises ValueError where nobody
    is left.
    """
    kept = curve.months > 0
    return KaplanMeier(curve.months[kept], curve.event[kept])


def without_censored_at_zero(curve):
    """The curve without those censored at 0: no follow-up out, no relief at all kept in."""
    kept = (curve.months > 0) | (curve.event == 1)
    return KaplanMeier(curve.months[kept], curve.event[kept])


def just_after_zero(curve, months=1e-7):
    """The curve with every time of 0 moved to just after it, as StataCorp advises.

    months : the small time put in place of 0, before the first relapse after 0.
    """
    return KaplanMeier(np.where(curve.months > 0, curve.months, months), curve.event)


TREATMENTS = {
    "kept, as the paper has them": lambda curve: curve,
    "moved to just after zero": just_after_zero,
    "left out": without_times_of_zero,
    "no follow-up left out, no relief kept": without_censored_at_zero,
}


def times_of_zero(curve, months):
    """The curve under each treatment of times of 0, one row per treatment.

    months : times at which S(t) is read, in percent, one column each. Further columns
    patients, events, mean, mean_se (Kaplan and Meier, with m / (m - 1)) and median.
    """
    rows = {}
    for name, treated in TREATMENTS.items():
        found = treated(curve)
        mean = found.mean()
        rows[name] = {
            "patients": found.n,
            "events": found.n_events,
            **{time: 100 * found.survival_at(time) for time in months},
            "mean": mean.value,
            "mean_se": mean.se,
            "median": found.median_time(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


# --- number at risk ---------------------------------------------------------------


def at_risk_after(curve, time):
    """Patients still observed and without relapse just after a time: those with T > t.

    SAS prints this as *Number Left* beside each time of its table.
    """
    return int((curve.months > time).sum())


def lifelines_at_risk(curve, months):
    """The row *At risk* that lifelines sets under a figure, read off its tick labels.

    months : ticks, ascending. lifelines subtracts whoever leaves at a tick, so this is
    `at_risk_after`, not R's number at risk.
    """
    axes = Figure().subplots()
    axes.set_xlim(0, max(months))
    fitter = KaplanMeierFitter(label="").fit(curve.months, curve.event)
    add_at_risk_counts(fitter, ax=axes, fig=axes.figure, xticks=months, rows_to_show=["At risk"])
    labels = axes.figure.axes[1].get_xticklabels()
    return [int(label.get_text().split()[-1]) for label in labels]


def numbers_at_risk(curve, months):
    """Both counts, and lifelines' own, at some times: one row per count, a column per time."""
    rows = {
        "just before t: R": [curve.at_risk(time) for time in months],
        "after t: SAS, Number Left (formula)": [at_risk_after(curve, time) for time in months],
        "after t: lifelines (run)": lifelines_at_risk(curve, months),
    }
    columns = [f"{time} months" for time in months]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


# --- limits of the curve ----------------------------------------------------------


SCALES = {
    "plain": "Plain, on request",
    "log": "Log: R",
    "log-log": "Log-log: SAS, Stata, lifelines",
}


def limits_by_scale(curve, months):
    """S(t) and its 95% limits in percent, one row per time.

    Columns of two levels: ``Curve``, ``S(t)``, then ``Lower`` and ``Upper`` under each of
    `SCALES`, the transforms of `KaplanMeier.limits` with who takes them by default.
    """
    rows = {}
    for time in months:
        row = {("Curve", "S(t)"): 100 * curve.survival_at(time)}
        for transform, name in SCALES.items():
            lower, upper = curve.limits_at(time, transform)
            row |= {(name, "Lower"): 100 * lower, (name, "Upper"): 100 * upper}
        rows[f"{time}\u00a0months"] = row
    return pd.DataFrame.from_dict(rows, orient="index")


# --- an example -------------------------------------------------------------------


def half_way(last_relapsed):
    """Ten made-up patients whose curve stands at exactly one half for a while.

    Five relapse, five are censored later; the last of these may relapse instead. Printed
    with the results of R and SAS by the CAMIS project (Comp/r-sas_survival.qmd).
    """
    times = [54, 75, 77, 84, 87, 92, 103, 105, 112, 118]
    return KaplanMeier(times, [1, 1, 1, 1, 1, 0, 0, 0, 0, int(last_relapsed)])
