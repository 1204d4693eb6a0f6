"""Named coding choices, and the outcomes of a course under them.

A choice is a point at which Table 1 can be read, or its patients counted, in more than
one defensible way. The first option of each is the paper's own. A repair is a choice too:
to apply it, or to read Table 1 as it is printed. Only the named options change a cell.
"""

from dataclasses import dataclass, replace
from functools import cache

import pandas as pd

from ..data import cells, table1, validation
from ..data.table1 import Table1
from ..paper.records import Files
from ..stats.survival import KaplanMeier

COURSES_WITH_CURVE = (1, 2)  # those of which the paper draws one
HORIZON = 36.0  # months, the longest follow-up of either course
BROKEN_OFF = (9, 21)  # patients whose later infusion was broken off and left out of Table 1
RECENT = 1  # months; CRPS of a shorter duration may have resolved without treatment
WITH_PERSISTING_PAIN = "23b"  # a course in remission; the comment reports pain that persisted
OTHER_SHOULDER = "33c"  # the third course of Patient 33, the first for the right shoulder


@dataclass(frozen=True)
class Choice:
    """A coding choice.

    title : name for tables. options : name -> words, the paper's own first. courses : the
    courses that it can change. probabilities_only : whether it changes only how survival
    probabilities are read. repair : identifier of the repair that the paper's option applies,
    empty if the choice comes from no repair.
    """

    title: str
    options: dict[str, str]
    courses: tuple[int, ...] = COURSES_WITH_CURVE
    probabilities_only: bool = False
    repair: str = ""

    @property
    def papers_option(self) -> str:
        """Name of the paper's own option."""
        return next(iter(self.options))


_WITHOUT_REPAIR = {
    "no_follow_up": Choice(
        "No follow-up",
        {
            "censored": "censored at once",
            "excluded": "left out",
            "relapsed": "relapsed at once",
            "lasting": f"in remission at {HORIZON:g} months",
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
    "patient_23": Choice(
        "Patient 23",
        {
            "history": "history: still in remission",
            "outcome": "outcome: relapse at last visit",
            "excluded": "left out",
        },
        courses=(2,),
    ),
    "patient_33": Choice(
        "Patient 33",
        {"courses": "by course", "shoulders": "by shoulder"},
    ),
    "recent": Choice(
        f"CRPS below {RECENT} month",
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
        probabilities_only=True,
    ),
}


@cache
def choices(files: Files) -> dict[str, Choice]:
    """All choices by name: one for each repair that can change a curve, then all others."""
    from_repairs: dict[str, Choice] = {}
    for repair, table in files.under_each_repair.items():
        moved = _moved(files.table1, table)
        if moved.empty:
            continue
        choice = _choice_of_repair(repair, moved)
        name = choice.title.lower().replace(" and ", " ").replace(" ", "_")
        if name in _WITHOUT_REPAIR or name in from_repairs:
            name = f"{name}_{repair.lower()}"
            choice = replace(choice, title=f"{choice.title}, {repair}")
        from_repairs[name] = choice
    return from_repairs | _WITHOUT_REPAIR


def papers_options(files: Files) -> dict[str, str]:
    """The paper's own option of every choice, by the choice's name."""
    return {name: choice.papers_option for name, choice in choices(files).items()}


def in_words(files: Files, chosen: dict[str, str]) -> str:
    """Options by choice in words, such as ``No relief: left out; Relief for t: beyond t: S(t)``."""
    known = choices(files)
    return "; ".join(
        f"{known[name].title}: {known[name].options[option]}" for name, option in chosen.items()
    )


# --- choices that come from repairs -----------------------------------------------


_KINDS = {
    cells.RELAPSE: "relapse",
    cells.NO_RELIEF: "failure",
    cells.IN_REMISSION: "censored",
    cells.NO_FOLLOW_UP: "censored",
}


def _moved(printed: Table1, repaired: Table1) -> pd.DataFrame:
    """The cycles whose outcome, relief or duration of CRPS a repair changes.

    Returns those that belong to a course with a curve. Their columns are as printed and, with
    the suffix ``_repaired``, as the repair reads them.
    """
    columns = ["relief_months", "event", "relief_percent", "outcome", "crps_months"]
    before, after = (with_crps_months(table) for table in (printed, repaired))
    differ = (before[columns] != after[columns]).any(axis=1)
    counted = before["cycle"].isin(COURSES_WITH_CURVE) | (before["label"] == OTHER_SHOULDER)
    return before.join(after[columns], rsuffix="_repaired")[differ & counted]


def _choice_of_repair(repair: str, moved: pd.DataFrame) -> Choice:
    """The choice to apply a repair or not. moved : frame of `_moved`."""
    patients = moved["patient"].unique()
    title = f"Patient{'s' if len(patients) > 1 else ''} {' and '.join(map(str, patients))}"
    # The only other cycle is the third of Patient 33, the first for that shoulder.
    numbers = moved["cycle"].where(moved["cycle"].isin(COURSES_WITH_CURVE), 1)
    courses = tuple(sorted(map(int, numbers.unique())))
    return Choice(title, _options_of_repair(repair, moved), courses, repair=repair)


def _options_of_repair(repair: str, moved: pd.DataFrame) -> dict[str, str]:
    """The two options of `_choice_of_repair`, the one that applies the repair first."""
    names, words = ("repaired", "printed"), (f"as {repair} reads it", "as tabulated")
    if len(moved) == 1:
        ((_, cycle),) = validation.rows(moved)
        read_as, printed = _KINDS[cycle["outcome_repaired"]], _KINDS[cycle["outcome"]]
        months, months_repaired = cycle["relief_months"], cycle["relief_months_repaired"]
        there = "there" if months == months_repaired else f"at {months:g} months"
        if read_as != printed or months != months_repaired:
            reading = f"{read_as} at {months_repaired:g} months"
            words = f"{reading} ({repair})", f"{printed} {there}, as tabulated"
        if read_as != printed:
            names = read_as, printed
    return dict(zip(names, words, strict=True))


@cache
def _cycles(files: Files, repairs: tuple[str, ...]) -> pd.DataFrame:
    """All cycles under some repairs, with the patient's duration of CRPS."""
    table = files.table1
    for repair in repairs:
        table = table1.repaired(table, repair, files.repairs)
    return with_crps_months(table)


def with_crps_months(table: Table1) -> pd.DataFrame:
    """All cycles with the patient's duration of CRPS."""
    return table.cycles.merge(table.patients[["patient", "crps_months"]], on="patient")


# --- outcomes ---------------------------------------------------------------------


def outcomes(
    files: Files,
    course: int,
    without: int | None = None,
    changed: tuple[int, float, int] | None = None,
    **chosen: str,
) -> pd.DataFrame:
    """Times and events of the first (1) or second (2) course under named options.

    chosen : options by choice, such as ``no_follow_up="excluded"``; for a choice that is not
    named, the paper's. without : number of a patient to leave out. changed : ``(patient,
    months, event)``, another outcome for that patient's course; without effect if the options
    leave the course out.

    Returns columns patient, label, months and event (1 = relapse or failure, 0 =
    censored), one row per patient and course. The repairs are applied first, then the options
    on which cycles are counted, on partial relief and on patients not seen again, then the
    changed outcome.

    Raises KeyError for an unknown choice or option, and for a changed patient who had no
    such course.
    """
    known, option = choices(files), papers_options(files) | chosen
    for name, value in option.items():
        known[name].options[value]  # raises KeyError for an unknown name
    repairs = [
        choice.repair
        for name, choice in known.items()
        if choice.repair and option[name] == choice.papers_option
    ]
    cycles = _cycles(files, tuple(repairs))
    found = _members(cycles, course, option)
    if option["partial_relief"] == "failure":
        partial = found["relief_percent"] < 100
        found.loc[partial, "relief_months"] = 0.0
        found.loc[partial, "event"] = 1
        found.loc[partial, "outcome"] = cells.NO_RELIEF
    found = _with_unseen(found, option["no_follow_up"])
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


def _members(cycles: pd.DataFrame, course: int, option: dict[str, str]) -> pd.DataFrame:
    """The cycles that are counted, by the options on outcome, shoulder, duration and relief."""
    found = cycles[cycles["cycle"] == course].copy()
    if option["patient_33"] == "shoulders":
        # The third course was the first for the right shoulder. What ended the second relief may
        # have been CRPS there, so that relief on the left lasted at least as long: censored.
        other = cycles[cycles["label"] == OTHER_SHOULDER]
        found = pd.concat([found, other]) if course == 1 else found
        found.loc[found["label"] == "33b", "event"] = 0
    # The comment on Patient 23 may report what came after the infusions. Then the relief ended
    # at some time after the last visit in remission, at the earliest then; or the comment and
    # the row contradict each other. The first course is printed as a relapse either way.
    of_23 = found["label"] == WITH_PERSISTING_PAIN
    if option["patient_23"] == "outcome":
        found.loc[of_23, "event"] = 1
    elif option["patient_23"] == "excluded":
        found = found[~of_23]
    if option["recent"] == "excluded":
        found = found[found["crps_months"] >= RECENT]
    if option["no_relief"] == "excluded":
        found = found[found["relief_percent"] > 0]
    return found


def _with_unseen(found: pd.DataFrame, option: str) -> pd.DataFrame:
    """Cycles with the outcomes that an option of ``no_follow_up`` assumes."""
    unseen = found["outcome"] == cells.NO_FOLLOW_UP
    if option == "excluded":
        return found[~unseen].copy()
    if option == "relapsed":
        found.loc[unseen, "event"] = 1
    elif option == "lasting":
        found.loc[unseen, "relief_months"] = HORIZON
    return found


def curve(files: Files, course: int, **chosen: str) -> KaplanMeier:
    """Kaplan-Meier estimate of `outcomes`, computed once for the same options."""
    return _curve(files, course, tuple((papers_options(files) | chosen).items()))


@cache
def _curve(files: Files, course: int, options: tuple[tuple[str, str], ...]) -> KaplanMeier:
    found = outcomes(files, course, None, None, **dict(options))
    return KaplanMeier(found["months"], found["event"])
