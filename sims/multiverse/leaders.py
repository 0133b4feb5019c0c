"""Which country leads, and by how much, under every specification of the grid, and which specifications are the same analysis.

A ranking depends on few of the choices: its rows are the combinations of these. Of them, those that give the same ratings with the same errors, the
same group of models of the same countries and the same N, k or level are one analysis: of votes without ties, all rules of ties; where nobody has
fewer votes, all minimums; where the group is smaller, all larger N; where no parent has another country, headquarters and parents.
"""

import itertools
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from recount.engine import ELO
from recount.engine.choices import choices_of
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.linear_algebra import one_thread
from recount.engine.vote_law import VoteLaw
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, Progress
from recount.sims.countries.facts import Facts
from recount.sims.countries.mattering import what_matters_to
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import Row, rows_of, what_is_ranked
from recount.sims.multiverse.combinations import combined, reasonable_values
from recount.sims.multiverse.rated_grid import Impossible, Kind, Rated, rate_all
from recount.sims.specification import WhatIsAsked
from recount.sims.specification.country_choices import CountryGroup
from recount.sims.specification.flat import plain

OF_THE_FIRST = ("unit", "estimate", "gap")


class First(NamedTuple):
    """Who leads a ranking.

    Attributes
    ----------
    group, metric : str
    asked : dict
        The choices that matter to it, besides those of the ratings, as plain values.
    n_specifications : int
        How many of the grid that have the same ratings it is one of.
    basis : hashable
        What it is computed from, besides ratings.
    lead : dict
        As of `lead`.
    """

    group: CountryGroup
    metric: str
    asked: dict[str, Any]
    n_specifications: int
    basis: Hashable
    lead: Row


def specification_table(analysis: Analysis, facts: Facts) -> tuple[pd.DataFrame, list[Impossible]]:
    """Return rows for every group and metric, one for each combination of the choices on which its ranking depends.

    Parameters
    ----------
    analysis : Analysis
        The grid varies its specification, without the anchor, which may not be rated under all of them; of given ratings, what is asked of them.
    facts : Facts

    Returns
    -------
    DataFrame
        group, metric, analysis (number among those of the group and metric; rows with the same number are the same analysis), n_specifications (of
        the grid, which the row stands for: they differ in choices on which the ranking does not depend, shown as chosen), the choices by their plain
        names, n_rated (competitors), country (names, if several share the lead), estimate, p_leads, gap, gap_lower, gap_upper, and what the gap says
        of a vote, as far as the model of ties does.
    list of Impossible
        Combinations of choices that are left out, because the votes cannot be rated under them.

    Raises
    ------
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    base = analysis.specification.but(anchor=None)
    varied = varied_of(analysis)
    asked = {name: varied.pop(name) for name in choices_of(WhatIsAsked) if name in varied}
    log = analysis.source
    if not isinstance(log, Log):
        return _of_given(analysis.under(base), facts, asked), []
    # Read once, not by everybody who rates.
    _ = analysis.log.counts, analysis.rows
    specifications = list(combined(base, varied))
    rated: list[Rated] = []
    impossible: list[Impossible] = []
    kinds: dict[int, Kind] = {}
    for done, found in enumerate(rate_all(log, specifications, base), 1):
        if isinstance(found, Impossible):
            impossible.append(found)
        else:
            rated.append(found[0])
            kinds.setdefault(found[0].kind, found[1])
        if analysis.progress:
            # The other half is who leads.
            analysis.progress(done, done / len(specifications) / 2)
    leads = _firsts_of(kinds, log, facts, asked, analysis.progress)
    rows: list[Row] = []
    numbers: dict[tuple[str, str], dict[Hashable, int]] = {}
    for one in rated:
        chosen = one.specification.as_dict()
        for first in leads[one.kind]:
            same = numbers.setdefault((first.group, first.metric), {})
            number = same.setdefault((one.kind, first.basis), len(same) + 1)
            of_row = {"group": first.group, "metric": first.metric, "analysis": number, "n_specifications": first.n_specifications}
            n_rated = len(kinds[one.kind].ratings.names)
            law = said_of_a_vote(one.law, first)
            rows.append({**of_row, **chosen, **first.asked, "n_rated": n_rated, **first.lead, **law})
    return pd.DataFrame(rows), impossible


def _of_given(analysis: Analysis, facts: Facts, asked: Mapping[str, tuple[Any, ...]]) -> pd.DataFrame:
    """Return the rows of given ratings, of which only what is asked varies."""
    rows: list[Row] = []
    numbers: dict[tuple[str, str], dict[Hashable, int]] = {}
    usual = analysis.specification.as_dict()
    for first in firsts(analysis, facts, asked):
        same = numbers.setdefault((first.group, first.metric), {})
        of_row = {"group": first.group, "metric": first.metric, "analysis": same.setdefault(first.basis, len(same) + 1)}
        chosen = {**usual, **first.asked}
        law = said_of_a_vote(analysis.uncertainty.law, first)
        rows.append({**of_row, "n_specifications": first.n_specifications, **chosen, "n_rated": len(analysis.names), **first.lead, **law})
    return pd.DataFrame(rows)


def varied_of(analysis: Analysis) -> dict[str, tuple[Any, ...]]:
    """Return the reasonable values of the choices that can change an answer: of given ratings, those of what is asked."""
    values = reasonable_values(analysis.specification.but(anchor=None))
    return values if analysis.has_votes else {name: of for name, of in values.items() if name in choices_of(WhatIsAsked)}


def _firsts_of(
    kinds: Mapping[int, Kind], log: Log, facts: Facts, asked: Mapping[str, tuple[Any, ...]], progress: Progress | None
) -> dict[int, list[First]]:
    """Return who leads by each kind of ratings, found for several at the same time."""
    leads: dict[int, list[First]] = {}
    with one_thread(), executor_or_threads(log.executor) as (pool, n_waiting):
        for found in in_order(lambda kind: pool.submit(_firsts_of_kind, log, kind, facts, asked), kinds.values(), n_waiting):
            leads[len(leads)] = found
            if progress:
                progress(len(leads), (1 + len(leads) / len(kinds)) / 2)
    return leads


def _firsts_of_kind(log: Log, kind: Kind, facts: Facts, asked: Mapping[str, tuple[Any, ...]]) -> list[First]:
    """Return who leads; with results of its own, because the draws of all kinds would take gigabytes."""
    analysis = Analysis(log, kind.specification)
    analysis.know(lambda: kind.uncertainty)
    return list(firsts(analysis, facts, asked))


def firsts(analysis: Analysis, facts: Facts, asked: Mapping[str, tuple[Any, ...]]) -> Iterator[First]:
    """Yield who leads, for every group, metric and combination of the choices `asked` that matter to them, and what that is computed from."""
    n_asked = math.prod(map(len, asked.values()))
    s = analysis.specification
    for group, metric in itertools.product(s.asked_groups, s.asked_metrics):
        matter = {name: asked[name] for name in what_matters_to((group,), (metric,)) if name in asked}
        n_same = n_asked // math.prod(map(len, matter.values()))
        for specification in combined(s, matter):
            under = analysis.under(specification)
            if rows := rows_of(under, facts, group, metric, of_estimates=True):
                members, taken = what_is_ranked(under, facts, group, metric)
                chosen = {name: plain(getattr(specification, name)) for name in matter}
                yield First(group, metric, chosen, n_same, (members.key, taken), lead(rows))


def said_of_a_vote(law: VoteLaw | None, first: First) -> Row:
    """Return what a model of ties says of a vote from the lead of a metric in points."""
    if law is None or METRICS[first.metric].unit != "rating":
        return {}
    return {name: float(value[0]) for name, value in law.of_leads(np.array([first.lead["gap"] / ELO])).items()}


def lead(rows: Sequence[Row]) -> Row:
    """Return the country that leads a ranking and its lead; the names of all where several share it."""
    leading = [row["country"] for row in rows if row["rank"] == 1]
    return {"country": ", ".join(leading), **{name: rows[0][name] for name in OF_THE_FIRST}}
