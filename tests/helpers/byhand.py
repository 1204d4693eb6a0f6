"""Slow, obvious twins of the package, in plain Python and exact fractions.

Nothing here imports the package. The patients come from the second transcription of
Table 1 and are coded once more, so that a slip in either coding shows as a difference.
"""

import csv
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
DATA = TESTS.parent / "data"
SECOND_TRANSCRIPTION = TESTS / "files" / "table1_second_transcription.csv"


def published(prefix=""):
    """Printed strings of the register by claim id, read without the package."""
    with (DATA / "claims.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row["id"]: row["printed"] for row in rows if row["id"].startswith(prefix)}


# --- the patients -----------------------------------------------------------------


class Cycle(NamedTuple):
    """One infusion cycle; numbers are fractions, event is 1 for a relapse or failure."""

    patient: int
    number: int
    rate_low: Fraction
    rate_max: Fraction
    days: Fraction
    relief: Fraction
    months: Fraction
    event: int


def patients():
    """Age, sex and months of CRPS of every patient; >24 counts as 24."""
    return [
        (Fraction(row["age"]), row["sex"], Fraction(row["crps_months"].removeprefix(">")))
        for row in _rows()
        if row["age"]
    ]


def cycles(patient_1_relapsed=False):
    """All infusion cycles; Patient 1 on request as a relapse at the printed time."""
    found = []
    for row in _rows():
        low, _, high = row["dosage_mg_per_h"].partition("–")
        months, event = _outcome(row["relief_months"])
        if patient_1_relapsed and row["patient"] == "1":
            event = 1
        found.append(
            Cycle(
                patient=int(row["patient"]),
                number={"": 1, "a": 1, "b": 2, "c": 3}[row["cycle"]],
                rate_low=Fraction(low),
                rate_max=Fraction(high or low),
                days=Fraction(row["infusion_days"]),
                relief=Fraction(row["relief_percent"]),
                months=months,
                event=event,
            )
        )
    return found


def course(number, patient_1_relapsed=False):
    """``(months, event)`` of every patient in a course."""
    return [
        (cycle.months, cycle.event)
        for cycle in cycles(patient_1_relapsed)
        if cycle.number == number
    ]


def _rows():
    with SECOND_TRANSCRIPTION.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _outcome(printed):
    if printed == "N/A":
        return Fraction(0), 1
    if printed == "No follow-up":
        return Fraction(0), 0
    if printed[0] == ">":
        return Fraction(printed[1:]), 0
    return Fraction(printed), 1


# --- Kaplan and Meier -------------------------------------------------------------


class Step(NamedTuple):
    """The curve at one time. ``greenwood`` is None from the time at which S is 0."""

    months: Fraction
    at_risk: int
    events: int
    censored: int
    survival: Fraction
    greenwood: Fraction | None


def kaplan_meier(pairs):
    """The product-limit estimate and Greenwood's sum, one `Step` per distinct time."""
    survival, greenwood, steps = Fraction(1), Fraction(0), []
    for time in sorted({months for months, _ in pairs}):
        at_risk = sum(1 for months, _ in pairs if months >= time)
        events = sum(1 for months, event in pairs if months == time and event == 1)
        censored = sum(1 for months, event in pairs if months == time and event == 0)
        survival *= Fraction(at_risk - events, at_risk)
        if survival == 0:
            greenwood = None
        else:
            greenwood += Fraction(events, at_risk * (at_risk - events))
        steps.append(Step(time, at_risk, events, censored, survival, greenwood))
    return steps


def area(steps, start=Fraction(0)):
    """Area under the curve from a time to the last one, rectangle by rectangle."""
    corners = [(Fraction(0), Fraction(1)), *((step.months, step.survival) for step in steps)]
    total = Fraction(0)
    for (left, height), (right, _) in pairwise(corners):
        total += height * max(right - max(left, start), 0)
    return total
