r"""Whether one number per competitor is enough.

If it is, the expected points of a pair are :math:`F(\theta_i - \theta_j)` for one F. The true lead of a pair may deviate from this,

.. math:: \operatorname{lead}_{ij} = \theta_i - \theta_j + \gamma (\theta_i - \theta_j)^3 + \delta_{ij},

where the cube stands for an F that is not the fit's (a test of the link, Pregibon 1980; of one degree of freedom, Tukey 1949) and :math:`\delta` for
what no strengths explain: rock, paper and scissors, tasks at which one is good and another is not, votes that depend on each other. The cube is
needed because ties as half-wins bend F, as does any law of ties that is not the fit's, and a bent F is not intransitivity.

*Test.* :math:`S = \sum (w r / V)^2` over pairs, with r the residuals of `recount.engine.scrutiny.pair_residuals` after the cube has been fitted too,
V their variances and w the slopes of expected points (for a coin w = V). This is the score test of :math:`\operatorname{Var} \delta = 0`, the most
powerful one for small :math:`\delta` (Lin 1997). The distribution of S with all :math:`\delta = 0` is simulated: the votes of every pair are drawn
from the law of a vote, ties included, and strengths and the cube are fitted to them (a parametric bootstrap whose refit is a Newton step). Pearson's
:math:`\sum r^2 / V` is dominated by pairs with few votes and distant strengths, whose leads are too uncertain for an accurate simulation. Fitted
strengths are spread wider than the true ones, by their own errors, and votes between them would be too one-sided; so the simulated ones are shrunk
toward their mean (James and Stein 1961).

*Measure.* The standard deviation :math:`\sigma` of the :math:`\delta` over votes, with noise removed. For independent :math:`\delta`, Pearson's
statistic is :math:`A + 2 B \sigma + C \sigma^2`, A from noise, C from the deviations, B from both, of mean 0; the method of moments takes
:math:`\hat\sigma^2` = (Pearson - E A) / E C (DerSimonian and Laird 1986), which weighs a pair as its votes do. The :math:`\sigma` at which each
simulated statistic reaches the observed one give the interval: they invert the tests of all :math:`\sigma`.
"""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices.resampling import LARGEST_COUNT, LARGEST_SEED, check_level, whole
from recount.engine.choices.usual import CONFIDENCE_LEVEL, SEED
from recount.engine.errors import InputError, OptionError
from recount.engine.fitting import Fit
from recount.engine.linear_algebra import one_thread
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.scrutiny.pair_residuals import Residuals, residuals
from recount.engine.showing import Shown
from recount.engine.uncertainty.bootstrapping import Progress
from recount.engine.votes import Floats

N_REPLICATES = 1000
# Share of the cube that must remain after strengths have been fitted to it.
LEAST_LEFT = 1e-9


@dataclass(frozen=True, slots=True, repr=False)
class Intransitivity(Shown):
    """How far pairs deviate from one number per competitor.

    Attributes
    ----------
    n_pairs : int
        Pairs that met.
    degrees_of_freedom : int
        Pairs minus the parameters of strengths and cube.
    statistic : float
        S.
    expected : float
        Mean of S if one number is enough, by simulation.
    p_value : float
        Probability of as large an S if it is; by simulation, never below 1 / (n_replicates + 1).
    deviation : float
        Estimated standard deviation of the pairs' true deviations, log-odds; 0 if they vary less than by chance.
    lower, upper : float
        Ends of its interval.
    curvature, curvature_error : float
        Estimate and standard error of the coefficient of the cube; 0 and NaN if there is none.
    confidence_level : float
    n_replicates, seed : int
    """

    n_pairs: int
    degrees_of_freedom: int
    statistic: float
    expected: float
    p_value: float
    deviation: float
    lower: float
    upper: float
    curvature: float
    curvature_error: float
    confidence_level: float
    n_replicates: int
    seed: int

    def summary(self) -> str:
        """Say whether one number per competitor is enough."""
        return (
            f"if one number per competitor is enough, pairs deviate this much with p = {self.p_value:.4g}, by "
            f"{plural(self.n_replicates, 'simulated log')}\n"
            f"pairs deviate by {ELO * self.deviation:.1f} points (standard deviation), {ELO * self.lower:.1f} to {ELO * self.upper:.1f} "
            f"({self.confidence_level:.0%})\n"
            f"{plural(self.n_pairs, 'pair')}, {plural(self.degrees_of_freedom, 'degree')} of freedom; curvature of the link {self.curvature:.3g}, "
            f"with a standard error of {self.curvature_error:.3g}"
        )


class Transitive:
    """Residuals of a fit, and what they would be if one number per competitor were enough.

    Parameters
    ----------
    of_fit : Residuals
    free_link : bool
        Whether the cube is fitted.

    Attributes
    ----------
    observed : (n_pairs,) float64
        Residuals after strengths and the cube have been fitted, in points.
    """

    def __init__(self, of_fit: Residuals, free_link: bool) -> None:
        self.of_fit = of_fit
        cube = of_fit.lead**3
        # Remainder of the cube after fitting strengths, as a lead; orthogonal to every change of strengths.
        left = of_fit.left_over(of_fit.slope * cube) / of_fit.slope
        information = float(of_fit.slope @ left**2)
        self.has_cube = free_link and information > LEAST_LEFT * float(of_fit.slope @ cube**2)
        self.cube = left if self.has_cube else np.zeros(left.size)
        self.pull = self.cube / information if self.has_cube else self.cube
        self.observed = self.left_over(of_fit.points - of_fit.expected)
        self.degrees_of_freedom = left.size - of_fit.rank - self.has_cube

    def left_over(self, values: Floats) -> Floats:
        """Remainder of `values` (n_pairs,) or (n_pairs, k), in points, after strengths and the cube have been fitted to them."""
        left = self.of_fit.left_over(values)
        return np.asarray(left - np.multiply.outer(self.of_fit.slope * self.cube, self.pull @ values))

    def simulated(self, seed: int, replicate: int) -> tuple[Floats, Floats, Floats, np.random.Generator]:
        """Residuals of simulated votes, (n_pairs,), the slopes and variances that their fit expects, and the generator."""
        rng = np.random.default_rng([seed, replicate])
        win, loss, tie = self.of_fit.probabilities
        n = self.of_fit.n_votes.astype(np.int64)
        wins = rng.binomial(n, win)
        losses = rng.binomial(n - wins, loss / (loss + tie))
        residual, slope, variance = self.of_fit.refitted((n + wins - losses) / 2)
        return self.left_over(residual), slope, variance, rng


def check_alike(fit: Fit) -> None:
    """Raise `OptionError` if there are covariates."""
    if fit.effects:
        raise OptionError(
            "the test simulates logs pair by pair, which takes the votes of a pair to be alike, and covariates deny that; fit without covariates"
        )


def true_strengths(of_fit: Residuals) -> Floats:
    """Strengths with the spread that the fitted ones would have without their errors, (n,) log-odds, mean 0; with a prior, the fitted ones."""
    fitted = of_fit.fit.strengths
    if of_fit.fit.prior.pins:
        return fitted
    moved = of_fit.incidence @ of_fit.inverse
    by_chance, square = float(of_fit.variance @ np.sum(moved**2, axis=1)), float(fitted @ fitted)
    return fitted * np.sqrt(max(0.0, 1 - by_chance / square)) if square else fitted


def intransitivity(
    fit: Fit,
    *,
    free_link: bool = True,
    n_replicates: int = N_REPLICATES,
    confidence_level: float = CONFIDENCE_LEVEL,
    seed: int = SEED,
    progress: Progress | None = None,
) -> Intransitivity:
    """Test and measure whether one number per competitor is enough.

    Parameters
    ----------
    fit : Fit
    free_link : bool
        Allow a bent F; False tests the fit's own F together with one number.
    n_replicates : int
        Logs that are simulated.
    confidence_level : float
    seed : int
        (seed, replicate) names the stream of each simulated log.
    progress : callable, optional
        Called with the logs simulated so far and their share.

    Raises
    ------
    InputError
        If all votes are ties, or there is no circle of pairs, so that strengths fit any votes.
    OptionError
        If the votes are weighted, there are covariates, or an option is invalid.
    """
    check_level(confidence_level)
    n_replicates = whole("n_replicates", n_replicates, 19, LARGEST_COUNT)
    seed = whole("seed", seed, 0, LARGEST_SEED)
    check_alike(fit)
    of_fit = residuals(fit)
    null = Transitive(of_fit, free_link)
    law = Transitive(residuals(fit, true_strengths(of_fit)), free_link)
    if null.degrees_of_freedom < 1:
        raise InputError(f"{plural(len(fit.names), 'strength')} fit any votes of {plural(null.observed.size, 'pair')}; give votes of more pairs")
    slope, variance = of_fit.slope, of_fit.variance
    weight = (slope / variance) ** 2
    statistic, pearson = float(weight @ null.observed**2), float(np.sum(null.observed**2 / variance))

    def parts(replicate: int) -> tuple[float, float, float, float]:
        """S, A, B and C of a simulated log."""
        noise, _, spread, rng = law.simulated(seed, replicate)
        moved = law.left_over(law.of_fit.slope * rng.standard_normal(slope.size))
        if progress:
            progress(replicate, replicate / n_replicates)
        own, mixed, square = (float(np.sum(form / spread)) for form in (noise**2, noise * moved, moved**2))
        return float(weight @ noise**2), own, mixed, square

    with one_thread():
        by_chance, own, mixed, square = np.array([parts(replicate) for replicate in range(n_replicates)]).T
    missing = np.maximum(pearson - own, 0.0)
    at = np.where(missing > 0, (np.sqrt(mixed**2 + square * missing) - mixed) / square, 0.0)
    lower, upper = np.quantile(at, [0.5 - confidence_level / 2, 0.5 + confidence_level / 2])
    return Intransitivity(
        n_pairs=slope.size,
        degrees_of_freedom=null.degrees_of_freedom,
        statistic=statistic,
        expected=float(by_chance.mean()),
        p_value=float(1 + np.sum(by_chance >= statistic)) / (n_replicates + 1),
        deviation=float(np.sqrt(max(0.0, (pearson - own.mean()) / square.mean()))),
        lower=float(lower),
        upper=float(upper),
        curvature=float(null.pull @ (of_fit.points - of_fit.expected)),
        curvature_error=float(np.sqrt(variance @ null.pull**2)) if null.has_cube else np.nan,
        confidence_level=confidence_level,
        n_replicates=n_replicates,
        seed=seed,
    )
