"""Tables of harms: how many had each, and with what limits."""

import pandas as pd

from .html import Html, table


def harms_table(reported: pd.DataFrame) -> Html:
    """Every harm with its count, share and limits. reported : frame of `harms.reported`."""
    rows = {
        name: ["named, not counted", "–", "–"] if pd.isna(row["count"]) else _counted(row)
        for name, row in reported.iterrows()
    }
    n = int(reported["n"].max())
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["Reported in", "Share (%)", "Exact 95% limits (%)"]
    )
    note = "Where nobody had the harm, the upper limit is one-sided."
    return table(frame.rename_axis("Harm"), f"Harms, as reported, of {n} patients.", note=note)


def _counted(row: pd.Series) -> list[str]:
    if not row["count"]:
        return ["nobody", "0", f"up to {row['upper']:.0f}"]
    limits = f"{row['lower']:.0f} to {row['upper']:.0f}"
    return [f"{row['count']:.0f} patients", f"{row['percent']:.0f}", limits]


def exposure_table(found: pd.DataFrame) -> Html:
    """Raised enzymes at first and later infusions. found : frame of `harms.by_exposure`."""
    rows = {
        name: [
            f"{row['n']:.0f}",
            f"{row['at_least']:.0f} to {row['at_most']:.0f}",
            f"{100 * row['at_least'] / row['n']:.0f} to {100 * row['at_most'] / row['n']:.0f}",
            f"{row['lower']:.0f} to {row['upper']:.0f}",
        ]
        for name, row in found.iterrows()
    }
    columns = ["Number", "With raised enzymes", "Share (%)", "Exact 95% limits (%)"]
    return table(
        pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("Exposure"),
        "Raised liver enzymes at the first infusion and later.",
        note="From the smallest count that the paper allows to the largest. The limits run from "
        "the lower limit of the smallest to the upper limit of the largest.",
    )
