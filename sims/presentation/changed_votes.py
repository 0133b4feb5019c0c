"""Headlines about votes that are changed, and about votes that are still to be cast."""

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.wording import LONGEST_NAME, clean, is_missing, percent, shortened, small_share

# Shares that are told with two digits.
SMALL = 0.01


def units_of(unit: object, most: int = LONGEST_NAME) -> str:
    """Name what is changed as a whole: votes, or all votes with one value of a column, whose name is cut to a width."""
    return "votes" if unit == "vote" else f"values in column {shortened(unit, most)!r}"


def of_influence(frame: pd.DataFrame, level: str) -> str:
    """Say how many votes, or clusters of votes, overturn a conclusion when they are changed."""
    row = frame.iloc[0]
    conclusion, unit, change = clean(row["conclusion"]), clean(row["unit"]), clean(row["change"])
    if is_missing(row["n_changed"]):
        nothing = {"drop": "whose removal changes", "flip": "whose flipping changes", "add": "to add that change"}[change]
        return f"No votes were found {nothing} the conclusion that {conclusion}; that does not prove that there are none."
    n, n_units = row["n_changed"], row["n_units"]
    of_units = f"{n:,} of {n_units:,}"
    votes = plural(int(n), "vote") + f" to {n_units:,}" if change == "add" else f"{of_units} {'vote' if n_units == 1 else 'votes'}"
    what = votes if unit == "vote" else f"{of_units} {units_of(unit)}"
    with_votes = "" if unit == "vote" else f", with {plural(row['n_votes_changed'], 'vote')},"
    share = small_share(row["share"]) if row["share"] < SMALL else percent(row["share"], 1)
    them = "it" if n == 1 else "them"
    confirmed = f"A refit {'without' if change == 'drop' else 'with'} {them}{' flipped' if change == 'flip' else ''} confirms this"
    if n > 1:
        confirmed += "; no fewer would do" if row["fewest"] else "; that fewer would not do is not shown"
    doing = {"drop": "Removing", "flip": "Flipping", "add": "Adding"}[change]
    return f"{doing} {what} ({share}){with_votes} changes the conclusion that {conclusion}: {clean(row['result'])}. {confirmed}."


def of_changed_votes(frame: pd.DataFrame, level: str) -> str:
    """Say how many votes of those listed are changed."""
    return f"{plural(int(frame['n_changed'].sum()), 'vote')} changed; the log has {plural(int(frame['n_votes'].sum()), 'vote')} of these kinds."


def of_votes_needed(frame: pd.DataFrame, level: str) -> str:
    """Say how many further votes settle a question."""
    row = frame.iloc[0]
    question, leader = clean(row["question"]), clean(row["leader"])
    if row["settled"]:
        return f"The votes so far settle {question}, at {level}: {leader}."
    if is_missing(row["n_needed"]):
        chance = f"with that many, the probability is {percent(row['p_settled'], 1)}"
        return (
            f"Not even {plural(row['n_tried'], 'further vote settles', 'further votes settle')} {question} with a probability of "
            f"{percent(row['probability'], 1)}; {chance}."
        )
    votes, so_far = plural(int(row["n_needed"]), "further vote"), f"{leader} are level" if row["level"] else f"it is {leader}"
    where = "between those who decide it" if row["allocation"] == "deciding" else "as the votes so far are"
    return f"{votes}, cast {where}, settle {question} with a probability of {percent(row['p_settled'], 1)}; by the votes so far {so_far}."


def of_pairs_needed(frame: pd.DataFrame, level: str) -> str:
    """Say how many pairs get further votes."""
    return f"{plural(int(frame['n_needed'].sum()), 'further vote')} of {plural(len(frame), 'pair')}."
