"""Conventions in which programs differ: times of 0, numbers at risk, the scale of limits.

Each function takes a `correll2004.stats.survival.KaplanMeier`; times are in months.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.plotting import add_at_risk_counts
from matplotlib.figure import Figure

from ..stats.survival import KaplanMeier

# --- times of 0 -------------------------------------------------------------------


SMALL_TIME = 1e-7  # months, less than the time of any relapse after 0


def without_times_of_zero(curve: KaplanMeier) -> KaplanMeier:
    """The curve of the patients whose time is above 0, all others left out.

    Stata's ``stset`` and GraphPad Prism do this. Raises ValueError if nobody is left.
    """
    kept = curve.months > 0
    return KaplanMeier(curve.months[kept], curve.event[kept])


def without_censored_at_zero(curve: KaplanMeier) -> KaplanMeier:
    """The curve without patients censored at 0; those without relief, events at 0, are kept."""
    kept = (curve.months > 0) | (curve.event == 1)
    return KaplanMeier(curve.months[kept], curve.event[kept])


def just_after_zero(curve: KaplanMeier) -> KaplanMeier:
    """The curve with every time of 0 replaced by `SMALL_TIME`, as StataCorp advises."""
    return KaplanMeier(np.where(curve.months > 0, curve.months, SMALL_TIME), curve.event)


TIME_ZERO_RULES: dict[str, Callable[[KaplanMeier], KaplanMeier]] = {
    "kept, as the paper has them": lambda curve: curve,
    "moved to just after zero": just_after_zero,
    "left out": without_times_of_zero,
    "no follow-up left out, no relief kept": without_censored_at_zero,
}


def times_of_zero(curve: KaplanMeier, months: Sequence[float]) -> pd.DataFrame:
    """The curve under each of `TIME_ZERO_RULES`, one row per rule.

    months : times, with one column each for S(t) in percent. Other columns are patients,
    events, mean, mean_se (Kaplan and Meier, with m / (m - 1)) and median.
    """
    rows: dict[str, dict[str | float, float]] = {}
    for name, apply in TIME_ZERO_RULES.items():
        found = apply(curve)
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


def at_risk_after(curve: KaplanMeier, time: float) -> int:
    """Patients still observed and without relapse just after a time: those with T > t.

    SAS prints this as *Number Left* beside each time of its table.
    """
    return int((curve.months > time).sum())


def lifelines_at_risk(curve: KaplanMeier, months: Sequence[float]) -> list[int]:
    """The row *At risk* that lifelines writes under a figure, read from its tick labels.

    months : ticks, ascending. lifelines subtracts the patients with an event or censored at a
    tick, so these are the counts of `at_risk_after`, not R's numbers at risk.
    """
    axes = Figure().subplots()
    axes.set_xlim(0, max(months))
    fitter = KaplanMeierFitter(label="").fit(curve.months, curve.event)
    add_at_risk_counts(fitter, ax=axes, fig=axes.figure, xticks=months, rows_to_show=["At risk"])
    labels = axes.figure.axes[1].get_xticklabels()
    return [int(label.get_text().split()[-1]) for label in labels]


def numbers_at_risk(curve: KaplanMeier, months: Sequence[float]) -> pd.DataFrame:
    """Both counts and those of lifelines: one row per count, one column per time."""
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
    "log-log": "Log-log: SAS since 9.1, Stata, lifelines",
}


def limits_by_scale(curve: KaplanMeier, months: Sequence[float]) -> pd.DataFrame:
    """S(t) and its 95% limits in percent, one row per time.

    Columns of two levels: ``Curve``, ``S(t)``, then ``Lower`` and ``Upper`` under each of
    `SCALES`, methods of `KaplanMeier.limits` with the programs that use them by default.
    """
    rows = {}
    for time in months:
        row = {("Curve", "S(t)"): 100 * curve.survival_at(time)}
        for scale, name in SCALES.items():
            lower, upper = curve.limits_at(time, scale)
            row |= {(name, "Lower"): 100 * lower, (name, "Upper"): 100 * upper}
        rows[f"{time}\u00a0months"] = row
    return pd.DataFrame.from_dict(rows, orient="index")
