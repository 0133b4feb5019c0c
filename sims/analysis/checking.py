"""What a log holds, what was left out and why, and what can be rated."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from recount.data import Quarantine
from recount.data.chosen_columns import CHECK
from recount.data.confusables import told_apart
from recount.engine.bradley_terry.existence import rateable_contests
from recount.engine.choices.arguments import checked
from recount.engine.choices.ties import TieRule
from recount.engine.errors import ExistenceError, InputError, LabelError
from recount.engine.plurals import plural
from recount.engine.votes import OUTCOMES
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.analysis.order_and_voters import of_order_and_voters
from recount.sims.analysis.rating import have_enough_votes
from recount.sims.analysis.recognising import seen_as_read, seen_otherwise
from recount.sims.filtering.by_filter import effects_of_filters
from recount.sims.filtering.filtered_log import filtered
from recount.sims.presentation import Table
from recount.sims.specification import Specification

# A fit of more takes seconds and gigabytes.
MOST_FITTED = 2000
# Values of each reason for a reject.
N_SHOWN = 20


@checked
def check(log: Log, specification: Specification | None = None, *, voter_column: str | None = None) -> Table:
    """Summarise a log.

    Parameters
    ----------
    log : Log
    specification : Specification, optional
        Under which ratings are checked to exist; its filters also say whose votes the order and the voters are looked at of.
    voter_column : str, optional
        That names voters; one with a usual name by default, of logs that are not too long for it.

    Returns
    -------
    Table
        topic, item, value (text): the format, the layout, what each column is, the labels of the outcome in the first rows, the time span, who votes
        and the command line that reads it; the rows, the votes by outcome, competitors and pairs, what filters would leave out, every reason for
        rejects, names that look alike, whether the ratings exist, whether it is chance who is shown first, which voters are under suspicion, and the
        rejects, those that are alike together. Where it cannot be read as asked, why, what it seems to be, and command lines that do read it, with
        what is uncertain; where labels of outcomes have no certain meaning, these labels with their rows.

    Raises
    ------
    InputError
        If it cannot be read, and nothing is known that would read it.
    """
    try:
        counts, quarantine = log.counts, log.quarantine
    except InputError as error:
        seen = seen_otherwise(log)
        labels = [("labels", label, f"{plural(n, 'row')}") for label, n in error.n_of_label.items()] if isinstance(error, LabelError) else []
        why = str(error).removesuffix(CHECK)
        if not seen and not labels:
            raise InputError(why) from error
        seen = [line for line in seen if line[0] != "outcome labels"] if labels else seen
        return _as_table([*labels, ("votes", "cannot be read" if labels else "cannot be read with these options", why), *seen])
    lines: list[tuple[str, str, object]] = [
        *seen_as_read(log),
        ("rows", "read", quarantine.n_rows),
        ("rows", "left out", quarantine.n_rejected),
        ("votes", "all", counts.n_votes),
    ]
    lines += [("votes", "perturbed", told) for told in log.changes]
    lines += [("files", f"{label}: left out whole", reason) for label, reason in quarantine.unreadable.items()]
    lines += [("files", path, "is a document beside the logs, and not read") for path in quarantine.beside]
    lines += [("files", copy, f"has the votes of {original}, which count again; leave out what is a copy") for copy, original in quarantine.copies]
    lines += [("votes", "may be something else", told) for told in quarantine.doubts]
    lines += [("votes", outcome, int(n)) for outcome, n in zip(OUTCOMES, counts.counts.sum(axis=0), strict=True)]
    each = counts.votes_of_each()
    n_pairs = len(set(zip(np.minimum(counts.first, counts.second).tolist(), np.maximum(counts.first, counts.second).tolist(), strict=True)))
    lines += [("competitors", "all", counts.n_competitors), ("pairs", "with votes", n_pairs)]
    if each.size:
        for what, n in (("fewest", each.min()), ("most", each.max())):
            names = [name for name, own in zip(counts.names, each, strict=True) if own == n]
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            lines.append(("competitors", f"{what} votes: {names[0]}{more}", int(n)))
    lines += effects_of_filters(log, specification or Specification())
    lines += [("rejects", str(reason), int(n)) for reason, n in quarantine.by_reason().items()]
    lines += [("names alike", " / ".join(told_apart(names)), "kept apart") for names in quarantine.lookalikes]
    lines += [("names", repr(name), "written by some programs for a missing value; taken for a competitor") for name in quarantine.words_for_missing]
    try:
        lines.append(("ratings", "exist", f"{plural(_n_rateable(log, specification or Specification()), 'competitor')} can be rated"))
    except (ExistenceError, InputError) as error:
        lines.append(("ratings", "do not exist", str(error)))
    lines += of_order_and_voters(log, specification or Specification(), voter_column)
    if quarantine.without_meaning is not None:
        lines.append(("labels", "without a meaning", str(quarantine.without_meaning)))
    lines += _tally(quarantine)
    return _as_table(lines)


def _tally(quarantine: Quarantine) -> Iterator[tuple[str, str, object]]:
    """Say which rows were left out, those that are alike together, and of each reason no more than the most frequent."""
    for reason, n_rows in quarantine.by_reason().items():
        alike = quarantine.alike[quarantine.alike["reason"] == reason].sort_values("n", ascending=False, kind="stable")[:N_SHOWN]
        for source, row, _, value, n in alike.to_dict("split")["data"]:
            yield "reject", f"{source} row {row}" + (f" and {n - 1:,} more" if n > 1 else ""), f"{reason}: {value}"
        if n_left := int(n_rows) - int(alike["n"].sum()):
            yield "reject", f"{n_left:,} more", f"{reason}: other values"


def _as_table(lines: Sequence[tuple[str, str, object]]) -> Table:
    # Names of files may be no text.
    texts = [tuple(str(part).encode(errors="backslashreplace").decode() for part in line) for line in lines]
    return Table("check", pd.DataFrame(texts, columns=["topic", "item", "value"]), (), "Log")


def _n_rateable(log: Log, s: Specification) -> int:
    """Number of competitors that can be rated; errors as of a fit.

    Among very many competitors, who are not fitted for this, parameters of ties and covariates are taken to exist.
    """
    counts = filtered(log, s).counts
    if counts.n_competitors <= MOST_FITTED or s.covariates or s.prior.kind != "none":
        return len(Analysis(log, s).fit.names)
    enough = counts.only(have_enough_votes(counts, s))
    return len(rateable_contests(enough, TieRule(s.ties), s.both_bad, s.existence).contests.names)
