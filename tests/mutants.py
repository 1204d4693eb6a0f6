"""Mutation check: does a test fail when a formula, a rule or a published value is changed?

``python tests/mutants.py`` copies the project to a temporary folder, changes one text in
one file, runs there the tests that should notice and, where these pass, all fast ones,
and puts the file back. It prints a table and fails where a change went unnoticed that is
not in `EXPLAINED`. The chapters' outputs and the built site, which would notice more, are
left out. ``python tests/mutants.py median`` tries only the changes with that word,
``python tests/mutants.py --sample`` only the first one of each file.
"""

import importlib
import os
import re
import shutil
import sys
import tempfile
import time
import traceback
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ["book", "data", "tests"]
# Tests of chapters and of this list itself; those of site and release are in support/.
LEFT_OUT = {
    "test_data_and_colophon.py",
    "test_mutants.py",
    "test_notebooks.py",
}
# Exports would notice any changed number, and the audit takes longest.
LAST = ["test_audit.py", "test_exports.py"]
PYTEST = ["-q", "-x", "-n", "0", "--tb=no", "--assert=plain", "-p", "no:cacheprovider"]
PYTEST += ["-m", "not slow and not browser"]
# Imported once; every trial is a fork that has them already, and nothing of the project.
LIBRARIES = ["IPython.display", "lifelines", "matplotlib.figure", "pytest", "seaborn"]
LIBRARIES += ["yaml"]
WORKERS = 2
OUTPUT = "output.txt"


class Mutant(NamedTuple):
    """A change: file, exact text, its replacement, what it means, tests to ask first."""

    path: str
    old: str
    new: str
    meaning: str
    tests: str

    @property
    def asked(self):
        """``claims`` is a file of tests, ``audit::test_x`` one of its tests."""
        paths = {path.rpartition("test_")[2]: path for path in all_tests()}
        names = [name.partition("::") for name in self.tests.split()]
        return [f"{paths[f'{file}.py']}{colons}{test}" for file, colons, test in names]

    @property
    def is_code(self):
        return self.path.endswith(".py")


# (old text, new text, what it means, test files that should notice)
CHANGES = {
    "book/correll2004/data/cells.py": [
        (
            "return (float(months), 0, IN_REMISSION) if censored",
            "return (float(months), 1, IN_REMISSION) if censored",
            "a time printed with > counts as a relapse",
            "table1",
        ),
        (
            "else (float(months), 1, RELAPSE)",
            "else (float(months), 0, RELAPSE)",
            "a relapse counts as censored",
            "table1",
        ),
        (
            "return 0.0, 0, NO_FOLLOW_UP",
            "return 0.0, 1, NO_FOLLOW_UP",
            "a patient not seen again counts as a failure",
            "table1",
        ),
        (
            "return 0.0, 1, NO_RELIEF",
            "return 0.0, 0, NO_RELIEF",
            "no relief counts as censored at 0",
            "table1",
        ),
        (
            'if (printed == "N/A") != (relief_percent == 0):',
            'if printed == "N/A" and relief_percent != 0:',
            "a time beside 0% relief is accepted",
            "table1",
        ),
        (
            "high = float(match[2] or match[1])",
            "high = float(match[1])",
            "the lower end of a range is taken as its maximum",
            "table1",
        ),
        (
            "if low > high:",
            "if low >= high:",
            "a range of one value is refused",
            "table1",
        ),
        (
            "return float(match[2]), bool(match[1])",
            "return float(match[2]), False",
            "the > of a duration of CRPS is forgotten",
            "table1",
        ),
        (
            '_NUMBER = r"(?:0|[1-9][0-9]*)',
            '_NUMBER = r"(?:[0-9]+)',
            "a number with a zero in front is read",
            "damage",
        ),
    ],
    "book/correll2004/data/frames.py": [
        (
            '"II" if "crps_type_2" in facts else "I"',
            '"II" if "acute" in facts else "I"',
            "type II is read from another comment",
            "table1",
        ),
    ],
    "book/correll2004/data/layout.py": [
        (
            "_cycle(cells) != _cycle(above) + 1",
            "_cycle(cells) < _cycle(above)",
            "a cycle may be missing between two",
            "damage",
        ),
    ],
    "book/correll2004/data/table1.py": [
        (
            "raw.loc[here, cell.column] = cell.read_as",
            "raw.loc[here, cell.column] = cell.printed",
            "a repair is not applied",
            "table1",
        ),
        (
            "\n    faults += parse_faults\n",
            "\n",
            "cells that cannot be read go unreported",
            "damage",
        ),
    ],
    "book/correll2004/data/adtte.py": [
        (
            '"CNSR": 1 - cycles["event"]',
            '"CNSR": cycles["event"]',
            "CNSR is not the opposite of event",
            "adtte",
        ),
        (
            'base[flag] = [None if is_moved else "Y" for is_moved in moved]',
            'base[flag] = "Y"',
            "whoever takes the outcomes under a repair counts patients twice",
            "adtte",
        ),
        (
            'other["PARAMCD"] = "RELAP" + course + repair',
            'other["PARAMCD"] = "RELAPSE" + course',
            "whoever takes one parameter counts patients twice",
            "adtte",
        ),
    ],
    "book/correll2004/paper/groups.py": [
        (
            "(values > low) & (values <= high)",
            "(values > low) & (values < high)",
            "who lies on a cut belongs to no group",
            "curves",
        ),
    ],
    "book/correll2004/changes.py": [
        (
            "moved |= ~np.isclose(*numbers, rtol=1e-9, atol=1e-12, equal_nan=True)",
            "moved |= False",
            "a number that moves without its verdict is not listed",
            "changes",
        ),
    ],
    "book/correll2004/data/validation.py": [
        (
            "lambda text: not form.fullmatch(text)",
            "lambda text: not form.match(text)",
            "a line end may follow a well-formed cell",
            "dictionary",
        ),
        (
            "lambda number: number > high",
            "lambda number: number >= high",
            "the largest allowed value is refused",
            "tables",
        ),
        (
            'if not text.endswith(("\\n", "\\r")):',
            "if not text:",
            "a file that was cut off is read",
            "damage",
        ),
        (
            "if len(keys) < 2:",
            "if len(keys) < 9:",
            "a row with the key of another is read",
            "damage",
        ),
    ],
    "book/correll2004/data/faults.py": [
        (
            "self.faults = sorted(set(faults))",
            "self.faults = sorted(set(faults))[:1]",
            "only the first fault is reported",
            "damage",
        ),
    ],
    "book/correll2004/paper/course_curves.py": [
        (
            'sorted(zip(cycles["relief_months"], cycles["event"], strict=True))',
            'zip(sorted(cycles["relief_months"]), cycles["event"], strict=True)',
            "times in order, and events left where they were",
            "robustness",
        ),
        (
            '"at_least": 100 * curve.survival_just_before(time)',
            '"at_least": 100 * curve.survival_at(time)',
            "relief for at least t read as S(t)",
            "tables courses",
        ),
    ],
    "book/correll2004/stats/survival.py": [
        (
            "Z95 = 1.96",
            "Z95 = 2.0",
            "limits two standard errors away instead of 1.96",
            "table5_spss",
        ),
        (
            "return int((~is_before(self.months, time)).sum())",
            "return int((~is_until(self.months, time)).sum())",
            "who relapses now is no longer at risk",
            "survival_by_hand",
        ),
        (
            "return int((~is_before(self.months, time)).sum())",
            "return int((~is_before(self.months, time)).sum()) - 1",
            "number at risk one too low",
            "survival_by_hand",
        ),
        (
            "at_times(fitter.survival_function_[fitter.label])",
            'np.cumprod(1 - events / (at_risk - at_times(fitter.event_table["censored"])))',
            "tie rule: the censored leave before the relapses of that time",
            "survival_by_hand",
        ),
        (
            'self.table.loc[is_until(self._times, time), "survival"]',
            'self.table.loc[is_before(self._times, time), "survival"]',
            "S(t) read to the left of its step, as S(t-)",
            "survival_by_hand",
        ),
        (
            'self.table.loc[is_before(self._times, time), "survival"]',
            'self.table.loc[is_until(self._times, time), "survival"]',
            "S(t-) read to the right of its step, as S(t)",
            "survival_by_hand",
        ),
        (
            "events / (at_risk * np.maximum(survivors, 1))",
            "events / at_risk**2",
            "Greenwood: n squared instead of n (n - d)",
            "survival_by_hand",
        ),
        (
            "return survival * np.sqrt(total)",
            "return np.sqrt(total)",
            "Greenwood: the factor S(t) left out",
            "survival_by_hand",
        ),
        (
            'self.table.loc[is_until(self._times, time), "greenwood_se"]',
            'self.table.loc[is_before(self._times, time), "greenwood_se"]',
            "standard error of S(t) read one step too early",
            "survival_by_hand",
        ),
        (
            "np.sqrt(m / (m - 1) * self._area_variance())",
            "np.sqrt(self._area_variance())",
            "variance of the mean without m/(m - 1), as in R",
            "table5_spss",
        ),
        (
            "m = self.n_events",
            "m = self.n",
            "m in that factor counts patients instead of events",
            "table5_spss",
        ),
        (
            "areas = steps[::-1].cumsum()[::-1]",
            "areas = steps.cumsum()",
            "A_i taken up to the event instead of from it",
            "table5_spss",
        ),
        (
            'heights = np.concatenate([[1.0], self.table["survival"].to_numpy()[:-1]])',
            'heights = self.table["survival"].to_numpy()',
            "area under the curve with the height after each step",
            "survival_by_hand",
        ),
        (
            "edges = np.minimum(np.concatenate([[0.0], self.table.index]), horizon)\n"
            '        heights = np.concatenate([[1.0], self.table["survival"].to_numpy()[:-1]])',
            'falls = self.table[self.table["events"] > 0]\n'
            "        edges = np.minimum(np.concatenate([[0.0], falls.index]), horizon)\n"
            '        heights = [1.0, *falls["survival"]][: len(falls)]',
            "area only up to the last event",
            "survival_by_hand",
        ),
        (
            "times = np.minimum(self.table.index, horizon)",
            "times = self.table.index",
            "the restricted mean's variance not cut at the horizon",
            "survival_r",
        ),
        (
            "factor = np.exp(error / np.where(survival > 0, survival, 1))",
            "factor = np.exp(error)",
            "log limits without S(t) in the error",
            "survival_r",
        ),
        (
            "below = survival[survival <= probability + TIE]",
            "below = survival[survival < probability - TIE]",
            "median: S(t) below 0.5 instead of at most 0.5",
            "survival_by_hand",
        ),
        (
            "upper = steps[steps >= 0.55 - TIE]",
            "upper = steps[steps >= 0.5 - TIE]",
            "median's density from S >= 0.50 instead of 0.55",
            "table5_spss",
        ),
        (
            "lower = steps[steps <= 0.45 + TIE]",
            "lower = steps[steps <= 0.5 + TIE]",
            "median's density to S <= 0.50 instead of 0.45",
            "survival_by_hand",
        ),
    ],
    "book/correll2004/stats/proportions.py": [
        (
            'proportion_ci(method="wilson")',
            'proportion_ci(method="exact")',
            "Clopper and Pearson's interval instead of Wilson's",
            "survival_r",
        ),
        (
            "[0.025, 0.975]",
            "[0.05, 0.95]",
            "a 90% bootstrap interval",
            "proportions",
        ),
        (
            "variance = n / (n - 1) * np.sum",
            "variance = np.sum",
            "linearized variance without n/(n - 1)",
            "survival_r",
        ),
        (
            "multinomial(n, np.full(n, 1 / n)",
            "multinomial(units, np.full(n, 1 / n)",
            "as many patients drawn as there are cycles",
            "proportions",
        ),
    ],
    "book/correll2004/robustness/coding_choices.py": [
        (
            'found.loc[unseen, "event"] = 1',
            'found.loc[unseen, "event"] = 0',
            "those not seen again never relapse at once",
            "coding_choices",
        ),
        (
            "HORIZON = 36.0",
            "HORIZON = 30.0",
            "remission to the end ends at 30 months",
            "coding_choices",
        ),
        (
            "RECENT = 1 ",
            "RECENT = 1.1 ",
            "CRPS of a month counts as recent",
            "coding_choices",
        ),
        (
            "BROKEN_OFF = (9, 21)",
            "BROKEN_OFF = (9, 21, 21)",
            "each broken-off infusion as a patient of its own",
            "coding_choices",
        ),
        (
            'found.loc[found["label"] == "33b", "event"] = 0',
            "pass",
            "by shoulder, the second relief of Patient 33 still a relapse",
            "coding_choices",
        ),
        (
            "found.limits_just_before if at_least else found.limits_at",
            "found.limits_at if at_least else found.limits_at",
            "limits of S(t) beside S(t-)",
            "coding_choices",
        ),
    ],
    "book/correll2004/robustness/unknown_outcomes.py": [
        (
            'by_then = found["months"] <= time',
            'by_then = found["months"] < time',
            "last seen at t counts as seen beyond t",
            "robustness",
        ),
        (
            'day = np.where(censored, found["months"] + DAY, found["months"])',
            'day = found["months"]',
            "the least bound takes those last seen at t for relapsed before",
            "robustness",
        ),
    ],
    "book/correll2004/robustness/single_patients.py": [
        (
            "patient: data.without(patient)",
            "patient: data.without(1)",
            "leaves out the same patient each time",
            "robustness",
        ),
    ],
    "book/correll2004/robustness/dose.py": [
        (
            'months = patients["crps_months"] + patients["crps_months_is_lower_bound"]',
            'months = patients["crps_months"]',
            "the lower bound of Patient 13 in another class",
            "dose",
        ),
        (
            'cycles["infusion_days"] <= days',
            'cycles["infusion_days"] < days',
            "an infusion of exactly the days proposed is outside",
            "dose",
        ),
        (
            "if times[x] >= time]",
            "if times[x] > time or x == course]",
            "who is censored at a relapse is no longer at risk",
            "dose",
        ),
    ],
    "book/correll2004/robustness/software.py": [
        (
            "kept = curve.months > 0\n",
            "kept = curve.months >= 0\n",
            "Stata keeps patients with a time of zero",
            "software",
        ),
        (
            "mean.se * np.sqrt(m / (m - 1)),",
            "mean.se,",
            "SAS's error of the mean without the factor",
            "software",
        ),
        (
            '*curve.median_limits("log"),',
            '*curve.median_limits("log-log"),',
            "R's limits of the median on the log-log scale",
            "software",
        ),
    ],
    "book/correll2004/stats/summary.py": [
        (
            'method="weibull")',
            'method="linear")',
            "quartiles as in pandas and R (type 7)",
            "tables",
        ),
        (
            "values.std(),",
            "values.std(ddof=0),",
            "standard deviation with n in its denominator",
            "tables",
        ),
    ],
    "book/correll2004/paper/tables.py": [
        (
            '"crps_months": table1.patients["crps_months"],',
            '"crps_months": table1.cycles.merge(table1.patients, on="patient")["crps_months"],',
            "Table 2: duration of CRPS over cycles",
            "tables",
        ),
        (
            "RATE_EDGES = [0, 15, 20, 25, 30, np.inf]",
            "RATE_EDGES = [0, 15, 20, 26, 30, np.inf]",
            "Table 3: an edge at 26 instead of 25 mg/h",
            "tables",
        ),
        (
            "return pd.cut(rates, RATE_EDGES, labels=RATE_CLASSES)",
            "return pd.cut(rates, RATE_EDGES, labels=RATE_CLASSES, right=False)",
            "Table 3: classes closed below",
            "tables",
        ),
        (
            '_by_class(table1, rate_class(table1.cycles["rate_max_mg_per_h"])',
            '_by_class(table1, rate_class(table1.cycles["rate_low_mg_per_h"])',
            "Table 3: the lower end of each range",
            "tables",
        ),
        (
            "DAY_EDGES = [0, 2, 3.5, 6, 8, np.inf]",
            "DAY_EDGES = [0, 2, 4, 6, 8, np.inf]",
            "Table 4: 3.5 days fall in 2–3",
            "tables",
        ),
        (
            "labels=DAY_CLASSES, right=False)",
            "labels=DAY_CLASSES)",
            "Table 4: classes closed above",
            "tables",
        ),
        (
            "100 * counts / len(members)",
            "100 * counts / len(classes)",
            "Tables 3 and 4: percentages of all cycles instead of the course's",
            "tables",
        ),
    ],
    "book/correll2004/data/courses.py": [
        (
            "if first_event and second >= first:",
            "if first_event:",
            "a second relief censored early counts as longer",
            "courses",
        ),
    ],
    "book/correll2004/paper/quantities.py": [
        (
            "return Quantity(100 * len(chosen) / len(base), _labels(chosen))",
            "return Quantity(100 * len(chosen) / len(base), _labels(base))",
            "a share names everybody as those it counts",
            "claims",
        ),
        (
            "    chosen = _where(base, where)\n",
            "    chosen, base = _where(base, where), range(47)\n",
            "every share taken of 47",
            "claims",
        ),
        (
            'chosen["patient"].nunique()',
            "len(chosen)",
            "cycles counted as patients",
            "claims",
        ),
        (
            "return Quantity(100 * curve.survival_at(months)",
            "return Quantity(100 * curve.survival_just_before(months)",
            "the text's shares in remission read as S(t-)",
            "claims",
        ),
        (
            "return Quantity(100 * curve.survival_just_before(months)",
            "return Quantity(100 * curve.survival_at(months)",
            "evidence of the other reading of the curve read as S(t)",
            "claims",
        ),
        (
            '(edge == "high")',
            '(edge == "low")',
            "edges of the commonest class exchanged",
            "claims",
        ),
    ],
    "book/correll2004/paper/rounding.py": [
        (
            "rounding=ROUND_HALF_UP",
            'rounding="ROUND_HALF_EVEN"',
            "half up becomes half even",
            "claims",
        ),
        (
            "rounding=ROUND_HALF_UP",
            'rounding="ROUND_DOWN"',
            "digits cut off instead of rounded",
            "claims",
        ),
        (
            'exact = Decimal(f"{value:.10f}")\n    return exact.quantize',
            "exact = Decimal(value)\n    return exact.quantize",
            "binary noise decides a tie",
            "claims",
        ),
        (
            "rounded(max(value, 0.0), number)",
            "rounded(value, number)",
            "a negative limit is not printed as 0",
            "claims",
        ),
        (
            "return exact > number",
            "return exact >= number",
            "more than includes the limit",
            "claims",
        ),
        (
            "return exact >= number",
            "return exact > number",
            "at least excludes the limit",
            "claims",
        ),
        (
            "for number, word in enumerate(_ONES)",
            "for number, word in enumerate(_ONES, 1)",
            "number words one too high",
            "claims",
        ),
        (
            "np.floor(np.abs(exact) / unit + 0.5)",
            "np.rint(np.abs(exact) / unit)",
            "audit: half up becomes half even",
            "audit",
        ),
    ],
    "book/correll2004/paper/claims.py": [
        (
            "return Verdict(UNDER_REPAIR, repair,",
            "return Verdict(REPRODUCED, repair,",
            "what needs a repair counts as reproduced",
            "claims",
        ),
        (
            'return f"{self.kind} {self.repair}".strip()',
            "return self.kind",
            "a verdict does not name its repair",
            "claims",
        ),
        (
            "    return Verdict(DIFFERS,",
            "    return Verdict(REPRODUCED,",
            "what differs counts as reproduced",
            "claims",
        ),
        (
            "value = calls.evaluate(compute, table).value",
            "value = calls.evaluate(compute, files.table1).value",
            "a claim under repair is compared with the table as printed",
            "claims",
        ),
        (
            "calls.evaluate(call, data).value",
            "calls.evaluate(call, compared.table1).value",
            "evidence under repair computed on the table as printed",
            "claims",
        ),
    ],
    "book/correll2004/paper/records.py": [
        (
            "claim.printed in known or not known",
            "True",
            "a printed value may change in one of two files",
            "claims",
        ),
    ],
    "book/correll2004/stats/relief.py": [
        (
            "return 100 * (before - after) / before",
            "return 100 * (before - after) / WORST",
            "relief as a share of the scale instead of the pain before",
            "relief",
        ),
        (
            "floor(value / unit + Fraction(1, 2))",
            "floor(value / unit)",
            "percentages of relief cut off instead of rounded",
            "relief",
        ),
    ],
    "book/correll2004/exports.py": [
        (
            'f"{value:.6g}"',
            'f"{value:.3g}"',
            "exports with three significant digits",
            "exports",
        ),
        (
            '"{:g}".format',
            '"{:.1f}".format',
            "exported times with one decimal",
            "exports",
        ),
    ],
    "book/correll2004/show/claims_tables.py": [
        (
            'claims.DIFFERS: "≠",',
            'claims.DIFFERS: "✓",',
            "what differs carries the mark of what is reproduced",
            "display",
        ),
        (
            'claims.DIFFERS: "differs",',
            'claims.DIFFERS: "same",',
            "what differs looks like what is reproduced",
            "display",
        ),
        (
            "extra = f\"printed {claim['printed']}\"\n    elif",
            'extra = f"printed {tabulated}"\n    elif',
            "beside what differs the recomputed value stands as the printed one",
            "display",
        ),
        (
            "str(rounding.rounded(value, rounding.printed_number(printed)))",
            'f"{value:.1f}"',
            "recomputed cells with one decimal instead of the printed ones",
            "display",
        ),
        (
            'tabulated = claim["printed"]\n',
            "pass\n",
            "a cell under repair shows its value as tabulated",
            "display",
        ),
        (
            "f\"{short(claim['recomputed_under_repair'])} ({short(value)} as tabulated)\"",
            "short(value)",
            "a claim under repair shows only its value as tabulated",
            "display",
        ),
        (
            ".as_tuple().exponent) + 2)",
            ".as_tuple().exponent))",
            "recomputed values without the two further decimals",
            "display",
        ),
    ],
    "book/correll2004/show/figures/survival_curves.py": [
        (
            'axes.text(tick, -0.225, str(curve.at_risk(tick)), ha="center", **row)',
            'axes.text(tick, -0.225, str(curve.at_risk(tick + 0.01)), ha="center", **row)',
            "numbers at risk just after the tick",
            "figures",
        ),
        (
            'curve.table.loc[curve.table["censored"] > 0, "survival"]',
            'curve.table.loc[curve.table["events"] > 0, "survival"]',
            "the marks of censoring stand at relapses",
            "figures",
        ),
        (
            'axes.step(times, heights, where="post", color=PALETTE["line"], linewidth=2, '
            "clip_on=False)",
            'axes.step(times, heights, where="pre", color=PALETTE["line"], linewidth=2, '
            "clip_on=False)",
            "the curve falls before each relapse",
            "figures",
        ),
        (
            '100 * np.concatenate([[1], band["upper"]])',
            '100 * np.concatenate([[1], steps["survival"]])',
            "the band ends at the curve",
            "figures",
        ),
        (
            "{100 * curve.survival_at(time):.0f}% at {time} months",
            "{100 * curve.survival_just_before(time):.0f}% at {time} months",
            "the figure in words says S(t-)",
            "figures",
        ),
    ],
    "book/correll2004/stats/curves.py": [
        (
            "return 2 * ticks + 1 - np.asarray(event, dtype=np.int32)",
            "return 2 * ticks + np.asarray(event, dtype=np.int32)",
            "audit: event and censored exchanged",
            "audit",
        ),
        (
            "factor = np.where(m > 1, m / np.maximum(m - 1, 1), np.nan)",
            "factor = np.where(m > 1, 1.0, np.nan)",
            "audit: variance of the mean without m/(m - 1)",
            "audit",
        ),
    ],
    "book/correll2004/audit/consistency.py": [
        (
            "[k for k in range(cases + 1)",
            "[k for k in range(cases)",
            "consistency: all of the cases is no possible count",
            "audit::test_counts_behind_a_percentage_in_plain_python",
        ),
    ],
    "book/correll2004/audit/deviation_search.py": [
        (
            "(squares - sums**2 / n) / (n - 1)",
            "(squares - sums**2 / n) / n",
            "audit: standard deviation with n in its denominator",
            "audit::test_repairs_of_a_standard_deviation_in_plain_python",
        ),
    ],
    "book/correll2004/audit/pair_search.py": [
        (
            "outcomes = codes[one], codes[other]",
            "outcomes = codes[one] // 2, codes[other] // 2",
            "audit: patients with the same time stand for each other, censored or not",
            "audit",
        ),
    ],
    "book/correll2004/audit/outcome_search.py": [
        (
            "matched[code] = np",
            "matched[code] = matched[0] = np",
            "audit: those who relapse at once take the numbers of the last patient",
            "audit",
        ),
    ],
    "data/table1.csv": [
        (
            "\n1,48,M,3,Foot,,15–20,0.75,100,>1.25,,lost_to_follow_up",
            "\n1,48,M,3,Foot,,15–20,0.75,100,1.25,,lost_to_follow_up",
            "Patient 1 silently repaired",
            "transcription",
        ),
        (
            "\n19,27,F,60,Hand,",
            "\n19,27,F,60,Wrist,",
            "Patient 19: another region",
            "transcription",
        ),
        (
            "\n31,44,M,6,Heel,a,15,4,",
            "\n31,44,M,6,Heel,a,15,4.5,",
            "Patient 31: half a day more",
            "transcription",
        ),
        (
            "\n6,25,M,1,Ankle,,10–20,2,100,9,after_trauma,",
            "\n6,25,M,1,Ankle,,10–20,2,100,9,after_surgery,",
            "Patient 6: another cause in the comment",
            "transcription",
        ),
        (
            "raised_liver_enzymes;diabetic_polyneuropathy",
            "diabetic_polyneuropathy",
            "Patient 25: comment on liver enzymes lost",
            "claims",
        ),
        (
            "\n20,58,F,6,Knee,,15,4,100,>6,surgery_afterwards,",
            "\n20,58,F,6,Knee,,15,4,100,>6,after_surgery,",
            "Patient 20: surgery afterwards becomes surgery before",
            "transcription",
        ),
        (
            "treated_right_side",
            "treated_left_side",
            "Patient 33: third course on the same shoulder",
            "transcription",
        ),
    ],
    "data/repairs.csv": [
        (
            ",>1.25,1.25,",
            ",>1.25,1.5,",
            "R1 puts the relapse at 1.5 months",
            "claims",
        ),
    ],
    "data/claims.csv": [
        (
            "mean of age,40.5,",
            "mean of age,40.6,",
            "a digit of a reproduced value",
            "claims",
        ),
        (
            "standard deviation of duration of infusion,3.86,",
            "standard deviation of duration of infusion,3.85,",
            "a digit of a value that differs",
            "numerals",
        ),
        (
            '"share of cycles at 16–20 mg/h, first course",36,',
            '"share of cycles at 16–20 mg/h, first course",37,',
            "a digit of a percentage",
            "claims",
        ),
        (
            "patients infused for less than 1 day,two,",
            "patients infused for less than 1 day,three,",
            "a count in words that can be computed",
            "claims",
        ),
        (
            "abstract,¶4 s9,patients with hallucinations,six,",
            "abstract,¶4 s9,patients with hallucinations,seven,",
            "a count in words that cannot be computed",
            "numerals",
        ),
        (
            '"table2(""Standard deviation"", ""relief_percent"")",differs,',
            '"table2(""Standard deviation"", ""relief_percent"")",reproduced,',
            "a verdict: what differs stored as reproduced",
            "claims",
        ),
        (
            'first course",9.44,months,half up,"table5(""first"", ""Mean"", ""months"")",'
            "reproduced under repair R1,,D1,R1,",
            'first course",9.44,months,half up,"table5(""first"", ""Mean"", ""months"")",'
            "reproduced,,D1,,",
            "a verdict: what needs a repair stored as reproduced",
            "claims",
        ),
        (
            "meth-scale-high,methods,methods,¶5 s2,pain score that means the worst pain,10,score,"
            "half up,,not computable,",
            "meth-scale-high,methods,methods,¶5 s2,pain score that means the worst pain,10,score,"
            "half up,,reproduced,",
            "a verdict: what cannot be computed stored as reproduced",
            "claims",
        ),
        (
            'half up,"count_of_cycles(""infusion_days < 1"")"',
            'half up,"count_of_cycles(""infusion_days <= 1"")"',
            "a call: < becomes <=",
            "claims",
        ),
        (
            "¶4 s2,patients whose pain began in the proximal limb,three,patients,half up,"
            '"count_of_patients(""region.str.contains(\'arm|shoulder|hip|thigh\', case=False)"")"',
            "¶4 s2,patients whose pain began in the proximal limb,three,patients,half up,"
            '"count_of_patients(""region.str.contains(\'shoulder|hip|thigh\', case=False)"")"',
            "a call: the proximal regions without the arm",
            "claims",
        ),
        (
            '"table4(""<2"", ""first"", ""n"")"',
            '"table4(""<2"", ""all"", ""n"")"',
            "a call: the cell of another column with the same count",
            "claims",
        ),
        (
            "0.00,months,floor at 0,",
            "0.00,months,half up,",
            "a rounding rule: the limit printed as 0",
            "claims",
        ),
        (
            "75,percent,more than,",
            "75,percent,at least,",
            "a rounding rule: more than becomes at least",
            "claims",
        ),
        (
            '"count_of_patients(""patient_facts.str.contains(\'high_dose_opioids\')"")",'
            "reproduced,fits,",
            '"count_of_patients(""patient_facts.str.contains(\'high_dose_opioids\')"")",'
            "reproduced,contradicts Table 1,",
            "a verdict on the wording without a divergence",
            "claims",
        ),
        (
            '"table2(""Standard deviation"", ""infusion_days"")",differs,,D3,',
            '"table2(""Standard deviation"", ""infusion_days"")",differs,,D4,',
            "a claim cites the divergence of another",
            "claims",
        ),
        (
            'second course",5.68,months,',
            'second course",5.68,percent,',
            "the unit of a standard error",
            "numerals claims",
        ),
    ],
    "data/numerals.csv": [
        (
            "abstract,3,1,1,33,patients,abs-reviewed,",
            "abstract,3,1,1,32,patients,abs-reviewed,",
            "a numeral behind a claim",
            "numerals",
        ),
        (
            "abstract,4,2,4,two,patients,abs-third-n,",
            "abstract,4,2,4,two,patients,abs-partial-n,",
            "a numeral ascribed to another claim",
            "numerals",
        ),
        (
            "abstract,1,2,3,1,reference,,citation",
            "abstract,1,2,3,1,reference,,",
            "a numeral without claim or reason",
            "numerals",
        ),
        (
            "introduction,2,1,2,9,reference,,citation",
            "introduction,2,1,2,8,reference,,citation",
            "a numeral that is no claim",
            "numerals",
        ),
    ],
    "data/divergences.csv": [
        (
            "\nD4,",
            "\nD3,",
            "a number of the ledger given twice",
            "claims",
        ),
        (
            '"standard deviation = table2(""Standard deviation"", ""infusion_days"")"',
            '"standard deviation = table2(""Standard deviation"", ""rate_max_mg_per_h"")"',
            "evidence taken from another column",
            "claims",
        ),
    ],
}
MUTANTS = [Mutant(path, *change) for path, changes in CHANGES.items() for change in changes]

# Changes that no test can or need notice, by meaning, and why.
EXPLAINED = {}


# --- trying them ------------------------------------------------------------------


def copy_project(target):
    """The tree that the tests read, without caches."""
    for folder in FOLDERS:
        ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
        shutil.copytree(ROOT / folder, target / folder, ignore=ignored)
    for path in ROOT.iterdir():
        if path.is_file():
            shutil.copy(path, target)


def failing_test(tree, tests):
    """First test that fails in a copy, as ``test_x.py::name``, or None.

    tests : paths below ``tests/``, of a file or of a test in it.
    """
    sys.stdout.flush()
    child = os.fork()
    if not child:
        _run_pytest(tree, tests)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == 0:
        return None
    output = (tree / OUTPUT).read_text(encoding="utf-8")
    found = re.search(r"^(?:FAILED|ERROR) tests/(\S+\.py(?:::\w+)?)", output, re.MULTILINE)
    if not found:
        raise RuntimeError(f"pytest ended with {code}:\n{output}")
    return found[1]


def _run_pytest(tree, tests):
    """The end of a forked process: pytest in a copy, its output in a file there."""
    code = -1
    try:
        os.chdir(tree)
        output = os.open(OUTPUT, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.environ["PYTHONPATH"] = str(tree / "book")
        own = {ROOT, *(ROOT / folder for folder in FOLDERS)}
        sys.path[:] = [path for path in sys.path if Path(path) not in own]
        code = sys.modules["pytest"].main([*PYTEST, *(f"tests/{test}" for test in tests)])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def all_tests():
    """Names of all fast test files, the last ones last."""
    here = ROOT / "tests"
    paths = {path.name: path.relative_to(here).as_posix() for path in here.rglob("test_*.py")}
    names = {name for name, path in paths.items() if not path.startswith("support/")}
    return [paths[name] for name in [*sorted(names - LEFT_OUT - set(LAST)), *LAST]]


def first_to_notice(mutant, tree):
    """The first test that fails once a copy is changed, or None; the copy is restored."""
    path = tree / mutant.path
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise ValueError(f"does not stand exactly once in {mutant.path}: {mutant.old!r}")
    others = [name for name in all_tests() if name not in mutant.asked]
    try:
        path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8", newline="")
        return failing_test(tree, mutant.asked) or failing_test(tree, others)
    finally:
        path.write_text(text, encoding="utf-8", newline="")


def outcome(mutant, found):
    if found:
        return f"noticed by `{found}`"
    reason = EXPLAINED.get(mutant.meaning)
    return f"passes: {reason}" if reason else "**passes unnoticed**"


def try_all(chosen):
    """Yield ``(mutant, first test to notice or None)``, in the order of the list.

    Raises RuntimeError at the end where one of these tests fails without any change.
    """
    # No bytecode: a change of the same length within a second would not be seen.
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    for library in LIBRARIES:
        importlib.import_module(library)
    noticed = set()
    context = get_context("fork")
    with tempfile.TemporaryDirectory() as folder:
        trees = context.SimpleQueue()
        for number in range(WORKERS):
            copy_project(Path(folder) / str(number))
            trees.put(Path(folder) / str(number))
        with context.Pool(WORKERS, _take_a_copy, (trees,)) as pool:
            for mutant, found in zip(chosen, pool.imap(_try, chosen), strict=True):
                yield mutant, found
                noticed |= {found} - {None}
        # A test that fails anyway would notice every change.
        if noticed and (broken := failing_test(Path(folder) / "0", sorted(noticed))):
            raise RuntimeError(f"fails without any change: {broken}")


def _take_a_copy(trees):
    """A worker's own copy."""
    global _tree
    _tree = trees.get()


def _try(mutant):
    return first_to_notice(mutant, _tree)


def sample():
    """The first change of each file, in the order of the list."""
    return list({mutant.path: mutant for mutant in reversed(MUTANTS)}.values())[::-1]


def main(words):
    start = time.monotonic()
    chosen = [m for m in MUTANTS if all(word in f"{m.path} {m.meaning}" for word in words)]
    if words == ["--sample"]:
        chosen = sample()
    passed = []
    print("| File | Change | Outcome |\n|---|---|---|", flush=True)
    for mutant, found in try_all(chosen):
        file = mutant.path.rpartition("/")[2]
        print(f"| {file} | {mutant.meaning} | {outcome(mutant, found)} |", flush=True)
        passed += [] if found else [mutant]
    code = sum(mutant.is_code for mutant in chosen)
    unnoticed = sum(mutant.meaning not in EXPLAINED for mutant in passed)
    print(
        f"\n{code} changes of code and {len(chosen) - code} of data: "
        f"{len(chosen) - len(passed)} noticed, {len(passed) - unnoticed} explained, "
        f"{unnoticed} unnoticed ({time.monotonic() - start:.0f} s)."
    )
    return unnoticed > 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except RuntimeError as error:
        sys.exit(f"error: {error}")
