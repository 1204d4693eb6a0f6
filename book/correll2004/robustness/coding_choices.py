"""Named coding choices, and what every combination of them makes of a headline.

A choice is a point at which Table 1 can be read, or its patients counted, in more than
one defensible way. The first option of each is the paper's own. Nothing else varies:
no cell is changed but by the named options.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from ..data import cells, table1
from ..data.courses import COURSES
from ..paper import calls, claims, records
from ..stats.survival import KaplanMeier

HORIZON = 36.0  # months, the longest follow-up of either course
BROKEN_OFF = (9, 21)  # patients whose later infusion was broken off and left out of Table 1
RECENT = 1  # months; CRPS for less than that may have gone away by itself
EXTREMES = {"no_follow_up": ("relapsed", "lasting")}  # bounds rather than proposals
TRANSFORMS = ("log-log", "log", "plain")


@dataclass(frozen=True)
class Choice:
    """A coding choice.

    title : name for tables; options : name -> words, the paper's own first; courses :
    those that it can change; heights : whether it concerns heights of a curve alone.
    """

    title: str
    options: dict[str, str]
    courses: tuple[int, ...] = (1, 2)
    heights: bool = False


CHOICES = {
    "patient_1": Choice(
        "Patient 1",
        {"relapse": "relapse at 1.25 months (R1)", "censored": "censored there, as tabulated"},
        courses=(1,),
    ),
    "no_follow_up": Choice(
        "No follow-up",
        {
            "censored": "censored at once",
            "excluded": "left out",
            "relapsed": "relapsed at once",
            "lasting": "in remission at 36 months",
        },
    ),
    "no_relief": Choice(
        "No relief",
        {"failure": "failure at once", "excluded": "left out"},
        courses=(1,),
    ),
    "partial_relief": Choice(
        "Partial relief",
        {"remission": "counts as remission", "failure": "failure at once"},
        courses=(1,),
    ),
    "patient_33": Choice(
        "Patient 33",
        {"courses": "by course", "shoulders": "by shoulder"},
    ),
    "recent": Choice(
        "CRPS below 1 month",
        {"included": "included", "excluded": "left out"},
    ),
    "broken_off": Choice(
        "Broken-off infusions",
        {"ignored": "not counted", "failure": "failures at once"},
        courses=(2,),
    ),
    "reading": Choice(
        "Relief for t",
        {"beyond": "beyond t: S(t)", "at_least": "at least t: S(t−)"},
        heights=True,
    ),
}

PAPER = {name: next(iter(choice.options)) for name, choice in CHOICES.items()}


@cache
def _cycles(patient_1):
    """All cycles with the patient's duration of CRPS, Patient 1 by the named option."""
    data = table1.read(("R1",) if patient_1 == "relapse" else ())
    return data.cycles.merge(data.patients[["patient", "crps_months"]], on="patient")


def outcomes(course, without=None, changed=None, **chosen):
    """Times and events of the first (1) or second (2) course under named options.

    chosen : options by choice, such as ``no_follow_up="excluded"``; the paper's where
    not named. without : number of a patient to drop. changed : ``(patient, months,
    event)``, another outcome for that patient's course; no effect where the options leave
    the course out.

    Returns columns patient, label, months and event (1 = relapse or failure, 0 =
    censored), one row per course. Options are applied in this order: whose course it
    is, whose relief failed at once, what is known of those not seen again, and last the
    changed outcome.

    Raises KeyError for an unknown choice or option, and for a changed patient who had no
    such course.
    """
    option = PAPER | chosen
    for name, value in option.items():
        CHOICES[name].options[value]  # KeyError for a name that does not exist
    cycles = _cycles(option["patient_1"])
    found = cycles[cycles["cycle"] == course].copy()
    if option["patient_33"] == "shoulders":
        # The third course was the first for the right shoulder. What ended the second
        # relief may have been the onset there: it lasted at least so long.
        other = cycles[(cycles["patient"] == 33) & (cycles["cycle"] == 3)]
        found = pd.concat([found, other]) if course == 1 else found
        found.loc[found["label"] == "33b", "event"] = 0
    if option["recent"] == "excluded":
        found = found[found["crps_months"] >= RECENT]
    if option["no_relief"] == "excluded":
        found = found[found["relief_percent"] > 0]
    if option["partial_relief"] == "failure":
        partial = found["relief_percent"] < 100
        found.loc[partial, ["relief_months", "event", "outcome"]] = [0, 1, cells.NO_RELIEF]
    unseen = found["outcome"] == cells.NO_FOLLOW_UP
    if option["no_follow_up"] == "excluded":
        found = found[~unseen]
    elif option["no_follow_up"] == "relapsed":
        found.loc[unseen, "event"] = 1
    elif option["no_follow_up"] == "lasting":
        found.loc[unseen, "relief_months"] = HORIZON
    if changed is not None:
        patient, *outcome = changed
        if patient not in set(cycles.loc[cycles["cycle"] == course, "patient"]):
            raise KeyError(patient)
        own = (found["patient"] == patient) & (found["cycle"] == course)
        found.loc[own, ["relief_months", "event"]] = outcome
    found = found[["patient", "label", "relief_months", "event"]]
    if course == 2 and option["broken_off"] == "failure":
        failed = [(patient, f"{patient} broken off", 0.0, 1) for patient in BROKEN_OFF]
        found = pd.concat([found, pd.DataFrame(failed, columns=found.columns)])
    found = found[found["patient"] != without]
    return found.rename(columns={"relief_months": "months"}).reset_index(drop=True)


def curve(course, **chosen):
    """Kaplan-Meier estimate of `outcomes`, made once for the same options."""
    return _curve(course, tuple((PAPER | chosen).items()))


@cache
def _curve(course, options):
    found = outcomes(course, **dict(options))
    return KaplanMeier(found["months"], found["event"])


# --- headlines --------------------------------------------------------------------


@dataclass(frozen=True)
class Headline:
    """A headline result that is a height, mean or median of a curve.

    claim : id in the register; title : its words there; course : 1 or 2; statistic :
    ``height``, ``Mean`` or ``Median``; time : of a height, in months; unit.
    """

    claim: str
    title: str
    course: int
    statistic: str
    time: float | None
    unit: str

    @property
    def short(self):
        """A few words: ``Relief for 3 months``, on either reading, or ``Mean``."""
        return f"Relief for {self.time:g} months" if self.statistic == "height" else self.statistic


@cache
def headlines():
    """The register's headline results that depend on the curves, by claim id."""
    found = {}
    for name, claim in records.load().register.query("headline != ''").iterrows():
        call = calls.parse(claim["compute"])
        if call.quantity == "survival_at":
            statistic, time, unit = "height", call["months"], "percent"
        elif call.quantity == "table5":
            statistic, time, unit = call["statistic"], None, "months"
        else:
            continue
        course = COURSES[call["course"]]
        found[name] = Headline(name, claim["headline"], course, statistic, time, unit)
    return found


def titles():
    """Course and short title of each headline, by claim id: for tables and figures."""
    courses = {1: "First course", 2: "Second course"}
    return {claim: (courses[h.course], h.short) for claim, h in headlines().items()}


def estimate(headline, found, reading="beyond"):
    """``(value, lower, upper)`` of a headline from a `KaplanMeier`, in its unit.

    Limits are 95%: log-log for heights, none where they are 0 or 100%; -/+ 1.96
    standard errors as in Table 5 for the mean; Brookmeyer and Crowley's for the median,
    inf where not reached. NaN where there is none.
    """
    if headline.statistic == "height":
        at_least = reading == "at_least"
        height = (found.survival_just_before if at_least else found.survival_at)(headline.time)
        limits = (found.limits_just_before if at_least else found.limits_at)(headline.time)
        if height in (0, 1):
            limits = (np.nan, np.nan)
        return tuple(100 * value for value in (height, *limits))
    if headline.statistic == "Median":
        return found.median_time(), *found.median_limits()
    if found.n_events < 2:
        return found.area(), np.nan, np.nan
    mean = found.mean()
    # Beyond ten decimals an area is binary noise: combinations of equal value are to tie.
    return tuple(np.round((mean.value, mean.lower, mean.upper), 10))


def at_risk(headline, found):
    """Number at risk just before the time of a height in a `KaplanMeier`; else NaN."""
    return found.at_risk(headline.time) if headline.statistic == "height" else np.nan


def choices_for(headline):
    """Names of the choices that can change a headline."""
    return [
        name
        for name, choice in CHOICES.items()
        if headline.course in choice.courses
        and (headline.statistic == "height" or not choice.heights)
    ]


def _sensible(chosen):
    """Whether a combination differs from the others, and hangs together.

    Without Patient 33, who is recent, the two readings of that patient are one. Whoever
    leaves out patients without relief does not count partial relief as none.
    """
    recent = chosen["recent"] == "excluded" and chosen["patient_33"] != PAPER["patient_33"]
    relief = chosen.get("no_relief") == "excluded" and chosen["partial_relief"] == "failure"
    return not (recent or relief)


@cache
def specifications(claim):
    """A headline under every sensible combination of the choices that can change it.

    claim : id of a headline. Returns one row per combination: the option of each choice
    of `choices_for`, then n, events, at_risk (just before the time of a height, NaN for
    others), value, lower, upper as `estimate` gives them, and ``paper``, true for the
    paper's own path, which stands first.
    """
    headline = headlines()[claim]
    names = choices_for(headline)
    rows = []
    for options in product(*(CHOICES[name].options for name in names)):
        chosen = dict(zip(names, options, strict=True))
        if not _sensible(chosen):
            continue
        reading = chosen.get("reading", PAPER["reading"])
        data = {name: value for name, value in chosen.items() if name != "reading"}
        found = curve(headline.course, **data)
        value, lower, upper = estimate(headline, found, reading)
        rows.append(
            chosen
            | {"n": found.n, "events": found.n_events, "at_risk": at_risk(headline, found)}
            | {"value": value, "lower": lower, "upper": upper}
            | {"paper": all(PAPER[name] == value for name, value in chosen.items())}
        )
    return pd.DataFrame(rows)


def one_at_a_time():
    """Every headline with one option changed and the rest as in the paper.

    Rows: (choice, option) titles, the paper's own path first; columns (claim id, value) and
    (claim id, at_risk), as in `specifications`; NaN where the choice cannot change the
    headline.
    """
    options = [
        (name, option, words)
        for name, choice in CHOICES.items()
        for option, words in list(choice.options.items())[1:]
    ]
    columns = {}
    for claim in headlines():
        found, names = specifications(claim), choices_for(headlines()[claim])
        paper = found.loc[found["paper"]].iloc[0]
        for part in ("value", "at_risk"):
            values = [paper[part]]
            for name, option, _ in options:
                if name not in names:
                    values.append(np.nan)
                    continue
                wanted = paper[names].copy()
                wanted[name] = option
                values.append(found.loc[(found[names] == wanted).all(axis=1), part].item())
            columns[claim, part] = values
    index = [
        ("The paper's path", ""),
        *((CHOICES[name].title, words) for name, _, words in options),
    ]
    return pd.DataFrame(columns, index=pd.MultiIndex.from_tuples(index, names=["Choice", "Option"]))


def summary():
    """The specifications of every headline in one row each, by claim id.

    Columns printed (string), paper, specifications, the minimum, (lower) median and
    maximum of the values over all combinations, and the minimum and maximum without
    `EXTREMES`; inf for a median not reached.
    """
    rows = {}
    for claim in headlines():
        found = specifications(claim)
        values = np.sort(found["value"])
        extreme = pd.concat([found[name].isin(which) for name, which in EXTREMES.items()], axis=1)
        proposed = found.loc[~extreme.any(axis=1), "value"]
        rows[claim] = {
            "printed": claims.published(records.load(), claim),
            "paper": found.loc[found["paper"], "value"].item(),
            "specifications": len(found),
            "minimum": values[0],
            "median": values[(len(values) - 1) // 2],
            "maximum": values[-1],
            "proposed_minimum": proposed.min(),
            "proposed_maximum": proposed.max(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def ends(claim):
    """The lowest and the highest value of a headline, and the nearest way to each.

    Returns rows ``lowest`` and ``highest``; columns value, tied (combinations that give
    it), and departures: name -> option of the one that departs least from the paper.
    """
    found, names = specifications(claim), choices_for(headlines()[claim])
    departs = pd.DataFrame({name: found[name] != PAPER[name] for name in names})
    rows = {}
    for end, value in (("lowest", found["value"].min()), ("highest", found["value"].max())):
        tied = found["value"] == value
        nearest = departs[tied].sum(axis=1).idxmin()
        changed = [name for name in names if departs.at[nearest, name]]
        rows[end] = {
            "value": value,
            "tied": int(tied.sum()),
            "departures": {name: found.at[nearest, name] for name in changed},
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def transforms(claim):
    """Limits of a height on the paper's path under each transform, and each reading.

    Returns rows (reading, transform), columns value, lower, upper, percent.
    """
    headline = headlines()[claim]
    found = curve(headline.course)
    rows = {}
    for reading in CHOICES["reading"].options:
        value, _, _ = estimate(headline, found, reading)
        for transform in TRANSFORMS:
            read = found.limits_at if reading == "beyond" else found.limits_just_before
            lower, upper = read(headline.time, transform)
            rows[reading, transform] = {
                "value": value,
                "lower": 100 * lower,
                "upper": 100 * upper,
            }
    return pd.DataFrame.from_dict(rows, orient="index")
