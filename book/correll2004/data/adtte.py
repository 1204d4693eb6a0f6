"""The time-to-event file: Table 1's outcomes in the columns of CDISC ADaM's ADTTE.

One parameter is one curve: within a ``PARAMCD`` each patient appears once. A repair that
moves an outcome gets parameters of its own, so that whoever chooses by parameter counts
nobody twice. Analysis flags choose across courses: ``ANL01FL`` marks the outcomes as
printed, ``ANL02FL`` those under the first repair, and so on.
"""

from collections.abc import Mapping

import pandas as pd

from . import cells, dictionary, table1
from .courses import COURSE_NAMES
from .faults import DataError, Fault
from .table1 import Table1

_OUTCOME = ["AVAL", "CNSR", "EVNTDESC"]


def of_table(data: Table1) -> pd.DataFrame:
    """Outcomes of a table in the columns of ADTTE, without analysis flags.

    Parameters
    ----------
    data : Table1

    Returns
    -------
    DataFrame
        One row per cycle, in its order; ``AVAL`` in months, ``CNSR`` 1 where censored.
    """
    cycles = data.cycles.merge(data.patients, on="patient", validate="many_to_one")
    return pd.DataFrame(
        {
            "USUBJID": [f"CORRELL2004-{number:02d}" for number in cycles["patient"]],
            "SUBJID": cycles["patient"],
            "AGE": cycles["age_years"],
            "SEX": cycles["sex"],
            "PARAMCD": [f"RELAPSE{number}" for number in cycles["cycle"]],
            "PARAM": [
                f"Time to relapse after the {COURSE_NAMES[number]} course (months)"
                for number in cycles["cycle"]
            ],
            "AVAL": cycles["relief_months"],
            "CNSR": 1 - cycles["event"],
            "EVNTDESC": cycles["outcome"].map(cells.EVENT_DESCRIPTION),
            "SRCDOM": table1.PATH.name,
            "SRCSEQ": data.raw.index,
            "SRCVAR": "relief_months",
            "SRCVAL": cycles["outcome_printed"],
        }
    )


def frame(printed: Table1, repaired: Mapping[str, Table1]) -> pd.DataFrame:
    """The whole file: the outcomes as printed, then the parameters that a repair moves.

    Parameters
    ----------
    printed : Table1
        The table as printed.
    repaired : mapping of str to Table1
        The table under each repair, by identifier. Each has an analysis flag of its own.

    Returns
    -------
    DataFrame
        Columns as in `of_table`, then the analysis flags, ``Y`` or None.

    Raises
    ------
    DataError
        If the data dictionary has no column for the flag of a repair.
    """
    base = of_table(printed).assign(ANL01FL="Y")
    flags, added = ["ANL01FL"], []
    for number, (repair, data) in enumerate(repaired.items(), start=2):
        flag, other = f"ANL{number:02d}FL", of_table(data)
        flags.append(flag)
        moved = (other[_OUTCOME] != base[_OUTCOME]).any(axis=1)
        moved = other["PARAMCD"].isin(other.loc[moved, "PARAMCD"])
        base[flag] = [None if is_moved else "Y" for is_moved in moved]
        other = other[moved].assign(**{flag: "Y"})
        course = other["PARAMCD"].str[-1]
        other["PARAMCD"] = "RELAP" + course + repair  # eight characters, as SAS allows
        other["PARAM"] += f", under {repair}"
        added.append(other)
    columns = printed.rules.fields("adtte")
    if lacking := [flag for flag in flags if flag not in columns]:
        rule = "is needed in adtte, one for each repair, and is not among its columns"
        raise DataError([Fault(dictionary.PATH.name, 0, "-", flag, rule) for flag in lacking])
    found = pd.concat([base, *added], ignore_index=True)
    for flag in flags:
        found[flag] = [value if value == "Y" else None for value in found[flag]]
    return found
