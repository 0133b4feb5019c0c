"""The fewest choices that must be made otherwise than usual for a conclusion to change: every set of so many, by trying all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.votes import Bools, Ints
from recount.sims.multiverse.departures import choice_words, departing


def smallest_changes(departs: Mapping[str, Bools], otherwise: Bools) -> tuple[int, Ints]:
    """Find the rows that change a conclusion with the fewest departures from the usual specification.

    Parameters
    ----------
    departs : mapping of str to (n,) bool
        Which specifications depart from the usual one, by the choice in which they do.
    otherwise : (n,) bool
        Under which the conclusion does not hold.

    Returns
    -------
    int, (m,) int64
        The fewest choices, 0 if none changes it; and every specification that departs in so many and changes it.
    """
    n_departures: Ints = np.zeros(otherwise.size, np.int64)
    for of in departs.values():
        n_departures += of
    changing: Any = np.flatnonzero(otherwise & (n_departures > 0))
    if not changing.size:
        return 0, changing
    fewest = int(n_departures[changing].min())
    return fewest, changing[n_departures[changing] == fewest]


def changes_of_conclusion(lines: pd.DataFrame, usual: Mapping[str, Any], fields: Sequence[str], holds: Bools, who: str) -> list[dict[str, Any]]:
    """Return every specification that changes a conclusion with the fewest choices made otherwise than usual.

    Parameters
    ----------
    lines : DataFrame
        The specifications of one conclusion: the choices by their plain names, who leads, lead and p_usual of the usual leader.
    usual : mapping of str to object
        Choices of the usual specification, by their plain names.
    fields : sequence of str
        That are varied.
    holds : (n_rows,) bool
        Whether the conclusion holds under each.
    who : str
        Column of who leads.

    Returns
    -------
    list of dict
        n_choices, change (how the choices are made), leads (who leads then), lead, p_usual.
    """
    departs = departing(lines, usual, fields)
    n_choices, changing = smallest_changes(departs, ~holds)
    rows = []
    for place in changing:
        row = lines.iloc[place].to_dict()
        change = choice_words(row, usual, [field for field in fields if departs[field][place]])
        rows.append({"n_choices": n_choices, "change": change, "leads": row[who], "lead": row["lead"], "p_usual": row["p_usual"]})
    return rows
