"""Harms: how often each was reported, and what happened when ketamine was given again.

The text says which patients had raised liver enzymes and how many hallucinated. It names other
harms without a count, and some as absent. Where the paper does not say at which infusion the
enzymes rose, the smallest and the largest possible count are given.
"""

import pandas as pd

from ..data import validation
from ..data.table1 import Table1
from ..paper import claims, rounding
from ..paper.records import Files
from ..stats import counts
from .coding_choices import BROKEN_OFF
from .dose import infusions_begun

PATIENTS_WITH_HALLUCINATIONS = "res-hallucinations"  # a claim; Table 1 does not name them
RAISED = "raised_liver_enzymes"
ENDED_EARLY = "infusion_ended_early"
# The patient whose enzymes rose during the first infusion, by the text (Results, 11th paragraph).
ROSE_AT_THE_FIRST = 21
NOT_COUNTED = ("Inebriation", "Dizziness", "Blurred vision", "Nausea")
ABSENT = ("Sedation or a breathing tube", "Thoughts of suicide or homicide", "Addictive behavior")


def with_limits(count: int, n: int) -> dict[str, float]:
    """A count of n with its share and exact 95% limits, all three in percent.

    Of a harm that nobody had, the upper limit is one-sided: about 3 of n (Hanley and
    Lippman-Hand, JAMA 1983;249:1743-1745).
    """
    lower, upper = counts.exact_share(count, n) if count else (0, 1 - 0.05 ** (1 / n))
    shares = {"percent": count / n, "lower": lower, "upper": upper}
    return {"count": count, "n": n} | {name: 100 * share for name, share in shares.items()}


def reported(files: Files) -> pd.DataFrame:
    """Every harm that the paper reports or reports as absent, of 33 patients.

    Returns a frame by harm: columns of `with_limits`, NaN where the paper gives no count.
    """
    n = len(files.table1.patients)
    hallucinated = claims.published(files, PATIENTS_WITH_HALLUCINATIONS)
    affected = {
        "Raised liver enzymes": len(raised(files.table1)),
        "Hallucinations": int(rounding.printed_number(hallucinated)),
    }
    rows: dict[str, dict[str, float]] = {name: with_limits(k, n) for name, k in affected.items()}
    rows |= {name: with_limits(0, n) for name in ABSENT}
    found = pd.DataFrame.from_dict(rows, orient="index").rename_axis("Harm")
    return found.reindex([*affected, *NOT_COUNTED, *ABSENT])


def raised(table: Table1) -> pd.DataFrame:
    """The patients with raised liver enzymes: rows of ``Table1.patients``, indexed by number."""
    facts = table.patients["patient_facts"].fillna("").str.split(";")
    return table.patients[[RAISED in each for each in facts]].set_index("patient")


def broken_off(files: Files) -> dict[int, int]:
    """Number of infusions that were broken off and have no row in Table 1, by patient."""
    others = infusions_begun(files) - len(files.table1.cycles) - (len(BROKEN_OFF) - 1)
    return {number: others if number == ROSE_AT_THE_FIRST else 1 for number in BROKEN_OFF}


def infused_again(files: Files) -> pd.Series:
    """Number of infusions after the first, by patient, for the patients who had any."""
    later = files.table1.cycles.query("cycle > 1").groupby("patient").size()
    return later.add(pd.Series(broken_off(files)), fill_value=0).astype(int)


def by_exposure(files: Files) -> pd.DataFrame:
    """Raised liver enzymes at the first infusion and at later ones.

    The Results put the rise of Patient 9 at a later infusion. The Discussion can be read so that
    it began at the first, so it counts there at most.

    Returns a frame with one row per exposure and unit, and columns n, at_least and at_most
    (counts), lower (exact limit of the smallest count) and upper (of the largest), in percent.
    """
    again = infused_again(files)
    off = broken_off(files)
    unknown = [number for number in raised(files.table1).index if number not in off]
    unknown_again = [number for number in unknown if number in again.index]
    rows = {
        "First infusions": (len(files.table1.patients), 1, len(raised(files.table1))),
        "Later infusions": (
            int(again.sum()),
            sum(off.values()),
            sum(off.values()) + int(again[unknown_again].sum()),
        ),
        "Patients infused again": (len(again), len(off), len(off) + len(unknown_again)),
    }
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["n", "at_least", "at_most"])
    return found.assign(
        lower=[with_limits(least, n)["lower"] for n, least, _ in rows.values()],
        upper=[with_limits(most, n)["upper"] for n, _, most in rows.values()],
    )


def given_again(files: Files) -> pd.DataFrame:
    """What Table 1 and the text say of each patient with raised enzymes who was infused again.

    Returns a frame by patient, columns of words.
    """
    again, off = infused_again(files), broken_off(files)
    first = files.table1.course(1).set_index("patient")
    rows = {}
    for number, patient in validation.rows(raised(files.table1)):
        facts = patient["patient_facts"].split(";")
        if number in off:
            rose = "a later one; by the Discussion the first too"
            if number == ROSE_AT_THE_FIRST:
                rose = "the first and later ones"
            what = "ended early by raised enzymes; not in Table 1"
        elif ENDED_EARLY in facts:
            rose, what = "not said", "one of the two infusions was ended early; not said which"
        else:
            rose, what = "not said", "nothing is said"
        rows[number] = {
            "First infusion": f"{first.at[number, 'infusion_days']:g} days, at most "
            f"{first.at[number, 'rate_max_mg_per_h']:g} mg/h",
            "Enzymes rose at": rose,
            "Infused again": f"{'once' if again[number] == 1 else 'twice'}",
            "What happened then": what,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("Patient")


def infusions(files: Files) -> pd.DataFrame:
    """Every infusion begun: the cycles of Table 1, and those broken off and not in it.

    Returns rows as ``Table1.cycles``, the infusions of a patient together. An infusion that was
    broken off has the outcome ``broken_off`` and 0 months of relief, as none is reported.
    ``outcome_printed`` says more where liver enzymes rose.
    """
    table = files.table1
    off = [
        {
            "label": f"{number}, again",
            "patient": number,
            "cycle": 2 + place,
            "relief_months": 0.0,
            "outcome": "broken_off",
            "outcome_printed": "ended early: liver enzymes",
        }
        for number, count in broken_off(files).items()
        for place in range(count)
    ]
    found = pd.concat([table.cycles, pd.DataFrame(off)], ignore_index=True)
    found = found.sort_values(["patient", "cycle"], ignore_index=True)
    words = {ROSE_AT_THE_FIRST: "; liver enzymes rose"}
    words |= {
        number: "; liver enzymes rose here or at the second"
        for number in raised(table).index
        if number not in BROKEN_OFF
    }
    added = found["patient"].map(words).fillna("").where(found["cycle"] == 1, "")
    return found.assign(outcome_printed=found["outcome_printed"] + added)
