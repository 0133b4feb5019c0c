"""Facts about competitors, from a catalogue."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from recount.data import read_catalogue


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """Facts about competitors.

    Attributes
    ----------
    frame : DataFrame
        Indexed by competitor: country, organisation, licence_class ("" if not known) and total_parameters_b (billions; missing if not known). A model
        whose organisation is not known counts as its own.
    unknown : tuple of str
        Competitors without a country.
    key : str
        The facts as text, as a key for results that depend on them.
    """

    frame: pd.DataFrame
    unknown: tuple[str, ...]
    key: str


def facts_of(names: Sequence[str], catalogue: pd.DataFrame | None = None) -> Facts:
    """Look competitors up in a catalogue.

    Parameters
    ----------
    names : sequence of str
    catalogue : DataFrame, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.
    """
    listed = (read_catalogue() if catalogue is None else catalogue).reindex(list(names))
    text = listed[["country", "organisation", "licence_class"]].fillna("").astype(object)
    text["organisation"] = text["organisation"].where(text["organisation"] != "", text.index)
    frame = text.join(listed["total_parameters_b"])
    return Facts(frame, tuple(frame.index[frame["country"] == ""]), frame.to_csv())
