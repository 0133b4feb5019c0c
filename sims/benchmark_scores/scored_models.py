"""Facts of models that have benchmark scores: the catalogue's and what the source of the scores states.

Of country and licence the catalogue comes first, and the source fills in what it does not know. Of size and date of release the source does: it lists
models as it counts them, "70 B" for 70.6.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from recount.data import Catalogue, Scores
from recount.sims.countries.facts import Facts, Stated, facts_of

# Of open weights whose licence is not known: only "any" counts them.
WITHOUT_LICENCE = "open_weights_noncommercial"
LETTERS_OF_COUNTRY = 2


def facts_of_scored(scores: Scores, catalogue: Catalogue) -> Facts:
    """Look up every model that the source of scores describes.

    Parameters
    ----------
    scores : Scores
        As `recount.read_scores` returns them.
    catalogue : Catalogue
    """
    models = scores.models.set_index("model")
    names = [str(name) for name in models.index]
    stated = Stated(_texts(models["organisation"]), _texts(models["licence"]))
    facts = facts_of(names, catalogue, stated)
    frame = facts.frame.copy()
    country = pd.Series({name: text if len(text) == LETTERS_OF_COUNTRY else "" for name, text in _texts(models["country"]).items()}, dtype=object)
    released = models["release_date"].dt.strftime("%Y-%m-%d").fillna("").astype(object)
    has_weights = models["open_weights"].map({True: WITHOUT_LICENCE, False: "proprietary"}).fillna("").astype(object)
    for column, own in (("country", country), ("licence_class", has_weights)):
        frame[column] = frame[column].where(frame[column] != "", own.reindex(frame.index))
    # A model that was made from no other has the country of its own maker as its origin.
    frame["origin_country"] = frame["origin_country"].where((frame["origin_country"] != "") | (frame["base_model"] != ""), frame["country"])
    frame["release_date"] = frame["release_date"].where(released.reindex(frame.index) == "", released.reindex(frame.index))
    stated_size = models["parameters"].astype(np.float64).reindex(frame.index)
    frame["total_parameters_b"] = stated_size.fillna(frame["total_parameters_b"])
    return Facts(frame, tuple(frame.index[frame["country"] == ""]), frame.to_csv(), facts.notes)


def _texts(column: "pd.Series[str]") -> Mapping[str, str]:
    return {str(name): "" if pd.isna(text) else str(text) for name, text in column.items()}
