"""What a penalised log-likelihood of votes provides, so that everything after the fit works with any of them.

Parameters are the strengths (n,), the effects of covariates (m,), if there are some, then gamma, if ties have one parameter for all pairs. A *cell*
is a group of votes that are identical to the likelihood: an outcome of a pair (`recount.engine.bradley_terry.pair_likelihood`), or a row of a design
(`recount.engine.contextual.row_likelihood`).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from recount.engine.choices.prior import Prior
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.errors import OptionError
from recount.engine.kernels.models import DAVIDSON, FIRST_WITH_GAMMA, HALF, RAO_KUPPER
from recount.engine.kernels.tie_models import pair_probabilities
from recount.engine.linear_algebra import one_thread, regular, solve
from recount.engine.pair_contests import Contests
from recount.engine.votes import Bools, Floats, Ints, Votes

if TYPE_CHECKING:
    from recount.engine.contextual.design import Design


@dataclass(frozen=True, slots=True)
class Effect:
    """How a covariate enters the lead: its value over `deviation`.

    Attributes
    ----------
    name : str
    mean, deviation : float
        Of the value over the fitted votes; 0 and 1 for a position and a level. The mean is not subtracted, so that no difference means no effect.
    n_votes : int
        Votes in which the value is not 0.
    n_missing : int
        Votes of the log left out because they have no value.
    n_alike : int
        Votes of the log in which both sides were 0, which counts as no difference.
    """

    name: str
    mean: float
    deviation: float
    n_votes: int
    n_missing: int
    n_alike: int


class Cells(NamedTuple):
    """What a vote of each cell says: the lead is that of `first` over `second`, and of the covariates.

    first, second : (n_cells,) int32. x : (m, n_cells) float64.
    """

    first: Ints
    second: Ints
    x: Floats


class Kinds(NamedTuple):
    """Votes alike in cell and weight: the cell, the weight (None if all count for one) and the number of votes of each kind, (n_kinds,)."""

    cell: Ints
    weight: Floats | None
    n_votes: Floats


class CountedCells(NamedTuple):
    """What the votes that count say, by cells that need not be all cells of the likelihood.

    cells : of which. scores : (2, n_cells) float64, of one vote of weight 1, by its lead and by gamma. information : (3, n_cells) float64, of one
    vote of weight 1: by the lead, by lead and gamma, by gamma. kinds : the votes, by these cells.
    """

    cells: Cells
    scores: Floats
    information: Floats
    kinds: Kinds


class Trials(NamedTuple):
    """Votes whose outcomes can be drawn anew.

    Attributes
    ----------
    likelihood : Likelihood
        Whose cells can hold every outcome.
    lead : (n_trials,) float64
    n_votes : (n_trials,) int64
    cell : (2 or 3, n_trials) int64
        Cell of a vote that is won, lost or, if there are three, tied.
    """

    likelihood: "Likelihood"
    lead: Floats
    n_votes: Ints
    cell: Ints


class Concave(Protocol):
    """A function that Newton's method maximises."""

    def start(self) -> Floats:
        """Parameters to start from, (p,)."""

    def regular_slopes(self, parameters: Floats, information: Floats) -> Floats:
        """Return the gradient (p,), and fill the upper triangle of the `information` (p, p), the negative Hessian.

        It is made positive definite, without effect on strengths of mean 0.
        """

    def longest_step(self, parameters: Floats, step: Floats) -> float:
        """Share of `step` that keeps the parameters valid."""


class Refits(Protocol):
    """Fits of other votes in the same cells, from parameters that are nearly right."""

    def joined(self, votes: NDArray[Any]) -> bool:
        """Whether chains of wins join all competitors, in `votes` (n_cells,)."""

    def maximum(self, votes: NDArray[Any]) -> tuple[Floats, float] | None:
        """Parameters (p,) at the maximum for `votes` (n_cells,) and their largest error, log-odds; None if steps do not converge quickly."""


class Likelihood(Concave, Protocol):
    """A penalised log-likelihood of votes."""

    @property
    def contests(self) -> Contests:
        """The votes, summed by pair, without covariates."""

    @property
    def ties(self) -> TieRule:
        """What a tie means."""

    @property
    def model(self) -> int:
        """Number by which kernels know the likelihood of a vote."""

    @property
    def prior(self) -> Prior:
        """Of the strengths."""

    @property
    def origin(self) -> float:
        """Strength at which a prior that pins has its origin."""

    @property
    def ridge(self) -> float:
        """Precision of a normal prior of each effect."""

    @property
    def effects(self) -> tuple[Effect, ...]:
        """How each covariate enters the lead."""

    @property
    def design(self) -> "Design | None":
        """Rows of votes with covariates; None without any."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of arrays over all cells."""

    @property
    def cells(self) -> Cells:
        """What a vote of each cell says."""

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Gradient (p,) and information, the negative Hessian, (p, p)."""

    def moved(self, origin: float) -> "Likelihood":
        """Return the same with the origin elsewhere."""

    def on_one_thread(self) -> "Likelihood":
        """Return the same for use where there are threads outside."""

    def with_votes(self, votes: Floats) -> "Likelihood":
        """Return that of other votes in the same cells, sums of their weights (n_cells,)."""

    def only(self, keep: Bools) -> "Likelihood":
        """Return that of the votes among the competitors where `keep` (n,) is true."""

    def of_votes(self, parameters: Floats) -> float:
        """Log-likelihood of the votes, without priors."""

    def leads(self, parameters: Floats, votes: Votes) -> Floats:
        """Lead of who is shown first in any votes, (n_votes,); NaN where it is not known."""

    def scores(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Score of one vote of weight 1 in each cell, (n_cells,) each: by its lead, and by gamma."""

    def information_of_cells(self, parameters: Floats) -> Floats:
        """Information of one vote of weight 1 in each cell, (3, n_cells): by its lead, by lead and gamma, by gamma."""

    def counted_cells(self, parameters: Floats) -> CountedCells:
        """What the votes that count say."""

    def influence_moments(self, parameters: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Sums over votes of the second and third powers of their influence, (k,) each, through `rows` (p, k)."""

    def information_of_priors(self, parameters: Floats) -> Floats:
        """Information of prior and ridge, (p, p)."""

    def bread(self, parameters: Floats) -> Floats:
        """Inverse information for covariances, (p, p), without Firth's prior."""

    def sums_of_weights(self, power: int) -> Floats:
        """Sums over the votes of each cell of their weights to a power, (n_cells,)."""

    def kinds(self) -> Kinds:
        """Votes alike in cell and weight."""

    def cells_of(self, votes: Votes, both_bad: BothBadRule) -> tuple[Ints, Ints, Floats]:
        """Rows of the log that was fitted that count, and the cell and the weight of each; raise `InputError` if it is another log."""

    def trials(self, parameters: Floats) -> Trials:
        """Votes whose outcomes can be drawn anew."""

    def refits(self, parameters: Floats, tolerance: float) -> Refits:
        """Fits of other votes, from these parameters, to a tolerance in log-odds."""


def model_of(contests: Contests, ties: TieRule) -> int:
    """Number by which kernels know the likelihood; where nobody tied, the parameter of ties is at its limit, which is Bradley-Terry."""
    return ties.kernel if contests.ties.any() else HALF


def start_of_gamma(model: int, contests: Contests) -> float:
    """Gamma that fits the share of ties among equals."""
    odds = contests.ties.sum() / (contests.wins.sum() + contests.losses.sum())
    # Between equals a tie has probability nu / (2 + nu) or (c - 1) / (c + 1), c the threshold.
    return float(np.log(2 * odds) if model == DAVIDSON else np.log1p(2 * odds))


def tie_at(model: int, parameters: Floats) -> float:
    """Return nu or the threshold at `parameters` (p,); 0, which kernels ignore, if ties have none for all pairs."""
    return float(np.exp(parameters[-1])) if model >= FIRST_WITH_GAMMA else 0.0


def longest_step(model: int, parameters: Floats, step: Floats) -> float:
    """Share of `step` that keeps the parameters valid: Rao and Kupper's gamma is positive."""
    if model == RAO_KUPPER and step[-1] < 0:
        return min(1.0, 0.9 * float(parameters[-1] / -step[-1]))
    return 1.0


def inverse_information(information: Floats, n: int, pinned: bool) -> Floats:
    """Inverse of an information (p, p); without a prior that pins, the rows of its n strengths sum to 0 over strengths."""
    with one_thread():
        # LAPACK returns columns side by side; kernels go through rows.
        inverse = np.ascontiguousarray(solve(information if pinned else regular(information, n), np.eye(information.shape[0])))
    if not pinned:
        inverse[:n] -= inverse[:n].mean(axis=0)
        inverse[:, :n] -= inverse[:, :n].mean(axis=1, keepdims=True)
    return inverse


def leads_of_names(names: tuple[str, ...], strengths: Floats, votes: Votes) -> Floats:
    """Lead of who is shown first, by strength alone, (n_votes,) log-odds; NaN where one of the two has no strength."""
    strength = dict(zip(names, strengths, strict=True))
    of_name = np.array([strength.get(name, np.nan) for name in votes.names])
    between: Floats = of_name[votes.first] - of_name[votes.second]
    return between


def outcome_shares(ties: TieRule, tie_parameter: float, lead: Floats) -> Floats:
    """Shares, (3, m), of a vote that count as won, lost and tied by who leads by `lead` (m,) log-odds; that tied is 0 if ties have no parameter."""
    check_one_law(ties, "a prediction of votes")
    shares = np.empty((3, lead.size))
    # A missing parameter, where ties have none, is 0; the kernel then does not use it.
    pair_probabilities(ties.kernel, lead, np.nan_to_num(tie_parameter), shares)
    return shares


def check_one_law(ties: TieRule, what: str) -> None:
    """Raise `OptionError` if each pair has a parameter of ties of its own, which `what` does not allow."""
    if ties.by_pair:
        raise OptionError(f"{what} needs one law of ties for all pairs, and ties={ties!r} has one for each; take another rule")
