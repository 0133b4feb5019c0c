"""Leaderboard, pairs, one pair: what ratings say about who is better."""

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from recount.data.manifests import made_by
from recount.engine import boards
from recount.engine.choices import of_kind
from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean
from recount.engine.ranks import shown_better
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.engine.uncertainty.posterior import shrunken_draws
from recount.engine.votes import Floats
from recount.sims.analysis import notes
from recount.sims.presentation import Table
from recount.sims.presentation.files import as_leaderboard, read_leaderboard
from recount.sims.presentation.moves import side_by_side
from recount.sims.specification import HowSure, Specification, WhichModel, WhichVotes
from recount.sims.specification.flat import options_of, to_flat

if TYPE_CHECKING:
    from recount.sims.analysis.analysis import Analysis

# Standard deviations of the same ratings, of which one is so many times the other, are seldom in one unit.
APART = 5.0


def leaderboard(analysis: "Analysis") -> Table:
    """One row a competitor, best first."""
    s, rated = analysis.specification, analysis.uncertainty
    stated = np.full(len(rated.names), np.nan) if analysis.board is None else analysis.board.n_votes
    n_votes = analysis.fit.contests.votes_of_each() if analysis.has_votes else stated
    of_draws: dict[str, Any] = {"confidence_level": s.confidence_level, "n_draws": s.n_draws, "seed": s.seed, "given": _given(analysis)}
    frame = boards.leaderboard(rated, n_votes, scale=analysis.scale, top=s.p_top, **of_draws)
    return Table("leaderboard", frame, _told(analysis, "P(best) and P(top)"), "Leaderboard", analysis.basis(), confidence_level=s.confidence_level)


def pairs(analysis: "Analysis", among: Sequence[str] | None = None) -> Table:
    """One row for every two competitors, the better one first; of those named, or of all.

    Raises
    ------
    OptionError
        If one that is named is not rated.
    """
    s, rated = analysis.specification, analysis.uncertainty
    asked = None
    if among is not None:
        for name in among:
            _check_rated(name, rated.names)
        strength = dict(zip(rated.names, rated.strengths.tolist(), strict=True))
        asked = list(itertools.combinations(sorted(among, key=lambda name: -strength[name]), 2))
    return Table("pairs", _pair_table(analysis, asked), _told(analysis, "P(better)"), "Pairs", analysis.basis(), confidence_level=s.confidence_level)


def pair(analysis: "Analysis", one: str, other: str) -> Table:
    """Two competitors: their difference with its interval, by itself and adjusted for looking at all pairs.

    Raises
    ------
    OptionError
        If one of them is not rated, or both are the same.
    """
    s, rated = analysis.specification, analysis.uncertainty
    for name in (one, other):
        _check_rated(name, rated.names)
    if one == other:
        raise OptionError(f"competitor {one!r} is given twice; name two competitors")
    frame = _pair_table(analysis, [(one, other)])
    if not isinstance(rated, PointRatings):
        shown = shown_better(rated, analysis.draws[1:], s.confidence_level)
        i, j = rated.names.index(one), rated.names.index(other)
        frame = frame.assign(shown_better=bool(shown[i, j] or shown[j, i]))
    return Table("pair", frame, _told(analysis, "P(better)"), f"{one} and {other}", analysis.basis(), confidence_level=s.confidence_level)


def _check_rated(name: str, rated: Sequence[str]) -> None:
    of_kind("competitor", name, str)
    if name not in rated:
        raise OptionError(f"competitor {name!r} is not rated; {did_you_mean(name, rated)}")


def _told(analysis: "Analysis", probabilities: str) -> tuple[str, ...]:
    return (*analysis.notes(), *notes.of_probabilities(analysis.uncertainty, probabilities))


def _pair_table(analysis: "Analysis", of: Sequence[tuple[str, str]] | None = None) -> pd.DataFrame:
    """Return what ratings say of these pairs; of every two competitors, if none are named."""
    s = analysis.specification
    of_draws: dict[str, Any] = {"confidence_level": s.confidence_level, "n_draws": s.n_draws, "seed": s.seed, "given": _given(analysis)}
    return boards.pair_table(analysis.uncertainty, of, scale=analysis.scale, **of_draws)


def _given(analysis: "Analysis") -> Floats | None:
    """Return draws of strengths given the estimates, which a leaderboard and pairs share; None of ratings that are only points."""
    s, rated = analysis.specification, analysis.uncertainty
    if isinstance(rated, PointRatings):
        return None
    key = s.part(WhichModel, WhichVotes, HowSure)
    return analysis.kept.once(
        "draws given the estimates", key, lambda: shrunken_draws(rated, len(analysis.draws) - 1, s.seed, progress=analysis.progress)
    )


def moves_since(analysis: "Analysis", earlier: Path | pd.DataFrame | Table) -> Table:
    """The leaderboard beside an earlier one, with who moved.

    Parameters
    ----------
    analysis : Analysis
    earlier : Path, DataFrame or Table
        A leaderboard, or the file in which one was written.

    Raises
    ------
    InputError
        If the file cannot be read, or holds no leaderboard.
    """
    of_kind("earlier", earlier, Path, pd.DataFrame, Table)
    if isinstance(earlier, Path):
        before = read_leaderboard(earlier)
    else:
        before = as_leaderboard(earlier.frame if isinstance(earlier, Table) else earlier, "the table")
    frame = side_by_side(before, leaderboard(analysis).frame)
    told = _of_the_earlier(earlier, analysis.specification) if isinstance(earlier, Path) else ()
    return Table("moves", frame, (*told, *_of_spread(frame), *analysis.notes()), "Who moved", analysis.basis())


def _of_spread(frame: pd.DataFrame) -> Iterator[str]:
    """Say that ratings may be in two units, by how far those of the same competitors are apart."""
    first, second = (float(frame[name][frame["rating_change"].notna()].std()) for name in ("rating_first", "rating_second"))
    if first > 0 and second > 0 and not 1 / APART < first / second < APART:
        yield f"ratings 1 have a standard deviation of {first:.3g}, and ratings 2 of the same competitors one of {second:.3g}: are they in one unit?"


def _of_the_earlier(path: Path, specification: Specification) -> Iterator[str]:
    """Say which side a file is, and by which other choices its ratings were made, as its manifest says."""
    yield f"ranks and ratings 1 are those of {path}, 2 those of these votes"
    made = dict(made_by(path).get("specification", {}))
    if "system" in made:
        yield f"{path} holds ratings by {made['system']}, vote after vote, which are no fit: changes of ratings are those of the system, too"
    now = json.loads(json.dumps(to_flat(specification), default=str))
    names = [name for name in (*options_of(WhichModel), *options_of(WhichVotes), "anchor", "anchor_rating") if name in made]
    other = [f"{name} {made[name]} (here {now[name]})" for name in names if made[name] != now[name]]
    if other:
        yield f"{path} was made with other choices, {', '.join(other)}: its scale may be another, and changes of ratings that of the scale"
