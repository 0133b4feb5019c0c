"""Gaps between countries in each category, and how much larger or smaller they are than the gap overall.

A gap is that between the country that leads overall and another, by a metric that is a rating, on joint draws within each category. *Between*
categories, and between a category and all votes, errors are taken as independent. Votes of a category are also among all votes, and the same voters
vote in several: errors of both gaps then go the same way, and their difference varies less than independent errors say. So intervals of differences
are too wide, and a difference that they show is one; a published board does not state what would make them narrower. How much larger a gap is than
the one overall is found over the models that both rate: that the best model of a country has no rating in a category says nothing of the category.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from recount.data import Board, Catalogue
from recount.engine import interval
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.categories import of_categories_left_out, rate_categories
from recount.sims.countries.by_country import check_asked, known_facts, of_choices, of_facts
from recount.sims.countries.drawing import drawn, of_country_draws
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import Group, Members, group_of, members_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.order_of_countries import in_unit, median
from recount.sims.countries.ranking import rows_of, strengths_of, what_is_ranked
from recount.sims.presentation import Table
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup

INDEPENDENT = (
    "errors of a category and of the overall ratings are taken as independent; they share votes and voters, so intervals of `beyond` are too wide, "
    "not too narrow"
)
Values = Mapping[str, Floats]


def gaps_by_category(analysis: Analysis, boards: Mapping[str, Board] | None = None, catalogue: Catalogue | None = None) -> Table:
    """Compare the overall leader with every other country, in each category and overall.

    Parameters
    ----------
    analysis : Analysis
        Overall: of votes, whose categories are the labels of the column that the specification names with `by`; or of a board.
    boards : mapping of str to Board, optional
        Of a board: the boards of its categories.
    catalogue : Catalogue, optional
        The bundled one by default.

    Returns
    -------
    Table
        group, metric, country (the leader overall), other, category, gap, gap_lower, gap_upper (points), p_ahead, overall_gap, beyond (gap minus
        overall_gap, both over the models that the category and the overall ratings have), beyond_lower, beyond_upper, p_larger, n_missing (models of
        both countries that are rated overall and not in the category, or the other way round).

    Raises
    ------
    OptionError
        If no metric that is asked is a rating, or nothing says what the categories are.
    InputError
        If no group has models of two known countries, overall and in a category.
    """
    check_asked(analysis)
    s = analysis.specification
    metrics = [name for name in s.asked_metrics if METRICS[name].unit == "rating"]
    if not metrics:
        raise OptionError(f"metrics are {', '.join(s.asked_metrics)}; gaps by category are of ratings: give 'best' or 'mean of k best'")
    facts = known_facts(analysis, catalogue)
    categories, told = _categories_of(analysis, boards)
    rows: list[dict[str, Any]] = []
    for group in s.asked_groups:
        for metric in metrics:
            rows += rows_of_gaps(analysis, categories, facts, group, metric, catalogue)
    if not rows:
        raise InputError("no group has models of two known countries, overall and in a category; take another group")
    frame = pd.DataFrame(rows)
    notes = (
        INDEPENDENT,
        *_of_missing(frame),
        *told,
        *of_facts(facts, s),
        *of_choices(facts, analysis.names, s),
        *of_country_draws(analysis),
        *analysis.notes(),
    )
    return Table("category gaps", frame, notes, "Gaps between countries by category", analysis.basis(), confidence_level=s.confidence_level)


def _of_missing(frame: pd.DataFrame) -> Iterator[str]:
    """Say where categories lack models."""
    if n := int((frame["n_missing"] > 0).sum()):
        yield (
            f"in {n} of {plural(len(frame), 'row')} one of both countries has models that are rated overall and not in the category, or the other "
            "way round (column n_missing): `beyond` is over the models that both rate"
        )


def _categories_of(analysis: Analysis, boards: Mapping[str, Board] | None) -> tuple[dict[str, Analysis], tuple[str, ...]]:
    """Return the ratings of each category, and what is left out of them."""
    s = analysis.specification
    alone = s.but(by=None, shrink=False)
    if not analysis.has_votes:
        if not boards:
            raise OptionError("categories of ratings are not known; give the boards of its categories")
        return _of_boards(boards, alone)
    if s.covariates:
        raise OptionError("`by` rates each category without covariates; leave one of them out")
    if s.by is None:
        raise OptionError("by is not given; name the column whose labels are the categories")
    votes = analysis.log.rows(s.columns())
    rated, unrated = rate_categories(votes, s, analysis.log.executor)
    sources: dict[str, Uncertainty] = {name: one.uncertainty for name, one in rated.items()}
    return {name: Analysis(source, alone) for name, source in sources.items()}, tuple(of_categories_left_out(votes, s, rated, unrated))


def _of_boards(boards: Mapping[str, Board], s: Specification) -> tuple[dict[str, Analysis], tuple[str, ...]]:
    """Return boards with the models that are asked for, as far as each has them."""
    found, told = {}, []
    for name, board in boards.items():
        only, without = (tuple(one for one in given if one in board.names) for given in (s.only, s.without))
        if s.only and len(only) < 2:
            told.append(f"category {name!r} is left out: it has fewer than two of the models that `only` names")
        else:
            found[name] = Analysis(board, s.but(only=only, without=without))
    return found, tuple(told)


def rows_of_gaps(
    overall: Analysis, categories: Mapping[str, Analysis], facts: Facts, group: CountryGroup, metric: str, catalogue: Catalogue | None
) -> Iterator[dict[str, Any]]:
    """Yield a row for every category and every other country than the overall leader by one metric in one group, in the overall order."""
    order = [row["country"] for row in rows_of(overall, facts, group, metric)]
    if len(order) < 2:
        return
    everywhere = values_of_countries(overall, facts, group, metric)
    # A board of a category may have other models.
    known = {name: facts if set(one.names) <= set(facts.frame.index) else known_facts(one, catalogue) for name, one in categories.items()}
    of_category = {name: values_of_countries(one, known[name], group, metric) for name, one in categories.items()}
    over_both = {name: _over_both((overall, facts), (one, known[name]), group, metric) for name, one in categories.items()}
    level, are_strengths = overall.specification.confidence_level, overall.specification.country_draws == "posterior"
    for other in order[1:]:
        gap_overall = everywhere[order[0]] - everywhere[other]
        for place, (name, values) in enumerate(of_category.items()):
            if order[0] not in values or other not in values:
                continue
            gap = values[order[0]] - values[other]
            here, there, missing = over_both[name]
            # Draws of the same seed go together, which these errors are not known to do.
            apart = np.random.default_rng([overall.specification.seed, place]).permutation(len(gap) - 1)
            of_beyond = (float("nan"),) * 4
            if {order[0], other} <= here.keys() & there.keys():
                like_it = here[order[0]] - here[other]
                beyond = there[order[0]] - there[other] - np.concatenate([like_it[:1], like_it[1:][apart]])
                of_beyond = _with_ends(beyond, level, are_strengths)
            of_gap = _with_ends(gap, level, are_strengths)
            yield {
                "group": group,
                "metric": metric,
                "country": order[0],
                "other": other,
                "category": name,
                **dict(zip(("gap", "gap_lower", "gap_upper", "p_ahead"), of_gap, strict=True)),
                "overall_gap": _with_ends(gap_overall, level, are_strengths)[0],
                **dict(zip(("beyond", "beyond_lower", "beyond_upper", "p_larger"), of_beyond, strict=True)),
                "n_missing": missing.get(order[0], 0) + missing.get(other, 0),
            }


def values_of_countries(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> Values:
    """Return the ratings of each country by a metric, estimate and draws, (1 + n_draws,); of those alone for which it is defined."""
    members, _ = what_is_ranked(analysis, facts, group, metric)
    of_group = strengths_of(analysis, facts, members)
    return _by_country(of_group, analysis, metric) if of_group.countries else {}


def _over_both(
    overall: tuple[Analysis, Facts], category: tuple[Analysis, Facts], group: CountryGroup, metric: str
) -> tuple[Values, Values, Mapping[str, int]]:
    """Return what `values_of_countries` does, overall and in a category, over the models that both rate, and how many of each country one lacks."""
    names = [one.names for one, _ in (overall, category)]
    both = set(names[0]).intersection(names[1])
    found, n_missing = [], Counter[str]()
    for analysis, facts in (overall, category):
        places = np.array([i for i, name in enumerate(analysis.names) if name in both], np.int64)
        members = members_of(tuple(analysis.names[i] for i in places), facts, analysis.specification, group)
        all_members = members_of(analysis.names, facts, analysis.specification, group)
        n_missing.update(_models_of(all_members) - _models_of(members))
        of_group = group_of(drawn(analysis, facts).of(places), members, analysis.scale, analysis.uncertainty.law)
        found.append(_by_country(of_group, analysis, metric) if of_group.countries else {})
    return found[0], found[1], n_missing


def _models_of(members: Members) -> Counter[str]:
    """Count the models of each country."""
    return Counter(dict(zip(members.owners, (members.parts > 0).sum(axis=1).tolist(), strict=True)))


def _by_country(of_group: Group, analysis: Analysis, metric: str) -> Values:
    found = in_unit(METRICS[metric].compute(of_group, analysis.specification), METRICS[metric].unit, analysis.scale)
    return {name: column for name, column in zip(of_group.countries, found.T, strict=True) if np.isfinite(column[0])}


def _with_ends(values: Floats, level: float, are_strengths: bool) -> tuple[float, float, float, float]:
    """Return the estimate of a difference, the ends of its interval, and the probability that it is above 0, ties counting half."""
    draws, nothing = values[1:, None], float("nan")
    if not len(draws):
        return float(values[0]), nothing, nothing, nothing
    estimate = median(draws) if are_strengths else values[:1]
    lower, upper = interval(estimate, draws, level)
    p = float((values[1:] > 0).mean() + (values[1:] == 0).mean() / 2)
    return float(estimate[0]), float(min(lower[0], estimate[0])), float(max(upper[0], estimate[0])), p
