"""The headline results under every combination of the coding choices."""

from functools import cache
from itertools import product

import numpy as np
import pandas as pd

from ..paper.records import Files
from . import coding_choices, headlines

# Options that give bounds. Nobody proposes to use them.
EXTREMES = {"no_follow_up": ("relapsed", "lasting")}


@cache
def of_headline(files: Files, claim: str) -> pd.DataFrame:
    """A headline under every sensible combination of the choices that can change it.

    claim : id of a headline. Returns one row per combination: the option of each choice of
    `headlines.choices_for`, then n, events, at_risk (just before the time of a probability,
    NaN for others), value, lower, upper as in `headlines.estimate`, and ``paper``, true for the
    paper's own path, which is the first row.
    """
    headline, paper = headlines.of_curves(files)[claim], coding_choices.papers_options(files)
    choices = headlines.choices_for(files, headline)
    rows: list[dict[str, str | float]] = []
    for options in product(*(choice.options for choice in choices.values())):
        chosen = dict(zip(choices, options, strict=True))
        if not _is_sensible(chosen, paper):
            continue
        reading = chosen.get("reading", paper["reading"])
        data = {name: option for name, option in chosen.items() if name != "reading"}
        curve = coding_choices.curve(files, headline.course, **data)
        value, lower, upper = headlines.estimate(headline, curve, reading)
        at_risk = headlines.at_risk(headline, curve)
        rows.append(
            chosen
            | {"n": curve.n, "events": curve.n_events, "at_risk": at_risk}
            | {"value": value, "lower": lower, "upper": upper}
            | {"paper": chosen.items() <= paper.items()}
        )
    return pd.DataFrame(rows)


def _is_sensible(chosen: dict[str, str], paper: dict[str, str]) -> bool:
    """Whether a combination differs from all others, and its options fit each other.

    Patient 33 had CRPS for less than `coding_choices.RECENT` months. If recent CRPS is left
    out, both options on this patient give the same. Leaving out patients without relief does
    not fit counting partial relief as none.
    """
    recent = chosen["recent"] == "excluded" and chosen["patient_33"] != paper["patient_33"]
    relief = chosen.get("no_relief") == "excluded" and chosen["partial_relief"] == "failure"
    return not (recent or relief)


def one_at_a_time(files: Files) -> pd.DataFrame:
    """Every headline with one option changed and the rest as in the paper.

    Rows: (choice, option) titles, the paper's own path first; columns (claim id, value) and
    (claim id, at_risk), as in `of_headline`; NaN where the choice cannot change the headline.
    """
    choices, paper = coding_choices.choices(files), coding_choices.papers_options(files)
    departures: list[dict[str, str]] = [{}]
    titles = [("The paper's path", "")]
    for name, choice in choices.items():
        for option, words in list(choice.options.items())[1:]:
            departures.append({name: option})
            titles.append((choice.title, words))
    columns = {}
    for claim, headline in headlines.of_curves(files).items():
        names = list(headlines.choices_for(files, headline))
        found = of_headline(files, claim).set_index(names)
        paths = [paper | each if each.keys() <= set(names) else None for each in departures]
        for part in ("value", "at_risk"):
            columns[claim, part] = [
                found.at[tuple(path[name] for name in names), part] if path else np.nan
                for path in paths
            ]
    return pd.DataFrame(
        columns, index=pd.MultiIndex.from_tuples(titles, names=["Choice", "Option"])
    )


def summary(files: Files) -> pd.DataFrame:
    """All combinations of every headline in one row each, by claim id.

    Columns paper, combinations (their number), the minimum, (lower) median and maximum of
    the values over all combinations, and the minimum and maximum without `EXTREMES`; inf for
    a median not reached.
    """
    rows = {}
    for claim in headlines.of_curves(files):
        found = of_headline(files, claim)
        extreme = pd.concat([found[name].isin(which) for name, which in EXTREMES.items()], axis=1)
        proposed = found.loc[~extreme.any(axis=1), "value"]
        rows[claim] = {
            "paper": found.loc[found["paper"], "value"].item(),
            "combinations": len(found),
            "minimum": found["value"].min(),
            "median": found["value"].quantile(interpolation="lower"),
            "maximum": found["value"].max(),
            "proposed_minimum": proposed.min(),
            "proposed_maximum": proposed.max(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def ends(files: Files, claim: str) -> pd.DataFrame:
    """The lowest and the highest value of a headline, and the nearest way to each.

    Rows ``lowest`` and ``highest``; columns value, tied (number of combinations that give
    it), and departures: name -> option of the one that departs least from the paper.
    """
    found, paper = of_headline(files, claim), coding_choices.papers_options(files)
    names = list(headlines.choices_for(files, headlines.of_curves(files)[claim]))
    departs = found[names] != pd.Series(paper)[names]
    rows = {}
    for end, value in (("lowest", found["value"].min()), ("highest", found["value"].max())):
        tied = found["value"] == value
        nearest = departs[tied].sum(axis=1).idxmin()
        changed = found.loc[nearest, names][departs.loc[nearest]]
        rows[end] = {"value": value, "tied": int(tied.sum()), "departures": changed.to_dict()}
    return pd.DataFrame.from_dict(rows, orient="index")
