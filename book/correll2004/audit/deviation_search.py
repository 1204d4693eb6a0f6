"""Which changes of one or two cells of Table 1 reproduce a standard deviation of Table 2."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ..data import validation
from ..paper import calls
from ..paper.records import Files
from ..paper.rounding import agrees, which_agree
from ..paper.versions import Versions
from ..stats.curves import BoolArray, FloatArray, IntArray
from .pinning import agreeing_claims, which_versions_agree

# Column of cycles -> unit, smallest and largest value tried, and steps of the grids. The last
# step is the finest: its grid contains the others.
SD_GRIDS = {
    "infusion_days": ("days", 0.01, 60, (1, 0.25, 0.1, 0.01)),
    "relief_percent": ("percent", 0, 100, (1, 0.1, 0.01)),
}


def _grid(column: str, step: float) -> FloatArray:
    """The values that a search of a column tries at a step."""
    _, low, high, steps = SD_GRIDS[column]
    fine = np.round(np.arange(round(low / steps[-1]), round(high / steps[-1]) + 1) * steps[-1], 10)
    return fine[on_grid(fine, step)]


def on_grid(values: ArrayLike, step: float) -> BoolArray:
    """Which values are multiples of a step."""
    steps = np.asarray(values, dtype=float) / step
    return np.isclose(steps, np.rint(steps), atol=1e-6)


@cache
def sd_repairs(files: Files, column: str) -> pd.DataFrame:
    """Changes of one cell in a column of cycles that reproduce its printed SD.

    column : a column of `SD_GRIDS`; every cell takes every value of its finest grid.

    Returns one row per change: cycle, value, ``table2`` (whether all numbers in the column of
    Table 2 agree), ``all`` (whether every other printed number that agreed before agrees too)
    and ``hidden`` (whether the value rounds to what Table 1 prints in the cell).
    """
    base = files.table1
    printed = base.cycles[column].to_numpy()
    grid = _grid(column, SD_GRIDS[column][-1][-1])
    sds = _sd_with_changed(printed, printed[:, None, None], grid[None, :, None])
    matches = _is_printed_sd(files, column, sds)
    rows, places = np.nonzero(matches & (grid[None, :] != printed[:, None]))
    versions = np.tile(printed, (len(rows), 1))
    versions[np.arange(len(rows)), rows] = grid[places]
    found = pd.DataFrame({"cycle": base.cycles["label"].to_numpy()[rows], "value": grid[places]})
    cells = base.raw[column].to_numpy()[rows]
    found["hidden"] = [agrees(*pair) for pair in zip(cells, found["value"], strict=True)]
    found["table2"], found["all"] = _kept(files, column, versions)
    return found


def _is_printed_sd(files: Files, column: str, values: FloatArray) -> BoolArray:
    """Which values agree with the standard deviation that Table 2 prints for a column."""
    sd = f'table2("Standard deviation", "{column}")'
    target = files.register[files.register["compute"] == sd].iloc[0]
    return which_agree(target["printed"], values, target["rounding"])


def _kept(files: Files, column: str, rows: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Which changes of a column keep its column of Table 2, and which every printed number.

    Only numbers that agree with Table 1 as printed are compared. rows : versions x cycles.
    """
    table2, everything = np.ones((2, len(rows)), dtype=bool)
    if not len(rows):
        return table2, everything
    changed = Versions(files.table1, {column: rows})
    for _, claim in validation.rows(agreeing_claims(files, files.table1)):
        call = calls.parse(claim["compute"])
        kept = which_versions_agree(changed, claim["printed"], call, claim["rounding"])
        everything &= kept
        if call.quantity == "table2" and call["column"] == column:
            table2 &= kept
    return table2, everything


def _sd_with_changed(printed: FloatArray, old: FloatArray, new: FloatArray) -> FloatArray:
    """SD with n - 1 of a column in which some values become others.

    old, new : those values, before and after, along the last axis.
    """
    n, centre = len(printed), printed.mean()
    old, new = old - centre, new - centre
    squares = np.sum((printed - centre) ** 2) + np.sum(new**2 - old**2, axis=-1)
    return np.sqrt((squares - np.sum(new - old, axis=-1) ** 2 / n) / (n - 1))


def sd_repair_counts(files: Files) -> pd.DataFrame:
    """`sd_repairs` counted, one row per unit and step of the grid.

    Columns tried, sd, table2 and all: how many changes there are, and after how many of them the
    SD, its column of Table 2, and all other numbers agree. Columns cells and hidden: of how many
    cycles the changes counted in all are, and how many of them are hidden.
    """
    rows: dict[tuple[str, float], dict[str, int]] = {}
    for column, (unit, *_, steps) in SD_GRIDS.items():
        printed = files.table1.cycles[column].to_numpy()
        for step in steps:
            found = sd_repairs(files, column)
            found = found[on_grid(found["value"], step)]
            kept = found[found["all"]]
            rows[unit, step] = {
                "tried": int((_grid(column, step)[None, :] != printed[:, None]).sum()),
                "sd": len(found),
                "table2": int(found["table2"].sum()),
                "all": len(kept),
                "cells": kept["cycle"].nunique(),
                "hidden": int(kept["hidden"].sum()),
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["Unit", "Step"])


def sd_repair_cells(files: Files) -> pd.DataFrame:
    """The cells in which one change makes the SD agree and all else stays, by unit and cycle.

    Columns printed, low and high (of such values on the finest grid) and whole (such a whole
    number, missing if there is none).
    """
    raw = files.table1.raw.set_axis(files.table1.cycles["label"])
    parts = {}
    for column, (unit, *_) in SD_GRIDS.items():
        fine = sd_repairs(files, column).query("all")
        whole = fine[on_grid(fine["value"], 1)]
        part = fine.groupby("cycle", sort=False)["value"].agg(low="min", high="max")
        part.insert(0, "printed", raw[column])
        parts[unit] = part.join(whole.groupby("cycle")["value"].first().rename("whole"))
    return pd.concat(parts, names=["unit", "cycle"])


def sd_repair_values(files: Files) -> pd.DataFrame:
    """`sd_repair_cells` by unit and printed value, with the cycles of a value in one text."""
    cells = sd_repair_cells(files).reset_index()
    keys = ["unit", "printed", "low", "high", "whole"]
    groups = cells.groupby(keys, sort=False, dropna=False)["cycle"].agg(", ".join)
    return groups.reset_index().set_index(["unit", "printed"])


# --- two cells of relief ----------------------------------------------------------

PAIR_STEP = 5  # percent; every relief in Table 1 is a multiple of it


@dataclass(frozen=True)
class SdPairs:
    """Changes of two cells of relief that give the printed standard deviation.

    Attributes
    ----------
    n_tried, n_sd, n_table2 : int
        Changes tried; of these, changes that give the printed standard deviation; of these,
        changes that keep Table 2's column.
    found : DataFrame
        One row per change that keeps every other printed number: cycle, printed and value (of
        the cell with the lower printed relief), other, other_printed and other_value. Reliefs
        are in percent.
    """

    n_tried: int
    n_sd: int
    n_table2: int
    found: pd.DataFrame


@cache
def sd_pair_repairs(files: Files) -> SdPairs:
    """Change every two cells of relief to every two other multiples of `PAIR_STEP`.

    Parameters
    ----------
    files : Files

    Returns
    -------
    SdPairs
    """
    column = "relief_percent"
    cycles = files.table1.cycles.sort_values(column, kind="stable")
    printed, grid = files.table1.cycles[column].to_numpy(float), np.arange(0, 101, PAIR_STEP)
    cells, values = _two_changed(printed, cycles.index.to_numpy(), grid)
    sds = _sd_with_changed(printed, printed[cells], values)
    n_tried, matches = len(cells), _is_printed_sd(files, column, sds)
    cells, values = cells[matches], values[matches]
    rows = np.tile(printed, (len(cells), 1))
    np.put_along_axis(rows, cells, values, axis=1)
    table2, everything = _kept(files, column, rows)
    cells, values = cells[everything], values[everything]
    labels = files.table1.cycles["label"].to_numpy()
    parts = {}
    for place, prefix in enumerate(("", "other_")):
        parts[prefix.rstrip("_") or "cycle"] = labels[cells[:, place]]
        parts[f"{prefix}printed"] = printed[cells[:, place]]
        parts[f"{prefix}value"] = values[:, place]
    return SdPairs(n_tried, len(rows), int(table2.sum()), pd.DataFrame(parts))


def _two_changed(
    printed: FloatArray, order: IntArray, grid: IntArray
) -> tuple[IntArray, FloatArray]:
    """Every two cells and two other values, changes x 2; the cells of a change are in `order`."""
    pairs = order[np.stack(np.triu_indices(len(printed), 1), axis=1)]
    pair, one, other = np.indices((len(pairs), len(grid), len(grid))).reshape(3, -1)
    cells, values = pairs[pair], grid[np.stack([one, other], axis=1)]
    changed = (values != printed[cells]).all(axis=1)
    return cells[changed], values[changed].astype(float)


def sd_pair_values(files: Files) -> pd.DataFrame:
    """Count the changes of `sd_pair_repairs` by their reliefs, the cycles of a kind together.

    Parameters
    ----------
    files : Files

    Returns
    -------
    DataFrame
        One row per kind of change; columns printed, value, other_printed, other_value (percent)
        and cycles (pairs of labels, such as ``13 and 4``).
    """
    found = sd_pair_repairs(files).found
    keys = ["printed", "value", "other_printed", "other_value"]
    pairs = found["cycle"] + " and " + found["other"]
    return pairs.groupby([found[key] for key in keys]).agg(", ".join).rename("cycles").reset_index()
