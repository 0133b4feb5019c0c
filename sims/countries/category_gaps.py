"""Gaps between countries in each category, and how much larger or smaller they are than the gap overall.

A gap is that between the country that leads overall and another, by a metric that is a rating, on joint draws within each category. *Between*
categories, and between a category and all votes, errors are taken as independent. Votes of a category are also among all votes, and the same voters
vote in several: errors of both gaps then go the same way, and their difference varies less than independent errors say. So intervals of differences
are too wide, and a difference that they show is one; a published board does not state what would make them narrower.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from recount.data import Board, Catalogue
from recount.engine import interval
from recount.engine.errors import InputError, OptionError
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.categories import of_categories_left_out, rate_categories
from recount.sims.countries.by_country import check_asked, known_facts, of_choices, of_facts
from recount.sims.countries.drawing import of_country_draws
from recount.sims.countries.facts import Facts
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
        overall_gap), beyond_lower, beyond_upper, p_larger.

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
    notes = (INDEPENDENT, *told, *of_facts(facts, s), *of_choices(facts, analysis.names, s), *of_country_draws(analysis), *analysis.notes())
    frame = pd.DataFrame(rows)
    return Table("category gaps", frame, notes, "Gaps between countries by category", analysis.basis(), confidence_level=s.confidence_level)


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
    of_category = {}
    for name, one in categories.items():
        # A board of a category may have other models.
        own = facts if set(one.names) <= set(facts.frame.index) else known_facts(one, catalogue)
        of_category[name] = values_of_countries(one, own, group, metric)
    level, are_strengths = overall.specification.confidence_level, overall.specification.country_draws == "posterior"
    for other in order[1:]:
        gap_overall = everywhere[order[0]] - everywhere[other]
        for place, (name, values) in enumerate(of_category.items()):
            if order[0] not in values or other not in values:
                continue
            gap = values[order[0]] - values[other]
            # Draws of the same seed go together, which these errors are not known to do.
            apart = np.random.default_rng([overall.specification.seed, place]).permutation(len(gap) - 1)
            beyond = gap - np.concatenate([gap_overall[:1], gap_overall[1:][apart]])
            of_gap, of_beyond = (_with_ends(each, level, are_strengths) for each in (gap, beyond))
            yield {
                "group": group,
                "metric": metric,
                "country": order[0],
                "other": other,
                "category": name,
                **dict(zip(("gap", "gap_lower", "gap_upper", "p_ahead"), of_gap, strict=True)),
                "overall_gap": _with_ends(gap_overall, level, are_strengths)[0],
                **dict(zip(("beyond", "beyond_lower", "beyond_upper", "p_larger"), of_beyond, strict=True)),
            }


def values_of_countries(analysis: Analysis, facts: Facts, group: CountryGroup, metric: str) -> Values:
    """Return the ratings of each country by a metric, estimate and draws, (1 + n_draws,); of those alone for which it is defined."""
    members, _ = what_is_ranked(analysis, facts, group, metric)
    of_group = strengths_of(analysis, facts, members)
    if not of_group.countries:
        return {}
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
