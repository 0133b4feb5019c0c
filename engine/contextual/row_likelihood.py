"""The log-likelihood of a design: parameters are the strengths (n,), the effects (m,), then gamma if ties have a parameter.

Its cells are the rows.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recount.engine.bradley_terry.newton import maximise
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.bradley_terry.priors import slopes_of_prior
from recount.engine.choices.prior import Prior
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.choices.usual import RIDGE, TIES_AS
from recount.engine.contextual.covariates import read_covariate
from recount.engine.contextual.design import Design
from recount.engine.contextual.row_refits import RowRefits
from recount.engine.errors import ExistenceError, InputError
from recount.engine.kernels.contextual import LANES, N_TERMS, log_likelihood_of_rows, scores_of_rows, sum_derivatives
from recount.engine.kernels.influence import cell_moments
from recount.engine.kernels.models import HALF
from recount.engine.likelihood import Cells, CountedCells, Effect, Kinds, Trials, inverse_information, leads_of_names, longest_step, model_of, tie_at
from recount.engine.linear_algebra import one_thread, regular, solve
from recount.engine.pair_contests import Contests
from recount.engine.votes import Bools, Floats, Ints, Votes

# Of the variance of a covariate given the others, over its variance by itself.
LEAST_OWN_SHARE = 1e-9
# Log-odds for one standard deviation, or for a level; nothing real comes near.
LARGEST_EFFECT = 15.0
# Elo, of the ratings without covariates to start from.
TOLERANCE_OF_START = 1.0


class RowLikelihood:
    """The penalised log-likelihood of votes with covariates; see `recount.engine.likelihood.Likelihood` for what it says.

    Parameters
    ----------
    design : Design
    ties : TieRule or its text
        Not one with a parameter for each pair.
    prior : Prior, optional
        Not Firth's.
    origin : float
        Strength at which a prior that pins has its origin.
    ridge : float
        Precision of a normal prior of each effect around 0: the log-likelihood minus ridge / 2 x the sum of squares is maximised.
    n_threads : int, optional
        All cores by default; the result is the same for any number.
    """

    def __init__(
        self,
        design: Design,
        ties: TieRule | str = TIES_AS,
        prior: Prior | None = None,
        origin: float = 0.0,
        ridge: float = RIDGE,
        n_threads: int | None = None,
    ) -> None:
        self.design = design
        self.ties = TieRule(ties)
        self.model = model_of(design.contests, self.ties)
        self.prior = prior or Prior()
        self.origin = origin
        self.ridge = ridge
        self.n_threads = n_threads or len(os.sched_getaffinity(0))
        self.weighted = design.weighted()
        self._last: tuple[Floats, tuple[Floats, Floats]] | None = None

    @property
    def contests(self) -> Contests:
        """What the rows add up to, without covariates."""
        return self.design.contests

    @property
    def effects(self) -> tuple[Effect, ...]:
        """How each covariate enters the lead."""
        return self.design.effects

    @property
    def shape(self) -> tuple[int]:
        """(n_rows,)."""
        return (self.design.result.size,)

    @property
    def cells(self) -> Cells:
        """The pair and the covariates of each row."""
        pair = self.design.pair_of_row()
        return Cells(self.contests.first[pair], self.contests.second[pair], self.design.x)

    def moved(self, origin: float) -> "RowLikelihood":
        """Return the same with another origin."""
        return RowLikelihood(self.design, self.ties, self.prior, origin, self.ridge, self.n_threads)

    def on_one_thread(self) -> "RowLikelihood":
        """Return the same for one thread, for callers with threads of their own."""
        return RowLikelihood(self.design, self.ties, self.prior, self.origin, self.ridge, 1)

    def with_votes(self, votes: Floats) -> "RowLikelihood":
        """Return that of other votes in the same rows, sums of their weights (n_rows,)."""
        return RowLikelihood(self.design.with_votes(votes), self.ties, self.prior, self.origin, self.ridge, self.n_threads)

    def only(self, keep: Bools) -> "RowLikelihood":
        """Return that of the votes among the competitors where `keep` (n,) is true."""
        return RowLikelihood(self.design.only(keep), self.ties, self.prior, self.origin, self.ridge, self.n_threads)

    def start(self) -> Floats:
        """Strengths without covariates and effects 0, after checking that the effects can be distinguished."""
        n = len(self.contests.names)
        plain = maximise(PairLikelihood(self.contests, self.ties, self.prior, self.origin), TOLERANCE_OF_START, 100)[0]
        parameters = np.insert(plain, n, np.zeros(self.design.n_effects))
        if not self.ridge:
            self._check_rank(self.slopes(parameters)[1])
        return parameters

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) at `parameters` (p,); those of the last array are kept."""
        if self._last is None or self._last[0] is not parameters:
            self._check_size(parameters)
            gradient, information = self._assembled(*self._sums(parameters, full=True))
            by_prior, precision = self._of_priors(parameters)
            information[np.diag_indices_from(information)] += precision
            self._last = parameters, (gradient + by_prior, information)
        return self._last[1]

    def gradient_and_curvature(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the diagonal of the observed information (p,)."""
        by_pair, sums = self._sums(parameters, full=False)
        c, n = self.contests, len(self.contests.names)
        by_prior, precision = self._of_priors(parameters)
        strengths = np.bincount(c.first, by_pair[:, 0], n) - np.bincount(c.second, by_pair[:, 0], n)
        curvature = np.bincount(c.first, by_pair[:, 1], n) + np.bincount(c.second, by_pair[:, 1], n)
        further = parameters.size - n
        return np.append(strengths, sums[0, :further]) + by_prior, np.append(curvature, np.diagonal(sums[1:])[:further]) + precision

    def regular_slopes(self, parameters: Floats, information: Floats) -> Floats:
        """Return the gradient (p,), and fill `information` (p, p), made positive definite without effect on strengths of mean 0."""
        gradient, found = self.slopes(parameters)
        information[:] = found if self.prior.pins else regular(found, len(self.contests.names))
        return gradient

    def longest_step(self, parameters: Floats, step: Floats) -> float:
        """Share of `step` that keeps the parameters possible."""
        return longest_step(self.model, parameters, step)

    def information_of_priors(self, parameters: Floats) -> Floats:
        """Information of the prior and the ridge, (p, p), which is diagonal."""
        return np.diag(self._of_priors(parameters)[1])

    def bread(self, parameters: Floats) -> Floats:
        """Inverse information for covariances, (p, p)."""
        return inverse_information(self.slopes(parameters)[1], len(self.contests.names), self.prior.pins)

    def of_votes(self, parameters: Floats) -> float:
        """Return the log-likelihood of the votes, without the priors."""
        d, (leads, effects, tie) = self.design, self._parts(parameters)
        by_pair = np.empty(leads.size)

        def part(first: int, last: int) -> None:
            pairs = slice(int(d.blocks[first]), int(d.blocks[last]))
            start = d.pair_start[pairs.start : pairs.stop + 1]
            log_likelihood_of_rows(self.model, start, leads[pairs], d.result, self.weighted, d.x, effects, tie, by_pair[pairs])

        self._in_parts(part)
        return float(by_pair.sum())

    def scores(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the score of one vote of weight 1 of each row, (n_rows,) each, by its lead and by gamma."""
        by_lead, by_tie, *_ = self._derivatives(parameters)
        return by_lead, by_tie

    def information_of_cells(self, parameters: Floats) -> Floats:
        """Information of one vote of weight 1 of each row, (3, n_rows): by its lead, by lead and gamma, by gamma."""
        return self._derivatives(parameters)[2:]

    def counted_cells(self, parameters: Floats) -> CountedCells:
        """What the votes say, by rows."""
        derivatives = self._derivatives(parameters)
        return CountedCells(self.cells, derivatives[:2], derivatives[2:], self.kinds())

    def influence_moments(self, parameters: Floats, rows: Floats) -> tuple[Floats, Floats]:
        """Sums over votes of the second and third powers of their influence, (k,) each, through `rows` (p, k)."""
        second, third, scratch = np.empty((3, rows.shape[1]))
        cells = (*self.cells, *self.scores(parameters))
        cell_moments(self.design.weighted(2), self.design.weighted(3), cells, rows, len(self.contests.names), scratch, second, third)
        return second, third

    def sums_of_weights(self, power: int) -> Floats:
        """Sums over the votes of each row of their weights to a power, (n_rows,)."""
        return self.design.votes if power == 0 else self.design.weighted(power)

    def kinds(self) -> Kinds:
        """Votes alike in cell and weight: the rows."""
        return Kinds(np.arange(self.design.result.size), self.design.weight, self.design.votes)

    def cells_of(self, votes: Votes, both_bad: BothBadRule) -> tuple[Ints, Ints, Floats]:
        """Votes of the log that was fitted that count, and the row and the weight of each; raise `InputError` if it is another log."""
        log = self.design.log
        same = votes is log or all(np.array_equal(getattr(votes, part), getattr(log, part)) for part in ("first", "second", "outcome"))
        if not same or votes.names != log.names:
            raise InputError("the votes are not those that were fitted; give the log of the fit, which is fit.design.log")
        counted = np.flatnonzero(self.design.row_of_vote >= 0)
        row = self.design.row_of_vote[counted]
        return counted, row, np.ones(row.size) if self.design.weight is None else self.design.weight[row]

    def trials(self, parameters: Floats) -> Trials:
        """The votes of each row, whatever their results."""
        n_results = 3 if self.contests.ties.any() else 2
        first = n_results * np.arange(self.design.result.size)
        decided = RowLikelihood(self.design.with_results(n_results), self.ties, self.prior, self.origin, self.ridge, self.n_threads)
        n_votes = np.rint(self.design.votes).astype(np.int64)
        return Trials(decided, self.leads_of_rows(parameters), n_votes, first + np.arange(n_results)[:, None])

    def refits(self, parameters: Floats, tolerance: float) -> RowRefits:
        """Fits of other votes, from these parameters, to a tolerance in log-odds."""
        return RowRefits(self, parameters, tolerance)

    def leads(self, parameters: Floats, votes: Votes) -> Floats:
        """Lead of who is shown first in any votes with the columns of the covariates, (n_votes,) log-odds.

        NaN where one of the two is not rated, or a covariate has no value. A level that no vote had is no advantage.
        """
        n = len(self.contests.names)
        found = leads_of_names(self.contests.names, parameters[:n], votes)
        slopes = {effect.name: value / effect.deviation for effect, value in zip(self.effects, parameters[n:], strict=False)}
        for reading in (read_covariate(covariate, votes) for covariate in self.design.covariates):
            of_level = np.array([slopes.get(name, 0.0) for name in reading.names])
            found += of_level[reading.levels] if reading.numbers is None else of_level[0] * reading.numbers
            if reading.present is not None:
                found[~reading.present] = math.nan
        return found

    def leads_of_rows(self, parameters: Floats) -> Floats:
        """Lead of the first of its pair in each row, (n_rows,)."""
        leads, effects, _ = self._parts(parameters)
        of_rows: Floats = leads[self.design.pair_of_row()] + effects @ self.design.x
        return of_rows

    def _derivatives(self, parameters: Floats) -> Floats:
        """Scores (2) and information (3) of one vote of each row, (5, n_rows)."""
        d, out = self.design, np.empty((5, self.design.result.size))

        def part(first: int, last: int) -> None:
            scores_of_rows(self.model, d.blocks[first : last + 1], self._rows(d.votes), self._parts(parameters), self._scratch(), out)

        self._in_parts(part)
        return out

    def _rows(self, votes: Floats) -> tuple[Ints, Ints, Floats, Floats]:
        """Rows as kernels take them."""
        return self.design.pair_start, self.design.result, votes, self.design.x

    def _parts(self, parameters: Floats) -> tuple[Floats, Floats, float]:
        """Leads of the pairs, effects, and nu or the threshold."""
        c, n, m = self.contests, len(self.contests.names), self.design.n_effects
        return parameters[c.first] - parameters[c.second], parameters[n : n + m].copy(), tie_at(self.model, parameters)

    def _scratch(self) -> Floats:
        largest = int(np.diff(self.design.pair_start[self.design.blocks]).max())
        return np.empty((2 + N_TERMS + self.design.n_effects, largest))

    def _in_parts(self, part: Callable[[int, int], None]) -> None:
        """Call `part` with the first block and the one after the last, on every thread."""
        n_blocks = self.design.blocks.size - 1
        edges = np.linspace(0, n_blocks, min(self.n_threads, n_blocks) + 1).astype(int).tolist()
        if len(edges) == 2:
            part(*edges)
        else:
            with ThreadPoolExecutor(self.n_threads) as pool:
                list(pool.map(part, edges[:-1], edges[1:]))

    def _sums(self, parameters: Floats, *, full: bool) -> tuple[Floats, Floats]:
        """Sums over the rows of each pair, and over all rows; see `sum_derivatives`."""
        d, parts = self.design, self._parts(parameters)
        m, rows = d.n_effects, self._rows(self.weighted)
        by_pair, by_block = np.empty((self.contests.first.size, 3 + m)), np.empty((d.blocks.size - 1, m + 2, m + 1))

        def part(first: int, last: int) -> None:
            blocks, lanes = d.blocks[first : last + 1], np.empty((m + 2, m + 1, LANES))
            sum_derivatives(self.model, full, blocks, rows, parts, self._scratch(), lanes, by_pair, by_block[first:last])

        self._in_parts(part)
        return by_pair, by_block.sum(axis=0)

    def _assembled(self, by_pair: Floats, sums: Floats) -> tuple[Floats, Floats]:
        """Gradient (p,) and information (p, p) of all parameters."""
        c, n = self.contests, len(self.contests.names)
        p = n + self.design.n_effects + (self.model != HALF)
        score, weight = by_pair[:, 0], by_pair[:, 1]
        information = np.zeros((p, p))
        information[c.first, c.second] = -weight
        information[c.second, c.first] = -weight
        information[np.arange(n), np.arange(n)] = np.bincount(c.first, weight, n) + np.bincount(c.second, weight, n)
        # The effects' columns of the pairs, and the mixed one for gamma.
        for k, column in zip(range(n, p), (*by_pair[:, 3:].T, by_pair[:, 2]), strict=False):
            information[:n, k] = np.bincount(c.first, column, n) - np.bincount(c.second, column, n)
        information[n:, :n] = information[:n, n:].T
        lower = sums[1 : 1 + p - n, : p - n]
        information[n:, n:] = np.tril(lower) + np.tril(lower, -1).T
        return np.append(np.bincount(c.first, score, n) - np.bincount(c.second, score, n), sums[0, : p - n]), information

    def _of_priors(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Gradient and diagonal of the negative Hessian of the logarithms of the priors, (p,) each."""
        n, m = len(self.contests.names), self.design.n_effects
        gradient, precision = np.zeros((2, parameters.size))
        if self.prior.pins:
            gradient[:n], precision[:n] = slopes_of_prior(self.prior, parameters[:n], self.origin)
        gradient[n : n + m] = -self.ridge * parameters[n : n + m]
        precision[n : n + m] = self.ridge
        return gradient, precision

    def _check_size(self, parameters: Floats) -> None:
        """Raise `ExistenceError` if an effect diverges: its covariate, or several, determine who wins."""
        n, m = len(self.contests.names), self.design.n_effects
        size = np.abs(parameters[n : n + m])
        if not self.ridge and size.max() > LARGEST_EFFECT:
            name = self.design.effects[int(size.argmax())].name
            raise ExistenceError(
                f"the effect of {name!r} does not exist: it grows beyond {LARGEST_EFFECT:g} log-odds, as the covariate separates wins from losses; "
                "leave it out, or take a ridge"
            )

    def _check_rank(self, information: Floats) -> None:
        """Raise `ExistenceError` if a covariate is a linear combination of others and strengths."""
        n, m = len(self.contests.names), self.design.n_effects
        mixed = information[:n, n : n + m]
        by_itself = np.diagonal(information)[n : n + m]
        with one_thread():
            of_strengths = (information if self.prior.pins else regular(information, n))[:n, :n]
            given = information[n : n + m, n : n + m] - mixed.T @ solve(of_strengths, mixed)
        for k in range(m):
            if by_itself[k] == 0:
                raise ExistenceError(f"the effect of {self.design.effects[k].name!r} cannot be found: no vote that counts has it; leave it out")
            others = slice(0, k)
            share = solve(given[others, others], given[others, k]) if k else np.zeros(0)
            if given[k, k] - share @ given[others, k] > LEAST_OWN_SHARE * by_itself[k]:
                continue
            name = self.design.effects[k].name
            partners = [self.design.effects[j].name for j in range(k) if share[j] ** 2 * given[j, j] > LEAST_OWN_SHARE * by_itself[k]]
            of_what = ", ".join(map(repr, partners)) if partners else "strengths: it is the same whenever the same two meet"
            raise ExistenceError(f"the effect of {name!r} cannot be told apart from {of_what}; leave one covariate out, or take a ridge")
