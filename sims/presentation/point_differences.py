"""Differences of pairs in points, and one pair out of a table of all."""

import numpy as np
import pandas as pd

from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean
from recount.engine.scale import ELO


def one_pair(pairs: pd.DataFrame, first: str, second: str, shown_better: bool | None = None) -> pd.DataFrame:
    """Pick one pair out of a table of pairs, seen from `first`.

    Parameters
    ----------
    pairs : DataFrame
        As `recount.engine.pair_table` returns it, on the Elo scale.
    first, second : str
    shown_better : bool, optional
        Whether one of the two is shown to be better after adjusting for looking at all pairs (`recount.engine.ranks.shown_better`).

    Returns
    -------
    DataFrame
        One row: the columns of `pairs`, difference_lower and difference_upper (points) and, if it is given, shown_better.

    Raises
    ------
    OptionError
        If one of them is not rated, or both are the same.
    """
    known = list(dict.fromkeys([*pairs["competitor"], *pairs["other"]]))
    for name in (first, second):
        if name not in known:
            raise OptionError(f"competitor {name!r} is not rated; {did_you_mean(name, known)}")
    if first == second:
        raise OptionError(f"competitor {first!r} is given twice; name two competitors")
    ahead = (pairs["competitor"] == first) & (pairs["other"] == second)
    behind = (pairs["competitor"] == second) & (pairs["other"] == first)
    row = pairs[ahead | behind].reset_index(drop=True)
    if behind.any():
        ends = {"": "", "_lower": "_upper", "_upper": "_lower"}
        of_other = {name: 1 - row[name] for name in map(str, row) if name.startswith("p_better")}
        of_other |= {f"win_probability{to}": 1 - row[f"win_probability{of}"] for to, of in ends.items()}
        row = row.assign(competitor=first, other=second, difference=-row["difference"], **of_other)
    row = with_difference_ends(row)
    return row if shown_better is None else row.assign(shown_better=shown_better)


def with_difference_ends(pairs: pd.DataFrame) -> pd.DataFrame:
    """Add the ends of the interval of the difference, in points, which are those of the win probability on another scale."""
    ends = [pairs[f"win_probability_{end}"].to_numpy(float) for end in ("lower", "upper")]
    # Probabilities 0 and 1 are infinite differences.
    with np.errstate(divide="ignore"):
        lower, upper = (ELO * (np.log(p) - np.log1p(-p)) for p in ends)
    return pairs.assign(difference_lower=lower, difference_upper=upper)
