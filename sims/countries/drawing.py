"""Draws of all strengths, of which metrics of countries are computed."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from recount.engine.uncertainty.given_ratings import PointRatings
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.posterior import shrunken_draws, why_unshrunken
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.votes import Floats, Ints
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.facts import Facts
from recount.sims.specification import HowSure, WhichModel, WhichVotes

# Of models, the best by the estimates; how many times the median error is little known.
N_BEST, LITTLE_KNOWN = 10, 2.0


class Drawn(NamedTuple):
    """Joint draws of all strengths.

    Attributes
    ----------
    values : (1 + n_draws, n) float64
        Log-odds: the estimate and then the draws.
    are_of_strengths : bool
        Whether they are strengths given the estimates; otherwise estimates around the estimates.
    of_anchor : (1 + n_draws,) float64, optional
        Errors of the anchor, log-odds, if there is one: on its scale a rating is a difference from it.
    """

    values: Floats
    are_of_strengths: bool
    of_anchor: Floats | None = None

    def of(self, places: Ints) -> "Drawn":
        """Those of some competitors."""
        return self._replace(values=self.values[:, places])


def drawn(analysis: Analysis, facts: Facts) -> Drawn:
    """Draw as the specification says; replicates that have no covariance to rely on are taken as they are.

    Models of a country may have something in common, which the draws of strengths allow for.
    """
    s = analysis.specification
    countries = facts.kept.once("countries", analysis.names, lambda: tuple(facts.of(analysis.names)["country"]))

    def draw() -> Drawn:
        around = analysis.draws
        given = shrunken_draws(analysis.uncertainty, around.shape[0] - 1, s.seed, countries) if s.country_draws == "posterior" else None
        of_anchor = None
        if s.anchor is not None and s.anchor.competitor in analysis.names:
            own, n = around[:, analysis.names.index(s.anchor.competitor)], len(analysis.names)
            # Draws around the estimates are joint; to those of strengths the anchor's error comes independently, whole and not less the mean of all.
            of_anchor = (own - own[0]) * (1.0 if given is None else n / max(1, n - 1))
        return Drawn(around, False, of_anchor) if given is None else Drawn(np.vstack([around[:1], given]), True, of_anchor)

    return analysis.kept.once("draws of strengths", (s.part(WhichModel, WhichVotes, HowSure), s.country_draws, s.anchor, countries), draw)


def of_country_draws(analysis: Analysis) -> Iterator[str]:
    """Say what the metrics are computed of."""
    rated = analysis.uncertainty
    why = why_unshrunken(rated) if isinstance(rated, Replicates) else ""
    if analysis.specification.country_draws == "estimates":
        yield "metrics are of the estimated ratings, with draws around them: maxima are too high, and P(leads) is too sure where ratings are close"
    elif isinstance(rated, PointRatings):
        yield "metrics are of the ratings as they are stated; how sure they are nobody says"
    elif why:
        yield f"metrics are of the estimated ratings, with draws around them, whose maxima are too high and too sure, because {why}"
    else:
        yield "metrics, intervals and P(leads) are of strengths given the estimates, shrunken by a prior of unknown width and shape (medians)"
        yield "if models crowd under a sharp top, which few ratings cannot show, a P(leads) below 0.1 comes true about twice as often as it says"
        yield from of_best_known_little(rated)


def of_best_known_little(rated: Uncertainty) -> Iterator[str]:
    """Say so where half of the best are known much less well than others are: there intervals hold less often (docs/country_intervals.md)."""
    errors = rated.standard_errors()
    best = np.argsort(-rated.strengths)[:N_BEST]
    n = int((errors[best] > LITTLE_KNOWN * np.median(errors)).sum())
    if len(errors) > N_BEST and 2 * n >= N_BEST:
        yield (
            f"{n} of the {N_BEST} best models by the estimates have over {LITTLE_KNOWN:g} times the median error: in simulated worlds of this kind "
            "95 % intervals of the best models of a country held the truth in 90 to 96 %"
        )
