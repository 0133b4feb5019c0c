"""In how many specifications the same country leads, and which choices change that."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.engine.errors import InputError, OptionError
from recount.sims.analysis import notes
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import known_facts, of_unknown
from recount.sims.countries.facts import Facts
from recount.sims.multiverse.combinations import grid, reasonable_values
from recount.sims.multiverse.leaders import leaves_too_few, specification_table
from recount.sims.presentation import Table
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of


def across_specifications(analysis: Analysis, catalogue: pd.DataFrame | None = None) -> tuple[Table, Table]:
    """Rank countries under every reasonable specification.

    Parameters
    ----------
    analysis : Analysis
        Of votes; choices that the grid does not vary are those of its specification.
    catalogue : DataFrame, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Returns
    -------
    summary, specifications : Table
        As `specification_summary` and `specification_table` say.

    Raises
    ------
    OptionError
        If the analysis is of given ratings, which no specification can change.
    InputError
        If no competitor has a country in the catalogue, or none that has is left under any specification.
    """
    if not analysis.has_votes:
        raise OptionError("given ratings are the same under every specification; give votes for the grid of specifications")
    facts = known_facts(analysis, catalogue)
    lines = specification_table(analysis, facts)
    if lines.empty:
        raise InputError("no model of a known country is left under any specification; give a log with more votes")
    summary = specification_summary(lines, analysis.specification)
    told = tuple(notes_of_grid(analysis, facts))
    return (
        Table("multiverse", summary, told, "Which country leads, in how many specifications"),
        Table("specifications", lines, told, "Which country leads, under every specification"),
    )


def specification_summary(table: pd.DataFrame, base: Specification) -> pd.DataFrame:
    """Say for every group and metric in how many specifications the same country leads, by what gaps, and which choices change the leader.

    Parameters
    ----------
    table : DataFrame
        As `specification_table` returns it.
    base : Specification

    Returns
    -------
    DataFrame
        group, metric, leader (in most specifications), n_leads, n_specifications, gap_min, gap_max (of that leader's lead), flips: the choices
        each of which alone changes the leader of `base`, or "by several together" if only several together do.
    """
    chosen, rows = base.as_dict(), []
    for (group, metric), lines in table.groupby(["group", "metric"], sort=False):
        leader = lines["country"].mode().iloc[0]
        leads = lines[lines["country"] == leader]
        rows.append(
            {
                "group": group,
                "metric": metric,
                "leader": leader,
                "n_leads": len(leads),
                "n_specifications": len(lines),
                "gap_min": leads["gap"].min(),
                "gap_max": leads["gap"].max(),
                "flips": flips(lines, chosen, leader),
            }
        )
    return pd.DataFrame(rows)


def flips(lines: pd.DataFrame, chosen: Mapping[str, Any], leader: str) -> str:
    """Name the choices each of which alone changes the leader of one group and metric.

    Parameters
    ----------
    lines : DataFrame
        Rows of one group and metric.
    chosen : mapping of str to object
        Choices of the base, by their plain names.
    leader : str
        Who leads in most specifications; it stands for the leader of the base where the grid does not hold the base.
    """
    departures = {name: departing(lines, chosen, name) for name in reasonable_values()}
    n_departures = np.sum(list(departures.values()), axis=0)
    usual = lines.loc[n_departures == 0, "country"]
    other = (lines["country"] != (usual.iloc[0] if len(usual) else leader)).to_numpy(bool)
    alone = [text for name, departs in departures.items() for text in labels(lines[departs & (n_departures == 1) & other], chosen, name)]
    return ", ".join(alone) or ("by several together" if other.any() else "")


def departing(lines: pd.DataFrame, chosen: Mapping[str, Any], field: str) -> NDArray[np.bool_]:
    """Say which rows depart from the base in one field, (n_rows,)."""
    departs: NDArray[np.bool_] = np.any([[not _same(value, chosen[name]) for value in lines[name]] for name in plain_names(field)], axis=0)
    return departs


def labels(lines: pd.DataFrame, chosen: Mapping[str, Any], field: str) -> Iterator[str]:
    """Yield each departure from the base in one field once, as ``name=value``."""
    names = plain_names(field)
    for values in dict.fromkeys(zip(*(lines[name] for name in names), strict=True)):
        yield " ".join(f"{name}={value}" for name, value in zip(names, values, strict=True) if not _same(value, chosen[name]))


def plain_names(field: str) -> list[str]:
    """Return the columns that hold a field of the specification: one, or several of a value with choices of its own."""
    return [option.name for option in options_of(Specification).values() if option.field == field]


def _same(value: Any, chosen: Any) -> bool:
    """Whether two plain values are the same; pandas has NaN where nothing is chosen."""
    return bool(value == chosen) or (chosen is None and (value is None or value != value))


def notes_of_grid(analysis: Analysis, facts: Facts) -> Iterator[str]:
    """Say which votes were left out, which competitors have no country, and what the grid varies."""
    yield from of_unknown(facts)
    yield from notes.of_quarantine(analysis.log.quarantine)
    yield from notes.of_labels(analysis.rows, analysis.specification)
    varied = (f"{name} ({', '.join(map(str, values))})" for name, values in reasonable_values().items())
    yield f"the grid varies {', '.join(varied)}; everything else is as chosen"
    specifications = list(grid(analysis.specification))
    if too_few := [s for s in specifications if leaves_too_few(analysis, s)]:
        asked = ", ".join(f"{minimum:,}" for minimum in sorted({s.minimum_votes for s in too_few}))
        yield f"{len(too_few)} of {len(specifications)} specifications rank nobody: fewer than two competitors have minimum_votes ({asked})"
    if analysis.specification.anchor is not None:
        yield "estimates are on the scale without an anchor, which may not be rated under every specification"
