"""Writes ``data/exports/``: Table 1 parsed, the register, the coding choices, coverage.

``python -m correll2004.exports`` writes the files. With ``--check`` it writes nothing, and
fails if a file differs from what it would write.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

from .data import adtte, dictionary, table1, validation
from .data.faults import DataError, Fault
from .data.table1 import Table1
from .paper import claims, records
from .paper.records import Files
from .paths import DATA, EXPORTS
from .robustness import coding_choices, combinations, coverage, headlines


def frames(files: Files) -> dict[str, pd.DataFrame]:
    """The exported frames by file name, in the columns of the data dictionary."""
    data, rules = files.table1, files.table1.rules
    register = claims.register(files).reset_index()
    register["patients"] = register["members"].map(dictionary.LIST_SEPARATOR.join)
    register["recomputed"] = register["recomputed"].map(_significant)
    register["recomputed_under_repair"] = register["recomputed_under_repair"].map(_significant)
    found = {
        "patients": data.patients,
        "cycles": data.cycles,
        "adtte": adtte.frame(data, files.under_each_repair),
        "claims-recomputed": register,
        "multiverse": _combinations(files),
        "coverage": coverage.of_limits(files),
    }
    return {
        Path(rules.resource(name)["path"]).name: rules.in_order(frame, name)
        for name, frame in found.items()
    }


def _combinations(files: Files) -> pd.DataFrame:
    """Every headline under every combination of choices; empty if a time is not reached.

    Raises DataError if the data dictionary has no column for a choice.
    """
    columns = files.table1.rules.fields("multiverse")
    if lacking := [name for name in coding_choices.choices(files) if name not in columns]:
        rule = "is needed in multiverse, one for each coding choice, and is not among its columns"
        raise DataError([Fault(dictionary.PATH.name, 0, "-", name, rule) for name in lacking])
    found = pd.concat(
        combinations.of_headline(files, claim).assign(headline=claim)
        for claim in headlines.of_curves(files)
    )
    for column in ("at_risk", "value", "lower", "upper"):
        found[column] = found[column].replace(np.inf, np.nan).map(_significant)
    return found


def _significant(value: float | None) -> str:
    """A number with six significant digits, which are the same on every machine."""
    return "" if pd.isna(value) else f"{value:.6g}"


def texts(files: Files) -> dict[str, str]:
    """The exported files as text, by file name."""
    return {name: _csv(frame) for name, frame in frames(files).items()}


def _csv(frame: pd.DataFrame) -> str:
    whole = frame.copy()
    for column in whole.select_dtypes("float"):
        whole[column] = whole[column].map("{:g}".format)  # 4 instead of 4.0
    for column in whole.select_dtypes("bool"):
        whole[column] = whole[column].map({True: "true", False: "false"})
    return whole.to_csv(index=False, lineterminator="\n")


def write(files: Files) -> None:
    """Write every file. Each is replaced as a whole, or stays as it is."""
    EXPORTS.mkdir(exist_ok=True)
    for name, text in texts(files).items():
        write_file(EXPORTS / name, text)


def write_file(path: Path, text: str) -> None:
    """Replace a text file as a whole, or leave it as it is."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8", newline="")
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)


def exported_table1() -> Table1:
    """Table 1 as it was when the exports were last written, rebuilt from them.

    Raises DataError if they cannot be read, or do not make a Table 1.
    """
    patients, cycles = (
        validation.read_strings(EXPORTS / f"{name}.csv", list(dictionary.fields(name)))
        for name in ("patients", "cycles")
    )
    by_number = dict(validation.rows(patients.set_index("patient")))
    columns, rows = list(dictionary.fields("table1")), []
    for _, cycle in validation.rows(cycles):
        rates = dict.fromkeys([cycle["rate_low_mg_per_h"], cycle["rate_max_mg_per_h"]])
        row = dict.fromkeys(columns) | {
            "cycle": re.sub("[0-9]", "", cycle["label"] or "") or None,
            "dosage_mg_per_h": "–".join(map(str, rates)),
            "relief_months": cycle["outcome_printed"],
        }
        row |= {name: cycle[name] for name in ("infusion_days", "relief_percent", "cycle_facts")}
        if cycle["cycle"] == "1" and (patient := by_number.get(cycle["patient"])):
            bound = ">" if patient["crps_months_is_lower_bound"] == "true" else ""
            row |= {"patient": cycle["patient"], "crps_months": f"{bound}{patient['crps_months']}"}
            row |= {name: patient[name] for name in ("age_years", "sex", "region", "patient_facts")}
        rows.append(row)
    raw = pd.DataFrame(rows, columns=columns, index=cycles.index, dtype=object)
    return table1.from_strings(raw, "cycles.csv")


def stale(files: Files) -> list[str]:
    """Names of the files that differ from what `write` would write."""
    return [
        name
        for name, text in texts(files).items()
        if not (EXPORTS / name).exists() or (EXPORTS / name).read_bytes() != text.encode()
    ]


def main() -> None:
    """Write or check the exports, as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    options = parser.parse_args()
    try:
        files = records.load()  # all files checked, before anything is computed
        if not options.check:
            write(files)
        elif names := stale(files):
            sys.exit(f"out of date in {EXPORTS.relative_to(DATA.parent)}: {', '.join(names)}")
    except (DataError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
