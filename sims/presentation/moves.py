"""Two leaderboards side by side, and who moved."""

import pandas as pd

from recount.engine.errors import InputError

LISTED_IN = {"both": "both", "left_only": "first only", "right_only": "second only"}


def side_by_side(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Put two leaderboards side by side.

    Parameters
    ----------
    first, second : DataFrame
        With rank, competitor and rating; one row a competitor.

    Returns
    -------
    DataFrame
        competitor, rank_first, rank_second (missing where it is not listed), rating_first, rating_second (points), rank_change (ranks gained),
        rating_change, listed_in (both, first only, second only); in the order of the second; those only in the first come last. Ranks are
        those of each leaderboard, whoever is in the other.

    Raises
    ------
    InputError
        If a leaderboard lists a competitor twice, or has no such columns.
    """
    for frame in (first, second):
        if missing := {"rank", "competitor", "rating"} - set(frame.columns):
            raise InputError(f"a leaderboard has no column {sorted(missing)[0]!r}; give tables of recount rate or recount elo")
        if len(twice := frame.loc[frame["competitor"].duplicated(), "competitor"]):
            raise InputError(f"a leaderboard lists {twice.iloc[0]!r} twice; give one row a competitor")
    kept = [frame[["competitor", "rank", "rating"]].astype({"rank": "Int64"}) for frame in (first, second)]
    both = kept[0].merge(kept[1], how="outer", on="competitor", suffixes=("_first", "_second"), indicator="listed_in")
    both["rank_change"] = both["rank_first"] - both["rank_second"]
    both["rating_change"] = both["rating_second"] - both["rating_first"]
    both["listed_in"] = both["listed_in"].astype(str).map(LISTED_IN)
    names = ["competitor", "rank_first", "rank_second", "rating_first", "rating_second", "rank_change", "rating_change", "listed_in"]
    return both.sort_values(["rank_second", "rank_first"], kind="stable", na_position="last", ignore_index=True)[names]
