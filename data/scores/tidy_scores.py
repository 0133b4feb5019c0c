"""Scores in one form, judged: one row a score, and beside it what the source says of each model.

A score has a maximum, or its scale is not known: `share` is score / maximum, on which scores of one benchmark can be compared whatever their units.
Where a source states no maximum, the scores of a benchmark are taken for shares if all are within 0 to 1. If at least half are, those beyond are set
aside, because a percentage among shares would lead every table; if fewer are, the scale is not known, and that is told.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from recount.data.scores.benchmarks import known_benchmark
from recount.data.scores.doubts import doubts_of
from recount.data.scores.stated import NO_BENCHMARK, NO_SCORE, Reject, Stated, number_of, text_of
from recount.engine.errors import InputError
from recount.engine.plurals import plural

SCORE_COLUMNS = {
    "model": "string",
    "benchmark": "string",
    "score": "float64",
    "maximum": "float64",
    "share": "float64",
    "lower_is_better": "bool",
    "n_items": "Int64",
    "n_items_from": "string",
    "standard_error": "float64",
    "setting": "string",
    "reported_by": "string",
    "self_reported": "boolean",
    "source": "string",
    "date": "datetime64[s]",
}
MODEL_COLUMNS = {
    "model": "string",
    "name": "string",
    "organisation": "string",
    "country": "string",
    "licence": "string",
    "open_weights": "boolean",
    "parameters": "float64",
    "release_date": "datetime64[s]",
    "base_model": "string",
}
N_SHOWN = 5
# A whole number with marks between its thousands.
THOUSANDS = re.compile(r"\d{1,3}([.,'\u2019 \u00a0\u202f]\d{3})+")
STATED, KNOWN = "source", "size of the benchmark"
NO_MODEL, NO_NUMBER = "no model", "score is not a number"
BELOW, ABOVE, OTHER_UNIT = "score below its minimum", "score above its maximum", "above 1 among shares: a percentage, or another unit"


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Benchmark scores.

    Attributes
    ----------
    frame : DataFrame
        One row a score: model, benchmark, score (in the benchmark's units), maximum (NaN where no one says), share (score / maximum),
        lower_is_better, n_items (missing where not known), n_items_from ("source", or "size of the benchmark"), standard_error (in the units of the
        score), setting (as the source says it), reported_by, self_reported (missing where not said), source, date (of the score, or of its record).
    models : DataFrame
        One row a model, as the source says: model, name, organisation, country, licence, open_weights, parameters (billions), release_date,
        base_model.
    rejects : DataFrame
        source, row, reason, value: every row that is no score.
    doubts : DataFrame
        topic, item, value: what may be wrong, or means something else, in rows that were kept.
    """

    frame: pd.DataFrame
    models: pd.DataFrame
    rejects: pd.DataFrame
    doubts: pd.DataFrame

    @property
    def n_rows(self) -> int:
        """Rows read, good and bad."""
        return len(self.frame) + len(self.rejects)

    def left_out(self) -> str:
        """Say how many rows are no scores, and why; "" if all are."""
        if self.rejects.empty:
            return ""
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in self.rejects["reason"].value_counts().items())
        return (
            f"{len(self.rejects):,} of {plural(self.n_rows, 'row')} of scores are left out because they are no scores: {reasons}; "
            f"recount check lists them"
        )

    def summary(self) -> str:
        """Say how many scores there are, of what, and what was left out."""
        f = self.frame
        lines = [f"{plural(len(f), 'score')} of {plural(f['model'].nunique(), 'model')} on {plural(f['benchmark'].nunique(), 'benchmark')}"]
        lines.append(
            f"{len(self.rejects):,} of {plural(self.n_rows, 'row')} left out because they are no scores; {plural(len(self.doubts), 'doubt')}"
        )
        return "\n".join(lines)

    def __repr__(self) -> str:
        return self.summary()


def judged(stated: Stated, what: str = "it") -> Scores:
    """Judge what a source states, which messages call `what`.

    Raises
    ------
    InputError
        If nothing is a score.
    """
    rejects = list(stated.rejects)
    rows = [row for row in stated.scores if _is_score(row, rejects)]
    rows = list(_in_one_unit(rows, rejects))
    if not rows:
        reasons = sorted({reject.reason for reject in rejects})
        raise InputError(f"there is no score in {what} ({', '.join(reasons) or 'it is empty'})")
    notes = list(stated.notes)
    _complete(rows, notes)
    frame = _typed(rows, SCORE_COLUMNS)
    scale = frame["maximum"].where(np.isfinite(frame["maximum"]) & np.array([not row.get("minimum") for row in rows]))
    frame["share"] = frame["score"] / scale
    models = _one_of_each(stated.models, set(frame["model"]), notes)
    doubts = [*notes, *doubts_of(frame, models)]
    return Scores(
        frame,
        models,
        pd.DataFrame([(r.source, r.row, r.reason, r.value) for r in rejects], columns=["source", "row", "reason", "value"], dtype="string"),
        pd.DataFrame(doubts, columns=["topic", "item", "value"], dtype="string"),
    )


def _is_score(row: dict[str, Any], rejects: list[Reject]) -> bool:
    """Whether a row is a score; its numbers become numbers, or it is set aside."""

    def refuse(reason: str, value: object) -> bool:
        rejects.append(Reject(str(row["file"]), str(row["row"]), reason, str(value)))
        return False

    for name, reason in (("model", NO_MODEL), ("benchmark", NO_BENCHMARK)):
        row[name] = text_of(row.get(name))
        if row[name] is None:
            return refuse(reason, row.get("score"))
    what = f"{row['model']} on {row['benchmark']}: {row.get('score')}"
    try:
        score = number_of(row.get("score"))
    except ValueError:
        return refuse(NO_NUMBER, what)
    if score is None:
        return refuse(NO_SCORE, what)
    if not np.isfinite(score):
        return refuse(NO_NUMBER, what)
    row["score"] = score
    for name, unknown in (("maximum", np.nan), ("minimum", 0.0)):
        try:
            bound = number_of(row.get(name))
        except ValueError:
            return refuse(f"{name} is not a number", f"{what}, {name} {row.get(name)}")
        row[name] = unknown if bound is None else bound
    if score < row["minimum"]:
        return refuse(BELOW, f"{what}, minimum {row['minimum']:g}")
    if score > row["maximum"]:
        return refuse(ABOVE, f"{what}, maximum {row['maximum']:g}")
    return True


def _in_one_unit(rows: Iterable[dict[str, Any]], rejects: list[Reject]) -> Iterable[dict[str, Any]]:
    """Give scores without a maximum the maximum of shares, if they are shares; set aside what is in another unit."""
    of_benchmark: dict[str, list[float]] = defaultdict(list)
    rows = list(rows)
    for row in rows:
        if np.isnan(row["maximum"]):
            of_benchmark[row["benchmark"]].append(row["score"])
    are_shares = {name: sum(score <= 1 for score in scores) * 2 >= len(scores) for name, scores in of_benchmark.items()}
    for row in rows:
        if np.isnan(row["maximum"]) and are_shares[row["benchmark"]]:
            if row["score"] > 1:
                rejects.append(Reject(str(row["file"]), str(row["row"]), OTHER_UNIT, f"{row['model']} on {row['benchmark']}: {row['score']:g}"))
                continue
            row["maximum"] = 1.0
        yield row


def _complete(rows: Iterable[dict[str, Any]], notes: list[tuple[str, str, str]]) -> None:
    """Fill in numbers of items that are known, and drop standard errors and numbers of items that cannot be right, which is told."""
    rounded = impossible = no_number = 0
    for row in rows:
        try:
            n_items = number_of(row.get("n_items"))
        except ValueError:
            if THOUSANDS.fullmatch(str(row["n_items"]).strip()):
                raise InputError(f"{row['file']}: the number of items {row['n_items']!r} has a mark between thousands; write it without") from None
            n_items = np.nan
        if n_items is not None and not (n_items >= 1 and float(n_items).is_integer()):
            n_items, no_number = None, no_number + 1
        known = known_benchmark(row["benchmark"])
        row["n_items_from"] = STATED if n_items is not None else KNOWN if known is not None else None
        row["n_items"] = int(n_items) if n_items is not None else known.n_items if known is not None else None
        try:
            error = number_of(row.get("standard_error"))
        except ValueError:
            error = np.nan
        if error is not None and error == 0:
            error, rounded = None, rounded + 1
        # A mean of values between two bounds has no larger error than that of two values.
        elif error is not None and not (0 < error <= (row["maximum"] - row["minimum"]) / 2 if np.isfinite(row["maximum"]) else error > 0):
            error, impossible = None, impossible + 1
        row["standard_error"] = error
        row["lower_is_better"] = bool(row.get("lower_is_better"))
    for n, item, value in (
        (rounded, "stated as 0", "taken for not stated: a rounded error, or that of items that are all right or all wrong"),
        (impossible, "impossible", "negative, no number, or larger than half the scale: in another unit; taken for not stated"),
    ):
        if n:
            notes.append(("standard errors", f"{item}: {n:,}", value))
    if no_number:
        notes.append(("items", f"no whole number: {no_number:,}", "taken for not stated"))


def _one_of_each(models: Iterable[Mapping[str, Any]], named: set[str], notes: list[tuple[str, str, str]]) -> pd.DataFrame:
    """Return one row for each model that is described or has a score; of several statements the first, and where they contradict is told."""
    merged: dict[str, dict[str, Any]] = {name: {"model": name} for name in named}
    contradicting: dict[tuple[str, str], set[str]] = defaultdict(set)
    odd: list[str] = []
    for stated in models:
        name = text_of(stated.get("model"))
        if name is None:
            continue
        merged.setdefault(name, {"model": name})
        for column, value in stated.items():
            if column == "parameters" and value is not None:
                value = _parameters(value, odd)
            if value is None or column == "model":
                continue
            first = merged[name].setdefault(column, value)
            if first != value:
                contradicting[name, column] |= {str(first), str(value)}
    for (name, column), values in contradicting.items():
        notes.append(("models", f"{name}: several values of {column}", f"{', '.join(sorted(values))}; the first is kept"))
    if odd:
        notes.append(("models", f"parameters that are no positive number: {len(odd):,}", f"{', '.join(odd[:N_SHOWN])}; taken for not stated"))
    if n_without := len(merged) - len(named):
        notes.append(("models", f"described without a score: {n_without:,}", "kept among the models"))
    return _typed([merged[name] for name in sorted(merged)], MODEL_COLUMNS)


def _parameters(value: object, odd: list[str]) -> float | None:
    """Return billions of parameters; what is no positive number is noted as odd, and is None."""
    try:
        number = number_of(value)
    except ValueError:
        number = math.nan
    if number is None or 0 < number < math.inf:
        return number
    odd.append(repr(value))
    return None


def _typed(rows: list[dict[str, Any]], columns: Mapping[str, str]) -> pd.DataFrame:
    """Return a frame of these columns, each of its type."""
    made = {}
    for name, kind in columns.items():
        values = [row.get(name) for row in rows]
        if kind == "string":
            made[name] = pd.Series([None if value is None else str(value) for value in values], dtype="string")
        elif kind == "datetime64[s]":
            made[name] = pd.Series(np.array(values, "datetime64[D]").astype(kind))
        else:
            made[name] = pd.Series(values, dtype="float64" if kind == "float64" else kind)
    return pd.DataFrame(made)
