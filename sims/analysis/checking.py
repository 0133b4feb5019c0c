"""What a log holds, what was left out and why, and what can be rated."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from recount.data.confusables import told_apart
from recount.engine.errors import ExistenceError, InputError, LabelError
from recount.engine.votes import OUTCOMES
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.presentation import Table
from recount.sims.specification import Specification

# Values of each reason for a reject.
N_SHOWN = 20


def check(log: Log, specification: Specification | None = None) -> Table:
    """Summarise a log.

    Parameters
    ----------
    log : Log
    specification : Specification, optional
        Under which ratings are checked to exist.

    Returns
    -------
    Table
        topic, item, value (text): the rows, the votes by outcome, competitors and pairs, every reason for rejects, names that look
        alike, whether the ratings exist, and the rejects, those that are alike together. Where labels of outcomes have no certain meaning, these
        labels with their rows, and what to do.
    """
    try:
        counts, quarantine = log.counts, log.quarantine
    except LabelError as error:
        labels = [("labels", label, f"{n} rows") for label, n in error.n_of_label.items()]
        return _as_table([*labels, ("votes", "cannot be read", str(error))])
    lines: list[tuple[str, str, object]] = [
        ("rows", "read", quarantine.n_rows),
        ("rows", "left out", len(quarantine.rejects)),
        ("votes", "all", counts.n_votes),
    ]
    lines += [("votes", outcome, int(n)) for outcome, n in zip(OUTCOMES, counts.counts.sum(axis=0), strict=True)]
    each = counts.votes_of_each()
    n_pairs = len(set(zip(np.minimum(counts.first, counts.second).tolist(), np.maximum(counts.first, counts.second).tolist(), strict=True)))
    lines += [("competitors", "all", counts.n_competitors), ("pairs", "with votes", n_pairs)]
    if each.size:
        for what, n in (("fewest", each.min()), ("most", each.max())):
            names = [name for name, own in zip(counts.names, each, strict=True) if own == n]
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            lines.append(("competitors", f"{what} votes: {names[0]}{more}", int(n)))
    lines += [("rejects", str(reason), int(n)) for reason, n in quarantine.by_reason().items()]
    lines += [("names alike", " / ".join(told_apart(names)), "kept apart") for names in quarantine.lookalikes]
    lines += [("names", repr(name), "written by some programs for a missing value; taken for a competitor") for name in quarantine.words_for_missing]
    try:
        lines.append(("ratings", "exist", f"{len(Analysis(log, specification).fit.names)} competitors can be rated"))
    except (ExistenceError, InputError) as error:
        lines.append(("ratings", "do not exist", str(error)))
    if quarantine.without_meaning is not None:
        lines.append(("labels", "without a meaning", str(quarantine.without_meaning)))
    lines += _tally(quarantine.rejects)
    return _as_table(lines)


def _tally(rejects: pd.DataFrame) -> Iterator[tuple[str, str, object]]:
    """Say which rows were left out, those that are alike together, and of each reason no more than the most frequent."""
    for reason, alike in rejects.groupby("reason", sort=False):
        by_value = alike.groupby(["source", "value"], sort=False)["row"].agg(["first", "size"]).sort_values("size", ascending=False, kind="stable")
        for (source, value), (row, n) in zip(by_value.index[:N_SHOWN], by_value.to_numpy()[:N_SHOWN].tolist(), strict=True):
            yield "reject", f"{source} row {row}" + (f" and {n - 1:,} more" if n > 1 else ""), f"{reason}: {value}"
        if n_left := int(by_value["size"].iloc[N_SHOWN:].sum()):
            yield "reject", f"{n_left:,} more rows", f"{reason}: {len(by_value) - N_SHOWN:,} other values"


def _as_table(lines: Sequence[tuple[str, str, object]]) -> Table:
    frame = pd.DataFrame([(topic, item, str(value)) for topic, item, value in lines], columns=["topic", "item", "value"])
    return Table("check", frame, (), "Log")
