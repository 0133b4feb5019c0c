r"""Conclusions from strengths, and the ways in which they can change.

A way is a set of contrasts that all have to become negative. "a is first" changes as soon as one :math:`\theta_a - \theta_b` is negative: every b is
a way of one contrast. "The best of A is above the best of B" changes as soon as for one b of B all :math:`\theta_a - \theta_b` are: every b is a way
with a contrast for each a. Or a way is a margin: a smooth function of the strengths, positive while the conclusion stands, negative once it changed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.kernels.levelling import level
from recount.engine.near_names import did_you_mean
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.showing import Shown
from recount.engine.votes import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A way of changing that is taken in a step.

    Attributes
    ----------
    stands : callable
        Strengths (n,), log-odds, to whether the conclusion stands.
    margins : tuple of callables
        Each takes strengths to a number that falls as the step comes nearer, and its slopes (n,); the search goes along each.
    fall : float
        About how far a margin falls until the step.
    aims : tuple of callables
        Further margins, of which the search goes along those that need least by the first-order forecast.
    """

    stands: Callable[[Floats], bool]
    margins: tuple[Callable[[Floats], tuple[float, Floats]], ...]
    fall: float
    aims: tuple[Callable[[Floats], tuple[float, Floats]], ...] = ()


Way = Floats | Callable[[Floats], float] | Step
# Elo; ratings that are nearer are equal. Ten times the tolerance of a fit, and far more than rounding.
LEAST_LEAD = 1e-6
# Ways that a summary names.
N_WAYS = 2
# Log-odds to either side of a strength, for the slope of a margin.
STEP = 1e-4


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Conclusion(Shown):
    """A statement about the strengths.

    Attributes
    ----------
    statement : str
    ways : mapping of str to (m, n_competitors) float64, callable or Step
        What would be seen if it changed, and the contrasts that would all be negative then, or the margin: strengths (n,), log-odds, to a float.
    """

    statement: str
    ways: Mapping[str, Way]

    def check(self, fit: Fit) -> None:
        """Raise `OptionError` unless the conclusion stands by more than the ratings' errors."""
        for way in self.ways.values():
            if not _stands(way, fit.strengths, fit.rating_error):
                why = _why_not(way, fit)
                raise OptionError(f"the ratings do not say that {self.statement}{why}; give a conclusion that they support")

    def summary(self) -> str:
        """State it."""
        more = f", or {len(self.ways) - N_WAYS:,} more" if len(self.ways) > N_WAYS else ""
        return f"{self.statement}\nit changes if {', or '.join(list(self.ways)[:N_WAYS])}{more}"


def _stands(way: Way, strengths: Floats, rating_error: float) -> bool:
    if isinstance(way, Step):
        return way.stands(strengths)
    return bool(np.any(values(way, strengths) > resolution(way, strengths, rating_error)))


def _why_not(way: Way, fit: Fit) -> str:
    """Say why a conclusion does not stand that would change in this way, as the end of a sentence: who is level, or ahead; of a step nothing more."""
    if isinstance(way, Step):
        return ""
    found = values(way, fit.strengths)
    if callable(way):
        return f": its margin is {found[0]:.4g}"
    place = int(np.argmax(found))
    is_level = found[place] >= -resolution(way, fit.strengths, fit.rating_error)[place]
    one, other = (repr(fit.names[i]) for i in (np.argmax(way[place]), np.argmin(way[place])))
    return f": {one} and {other} are level" if is_level else f": {other} is ahead of {one}"


def values(way: Way, strengths: Floats) -> Floats:
    """Return what has to become negative, (m,), at `strengths` (n,).

    Raises
    ------
    OptionError
        If a margin is not a finite number.
    """
    if isinstance(way, Step):
        return np.array([way.margins[0](strengths)[0]])
    if not callable(way):
        return np.asarray(way @ strengths)
    value = way(strengths)
    if isinstance(value, bool | np.bool_) or not np.isfinite(value):
        raise OptionError(f"the margin of a conclusion is {value!r}; give a function with finite values, positive while the conclusion stands")
    return np.array([float(value)])


def resolution(way: Way, strengths: Floats, rating_error: float = 0.0) -> Floats:
    """Return what, (m,), errors of ratings, Elo, make of the values of a way; values up to that are not told from 0.

    Two ratings are equal if they differ by no more than both errors, and than `LEAST_LEAD`, which a tie and rounding could do.
    """
    if isinstance(way, Step):
        return np.zeros(1)
    of_each = max(rating_error, LEAST_LEAD / 2) / ELO
    return np.asarray(of_each * np.abs(slopes(way, strengths)).sum(axis=1))


def reversed_at(way: Way, strengths: Floats) -> bool:
    """Whether a conclusion has changed in this way at `strengths` (n,) of a refit, by more than rounding; NaN for who is not rated."""
    rated = np.isfinite(strengths)
    if isinstance(way, Step):
        return bool(rated.all()) and not way.stands(strengths)
    if callable(way):
        return bool(rated.all()) and bool(np.all(values(way, strengths) < -resolution(way, strengths)))
    # Whom a way compares has to be rated: who is not is no worse.
    if np.any(way[:, ~rated]):
        return False
    return bool(np.all(way[:, rated] @ strengths[rated] < -resolution(way, strengths)))


def by_rating(fit: Fit) -> Ints:
    """Return the competitors, (n,), the best first; those whose ratings are equal, up to their errors, by name."""
    order, levelled = np.argsort(fit.strengths), fit.strengths.copy()
    level(levelled, order, 2 * max(fit.rating_error, LEAST_LEAD / 2) / ELO)
    return np.array(sorted(range(len(fit.names)), key=lambda i: (-levelled[i], fit.names[i])))


def slopes(way: Way, strengths: Floats) -> Floats:
    """Return the slopes (m, n) of what has to become negative."""
    if isinstance(way, Step):
        return way.margins[0](strengths)[1][None]
    if not callable(way):
        return way
    steps = STEP * np.eye(strengths.size)
    return np.array([[way(strengths + step) - way(strengths - step) for step in steps]]) / (2 * STEP)


def is_contrasts(way: Way) -> TypeGuard[Floats]:
    """Whether a way is contrasts that all have to become negative."""
    return not callable(way) and not isinstance(way, Step)


def pair_order(fit: Fit, one: str, other: str) -> Conclusion:
    """Of two competitors, the one that is rated higher is better.

    Raises
    ------
    OptionError
        If one of them is not rated, or they are one, or their ratings are equal.
    """
    for name in (one, other):
        if name not in fit.names:
            raise OptionError(f"{name!r} is not among the {plural(len(fit.names), 'rated competitor')}; {did_you_mean(name, fit.names)}")
    if one == other:
        raise OptionError(f"{one!r} is named twice; name two competitors")
    better, worse = (i for i in by_rating(fit).tolist() if fit.names[i] in (one, other))
    return _checked(fit, f"{fit.names[better]!r} is better than {fit.names[worse]!r}", [(better, worse)])


def top_set(fit: Fit, k: int = 1) -> Conclusion:
    """The k best are who they are, in any order; by default: first place.

    Raises
    ------
    OptionError
        If k is not between 1 and the number of competitors minus 1, or the last place is shared.
    """
    ranked = _ranked(fit, k)
    names = [repr(fit.names[i]) for i in ranked[:k]]
    statement = f"{names[0]} is first" if k == 1 else f"the {k} best are {', '.join(names)}"
    return _checked(fit, statement, ((i, j) for i in ranked[:k] for j in ranked[k:]))


def top_order(fit: Fit, k: int) -> Conclusion:
    """The k best are who they are, in their order.

    Raises
    ------
    OptionError
        If k is not between 1 and the number of competitors minus 1, or a place is shared.
    """
    ranked = _ranked(fit, k)
    if k == 1:
        return top_set(fit)
    statement = f"the {k} best are, in this order, {', '.join(repr(fit.names[i]) for i in ranked[:k])}"
    return _checked(fit, statement, ((i, j) for place, i in enumerate(ranked[:k]) for j in ranked[place + 1 :]))


def _ranked(fit: Fit, k: int) -> Ints:
    if not (isinstance(k, int) and 1 <= k < len(fit.names)):
        raise OptionError(
            f"k is {k}; give a number between 1 and {len(fit.names) - 1}; {plural(len(fit.names), 'competitor is', 'competitors are')} rated"
        )
    return by_rating(fit)


def _checked(fit: Fit, statement: str, pairs: Iterable[tuple[int, int]]) -> Conclusion:
    """Return a conclusion that changes when the second of one of the `pairs` passes the first."""
    ways: dict[str, Way] = {}
    for above, below in pairs:
        contrast = np.zeros((1, len(fit.names)))
        contrast[0, above], contrast[0, below] = 1.0, -1.0
        ways[f"{fit.names[below]!r} passes {fit.names[above]!r}"] = contrast
    conclusion = Conclusion(statement, ways)
    conclusion.check(fit)
    return conclusion
