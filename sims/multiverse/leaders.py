"""Which country leads, and by how much, under every specification of the grid."""

import pandas as pd

from recount.engine.vote_law import QUANTITIES
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.rating import have_enough_votes
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import Row, rows_of
from recount.sims.multiverse.combinations import grid
from recount.sims.specification import Specification

OF_THE_FIRST = ("country", "estimate", "p_leads", "gap", "gap_lower", "gap_upper")


def specification_table(analysis: Analysis, facts: Facts) -> pd.DataFrame:
    """Return one row for every specification of the grid, group and metric.

    Parameters
    ----------
    analysis : Analysis
        Of votes. The grid varies its specification, without the anchor, which may not be rated under all of them.
    facts : Facts

    Returns
    -------
    DataFrame
        specification (its number, from 1), the choices by their plain names, group, metric, country, estimate, p_leads, gap, gap_lower, gap_upper,
        and what the gap says of a vote, as far as the model of ties does. A specification that leaves fewer than two competitors has no rows.
    """
    rows: list[Row] = []
    for number, specification in enumerate(grid(analysis.specification.but(anchor=None)), 1):
        if leaves_too_few(analysis, specification):
            continue
        choices = specification.as_dict()
        rows += [{"specification": number, **choices, **first} for first in firsts(analysis.under(specification), facts)]
    return pd.DataFrame(rows)


def leaves_too_few(analysis: Analysis, specification: Specification) -> bool:
    """Say whether fewer than two competitors have as many votes as a specification asks for."""
    return int(have_enough_votes(analysis.log.counts, specification).sum()) < 2


def firsts(analysis: Analysis, facts: Facts) -> list[Row]:
    """Return the first country and its gap to the second, for every group and metric."""
    rankings = (rows_of(analysis, facts, group, metric) for group in GROUPS for metric in METRICS)
    return [{name: rows[0][name] for name in ("group", "metric", *OF_THE_FIRST, *QUANTITIES) if name in rows[0]} for rows in rankings if rows]
