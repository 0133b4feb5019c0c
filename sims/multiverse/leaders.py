"""Which country leads, and by how much, under every specification of the grid, and which specifications are the same analysis.

A ranking depends on few of the choices: its rows are the combinations of these. Of them, those that give the same ratings with the same errors, the
same group of models of the same countries and the same N, k or level are one analysis: of votes without ties, all rules of ties; where nobody has
fewer votes, all minimums; where the group is smaller, all larger N; where no parent has another country, headquarters and parents.

The *lead* of the usual leader, who leads under the usual specification, is a number under every one: by how much it is ahead of the best of all
others, below 0 where another leads; in points it is on the usual scale (`recount.sims.multiverse.usual_scale`).
"""

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from recount.engine.choices import choices_of
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.linear_algebra import one_thread
from recount.engine.vote_law import VoteLaw
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.countries.drawing import drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import Group, group_of, members_of
from recount.sims.countries.mattering import what_matters_to
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.order_of_countries import standings, why_none_is_ranked
from recount.sims.countries.ranking import Row, standings_of
from recount.sims.multiverse.combinations import combined, n_combined, reasonable_values
from recount.sims.multiverse.rated_grid import Impossible, Kind, Rated, rate_all
from recount.sims.multiverse.usual_lead import leads_of, said_of_a_vote, unranked
from recount.sims.multiverse.usual_scale import on_usual_scale, usual_over_other
from recount.sims.specification import Specification, WhatIsAsked
from recount.sims.specification.country_choices import CountryGroup
from recount.sims.specification.flat import plain

Ranking = tuple[CountryGroup, str]
# Reasonable values by choice.
Varied = Mapping[str, tuple[Any, ...]]


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
    leads : dict
        As of `leads_of`; on the usual scale in the end.
    """

    group: CountryGroup
    metric: str
    asked: dict[str, Any]
    n_specifications: int
    basis: Hashable
    leads: Row


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
        names, n_rated (competitors), what `leads_of` returns, with the lead on the usual scale, that scale, and what the gap says of a vote, as far
        as the model of ties does.
    list of Impossible
        Combinations of choices that are left out, because the votes cannot be rated under them.

    Raises
    ------
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    base = analysis.under(analysis.specification.but(anchor=None))
    varied = varied_of(analysis)
    asked = {name: varied.pop(name) for name in choices_of(WhatIsAsked) if name in varied}
    log = analysis.source
    if not isinstance(log, Log):
        found = [first._replace(leads=on_usual_scale(first.leads, 1.0)) for first in firsts(base, facts, asked, usual_leaders(base, facts))]
        return _frame_of([(base.specification, 0, len(base.names), base.uncertainty.law, found)]), []
    # Read once, not by everybody who rates.
    _ = analysis.log.counts, analysis.rows
    specifications = list(combined(base.specification, varied))
    rated: list[Rated] = []
    impossible: list[Impossible] = []
    kinds: dict[int, Kind] = {}
    for done, one in enumerate(rate_all(log, specifications, base.specification), 1):
        if isinstance(one, Impossible):
            impossible.append(one)
        else:
            rated.append(one[0])
            kinds.setdefault(one[0].kind, one[1])
        if analysis.progress:
            # Who leads takes longer.
            analysis.progress(done, done / len(specifications) / 10)
    leads = _firsts_of(kinds, log, base, facts, asked)
    return _frame_of([(one.specification, one.kind, len(kinds[one.kind].ratings.names), one.law, leads[one.kind]) for one in rated]), impossible


def _frame_of(found: Sequence[tuple[Specification, int, int, VoteLaw | None, list[First]]]) -> pd.DataFrame:
    """Return the rows of rankings, from specifications, the kinds of their ratings, how many are rated, what is known of a vote, and who leads."""
    numbers: dict[Ranking, dict[Hashable, int]] = {}
    rows: list[Row] = []
    places: list[int] = []
    for place, (_, kind, n_rated, law, firsts_of_it) in enumerate(found):
        for first in firsts_of_it:
            same = numbers.setdefault((first.group, first.metric), {})
            number = same.setdefault((kind, first.basis), len(same) + 1)
            of_row = {"group": first.group, "metric": first.metric, "analysis": number, "n_specifications": first.n_specifications}
            rows.append({**of_row, **first.asked, "n_rated": n_rated, **first.leads, **said_of_a_vote(law, first.metric, first.leads)})
            places.append(place)
    frame = pd.DataFrame(rows)
    chosen = pd.DataFrame([specification.as_dict() for specification, *_ in found], dtype=object).iloc[places].reset_index(drop=True)
    # What is asked is shown as chosen where a ranking does not depend on it.
    for name in frame.columns.intersection(chosen.columns):
        chosen[name] = frame[name].where(frame[name].notna(), chosen[name])
    named = ["group", "metric", "analysis", "n_specifications"]
    return pd.concat([frame[named], chosen.infer_objects(), frame.drop(columns=[*named, *chosen.columns], errors="ignore")], axis=1)


def varied_of(analysis: Analysis) -> dict[str, tuple[Any, ...]]:
    """Return the reasonable values of the choices that can change an answer: of given ratings, those of what is asked."""
    values = reasonable_values(analysis.specification.but(anchor=None))
    return values if analysis.has_votes else {name: of for name, of in values.items() if name in choices_of(WhatIsAsked)}


def _firsts_of(kinds: Mapping[int, Kind], log: Log, base: Analysis, facts: Facts, asked: Varied) -> dict[int, list[First]]:
    """Return who leads by each kind of ratings, found for several at the same time."""
    usual = usual_leaders(base, facts)
    leads: dict[int, list[First]] = {}

    def of_its_own(kind: Kind) -> Analysis:
        return Analysis(log, kind.specification, kept=base.kept if kind.specification == base.specification else None)

    with one_thread(), executor_or_threads(log.executor) as (pool, n_waiting):
        of_all = in_order(lambda kind: pool.submit(_firsts_of_kind, of_its_own(kind), kind, facts, asked, usual), kinds.values(), n_waiting)
        for kind, found in zip(kinds.values(), of_all, strict=True):
            scale = usual_over_other(base.uncertainty, kind.uncertainty)
            leads[len(leads)] = [first._replace(leads=on_usual_scale(first.leads, scale)) for first in found]
            if base.progress:
                base.progress(len(leads), (1 + 9 * len(leads) / len(kinds)) / 10)
    return leads


def _firsts_of_kind(analysis: Analysis, kind: Kind, facts: Facts, asked: Varied, usual: Mapping[Ranking, tuple[str, ...]]) -> list[First]:
    """Return who leads by one kind of ratings; what is found on the way is not kept, because the draws of all kinds would take gigabytes."""
    analysis.know(lambda: kind.uncertainty)
    return list(firsts(analysis, facts, asked, usual))


def usual_leaders(base: Analysis, facts: Facts) -> dict[Ranking, tuple[str, ...]]:
    """Return who leads by each metric in each group under a specification; several where they share the lead, no entry where nobody is ranked."""
    s = base.specification
    found = {(group, metric): standings_of(base, facts, group, metric) for group, metric in itertools.product(s.asked_groups, s.asked_metrics)}
    return {ranking: of.leaders for ranking, of in found.items() if of is not None}


def firsts(analysis: Analysis, facts: Facts, asked: Varied, usual: Mapping[Ranking, tuple[str, ...]]) -> Iterator[First]:
    """Yield who leads, for every group, metric and combination of the choices `asked` that matter to them, and what that is computed from."""
    s = analysis.specification
    for group in s.asked_groups:
        of_group = {name: asked[name] for name in what_matters_to((group,), ()) if name in asked}
        of_metrics: dict[str, Varied] = {
            metric: {name: asked[name] for name in METRICS[metric].varies_by if name in asked.keys() - of_group} for metric in s.asked_metrics
        }
        known: dict[Hashable, list[First]] = {}
        for specification in combined(s, of_group):
            under = analysis.under(specification)
            members, strengths = members_of(under.names, facts, specification, group), drawn(under, facts)
            basis = (members.key, strengths.are_of_strengths)
            if basis not in known:
                # Not kept: the strengths of all groups under all specifications would take gigabytes.
                of_members = group_of(strengths, members, under.scale, under.uncertainty.law)
                known[basis] = list(_firsts_in(of_members, specification, group, of_metrics, usual))
            chosen = {name: plain(getattr(specification, name)) for name in of_group}
            for first in known[basis]:
                n_same = n_combined({name: of for name, of in asked.items() if name not in (*of_group, *of_metrics[first.metric])})
                yield first._replace(asked=chosen | first.asked, n_specifications=n_same, basis=(basis, first.basis))


def _firsts_in(
    group: Group,
    specification: Specification,
    name: CountryGroup,
    of_metrics: Mapping[str, Mapping[str, tuple[Any, ...]]],
    usual: Mapping[Ranking, tuple[str, ...]],
) -> Iterator[First]:
    """Yield who leads in one group of models, by every metric and combination of the choices that matter to it."""
    for metric, varied in of_metrics.items():
        known: dict[Hashable, Row] = {}
        for one in combined(specification, varied):
            taken = METRICS[metric].depends_on(one, group.members.n_models)
            if taken not in known:
                found = standings(group, METRICS[metric], one)
                known[taken] = (
                    unranked(METRICS[metric], why_none_is_ranked(group, METRICS[metric]))
                    if found is None
                    else leads_of(found, usual.get((name, metric), ()), one.confidence_level)
                )
            yield First(name, metric, {choice: plain(getattr(one, choice)) for choice in varied}, 1, taken, known[taken])
