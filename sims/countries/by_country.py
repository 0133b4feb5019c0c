"""The table of countries, and notes on the catalogue."""

import itertools
from collections.abc import Iterator

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.data.catalogue import codes_in
from recount.data.catalogue.iso_3166 import COUNTRIES
from recount.data.catalogue.tables import BETWEEN
from recount.engine.choices import choices_of
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.uncertainty.intervals import interval
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.attribution import attributed, owners_of
from recount.sims.countries.drawing import of_country_draws
from recount.sims.countries.facts import Facts, facts_of, stated_by
from recount.sims.countries.groups import GROUPS, without_fact
from recount.sims.countries.mattering import of_no_matter
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.metrics.above_a_level import is_below_all
from recount.sims.countries.metrics.sizes import EQUAL_SIZE
from recount.sims.countries.order_of_countries import Standings
from recount.sims.countries.ranking import Row, counts_all, rows_of, standings_of, strengths_of, what_is_ranked
from recount.sims.countries.scatter_of_models import scatter_around_lines
from recount.sims.countries.scope import of_scope, sizes_of
from recount.sims.countries.variants import families
from recount.sims.presentation import Table
from recount.sims.presentation.wording import points, span
from recount.sims.specification import OfCountries, Specification
from recount.sims.specification.country_choices import CountryGroup


def rank_countries(analysis: Analysis, catalogue: Catalogue | None = None) -> Table:
    """Rank countries by every metric in every group of models.

    Parameters
    ----------
    analysis : Analysis
        Of votes, or of ratings with their uncertainty.
    catalogue : Catalogue, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Returns
    -------
    Table
        group, metric, unit, rank, country, n_models, estimate, lower, upper, p_leads, gap, gap_lower, gap_upper, and what the gap says of a vote; see
        `recount.sims.countries.ranking.rows_of`. p_leads is missing where nothing is estimated: one country alone is ranked, or the top N is all.

    Raises
    ------
    InputError
        If no competitor has a country in the catalogue, or no model of a known country is left under the specification.
    OptionError
        If a larger top N is asked for than a board has models, a rating on a scale that nothing fixes, or what is known of nobody.
    """
    check_asked(analysis)
    facts, s = known_facts(analysis, catalogue), analysis.specification
    rankings = itertools.product(s.asked_groups, s.asked_metrics)
    frame = pd.DataFrame([row for group, metric in rankings for row in _rows(analysis, facts, group, metric)])
    if frame.empty:
        why = next(of_rankings(analysis, facts), "no model of a known country is left")
        raise InputError(f"there is nothing to rank: {why}; loosen what leaves models or countries out")
    notes = (*of_facts(facts, s), *of_rankings(analysis, facts), *of_country_draws(analysis), *analysis.notes())
    return Table("countries", frame, notes, "Countries", analysis.basis(), confidence_level=s.confidence_level)


def _rows(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> list[Row]:
    """Return the rows of a ranking, without a probability where the ranking is foregone."""
    rows = rows_of(analysis, facts, group, metric)
    is_foregone = len(rows) == 1 or counts_all(what_is_ranked(analysis, facts, group, metric)[0], metric, analysis.specification)
    return [row | {"p_leads": float("nan")} for row in rows] if is_foregone else rows


def check_asked(analysis: Analysis) -> None:
    """Raise `OptionError` for a top N that a published board does not reach, a rating where nothing fixes the scale, or an unknown country.

    The usual N is all of a shorter board; it may be cut off.
    """
    s = analysis.specification
    if analysis.board is not None and s.top > (n := len(analysis.board.names)) and s.top != Specification().top:
        raise OptionError(
            f"top is {s.top}, and the board has {plural(n, 'model')}, which may be the first of more; give `top` as {n} or less, or a whole board"
        )
    if s.above.is_absolute and analysis.board is None and s.anchor is None:
        raise OptionError(f"above is {s.above}, a rating, and nothing fixes the scale of ratings; give `anchor`, a board, or best-POINTS")
    for bloc in s.blocs:
        if odd := sorted({*bloc.members} - COUNTRIES):
            raise OptionError(f"blocs is {str(bloc)!r}, and {odd[0]!r} is no code of ISO 3166-1; give codes as US, GB, CN")


def known_facts(analysis: Analysis, catalogue: Catalogue | None) -> Facts:
    """Look up the competitors of the votes, or of the given ratings.

    Raises
    ------
    InputError
        If none of them has a country.
    """
    names = analysis.log.names if analysis.has_votes else analysis.names
    if not names:
        raise InputError("there is no vote, and so no competitor that could have a country; see what recount check says of the log")
    board = analysis.board
    facts = analysis.kept.once("facts", (names, catalogue), lambda: facts_of(names, catalogue, None if board is None else stated_by(board)))
    if len(facts.unknown) == len(names):
        raise InputError(f"no competitor has a country in the catalogue, for example {names[0]!r}; give another catalogue")
    return facts


def of_facts(facts: Facts, asked: OfCountries) -> Iterator[str]:
    """Name who has no country, and of whom it is not known whether they belong to a group that is asked."""
    frame = facts.frame
    if facts.unknown:
        yield (
            f"{len(facts.unknown)} of {plural(len(frame), 'competitor has', 'competitors have')} no country in the catalogue: {listed(facts.unknown)}"
        )
    yield from facts.notes
    for group in asked.asked_groups:
        if n := without_fact(frame, fact := GROUPS[group].fact, asked).sum():
            yield f"group {group!r} is without {n} of {plural(len(frame), 'competitor')}, whose {fact} the catalogue does not know"


def of_rankings(analysis: Analysis, facts: Facts) -> Iterator[str]:
    """Say who is ranked, of which groups the top N is everybody, and which metrics do not exist, and for whom."""
    s = analysis.specification
    yield from of_choices(facts, analysis.names, s)
    uses_top = any("top" in METRICS[metric].varies_by for metric in s.asked_metrics)
    for group in s.asked_groups:
        members, _ = what_is_ranked(analysis, facts, group, "best")
        if s.variants == "merged" and members.n_models < members.places.size:
            yield f"group {group!r}: {plural(members.places.size, 'model is', 'models are')} {members.n_models}, with variants merged"
        if uses_top and members.n_models < s.top:
            listed_here = "" if analysis.board is None else "; if the board is the first of a longer list, that is not its top N"
            yield f"group {group!r} has {plural(members.n_models, 'model')}, fewer than top={s.top}: its top N is all of them{listed_here}"
        if not members.owners:
            yield f"group {group!r} has no model of a known {s.entity}"
            continue
        for metric in s.asked_metrics:
            yield from _of_metric(analysis, facts, group, metric)


def _of_metric(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> Iterator[str]:
    """Say why a metric does not exist in a group, or for whom it does not, and of how many models it says nothing."""
    s = analysis.specification
    members, _ = what_is_ranked(analysis, facts, group, metric)
    if why := METRICS[metric].why_not(strengths_of(analysis, facts, members)):
        yield f"group {group!r}: no {metric}: {why}"
        return
    of_level = analysis.board is not None and "above" in METRICS[metric].varies_by
    if of_level and is_below_all(strengths_of(analysis, facts, members), s, analysis.uncertainty.strengths):
        yield f"group {group!r}: {metric} counts all models: the last of the board is above the level, and if it is cut off, there are more"
    found = standings_of(analysis, facts, group, metric)
    if metric == EQUAL_SIZE and found is not None and len(found.draws) and found.place.size > 1:
        yield from _of_other_models(found, group, s)
    ranked = () if found is None else found.countries
    if few := tuple(name for name in members.owners if name not in ranked):
        who = "countries" if s.entity == "country" else "organisations"
        whose = METRICS[metric].undefined.format(k=s.k, top=s.top)
        yield f"group {group!r}: no {metric} for {who} {whose} ({len(few)}): {listed(few)}"
    known = {"lag": members.released, "rating at equal size": members.size, "number on efficiency frontier": members.size}.get(metric)
    if known is not None and (n := np.isnan(known).sum()):
        fact = "release, so that lags can be longer" if metric == "lag" else "size"
        yield f"group {group!r}: {metric} is without {n} of {plural(members.n_models, 'model')}, of which the catalogue does not know the {fact}"


def _of_other_models(found: Standings, group: CountryGroup, s: Specification) -> Iterator[str]:
    """Say how sure the lead at equal size is if other models could have been made, as claims take it; nothing where nobody can say."""
    scatter = scatter_around_lines(found.group)
    if scatter is None:
        return
    errors = scatter.errors(int(found.place[0]), int(found.place[1]), len(found.draws), s.seed) * found.group.scale.points
    lead, draws = found.estimate[:1] - found.estimate[1:2], found.draws[:, 0] - found.draws[:, 1] + errors
    lower, upper = interval(lead, draws[:, None], s.confidence_level)
    yield (
        f"group {group!r}: {EQUAL_SIZE}, intervals and P(leads) are of the models there are; models of a size scatter, and if others could have "
        f"been made, {found.countries[0]} leads {found.countries[1]} by {points(lead[0])}, {span(lower[0], upper[0])}"
    )


def of_choices(facts: Facts, names: tuple[str, ...], s: Specification) -> Iterator[str]:
    """Say whom choices leave out, of whom it is not known whose they are, and which choices change nothing."""
    for name in of_no_matter(s):
        if getattr(s, name) != choices_of(OfCountries)[name].default:
            yield f"{name} is {getattr(s, name)}, on which no group and no metric that is asked depends"
    yield from of_scope(facts, names, s)
    frame = facts.of(names)
    if s.attribution == "base model" and (lost := tuple(frame.index[(frame["country"] != "") & (frame["origin_country"] == "")])):
        made = "made from one that the catalogue does not know, and"
        yield f"{plural(len(lost), f'model was {made} counts', f'models were {made} count')} for nobody: {listed(lost)}"
    usual = type(s)()
    if s.attribution != usual.attribution and owners_of(frame, s) == owners_of(frame, s.but(attribution=usual.attribution)):
        yield f"attribution {s.attribution!r} changes nothing of these models"
    if s.counting == "fractional" and not frame["country"].str.contains(BETWEEN, regex=False).any():
        yield "counting 'fractional' changes nothing: no model has several countries in the catalogue"
    if s.variants == "merged" and len(set(families(frame))) == len(frame):
        yield "variants 'merged' changes nothing: no two of these models are variants of one"
    if s.parameters == "active" and np.array_equal(sizes_of(frame, s), sizes_of(frame, s.but(parameters="total")), equal_nan=True):
        yield "parameters 'active' changes nothing: they are as many as all, of every model whose size is known"
    here = {code for cell in attributed(frame, s.attribution)["country"].unique() for code in codes_in(cell)}
    for bloc in s.blocs:
        yield f"{bloc.name} is {', '.join(sorted(here & {*bloc.members})) or 'nobody here'}"
