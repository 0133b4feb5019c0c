"""Ratings by category: one fit for each label of a column, from one reading of the log."""

import itertools
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.engine import ELO, Fit, PairCounts, Scale, Uncertainty, Votes, count, shrink
from recount.engine.boards import ranked, rating_columns
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.votes import Floats, levels_of
from recount.engine.weighting import WeightedCounts, weigh, weighted, weights_of_votes
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.rating import rate, uncertainty_of
from recount.sims.presentation import Table
from recount.sims.specification import Specification


class Rated(NamedTuple):
    """Ratings of one category.

    Attributes
    ----------
    uncertainty : Uncertainty
    n_votes : (n,) float64
        Votes of each competitor that count.
    left_out : tuple of str
        Competitors with a vote in the category that are not rated there.
    deviation : float or None
        Of shrunk ratings: how far they deviate from those by all other votes, in Elo.
    """

    uncertainty: Uncertainty
    n_votes: Floats
    left_out: tuple[str, ...]
    deviation: float | None = None


def rate_by_category(analysis: Analysis) -> Table:
    """Rate the votes of each label in the column that the specification names with `by`.

    Returns
    -------
    Table
        category, rank, competitor, rating, standard_error, lower, upper (points), n_votes; shrunk ones also prior_deviation (points). In a
        category, the competitors that are rated there have the mean that they have in the ratings by all votes.

    Raises
    ------
    OptionError
        If the specification names no column, there is no such column, or other choices do not go with shrinkage.
    InputError
        If the column has no label.
    RecountError
        As a fit does, if no category can be rated.
    """
    s = analysis.specification
    if s.by is None:
        raise OptionError("by is not given; name the column whose labels are the categories")
    check_shrinkage(s)
    votes = analysis.log.rows(s.columns())
    rated, unrated = rate_categories(votes, s, analysis.log.executor)
    frame = category_table(rated, analysis.fit, s, analysis.scale)
    told = (*analysis.notes_of_fit(), *of_categories_left_out(votes, s, rated, unrated))
    return Table("categories", frame, told, f"Leaderboard by {s.by}")


def rate_categories(votes: Votes, specification: Specification, executor: Executor | None = None) -> tuple[dict[str, Rated], dict[str, str]]:
    """Rate the votes of each label in the column `by`; votes without a label are in no category.

    Weights are those that the votes have in the whole log.

    Returns
    -------
    rated : dict of str to Rated
        By label.
    unrated : dict of str to str
        Why the votes of a label cannot be rated, by label.

    Raises
    ------
    OptionError, InputError, RecountError
        As `rate_by_category` does; that of the first label if none can be rated.
    """
    s, column = specification, str(specification.by)
    check_shrinkage(s)
    codes, levels = levels_of(votes, column)
    if not levels:
        raise InputError(f"column {column!r} has no label in any vote, so there are no categories; name another column")
    if s.shrink and votes.weight is not None:
        raise OptionError("shrunken ratings take no weights, and `outcomes` gives labels some; leave one of both out")
    total = count(votes)
    weighed = weigh(s.weights, total, votes)
    weights = weights_of_votes(weighed, votes) if isinstance(weighed, WeightedCounts) else None
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(len(levels) + 1))
    rated: dict[str, Rated] = {}
    errors: dict[str, RecountError] = {}
    for level, (start, end) in zip(levels, itertools.pairwise(edges), strict=True):
        rows = order[start:end]
        part = votes.only(rows)
        try:
            rated[level] = (
                _shrunken(level, count(part), total, s) if s.shrink else _alone(part, s, None if weights is None else weights[rows], executor)
            )
        except RecountError as error:
            errors[level] = error
    if not rated:
        level, why = next(iter(errors.items()))
        others = f"; no other of the {len(levels)} can be rated either" if len(levels) > 1 else ""
        raise type(why)(f"category {level!r}: {why}{others}") from why
    return rated, {level: str(why) for level, why in errors.items()}


def check_shrinkage(specification: Specification) -> None:
    """Raise `OptionError` if other choices do not go with shrinkage."""
    s = specification
    if s.shrink and (s.clusters or s.intervals != "sandwich" or s.weights or s.prior.kind != "none" or s.covariates):
        raise OptionError(
            "shrunken ratings have an uncertainty and a prior of their own, and no covariates; "
            "leave out `clusters`, `intervals`, `weights`, `prior` and covariates"
        )


def _alone(part: Votes, s: Specification, weights: Floats | None, executor: Executor | None) -> Rated:
    """Rate the votes of a category alone, with their weights (n_votes,) if they have any."""
    part = part.among(np.bincount(np.append(part.first, part.second), minlength=len(part.names)) > 0)
    here = count(part) if weights is None else weighted(part, weights)
    fitted = rate(here, s, part)
    rated = uncertainty_of(fitted, s, part, executor=executor)
    return Rated(rated, fitted.contests.votes_of_each(), _left_out(here, rated))


def _shrunken(level: str, here: PairCounts, total: PairCounts, s: Specification) -> Rated:
    """Rate the votes of a category, drawn toward the ratings by all other votes (`recount.engine.uncertainty.shrinkage`)."""
    rest = _without(total, here)
    if not rest.n_votes:
        raise InputError(
            f"all votes have the label {level!r} in column {s.by!r}, so there are no others to shrink toward; "
            "leave out `shrink`, or name another column"
        )
    try:
        others = rate(rest, s)
    except RecountError as error:
        raise type(error)(f"of the votes outside it: {error}") from error
    found = shrink(here, others)
    return Rated(found.uncertainty, found.contests.votes_of_each(), _left_out(here, found.uncertainty), found.deviation)


def _left_out(here: PairCounts | WeightedCounts, rated: Uncertainty) -> tuple[str, ...]:
    known = set(rated.names)
    return tuple(name for name, n in zip(here.names, here.votes_of_each(), strict=True) if n and name not in known)


def _without(total: PairCounts, part: PairCounts) -> PairCounts:
    """Return the votes that are not in a part, between the competitors that then have one; both have the same names."""
    n = total.n_competitors
    place = np.searchsorted(total.first.astype(np.int64) * n + total.second, part.first.astype(np.int64) * n + part.second)
    left = total.counts.copy()
    left[place] -= part.counts
    rest = PairCounts(total.names, total.first, total.second, left)
    return rest.only(rest.votes_of_each() > 0)


def category_table(rated: Mapping[str, Rated], overall: Fit, specification: Specification, scale: Scale) -> pd.DataFrame:
    """Put the ratings of all categories into one table, with the columns that `categories` names.

    Parameters
    ----------
    rated : mapping of str to Rated
        By category.
    overall : Fit
        Of all votes.
    specification : Specification
    scale : Scale
        Of the overall ratings.
    """
    frames = []
    for level, found in rated.items():
        frame = _frame(found, _level_scale(found.uncertainty, overall, scale), specification.confidence_level)
        deviation = {} if found.deviation is None else {"prior_deviation": found.deviation / ELO * scale.points}
        frames.append(frame.assign(category=level, **deviation))
    table = pd.concat(frames, ignore_index=True)
    table.insert(0, "category", table.pop("category"))
    return table


def _level_scale(rated: Uncertainty, overall: Fit, scale: Scale) -> Scale:
    """Return the scale on which the competitors of a category have the mean that they have overall."""
    place = {name: i for i, name in enumerate(overall.names)}
    known = [i for i, name in enumerate(rated.names) if name in place]
    mean = overall.strengths[[place[rated.names[i]] for i in known]].mean() - rated.strengths[known].mean() if known else 0.0
    return replace(scale, centre=scale.centre + scale.points * float(mean))


def _frame(found: Rated, scale: Scale, confidence_level: float) -> pd.DataFrame:
    return ranked({**rating_columns(found.uncertainty, scale, confidence_level), "n_votes": found.n_votes.astype(np.int64)})


def of_categories_left_out(votes: Votes, specification: Specification, rated: Mapping[str, Rated], unrated: Mapping[str, str]) -> Iterator[str]:
    """Say how many votes are in no category, which categories are not rated and why, and who has votes in one but is not rated there."""
    s = specification
    codes, levels = levels_of(votes, str(s.by))
    n_unlabelled = int((codes < 0).sum())
    if n_unlabelled:
        yield f"{plural(n_unlabelled, 'vote has', 'votes have')} no {s.by!r}; they count in the overall ratings alone"
    n_votes = dict(zip(levels, np.bincount(codes[codes >= 0]), strict=True))
    for level, reason in unrated.items():
        yield f"category {level!r} ({n_votes[level]:,} {'vote' if n_votes[level] == 1 else 'votes'}) is left out: {reason}"
    for level, found in rated.items():
        if found.left_out:
            yield f"category {level!r}: left out who cannot be rated there ({len(found.left_out)}): {listed(found.left_out)}"
    methods = dict.fromkeys(
        "posterior of each category, shrunken toward the other votes" if s.shrink else r.uncertainty.method for r in rated.values()
    )
    yield from (f"uncertainty: {method}" for method in methods)
