"""What other programs print of the same Kaplan-Meier curve, each by its own rules.

All programs compute the same curve, but not the same mean, median and limits. Each function
below takes a `correll2004.stats.survival.KaplanMeier` and returns what one program prints by
default, in months. lifelines is run. R's rules are programmed here, and tests compare them with
R's output. SPSS, SAS and Stata are not run: their numbers are computed from the rules in
``data/software_rules.csv``, which gives each rule's source and says how well it is known.
"""

import csv
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times, qth_survival_times, restricted_mean_survival_time

from ..paper import claims
from ..paper.records import Files
from ..paper.rounding import agrees
from ..stats.curves import TIE
from ..stats.survival import Z95_EXACT, KaplanMeier, first_time
from .conventions import without_times_of_zero

NOT_PRINTED = float("nan")  # the program prints no such number


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a program prints of a curve, in months; NaN if nothing, inf if not reached.

    ``quarter`` and ``three_quarters`` are the times by which that share has relapsed.
    """

    patients: int
    mean: float
    mean_se: float = NOT_PRINTED
    mean_lower: float = NOT_PRINTED
    mean_upper: float = NOT_PRINTED
    median: float
    median_se: float = NOT_PRINTED
    median_lower: float
    median_upper: float
    quarter: float
    three_quarters: float


# --- rules for a percentile -------------------------------------------------------


def middle_of_step(curve: KaplanMeier, probability: float, open_end: str = "first") -> float:
    """As `first_time`, but the middle of a step that lies at exactly that probability.

    The step ends at the next relapse. If no relapse follows, programs differ: ``first`` takes
    the beginning of the step (R's ``print``), ``last`` the middle up to the last patient's
    time (R's ``quantile``, GraphPad Prism), ``missing`` gives NaN (SAS).

    Sources: R, ``survival:::survmean`` and ``quantile.survfit``; SAS/STAT User's Guide,
    LIFETEST; GraphPad, Prism Statistics Guide. Raises KeyError for another ``open_end``.
    """
    survival = curve.table["survival"]
    start = first_time(survival, probability)
    if np.isinf(start) or abs(survival[start] - probability) > TIE:
        return start
    later = survival[survival < probability - TIE]
    if len(later):
        return (start + float(later.index[0])) / 2
    last = (start + float(curve.months.max())) / 2
    return {"first": start, "last": last, "missing": NOT_PRINTED}[open_end]


# --- programs ---------------------------------------------------------------------


def spss(curve: KaplanMeier) -> Output:
    """SPSS's KM procedure, from its rules; see `KaplanMeier.mean` and ``median``.

    Mean to the longest time. Its variance has the factor m / (m - 1) where that time is a
    relapse, and has not where it is censored. Median's error from the density between the last
    relapse with S >= 0.55 and the first with S <= 0.45; limits are the estimate -/+ 1.96
    errors, negative ones printed as 0; percentiles are first times.

    The factor and the cut at 0 are inferred from Table 5; the percentiles are by analogy with
    the median. The rest is in IBM's note or in SPSS 31's output for other data, which
    ``tests/robustness/test_software_rules.py`` holds. Raises ValueError with fewer than two events.
    """
    mean, median, survival = curve.mean(), curve.median(), curve.table["survival"]
    longest = curve.months.max()
    if not (curve.event[curve.months == longest] == 1).any():
        mean = curve.restricted_mean(longest)
    return Output(
        patients=curve.n,
        mean=mean.value,
        mean_se=mean.se,
        mean_lower=max(mean.lower, 0.0),
        mean_upper=mean.upper,
        median=median.value,
        median_se=median.se,
        median_lower=max(median.lower, 0.0),
        median_upper=median.upper,
        quarter=first_time(survival, 0.75),
        three_quarters=first_time(survival, 0.25),
    )


def r_survival(curve: KaplanMeier) -> Output:
    """R's survival package: ``print(survfit(...), rmean = "individual")``, ``quantile``.

    Mean to the largest time (R prints none unless asked), variance without m / (m - 1);
    median with the middle of a step at one half and limits from log-transformed limits
    of S(t), the default ``conf.type = "log"``. No error of the median.

    Source: ``survival:::survmean``; run by ``tests/r/software.R``.
    """
    mean = curve.restricted_mean(curve.months.max())
    lower, upper = curve.median_limits("log")
    return Output(
        patients=curve.n,
        mean=mean.value,
        mean_se=mean.se,
        median=middle_of_step(curve, 0.5),
        median_lower=lower,
        median_upper=upper,
        quarter=middle_of_step(curve, 0.75, "last"),
        three_quarters=middle_of_step(curve, 0.25, "last"),
    )


def sas(curve: KaplanMeier) -> Output:
    """SAS's PROC LIFETEST, from its rules.

    Mean to the largest *relapse* time, too small where a longer time is censored, with
    variance after Kaplan and Meier; percentiles are the middle of a step at exactly that
    probability, NaN if the curve ends there; limits of the median from log-log limits of
    S(t), today's default of CONFTYPE=. No error of the median.

    The factor m / (m - 1) of the variance is assumed: no source that could be opened has it.
    Raises ValueError with fewer than two events.
    """
    m = curve.n_events
    if m < 2:
        raise ValueError("the variance of the mean needs at least two events")
    mean = curve.restricted_mean(curve.months[curve.event == 1].max())
    lower, upper = curve.median_limits("log-log")
    return Output(
        patients=curve.n,
        mean=mean.value,
        mean_se=mean.se * np.sqrt(m / (m - 1)),
        median=middle_of_step(curve, 0.5, "missing"),
        median_lower=lower,
        median_upper=upper,
        quarter=middle_of_step(curve, 0.75, "missing"),
        three_quarters=middle_of_step(curve, 0.25, "missing"),
    )


def stata(curve: KaplanMeier) -> Output:
    """Stata's ``stci``, with ``rmean`` for the mean, from its rules.

    ``stset`` has left out every patient whose time is 0. Mean to the largest time,
    variance without a factor, limits the estimate -/+ 1.96 errors; percentiles are first
    times; median's error as `stata_median_error`; its limits from log-log limits of S(t).

    Source: ``stci.ado`` 7.3.10 and ``st_set.ado`` 6.2.10. Raises ValueError if no patient
    is left.
    """
    curve = without_times_of_zero(curve)
    mean, survival = curve.restricted_mean(curve.months.max()), curve.table["survival"]
    lower, upper = curve.median_limits("log-log")
    return Output(
        patients=curve.n,
        mean=mean.value,
        mean_se=mean.se,
        mean_lower=mean.value - Z95_EXACT * mean.se,
        mean_upper=mean.value + Z95_EXACT * mean.se,
        median=first_time(survival, 0.5),
        median_se=stata_median_error(curve),
        median_lower=lower,
        median_upper=upper,
        quarter=first_time(survival, 0.75),
        three_quarters=first_time(survival, 0.25),
    )


def stata_median_error(curve: KaplanMeier) -> float:
    """Stata's standard error of the median: se(S(t50)) / f, as in SPSS but for one point.

    f = (S(u) - S(l)) / (l - u), l the first time with S <= 0.45, u the last time with
    S >= 0.55, here of any patient, relapsed or censored; SPSS takes relapses only. NaN
    if either is missing. Source: ``stci.ado`` 7.3.10, after Collett.
    """
    survival = curve.table["survival"]
    upper = survival[survival >= 0.55 - TIE]
    lower = survival[survival <= 0.45 + TIE]
    if upper.empty or lower.empty:
        return NOT_PRINTED
    start, end = upper.index[-1], lower.index[0]
    density = (survival[start] - survival[end]) / (end - start)
    return float(curve.se_at(first_time(survival, 0.5)) / density)


def lifelines(curve: KaplanMeier) -> Output:
    """lifelines, run: ``KaplanMeierFitter`` and its helpers.

    Mean by ``restricted_mean_survival_time`` to the largest time, which has to be given:
    by default it integrates to infinity. It has no standard error of the mean; what
    ``return_variance=True`` returns is not one (lifelines issues #1277 and #1682).
    """
    fitter = KaplanMeierFitter().fit(curve.months, curve.event)
    lower, upper = median_survival_times(fitter.confidence_interval_).to_numpy().ravel()
    return Output(
        patients=curve.n,
        mean=float(restricted_mean_survival_time(fitter, t=curve.months.max())),
        median=float(fitter.median_survival_time_),
        median_lower=float(lower),
        median_upper=float(upper),
        quarter=float(qth_survival_times(0.75, fitter.survival_function_)),
        three_quarters=float(qth_survival_times(0.25, fitter.survival_function_)),
    )


PROGRAMS: dict[str, Callable[[KaplanMeier], Output]] = {
    "SPSS": spss,
    "SAS": sas,
    "Stata": stata,
    "R": r_survival,
    "lifelines": lifelines,
}
# How the numbers of each program are obtained here.
BASIS = dict.fromkeys(("SPSS", "SAS", "Stata"), "formula") | dict.fromkeys(
    ("R", "lifelines"), "run"
)


def outputs(curve: KaplanMeier) -> pd.DataFrame:
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


def table5_row(files: Files, course: str) -> dict[str, str]:
    """The printed strings of Table 5 for the ``first`` or ``second`` course, by column."""
    return {name: claims.published(files, f"t5-{course}-{end}") for name, end in PRINTED_AS.items()}


def prints_table5(files: Files, course: str, found: pd.DataFrame) -> pd.DataFrame:
    """Which numbers of programs print as Table 5 prints them, as booleans.

    course : ``first`` or ``second``; found : frame of `outputs`. Columns that Table 5 does
    not have are False.
    """
    same = pd.DataFrame(False, index=found.index, columns=found.columns)
    register = files.register.to_dict("index")
    for column, end in PRINTED_AS.items():
        claim = register[f"t5-{course}-{end}"]
        same[column] = [
            bool(np.isfinite(value) and agrees(claim["printed"], value, claim["rounding"]))
            for value in found[column]
        ]
    return same


# Columns of `Output` by the quantity of ``software_rules.csv`` that they rest on.
COLUMNS_OF = {
    "mean": ("mean",),
    "error of the mean": ("mean_se", "mean_lower", "mean_upper"),
    "limits of the mean": ("mean_lower", "mean_upper"),
    "median": ("median",),
    "quartiles of the curve": ("quarter", "three_quarters"),
    "error of the median": ("median_se",),
    "limits of the median": ("median_lower", "median_upper"),
}
EVIDENCE = ("run here", "documented", "example by others")  # grades that say how a program works


def rests_on_evidence(files: Files, found: pd.DataFrame) -> pd.DataFrame:
    """Which numbers of programs are computed by rules known from elsewhere, as booleans.

    found : frame of `outputs`. False where a rule that the number needs is inferred from this
    paper or has no source: that such a number prints as Table 5 does is no evidence.
    """
    known = pd.DataFrame(True, index=found.index, columns=found.columns)
    assumed = files.software_rules[~files.software_rules["grade"].isin(EVIDENCE)]
    for program, quantity in assumed[["program", "quantity"]].itertuples(index=False):
        if quantity == "negative limits":
            known.loc[program] &= found.loc[program] != 0
        else:
            known.loc[program, list(COLUMNS_OF[quantity])] = False
    return known


# --- PSPP -------------------------------------------------------------------------


PSPP_AS = {
    "Mean": "mean",
    "SD": "sd",
    "Minimum": "min",
    "Maximum": "max",
    "25th percentile": "q1",
    "Median": "median",
    "75th percentile": "q3",
}
COLUMNS_OF_TABLE2 = {
    "age_years": "age",
    "crps_months": "crps",
    "rate_max_mg_per_h": "rate",
    "infusion_days": "days",
    "relief_percent": "relief",
}


def pspp_summary(output: str) -> pd.DataFrame:
    """The summary statistics in PSPP's output for ``tests/pspp/summary.sps``, as it prints them.

    output : its text, as CSV. One row per variable; columns as those of Table 2. Percentiles
    are EXAMINE's weighted averages.
    """
    found: dict[str, list[str]] = {}
    for name, *cells in filter(None, csv.reader(output.splitlines())):
        if len(cells) == 5 and name and cells[-1]:
            found[name] = cells
        elif cells[:1] == ["Weighted Average"]:
            found[name] += cells[1:]
    return pd.DataFrame.from_dict(found, orient="index", columns=["N", *PSPP_AS])


def pspp_beside_table2(files: Files, output: str) -> pd.DataFrame:
    """PSPP's numbers as strings, with ✓ if Table 2 prints the same, else with what it prints.

    output : as in `pspp_summary`, whose columns the frame has.
    """
    cells = pspp_summary(output)
    register = files.register.to_dict("index")
    for name, column in COLUMNS_OF_TABLE2.items():
        for head, end in PSPP_AS.items():
            if claim := register.get(f"t2-{column}-{end}"):
                own, printed = str(cells.at[name, head]), claim["printed"]
                same = agrees(printed, float(own), claim["rounding"])
                cells.at[name, head] = own + ("\u00a0✓" if same else f" (printed {printed})")
    return cells


# --- an example -------------------------------------------------------------------


def example_at_one_half(last_relapsed: bool) -> KaplanMeier:
    """Ten made-up patients whose curve has a step at exactly one half.

    Five relapse and five are censored later; the last of these may relapse instead. The CAMIS
    project prints the example with the results of R and SAS (Comp/r-sas_survival.qmd).
    """
    times = [54, 75, 77, 84, 87, 92, 103, 105, 112, 118]
    return KaplanMeier(times, [1, 1, 1, 1, 1, 0, 0, 0, 0, int(last_relapsed)])
