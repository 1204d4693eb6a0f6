"""What each open question decides: register and headlines computed anew under every answer.

A claim depends on a question if its verdict is not the same under all answers. The bounds of a
headline are its lowest and highest possible value, whatever happened to the patients who were
censored. All answers are versions of one Table 1 and are computed together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from ..data import layout, table1, validation
from ..data.dictionary import LIST_SEPARATOR
from ..data.table1 import Table1
from ..paper import calls, claims, questions
from ..paper.calls import Call
from ..paper.questions import Answer
from ..paper.records import NOT_COMPUTABLE, Files
from ..paper.rounding import which_agree
from ..paper.versions import Versions
from ..stats.curves import Array, FloatArray

UNTIL = 36  # months; a bound of a time that is longer, or not reached, counts as this
DAY = 12 / 365  # months: a relapse right after a last visit is a day later
SAME = 1e-9  # values closer than this differ by binary noise only


@dataclass(frozen=True)
class Decisions:
    """What every answer gives, and what every question decides.

    verdicts : answers x claims, as the register words them. values : answers x headlines.
    lowest, highest : answers x headlines, the bounds. Their rows are (question, answer).
    """

    verdicts: pd.DataFrame
    values: pd.DataFrame
    lowest: pd.DataFrame
    highest: pd.DataFrame

    def claims(self, question: str) -> list[str]:
        """The claims whose verdict depends on a question, in the register's order."""
        of = self.verdicts.loc[question]
        return [str(claim) for claim in of.columns[of.nunique() > 1]]

    def moves(self, question: str) -> pd.DataFrame:
        """By how much each headline moves between the answers to a question.

        Rows are claim ids; columns value, lowest and highest, in the headline's unit, 0 where
        it stays.
        """
        parts = {"value": self.values, "lowest": self.lowest, "highest": self.highest}
        spans = {}
        for name, frame in parts.items():
            of = frame.loc[question]
            span = of.max() - of.min()
            spans[name] = span.where(span > SAME, 0.0)
        return pd.DataFrame(spans)


@cache
def decisions(files: Files) -> Decisions:
    """Compute the register and the headlines under every answer to every question.

    Raises DataError if an answer does not make a Table 1.
    """
    found = {
        (str(name), answer.words): answer
        for name, rows in files.questions.groupby("question", sort=False)
        for answer in questions.answers_of(rows)
    }
    parts = [_of_answers(files, group) for group in _alike(files.table1, found)]
    order = list(found)
    whole = (pd.concat(frames).loc[order] for frames in zip(*parts, strict=True))
    return Decisions(*whole)


Answers = dict[tuple[str, str], Answer]


def _alike(table: Table1, found: Answers) -> Iterable[Answers]:
    """The answers by the rows of the tables that they make: versions have the same rows."""
    known, groups = set(table.cycles["label"]), dict[tuple[str, ...], Answers]()
    for key, answer in found.items():
        added = {label for label, _, _ in answer.cells} - known
        groups.setdefault(tuple(sorted(added)), {})[key] = answer
    return groups.values()


def _of_answers(files: Files, found: Answers) -> tuple[pd.DataFrame, ...]:
    """Verdicts, values and both bounds under answers that make tables of the same rows."""
    index = pd.MultiIndex.from_tuples(found, names=["question", "answer"])
    each = list(found.values())
    tables = [files.table1, *files.under_each_repair.values(), files.repaired]
    versions = {
        table: _versions([questions.answered(table, answer) for answer in each])
        for table in dict.fromkeys(tables)
    }
    verdicts, repaired = _verdicts(files, versions, each), versions[files.repaired]
    headlines = files.register.query("headline != ''")["compute"].map(calls.parse)
    values, lowest, highest = {}, {}, {}
    for claim, call in headlines.items():
        values[claim] = _spread(call.compute(repaired).values, len(each))
        lowest[claim], highest[claim] = bounds(repaired, call)
    frames = (pd.DataFrame(columns, index=index) for columns in (values, lowest, highest))
    return pd.DataFrame(verdicts, index=index), *frames


def _versions(tables: list[Table1]) -> Versions:
    """Tables of the same rows as the versions of one."""
    changed: dict[str, Array] = {}
    for frames in ([table.patients for table in tables], [table.cycles for table in tables]):
        for column in frames[0].columns.tolist():
            columns = [frame[column] for frame in frames]
            if column == "event" or not all(each.equals(columns[0]) for each in columns):
                changed[column] = np.array([each.to_numpy() for each in columns])
    return Versions(tables[0], changed)


def _spread(values: FloatArray, n: int) -> FloatArray:
    """The values of n versions; one value is that of all where none differs."""
    return np.broadcast_to(values, n)


@cache
def ranking(files: Files) -> pd.DataFrame:
    """Every open question and what it decides, the most decisive first.

    By question; columns title; answers (their number); claims, headlines and bounds (how many
    depend on the answer); headline_points, headline_months, bound_points and bound_months (by how
    much one of them moves at most, in percentage points and in months; inf to a median that is not
    reached); checks (how many printed values that Table 1 cannot check the fact could). Sorted by
    claims, then bounds, then bound_points. Questions that no recomputation can rank come last,
    with missing values, sorted by checks.
    """
    found, units = decisions(files), files.register["unit"]
    rows = {}
    for name, cells in validation.rows(questions.questions_of(files.questions)):
        checks = list(filter(None, cells["checks"].split(LIST_SEPARATOR)))
        row = {"title": cells["title"], "checks": len(checks)}
        if not cells["unranked"]:
            moves = found.moves(name)
            headline = moves["value"].groupby(units).max()
            bound = moves[["lowest", "highest"]].max(axis=1).groupby(units).max()
            row |= {
                "answers": len(found.values.loc[name]),
                "claims": len(found.claims(name)),
                "headlines": int((moves["value"] > 0).sum()),
                "bounds": int((moves[["lowest", "highest"]] > 0).to_numpy().sum()),
                "headline_points": float(headline["percent"]),
                "headline_months": float(headline["months"]),
                "bound_points": float(bound["percent"]),
                "bound_months": float(bound["months"]),
            }
        rows[name] = row
    frame = pd.DataFrame.from_dict(rows, orient="index")
    order = ["claims", "bounds", "bound_points", "checks"]
    return frame.sort_values(order, ascending=False, kind="stable", na_position="last")


# --- verdicts ---------------------------------------------------------------------


def _verdicts(
    files: Files, versions: dict[Table1, Versions], answers: list[Answer]
) -> dict[str, list[str]]:
    """The verdict on every claim under every answer, by claim id.

    As in the register: as Table 1 is printed first, then under each repair. An answer about a
    cell settles it, and a repair of that cell is no hypothesis any more. versions : by table,
    a version for each answer.
    """
    tables = {"": files.table1} | files.under_each_repair
    is_open = {name: [not _settles(files, answer, name) for answer in answers] for name in tables}
    computed: dict[tuple[str, Call], FloatArray] = {}
    found = {}
    for claim, cells in validation.rows(files.register.query("compute != ''")):
        call = calls.parse(cells["compute"])
        words = np.full(len(answers), claims.DIFFERS, dtype=object)
        for name in reversed(tables):
            if (name, call) not in computed:
                computed[name, call] = _spread(
                    call.compute(versions[tables[name]]).values, len(answers)
                )
            values = computed[name, call]
            agree = which_agree(cells["printed"], values, cells["rounding"]) & is_open[name]
            words[agree] = f"{claims.UNDER_REPAIR} {name}" if name else claims.REPRODUCED
            if not name:
                words[np.isnan(values)] = NOT_COMPUTABLE
        found[str(claim)] = words.tolist()
    return found


def _settles(files: Files, answer: Answer, repair: str) -> bool:
    """Whether an answer says what a cell holds that a repair replaces."""
    named = {
        (int(label.rstrip("abc")), layout.LETTERS.get(label[-1], 1), column)
        for label, column, _ in answer.cells
    }
    cells = table1.replaced_cells(files.repairs, repair)
    return any((cell.patient, cell.cycle, cell.column) in named for cell in cells)


# --- bounds -----------------------------------------------------------------------


def bounds(versions: Versions, call: Call) -> tuple[FloatArray, FloatArray]:
    """The lowest and the highest possible value of a headline in versions of Table 1.

    The lowest is that if every censored patient had relapsed a day after the last visit, the
    highest if none ever relapsed. Times beyond `UNTIL` count as this. A headline that is not
    read from a curve has one value for both.
    """
    if call["course"] is None:
        value = _spread(call.compute(versions).values, versions.n)
        return value, value
    of = versions.of_course(call["course"])[0]
    months, event = (versions.column("cycles", name) for name in ("relief_months", "event"))
    months, event = np.broadcast_arrays(months[:, of].astype(float), event[:, of].astype(int))
    soonest, latest = (np.where(event == 1, months, other) for other in (months + DAY, np.inf))
    return _read_off(soonest, call), _read_off(latest, call)


def _read_off(relief: FloatArray, call: Call) -> FloatArray:
    """A headline of a course of which every relief is known. relief : versions x patients."""
    if call.quantity == "survival_at":
        return 100 * np.mean(relief > call["months"], axis=1)
    relief = np.sort(np.minimum(relief, UNTIL), axis=1)
    if call["statistic"] == "Mean":
        return relief.mean(axis=1)
    n = relief.shape[1]
    return relief[:, (n - 1) // 2]
