"""The headline results without each patient in turn, under the repairs."""

from functools import cache

import numpy as np
import pandas as pd

from ..data import table1
from ..paper import calls, records
from ..stats.survival import KaplanMeier
from . import coding_choices


@cache
def leave_one_out():
    """Every headline of the register without each patient in turn.

    Returns a frame with one row per patient, and 0 for nobody left out, a column per
    claim id; values in the claim's unit, inf for a median not reached.
    """
    headlines = records.load().register.query("headline != ''")["compute"]
    data = table1.read(("R1",))
    versions = {0: data} | {patient: data.without(patient) for patient in data.patients["patient"]}
    rows = {
        patient: {name: calls.evaluate(call, version).value for name, call in headlines.items()}
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


def leave_one_out_restricted(course, horizon):
    """Restricted mean of a course without each patient in turn: Series, 0 for nobody.

    Means to one horizon can be compared where those to the last time cannot.
    """
    found = coding_choices.outcomes(course)
    means = {}
    for patient in [0, *found["patient"]]:
        rest = found[found["patient"] != patient]
        means[patient] = KaplanMeier(rest["months"], rest["event"]).restricted_mean(horizon).value
    return pd.Series(means)
