"""Ratings by category: one fit for each level of a column, from one reading of the log."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from recount.engine import ELO, Fit, PairCounts, Resampling, Scale, Uncertainty, Votes, count, shrink
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.votes import Floats, levels_of
from recount.sims.rating import rate, uncertainty
from recount.sims.specification import Specification


def rate_categories(
    votes: Votes,
    column: str,
    overall: Fit,
    specification: Specification,
    *,
    shrunken: bool = False,
    scale: Scale | None = None,
    n_replicates: int | Literal["auto"] = Resampling().n_replicates,
    seed: int = 0,
) -> tuple[pd.DataFrame, dict[str, tuple[str, ...]]]:
    """Rate the votes of each level of a column.

    Parameters
    ----------
    votes : Votes
    column : str
        Votes without a label are left out; overall ratings count them.
    overall : Fit
        Of all votes, as the specification says.
    specification : Specification
    shrunken : bool
        Shrink each category toward the ratings by all other votes (`recount.engine.uncertainty.shrinkage`); uncertainty is then that of the
        posterior.
    scale : Scale, optional
        Of the overall ratings. In a category, the competitors that are rated there have the mean that they have overall.
    n_replicates, seed
        For the bootstrap.

    Returns
    -------
    table : DataFrame
        category, rank, competitor, rating, standard_error, lower, upper (points), n_votes; shrunken ones also prior_deviation (points).
    left_out : dict of str to tuple of str
        By category, if there are any: competitors that have a vote in it and are not rated there.

    Raises
    ------
    OptionError
        If there is no such column, or what is asked for does not go with shrinkage.
    InputError
        If the column has no label.
    RecountError
        As `recount.engine.fit` does, naming the category, or the votes outside it.
    """
    s, scale = specification, scale or Scale()
    if shrunken and (s.clusters or s.intervals != "sandwich" or s.weights != "none" or s.prior != "none"):
        raise OptionError("shrunken ratings have an uncertainty and a prior of their own; leave out clusters, intervals, weights and prior")
    codes, levels = levels_of(votes, column)
    total = count(votes)
    order = np.argsort(codes, kind="stable")
    edges = np.searchsorted(codes[order], np.arange(len(levels) + 1))
    if not levels:
        raise InputError(f"column {column!r} has no label in any vote, so there are no categories; name another column")
    frames, left_out = [], {}
    rated: Uncertainty
    for k, level in enumerate(levels):
        part = votes.only(order[edges[k] : edges[k + 1]])
        if shrunken:
            here = count(part)
            rest = _without(total, here)
            if not rest.n_votes:
                raise InputError(
                    f"all votes have the label {level!r} in column {column!r}, so there are no others to shrink toward; "
                    "leave out shrinkage, or name another column"
                )
            with _naming(f"votes outside category {level!r}"):
                others = rate(rest, s)
            with _naming(f"category {level!r}"):
                found = shrink(here, others)
            rated, n_votes = found.uncertainty, found.contests.votes_of_each()
        else:
            with _naming(f"category {level!r}"):
                part = part.among(np.bincount(np.append(part.first, part.second), minlength=len(part.names)) > 0)
                here = count(part)
                fitted = rate(here, s, part)
                rated, n_votes = uncertainty(fitted, s, votes=part, n_replicates=n_replicates, seed=seed), fitted.contests.votes_of_each()
        unrated = [name for name, n in zip(here.names, here.votes_of_each(), strict=True) if n and name not in rated.names]
        if unrated:
            left_out[level] = tuple(unrated)
        frame = _frame(rated, n_votes, _level_scale(rated, overall, scale), s.confidence_level)
        frames.append(frame.assign(category=level, **({"prior_deviation": found.deviation / ELO * scale.points} if shrunken else {})))
    table = pd.concat(frames, ignore_index=True)
    table.insert(0, "category", table.pop("category"))
    return table, left_out


@contextmanager
def _naming(what: str) -> Iterator[None]:
    """Let errors say what they are about."""
    try:
        yield
    except RecountError as error:
        raise type(error)(f"{what}: {error}") from error


def _without(total: PairCounts, part: PairCounts) -> PairCounts:
    """The votes that are not in a part, between the competitors that then have one; names of both are the same."""
    n = total.n_competitors
    place = np.searchsorted(total.first.astype(np.int64) * n + total.second, part.first.astype(np.int64) * n + part.second)
    left = total.counts.copy()
    left[place] -= part.counts
    rest = PairCounts(total.names, total.first, total.second, left)
    return rest.only(rest.votes_of_each() > 0)


def _level_scale(rated: Uncertainty, overall: Fit, scale: Scale) -> Scale:
    """The scale on which the competitors of a category have the mean that they have overall."""
    place = {name: i for i, name in enumerate(overall.names)}
    known = [i for i, name in enumerate(rated.names) if name in place]
    mean = overall.strengths[[place[rated.names[i]] for i in known]].mean() - rated.strengths[known].mean() if known else 0.0
    return replace(scale, centre=scale.centre + scale.points * float(mean))


def _frame(rated: Uncertainty, n_votes: Floats, scale: Scale, confidence_level: float) -> pd.DataFrame:
    lower, upper = rated.interval(confidence_level)
    columns = {
        "competitor": list(rated.names),
        "rating": scale.ratings(rated.strengths),
        "standard_error": scale.points * rated.standard_errors(),
        "lower": scale.ratings(lower),
        "upper": scale.ratings(upper),
        "n_votes": n_votes.astype(np.int64),
    }
    frame = pd.DataFrame(columns).sort_values(["rating", "competitor"], ascending=[False, True], ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame
