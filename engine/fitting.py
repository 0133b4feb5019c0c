r"""Strengths, and effects of covariates, fitted to votes and certified.

Competitor i beats j with probability :math:`p_{ij} = 1 / (1 + e^{\theta_j - \theta_i})` (Bradley and Terry 1952); ties are half-wins, are left out,
or are an outcome of their own, with a parameter for all of them (Davidson 1970; Rao and Kupper 1967; `recount.engine.kernels.tie_models`) or for each
pair (`recount.engine.pair_ties`). With covariates the lead of who is shown first over who is shown second is
:math:`\theta_i - \theta_j + x \cdot \beta` in each vote, and strengths are those at covariates 0: without an advantage of position, at the same
style. The log-likelihood is concave in strengths, effects and the logarithm of the parameter of ties; its maximum is found and certified by Newton's
method (`recount.engine.bradley_terry.newton`), where an error of an effect counts as one of a rating. Strengths have mean 0.

A prior with an origin has it at strength 0 while the maximum is sought; the strengths are centred afterwards, and the origin with them.

With covariates ratings exist where they do without, no covariate is a sum of others and of strengths, and none tells who wins.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from recount.engine.bradley_terry.existence import check_joined, rateable_contests, tie_parameter_exists
from recount.engine.bradley_terry.newton import maximise
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.choices.arguments import checked
from recount.engine.choices.covariates import Covariate
from recount.engine.choices.existence import Existence
from recount.engine.choices.prior import Prior
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import BOTH_BAD_AS, EXISTENCE, RIDGE, TIES_AS
from recount.engine.counting import count
from recount.engine.errors import ConvergenceError, ExistenceError, OptionError
from recount.engine.exact_ties import highest, levelled
from recount.engine.kernels.models import FIRST_WITH_GAMMA
from recount.engine.likelihood import Effect, Likelihood, check_one_law, outcome_shares
from recount.engine.pair_contests import Contests
from recount.engine.plurals import plural
from recount.engine.room import check_number
from recount.engine.scale import ELO, Scale
from recount.engine.showing import N_NAMES, Tabled, listed
from recount.engine.vote_law import PairTies, VoteLaw
from recount.engine.votes import Floats, PairCounts, Votes, freeze
from recount.engine.weighting import WeightedCounts, weighted

if TYPE_CHECKING:
    import pandas as pd

    from recount.engine.contextual.design import Design

# Elo.
TOLERANCE = 1e-7
MAX_ITERATIONS = 100
# Log-odds; less is rounding.
ROUNDING = 1e-12
# Of two pairs; errors of ratings grow with it, and at 1e8 they are still below the certificate.
LARGEST_WEIGHT_RATIO = 1e8


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Fit(Tabled):
    """Strengths, and effects of covariates, that are certified to maximise the likelihood; there is no other kind.

    Attributes
    ----------
    likelihood : Likelihood
        What was maximised: votes, tie rule, prior and ridge.
    parameters : (p,) float64
        The strengths, log-odds, mean 0, equal where they differ by no more than their errors; the effects, log-odds; then ln nu or the logarithm of
        the threshold, if ties have one for all pairs.
    gradient_norm : float
        Largest absolute element of the gradient before the last step, in votes.
    rating_error : float
        Largest distance of a rating, or of an effect on the same scale, from its converged value, in Elo: the size of the last Newton step, and by
        how much ratings were moved that are equal within it.
    n_iterations : int
        Newton steps before that one.
    both_bad, existence : str
        The choices made.
    dropped : tuple of str
        Competitors left out by the existence policy.
    """

    likelihood: Likelihood
    parameters: Floats
    gradient_norm: float
    rating_error: float
    n_iterations: int
    both_bad: BothBadRule = BOTH_BAD_AS
    existence: Existence = EXISTENCE
    dropped: tuple[str, ...] = ()

    @property
    def contests(self) -> Contests:
        """The votes summed by pair, after the tie rules and the existence policy."""
        return self.likelihood.contests

    @property
    def names(self) -> tuple[str, ...]:
        """The rated competitors."""
        return self.contests.names

    @property
    def ties(self) -> TieRule:
        """What a tie means."""
        return self.likelihood.ties

    @property
    def prior(self) -> Prior:
        """What is believed of the strengths before the votes."""
        return self.likelihood.prior

    @property
    def origin(self) -> float:
        """Strength at which the prior has its origin, log-odds."""
        return self.likelihood.origin

    @property
    def ridge(self) -> float:
        """Precision of the normal prior of each effect."""
        return self.likelihood.ridge

    @property
    def design(self) -> "Design | None":
        """Rows of votes with covariates; None without any."""
        return self.likelihood.design

    @property
    def covariates(self) -> tuple[Covariate, ...]:
        """Covariates as declared."""
        return () if self.design is None else self.design.covariates

    @property
    def effects(self) -> tuple[Effect, ...]:
        """How each covariate enters the lead."""
        return self.likelihood.effects

    @property
    def strengths(self) -> Floats:
        """Strengths, at covariates 0, (n,) log-odds, mean 0."""
        return self.parameters[: len(self.names)]

    @property
    def coefficients(self) -> Floats:
        """Estimates of the effects, (m,) log-odds."""
        return self.parameters[len(self.names) : len(self.names) + len(self.effects)]

    @property
    def tie_parameter(self) -> float:
        """Davidson's nu, or Rao and Kupper's threshold, which are 0 and 1 where nobody tied; NaN if ties have none for all pairs."""
        if self.parameters.size > len(self.names) + len(self.effects):
            return float(np.exp(self.parameters[-1]))
        return self.ties.parameter_without_ties if self.ties.has_parameter else math.nan

    @property
    def information(self) -> Floats:
        """Negative Hessian of the penalised log-likelihood, (p, p)."""
        return self.likelihood.slopes(self.parameters)[1]

    @property
    def log_likelihood(self) -> float:
        """Log-likelihood of the votes (without priors), natural logarithm."""
        return self.likelihood.of_votes(self.parameters) + share_log_likelihood(self.contests.n_both_bad, self.contests.n_votes)

    @property
    def mean_nll(self) -> float:
        """Mean negative log-likelihood a vote, natural logarithm."""
        return -self.log_likelihood / (self.contests.n_votes + self.contests.n_both_bad)

    @property
    def n_free(self) -> int:
        """Number of free parameters: strengths up to a constant, effects, those of ties, and the share of "both bad" if it is an outcome."""
        of_ties = self.contests.first.size if self.ties.by_pair else int(self.ties.has_parameter)
        return len(self.names) - 1 + len(self.effects) + of_ties + (self.both_bad == "outcome")

    def leads(self, votes: Votes) -> Floats:
        """Lead of who is shown first in any votes, (n_votes,) log-odds, which have the columns of the covariates.

        NaN where one of the two is not rated, or a covariate has no value. A level that no vote had is no advantage.
        """
        return self.likelihood.leads(self.parameters, votes)

    @property
    def law(self) -> VoteLaw:
        """What the model says of a vote between two competitors."""
        if not self.ties.by_pair:
            return VoteLaw(self.ties, self.tie_parameter)
        from recount.engine.pair_ties import pair_tie_parameters

        return VoteLaw(self.ties, of_pairs=PairTies(self.contests.first, self.contests.second, pair_tie_parameters(self)))

    def outcome_shares(self, lead: Floats) -> Floats:
        """Shares, (3, m), of a vote that count as won, lost and tied by who leads by `lead` (m,) log-odds, on average.

        They are the probabilities of these outcomes if ties have a parameter, of decided votes if ties are dropped, and expected points if ties are
        half-wins. Raise `OptionError` if each pair has a parameter of its own.
        """
        return outcome_shares(self.ties, self.tie_parameter, lead)

    def to_frame(self) -> "pd.DataFrame":
        """Return one row a competitor, the best first: competitor, rating (Elo), strength (log-odds), n_votes."""
        from recount.engine.boards import fit_table

        return fit_table(self)

    def summary(self) -> str:
        """Say who leads, of which votes, how ties were treated and how well the fit converged."""
        played, strengths = self.contests, self.strengths
        first, second = highest(self.names, strengths), highest(self.names, strengths, below=strengths.max())
        gap = f", {ELO * (strengths.max() - strengths[strengths < strengths.max()].max()):.1f} points above {listed(second)}" if second else ""
        n_votes = played.weight_sums(0).sum()
        worth = "" if played.weights is None else f", which weighted are worth {played.n_effective:,.0f} that count alike"
        apart = f" and {played.n_both_bad:,.0f} both bad" if played.n_both_bad else ""
        parameter = f"; {self.ties.parameter} = {self.tie_parameter:.4g}" if self.ties.has_parameter else ""
        lines = [
            f"{listed(first)} {'leads' if len(first) == 1 else 'share the lead'} with a rating of {Scale().ratings(strengths.max()):.1f}{gap}",
            f"{plural(n_votes, 'vote')}{worth}{apart}, {plural(len(self.names), 'competitor')}",
            f"ties: {self.ties.value}{parameter}; both bad: {self.both_bad}",
            f"converged in {plural(self.n_iterations, 'iteration')} to {self.rating_error:.1g} Elo; mean negative log-likelihood {self.mean_nll:.6f}",
        ]
        if self.dropped or self.prior.kind != "none":
            prior = [] if self.prior.kind == "none" else [f"prior: {self.prior}"]
            left_out = [f"existence: {self.existence}, which left out {listed(self.dropped)}"] if self.dropped else []
            lines.append("; ".join([*prior, *left_out]))
        if self.effects:
            found = [f"{effect.name} {value:+.3f}" for effect, value in zip(self.effects, self.coefficients, strict=True)]
            more = f" and {len(found) - N_NAMES} more" if len(found) > N_NAMES else ""
            lines.append(f"effects, log-odds: {', '.join(found[:N_NAMES])}{more}" + (f"; ridge {self.ridge:g}" if self.ridge else ""))
        return "\n".join(lines)


@checked
def fit(
    source: PairCounts | WeightedCounts | Votes,
    *,
    covariates: Sequence[Covariate] = (),
    weights: Floats | None = None,
    ties: TieRule | str = TIES_AS,
    both_bad: BothBadRule = BOTH_BAD_AS,
    existence: Existence = EXISTENCE,
    prior: Prior | None = None,
    ridge: float = RIDGE,
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> Fit:
    """Fit strengths, and effects of covariates, and certify them.

    Parameters
    ----------
    source : PairCounts, WeightedCounts or Votes
        Covariates need votes, in the order in which competitors were shown, with the columns of the covariates.
    covariates : sequence of Position, Style, CategoryEffect
    weights : (n_votes,) float64, optional
        What each vote counts, where the source is votes; one by default.
    ties : TieRule or its text
        A tie is half a win for each side, is left out, or is an outcome with a parameter, one for all pairs or one for each.
    both_bad : {"tie", "drop", "outcome"}
        "Both bad" is treated as a tie is, is left out, or is an outcome with a probability of its own, the same for all pairs.
    existence : {"error", "drop", "largest", "prior"}
        What to do if the ratings do not exist; see `existence.rateable`. "prior" takes `prior`, by default a tied vote of each competitor against an
        imagined opponent.
    prior : Prior, optional
        With it the ratings exist.
    ridge : float
        Precision of a normal prior of each effect around 0, which is of log-odds for one standard deviation or one level; 0 for none.
    tolerance : float
        Largest permitted distance of a rating, or of an effect, from its converged value, in Elo.
    max_iterations : int

    Raises
    ------
    InputError
        If a column cannot be used, or weights are not one positive number a vote.
    OptionError
        If an option has a value that it cannot have, or a column is not there.
    ExistenceError
        If ratings, effects, or the parameter of ties do not exist under the policy.
    ConvergenceError
        If the tolerance is not reached.
    """
    ties = TieRule(ties)
    if prior is None or prior.kind == "none":
        prior = Prior("votes" if existence == "prior" else "none")
    existence = existence if prior.kind == "none" else "prior"
    if weights is not None and not isinstance(source, Votes):
        raise OptionError("weights are one a vote, and the source is counts; give the votes, or weigh the counts")
    if not (ridge >= 0 and math.isfinite(ridge)):
        raise OptionError(f"ridge is {ridge}; give a precision, 0 or more")
    if covariates:
        if not isinstance(source, Votes):
            raise OptionError("covariates are read from single votes, and the source is counts; give the votes")
        likelihood, dropped = _of_rows(source, covariates, weights, (ties, both_bad, existence), prior, ridge)
    else:
        if ridge:
            raise OptionError(f"ridge is {ridge}, but there is no covariate; give one, or leave out the ridge")
        if isinstance(source, Votes):
            source = count(source) if weights is None else weighted(source, weights)
        likelihood, dropped = _of_counts(source, (ties, both_bad, existence), prior)
    return certified(likelihood, both_bad=both_bad, existence=existence, dropped=dropped, tolerance=tolerance, max_iterations=max_iterations)


_Rules = tuple[TieRule, BothBadRule, Existence]


def _of_counts(counts: PairCounts | WeightedCounts, rules: _Rules, prior: Prior) -> tuple[Likelihood, tuple[str, ...]]:
    """Return the likelihood of counts, and who is left out of it."""
    if prior.kind == "firth" and rules[0] not in (TieRule.HALF, TieRule.DROP):
        raise OptionError(f"Firth's prior is for ties='half' or 'drop', not {rules[0]!r}; take a gaussian prior")
    played = rateable_contests(counts, *rules)
    if prior.kind == "firth":
        check_joined(played.contests)
    return PairLikelihood(played.contests, rules[0], prior), played.dropped


def _of_rows(
    votes: Votes, covariates: Sequence[Covariate], weights: Floats | None, rules: _Rules, prior: Prior, ridge: float
) -> tuple[Likelihood, tuple[str, ...]]:
    """Return the likelihood of votes with covariates, and who is left out of it."""
    # Kernels of rows take time to load, and most fits need none.
    from recount.engine.contextual.row_likelihood import RowLikelihood
    from recount.engine.contextual.rows import design_of

    ties, both_bad, existence = rules
    check_one_law(ties, "a fit with covariates")
    if prior.kind == "firth":
        raise OptionError("Firth's prior takes the votes of a pair to be alike, which covariates deny; take a gaussian prior")
    rows = design_of(votes, covariates, weights, ties=ties, both_bad=both_bad, existence=existence)
    return RowLikelihood(rows, ties, prior, ridge=ridge), rows.dropped


def check_weights_matter(contests: Contests) -> None:
    """Raise `ConvergenceError` if the votes that rate someone weigh so little beside others' that the difference is lost to rounding."""
    # Few fits have weights, and the import takes time.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    n, weight = len(contests.names), contests.weight_sums(1).sum(axis=0)
    some = weight > 0
    # The heaviest pairs that join all competitors.
    tree = minimum_spanning_tree(coo_array((1 / weight[some], (contests.first[some], contests.second[some])), shape=(n, n)).tocsr()).tocoo()
    least = int(np.argmax(tree.data))
    if tree.data[least] * weight.max() > LARGEST_WEIGHT_RATIO:
        one, other = contests.names[tree.row[least]], contests.names[tree.col[least]]
        raise ConvergenceError(
            f"the votes between {one!r} and {other!r} weigh {1 / tree.data[least]:.2g}, too little beside {weight.max():.2g} of another pair to rate "
            "both; take weights that differ less, such as a longer half-life, or leave one out"
        )


def certified(
    likelihood: Likelihood,
    *,
    both_bad: BothBadRule = BOTH_BAD_AS,
    existence: Existence = EXISTENCE,
    dropped: tuple[str, ...] = (),
    tolerance: float = TOLERANCE,
    max_iterations: int = MAX_ITERATIONS,
) -> Fit:
    """Fit the votes of a likelihood whose ratings exist; `both_bad`, `existence`, `dropped` are for the record, the rest and errors as in `fit`."""
    if not (tolerance > 0 and math.isfinite(tolerance)):
        raise OptionError(f"tolerance is {tolerance}; give a positive number of Elo points")
    if max_iterations < 1:
        raise OptionError(f"max_iterations is {max_iterations}; give at least 1")
    if likelihood.model >= FIRST_WITH_GAMMA and not tie_parameter_exists(likelihood.contests, likelihood.prior.pins):
        raise ExistenceError(
            f"all votes are ties, or agree with one ranking, so the parameter of ties={likelihood.ties!r} does not exist; take ties='half'"
        )
    n = len(likelihood.contests.names)
    check_number(n)
    if likelihood.contests.weights is not None:
        check_weights_matter(likelihood.contests)
    try:
        # What levelling adds is no more than the error.
        parameters, gradient_norm, rating_error, n_iterations = maximise(likelihood, tolerance / 2, max_iterations)
    except ConvergenceError as error:
        if not likelihood.effects:
            raise
        raise ConvergenceError(f"{error}; if it stays so, covariates tell who wins: leave one out, or take a ridge") from error
    n = len(likelihood.contests.names)
    strengths, change = levelled(parameters[:n], 2 * max(rating_error / ELO, ROUNDING))
    mean = float(strengths.mean())
    centred = np.append(strengths - mean, parameters[n:])
    return Fit(
        likelihood=likelihood.moved(likelihood.origin - mean) if likelihood.prior.pins else likelihood,
        parameters=freeze(centred),
        gradient_norm=gradient_norm,
        rating_error=rating_error + ELO * change,
        n_iterations=n_iterations,
        both_bad=both_bad,
        existence=existence,
        dropped=dropped,
    )


def share_log_likelihood(n_some: float, n_others: float) -> float:
    """Log-likelihood of votes that are of one kind with a probability of its own, at its maximum."""
    n = n_some + n_others
    return sum(part * math.log(part / n) for part in (n_some, n_others) if part > 0) if n else 0.0
