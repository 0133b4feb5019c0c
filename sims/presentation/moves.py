"""Two leaderboards side by side, and who moved."""

import pandas as pd

from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.sims.presentation.wording import listing, name

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


def of_moves(frame: pd.DataFrame, level: str) -> str:
    """Say how many keep their rank, who moved most, and whether the leader changed."""
    both = frame[frame["listed_in"] == "both"]
    if both.empty:
        return "No competitor is in both leaderboards."
    change = both["rank_change"].to_numpy(int)
    n_same = int((change == 0).sum())
    sentences = [f"{n_same:,} of {plural(len(both), 'competitor')} {'keeps its' if n_same == 1 else 'keep their'} rank."]
    moved = [(int(change.argmax()), "up", change.max() > 0), (int(change.argmin()), "down", change.min() < 0)]
    told = [f"{direction} {name(both['competitor'].iloc[i])}, {_ranks(both.iloc[i])}" for i, direction, moves in moved if moves]
    if told:
        sentences.append(f"{'Largest moves' if len(told) > 1 else 'Largest move'}: {'; '.join(told)}.")
    leaders = [sorted(frame.loc[frame[side] == 1, "competitor"]) for side in ("rank_first", "rank_second")]
    if all(leaders):
        before, after = map(listing, leaders)
        leads = "leads" if len(leaders[0]) == 1 else "share the lead"
        sentences.append(f"{before} {leads} in both." if leaders[0] == leaders[1] else f"The leader changes from {before} to {after}.")
    return " ".join(sentences)


def _ranks(row: pd.Series) -> str:
    return f"from {row['rank_first']:,} to {row['rank_second']:,}"
