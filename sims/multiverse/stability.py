"""In how many analyses the usual leader leads, and which choices change that."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from recount.data import Catalogue
from recount.engine.choices import choices_of
from recount.engine.errors import InputError
from recount.sims.analysis import notes
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import check_asked, known_facts, of_choices, of_facts
from recount.sims.countries.facts import Facts
from recount.sims.filtering import of_filters
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.leaders import specification_table, varied_of
from recount.sims.multiverse.rated_grid import Impossible
from recount.sims.presentation import Table
from recount.sims.specification import Specification, WhatIsAsked
from recount.sims.specification.flat import options_of


def across_specifications(analysis: Analysis, catalogue: Catalogue | None = None) -> tuple[Table, Table]:
    """Rank countries under every reasonable specification.

    Parameters
    ----------
    analysis : Analysis
        Choices that the grid does not vary are those of its specification, whose leader is the usual one. Of given ratings it varies only what is
        asked of them.
    catalogue : Catalogue, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Returns
    -------
    summary, specifications : Table
        As `specification_summary` and `specification_table` say.

    Raises
    ------
    InputError
        If no competitor has a country in the catalogue, or none that has is left under any specification.
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    check_asked(analysis.under(analysis.specification.but(anchor=None)))
    facts = known_facts(analysis, catalogue)
    lines, impossible = specification_table(analysis, facts)
    if lines.empty:
        raise InputError("no model of a known country is left under any specification; give a log with more votes")
    summary = specification_summary(lines, analysis.specification)
    told = tuple(notes_of_grid(analysis, facts, impossible))
    return (
        Table("multiverse", summary, told, "In how many analyses the usual leader leads"),
        Table("specifications", lines, told, "Which country leads, under every specification"),
    )


def specification_summary(table: pd.DataFrame, base: Specification) -> pd.DataFrame:
    """Say for every group and metric in how many analyses the usual leader leads, by what gaps, who else does, and which choices change the leader.

    Parameters
    ----------
    table : DataFrame
        As `specification_table` returns it.
    base : Specification
        The usual one.

    Returns
    -------
    DataFrame
        group, metric, leader (under `base`; missing where the metric does not exist under it), n_leads (analyses in which it leads), n_analyses,
        n_specifications (of the grid, that they stand for), gap_min, gap_max (of that leader's lead), others (who else leads, and in how many
        analyses), flips: the choices each of which alone changes that leader, or "by several together" if only several together do.
    """
    chosen, rows = base.as_dict(), []
    varied = reasonable_values(base)
    for (group, metric), lines in table.groupby(["group", "metric"], sort=False):
        departures = {name: departing(lines, chosen, name) for name in varied}
        usual = lines.loc[np.sum(list(departures.values()), axis=0) == 0, "country"]
        leader = usual.iloc[0] if len(usual) else None
        analyses = lines.drop_duplicates("analysis")
        leads = analyses[analyses["country"] == leader]
        others = analyses.loc[analyses["country"] != leader, "country"].value_counts(sort=False)
        rows.append(
            {
                "group": group,
                "metric": metric,
                "leader": leader,
                "n_leads": len(leads),
                "n_analyses": len(analyses),
                "n_specifications": lines["n_specifications"].sum(),
                "gap_min": leads["gap"].min(),
                "gap_max": leads["gap"].max(),
                "others": "; ".join(f"{country} in {n}" for country, n in sorted(others.items(), key=lambda other: (-other[1], other[0]))),
                "flips": "" if leader is None else flips(lines, chosen, departures, leader),
            }
        )
    return pd.DataFrame(rows)


def flips(lines: pd.DataFrame, chosen: Mapping[str, Any], departures: Mapping[str, NDArray[np.bool_]], leader: str) -> str:
    """Name the choices each of which alone changes the leader of one group and metric.

    Parameters
    ----------
    lines : DataFrame
        Rows of one group and metric.
    chosen : mapping of str to object
        Choices of the base, by their plain names.
    departures : mapping of str to (n_rows,) bool
        Which rows depart from the base, by the field in which they do.
    leader : str
        Under the base.
    """
    n_departures = np.sum(list(departures.values()), axis=0)
    other = (lines["country"] != leader).to_numpy(bool)
    alone = [text for name, departs in departures.items() for text in departure_names(lines[departs & (n_departures == 1) & other], chosen, name)]
    return ", ".join(alone) or ("by several together" if other.any() else "")


def departing(lines: pd.DataFrame, chosen: Mapping[str, Any], field: str) -> NDArray[np.bool_]:
    """Say which rows depart from the base in one field, (n_rows,)."""
    departs: NDArray[np.bool_] = np.any([[not _same(value, chosen[name]) for value in lines[name]] for name in plain_names(field)], axis=0)
    return departs


def departure_names(lines: pd.DataFrame, chosen: Mapping[str, Any], field: str) -> Iterator[str]:
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


def notes_of_grid(analysis: Analysis, facts: Facts, impossible: Sequence[Impossible]) -> Iterator[str]:
    """Say which votes were left out, which competitors have no country, what the grid varies, what of it is not possible, and what is counted."""
    s = analysis.specification
    yield from of_facts(facts, s)
    yield from of_choices(facts, tuple(facts.frame.index), s)
    if analysis.has_votes:
        yield from notes.of_quarantine(analysis.log.quarantine)
        yield from of_filters(analysis.log)
        yield from notes.of_labels(analysis.rows, s)
    else:
        yield from analysis.notes()
    varied = varied_of(analysis)
    yield f"the grid varies {', '.join(f'{name} ({_listed(values)})' for name, values in varied.items())}; everything else is as chosen"
    n_asked = math.prod(len(values) for name, values in varied.items() if name in choices_of(WhatIsAsked))
    n_all = math.prod(map(len, varied.values()))
    for reason, n in Counter(one.reason for one in impossible).items():
        yield f"{n * n_asked:,} of {n_all:,} specifications are not possible and not counted: {reason}"
    yield (
        "an analysis is counted once, however many specifications it is: they may differ in choices on which a ranking does not depend, or which "
        "change nothing of these votes, such as a top N larger than the group"
    )
    yield "leaders and gaps are of the estimated ratings; how sure they are under one specification, the ranking under it says"
    if s.anchor is not None:
        yield "estimates are on the scale without an anchor, which may not be rated under every specification"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))
