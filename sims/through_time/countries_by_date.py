"""Countries ranked at every date: who leads, how surely, and by how much.

Every date is a ranking of its own (`recount.sims.countries.ranking`), with the same draws, by the same seed, as one of that date alone. Dates are not
independent of each other: boards share most of their votes.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.data import Catalogue, read_catalogue
from recount.data.boards.series import Boards
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.countries.by_country import of_choices
from recount.sims.countries.drawing import of_country_draws
from recount.sims.countries.facts import Facts, facts_of
from recount.sims.countries.groups import GROUPS, Members
from recount.sims.countries.mattering import what_matters_to
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import Row, rows_of, what_is_ranked
from recount.sims.presentation import Table
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup
from recount.sims.through_time.board_dates import Dated, of_boards
from recount.sims.through_time.usual import GROUP, METRIC
from recount.sims.through_time.vote_dates import of_votes

Progress = Callable[[int, float], None]
N_NAMED = 5


@checked
def countries_through_time(
    source: Boards | Log,
    specification: Specification | None = None,
    catalogue: Catalogue | None = None,
    *,
    group: CountryGroup = GROUP,
    metric: str = METRIC,
    progress: Progress | None = None,
) -> Table:
    """Rank countries at every date by one metric in one group of models.

    Parameters
    ----------
    source : Boards or Log
        Boards, as `recount.read_boards` returns them; or votes with times, of which all until the end of each month are rated.
    specification : Specification, optional
    catalogue : Catalogue, optional
        The bundled one by default.
    group, metric : str
        As in a ranking of countries.
    progress : callable, optional
        Called with the number of dates so far and their share.

    Returns
    -------
    Table
        date, source, n_listed (models of that date), and a row a country as of a ranking of countries, with the best model of the country.

    Raises
    ------
    InputError
        If no date has a model of a known country in the group.
    OptionError
        If there is no such group or metric, or the source is neither boards nor votes.
    """
    what_matters(group, metric)
    s, known = specification or Specification(), catalogue or read_catalogue()
    if isinstance(source, Boards):
        dated, notes = of_boards(source, s, known, metric)
    else:
        dated, notes = of_votes(source, s, known)
        if len(facts_of(source.names, known).unknown) == len(source.names):
            # Seen before every month is ranked.
            raise InputError(nobody_known(group))
    ranked: list[Ranked] = []
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for one in pool.map(lambda one: ranked_at(one, group, metric), dated):
            ranked.append(one)
            if progress is not None:
                progress(len(ranked), len(ranked) / len(dated))
    rows = [row for one in ranked for row in one.rows]
    if not rows:
        raise InputError(nobody_known(group))
    last = ranked[-1]
    notes += [*of_undecided(ranked, group), *of_dates_without(ranked, group, metric, s), *of_countries_unknown(last)]
    notes += next((one for one in reversed(ranked) if one.is_sure), last).notes
    return Table("through time", pd.DataFrame(rows), tuple(notes), "Countries through time", dated[-1].analysis.basis(), s.confidence_level)


def nobody_known(group: CountryGroup) -> str:
    """Say that there is nobody to rank."""
    return f"no date has a model of a known country in group {group!r}; give a catalogue that knows them, or another group"


def what_matters(group: CountryGroup, metric: str) -> tuple[str, ...]:
    """Return the choices of a specification that a ranking by a metric in a group depends on; raise `OptionError` if there is no such ranking."""
    for what, given, known in (("group", group, tuple(GROUPS)), ("metric", metric, tuple(METRICS))):
        if given not in known:
            raise OptionError(f"{what} is {given!r}; give one of {', '.join(map(repr, known))}")
    return what_matters_to((group,), (metric,))


class Ranked(NamedTuple):
    """The ranking of a date.

    Attributes
    ----------
    date : str
    n_models, n_members : int
        Of the date, and of those in the group.
    rows : list of dict
    is_sure : bool
        Whether it is known how sure the ratings are.
    undecided : tuple of str
        Models that would count, if it were known that they belong to the group.
    unknown : tuple of str
        Models without a country.
    notes : list of str
        On the draws, and on votes.
    """

    date: str
    n_models: int
    n_members: int
    rows: list[Row]
    is_sure: bool
    undecided: tuple[str, ...]
    unknown: tuple[str, ...]
    notes: list[str]


def ranked_at(dated: Dated, group: CountryGroup, metric: str) -> Ranked:
    """Rank the countries of a date."""
    analysis = Analysis(dated.analysis.source, dated.analysis.specification)
    facts, names, strengths = dated.of(analysis), analysis.names, analysis.uncertainty.strengths
    members, _ = what_is_ranked(analysis, facts, group, metric)
    rows = []
    for row in rows_of(analysis, facts, group, metric):
        own = members.places[members.parts[members.owners.index(row["country"])][members.model] > 0]
        best = names[own[strengths[own].argmax()]]
        rows.append({"date": dated.date, "source": dated.source, "n_listed": len(names), **row, "best_model": best})
    undecided = undecided_above(analysis, facts, members, group, analysis.specification.top if "top" in METRICS[metric].varies_by else 1)
    is_sure = not isinstance(analysis.uncertainty, PointRatings)
    asked = analysis.specification.but(groups=(group,), metrics=(metric,))
    notes = [*of_choices(facts, names, asked), *of_country_draws(analysis), *(analysis.notes() if analysis.has_votes else ())]
    return Ranked(dated.date, len(names), members.n_models, rows, is_sure, tuple(undecided), facts.unknown, notes)


def undecided_above(analysis: Analysis, facts: Facts, members: Members, group: CountryGroup, n_counted: int) -> Iterator[str]:
    """Yield models rated above the last that counts, of whom it is not known whether they belong to the group."""
    column = {"licence": "licence_class", "size": f"{analysis.specification.parameters}_parameters_b"}.get(GROUPS[group].fact)
    if column is None:
        return
    fact = facts.of(analysis.names)[column]
    unknown, strengths = (fact.isna() | (fact == "")).to_numpy(bool), analysis.uncertainty.strengths
    if members.places.size:
        yield from (analysis.names[i] for i in np.flatnonzero(unknown & (strengths > np.sort(strengths[members.places])[-n_counted:][0])))


def of_undecided(ranked: Sequence[Ranked], group: CountryGroup) -> Iterator[str]:
    """Name models that would count, with the dates at which they stand above those that do."""
    above: dict[str, list[str]] = {}
    for one in ranked:
        for name in one.undecided:
            above.setdefault(name, []).append(one.date)
    if above:
        told = [f"{name!r} ({days[0]}{f' to {days[-1]}' if len(days) > 1 else ''})" for name, days in above.items()]
        do = plural(len(told), "model does not", "models do not")
        more = f" and {len(told) - N_NAMED} more" if len(told) > N_NAMED else ""
        yield (
            f"{do} count, though rated above some that do, because the {GROUPS[group].fact} is not known: "
            f"{', '.join(told[:N_NAMED])}{more}; who belongs to the group is a choice, which a table of your own (catalogue) makes"
        )


def of_dates_without(ranked: Sequence[Ranked], group: CountryGroup, metric: str, s: Specification) -> Iterator[str]:
    """Say at which dates there is no ranking, and where a top N is all of the group."""
    if without := [one.date for one in ranked if not one.rows]:
        yield (
            f"{len(without)} of {plural(len(ranked), 'date has', 'dates have')} no ranking by {metric!r} in group {group!r}, as "
            f"{without[0]}, and are not in the table"
        )
    if "top" in METRICS[metric].varies_by and (short := [one.date for one in ranked if one.rows and one.n_members < s.top]):
        dates = f"at {len(short)} of {plural(len(ranked), 'date')}, the last of them {short[-1]}"
        yield f"{dates}, the group has fewer models than top={s.top}: its top N is all of them"


def of_countries_unknown(last: Ranked) -> Iterator[str]:
    """Say who has no country at the last date."""
    if last.unknown:
        yield f"{len(last.unknown)} of {plural(last.n_models, 'model')} of {last.date} have no country in the catalogue: {listed(last.unknown)}"
