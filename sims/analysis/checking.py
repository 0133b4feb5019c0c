"""What a log holds, what was left out and why, and what can be rated."""

import numpy as np
import pandas as pd

from recount.engine.errors import ExistenceError, InputError
from recount.engine.votes import OUTCOMES
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.presentation import Table
from recount.sims.specification import Specification


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
        alike, whether the ratings exist, and every reject, those that are alike together.
    """
    counts, quarantine = log.counts, log.quarantine
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
        lines += [("competitors", f"fewest votes: {counts.names[int(each.argmin())]}", int(each.min()))]
        lines += [("competitors", f"most votes: {counts.names[int(each.argmax())]}", int(each.max()))]
    lines += [("rejects", str(reason), int(n)) for reason, n in quarantine.by_reason().items()]
    lines += [("names alike", " / ".join(map(repr, names)), "kept apart") for names in quarantine.lookalikes]
    try:
        lines.append(("ratings", "exist", f"{len(Analysis(log, specification).fit.names)} competitors can be rated"))
    except (ExistenceError, InputError) as error:
        lines.append(("ratings", "do not exist", str(error)))
    for (source, reason, value), rows in quarantine.rejects.groupby(["source", "reason", "value"], sort=False)["row"]:
        more = f" and {len(rows) - 1:,} more" if len(rows) > 1 else ""
        lines.append(("reject", f"{source} row {rows.iloc[0]}{more}", f"{reason}: {value}"))
    frame = pd.DataFrame([(topic, item, str(value)) for topic, item, value in lines], columns=["topic", "item", "value"])
    return Table("check", frame, (), "Log")
