"""Headlines of what is true of a simulated arena."""

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.wording import listing, name, points


def of_truth(frame: pd.DataFrame, level: str) -> str:
    """Say who is the strongest in truth, and by how much."""
    ordered = frame.sort_values("rating", ascending=False, kind="stable")
    best, rating = ordered.iloc[0], ordered["rating"].to_numpy(float)
    if len(frame) == 1:
        return f"{name(best['competitor'])} is the only competitor."
    first = ordered.loc[rating == rating[0], "competitor"].tolist()
    if len(first) > 1:
        return f"{listing(first)} are equally strong, and nobody is stronger."
    return f"In truth {name(best['competitor'])} is the strongest, {points(rating[0] - rating[1], 1)} above {name(ordered.iloc[1]['competitor'])}."


def of_true_voters(frame: pd.DataFrame, level: str) -> str:
    """Say how many voters are up to what."""
    kinds = frame["intent"].value_counts().sort_index()
    words = {"honest": "honest", "careless": "careless", "adversarial": "adversarial", "rigger": "rigging"}
    return f"Of {plural(len(frame), 'voter')} {listing([f'{n:,} are {words[str(kind)]}' for kind, n in kinds.items()], 4)}."
