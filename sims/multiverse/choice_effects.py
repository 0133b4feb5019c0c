"""How much of the spread of a lead over the grid each choice makes, by itself and with others, and how far it moves the lead by itself."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.fitting import TOLERANCE
from recount.sims.multiverse.departures import choice_words, departing, levels_of, plain_names
from recount.sims.multiverse.variance_by_choice import sizes_of_sets, variance_parts

# Points, to which fits are certified: leads that differ by less are the same.
NO_SPREAD = TOLERANCE


def effects_of_choices(lines: pd.DataFrame, usual: Mapping[str, Any], fields: Sequence[str]) -> list[dict[str, Any]]:
    """Take the spread of the lead apart.

    Parameters
    ----------
    lines : DataFrame
        The specifications of one conclusion: lead, n_specifications (for which a row stands), and the choices by their plain names. Rows without a
        lead are left out.
    usual : mapping of str to object
        Choices of the usual specification, by their plain names.
    fields : sequence of str
        That are varied.

    Returns
    -------
    list of dict
        choices (one, or several with a cross between them), n_choices, share (of the variance, which these make together and no fewer of them do; all
        shares sum to 1), share_total and shapley (of one choice: with every interaction in which it is, and with its part of each), and of one choice
        by itself, all others as usual, lead_least, with_least, lead_most, with_most. First single choices, the one that matters most before the
        others, then interactions by their share. Choices that move nothing are not among them; nothing is, where no lead differs from another.
    """
    known = lines[lines["lead"].notna()]
    lead = known["lead"].to_numpy(np.float64)
    if not lead.size or np.ptp(lead) <= NO_SPREAD:
        return []
    levels = {field: levels_of(known, field) for field in fields}
    levels = {field: of for field, of in levels.items() if of.max() > 0}
    found = variance_parts(lead, list(levels.values()), known["n_specifications"].to_numpy(np.float64))
    names, sizes = [plain_names(field)[0] for field in levels], sizes_of_sets(len(levels))
    total, shapley = found.total() / found.variance, found.shapley() / found.variance
    alone = one_at_a_time(known, usual, list(levels))
    rows = []
    for chosen in sorted(range(1, sizes.size), key=lambda chosen: (sizes[chosen] > 1, -_weight(chosen, sizes, shapley, found.parts))):
        of = [i for i in range(len(names)) if chosen >> i & 1]
        row = {"choices": " × ".join(names[i] for i in of), "n_choices": len(of), "share": float(found.parts[chosen] / found.variance)}
        if len(of) == 1:
            row |= {"share_total": float(total[of[0]]), "shapley": float(shapley[of[0]]), **alone[of[0]]}
        rows.append(row)
    return rows


def _weight(chosen: int, sizes: Any, shapley: Any, parts: Any) -> float:
    """Return by what a set of choices is ordered: the Shapley effect of one, the part of several."""
    return float(shapley[chosen.bit_length() - 1] if sizes[chosen] == 1 else parts[chosen])


def one_at_a_time(known: pd.DataFrame, usual: Mapping[str, Any], fields: Sequence[str]) -> list[dict[str, Any]]:
    """Return the least and the largest lead when one choice alone is made otherwise than usual, of each field, and by which value.

    The usual lead is among them, and has no words; nothing is returned of a field where no usual lead is known.
    """
    departs = departing(known, usual, fields)
    n_departures = np.sum([*departs.values()], axis=0)
    lead, found = known["lead"].to_numpy(np.float64), []
    for field in fields:
        rows = np.flatnonzero((n_departures == 0) | (departs[field] & (n_departures == 1)))
        ends: dict[str, Any] = {}
        for name, of in (("least", np.argmin), ("most", np.argmax)):
            if (n_departures == 0).any():
                row = rows[of(lead[rows])]
                ends |= {f"lead_{name}": float(lead[row]), f"with_{name}": choice_words(known.iloc[row].to_dict(), usual, [field])}
        found.append(ends)
    return found


def most_important(effects: Sequence[Mapping[str, Any]]) -> tuple[str, float]:
    """Return the choice that makes most of the spread, and its Shapley effect as a share; "" and NaN if nothing does."""
    first = next(itertools.islice(effects, 1), None)
    return ("", float("nan")) if first is None else (first["choices"], first["shapley"])
