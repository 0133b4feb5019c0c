"""The log-likelihood of a design: parameters are the strengths (n,), the effects (m,), then gamma if ties have a parameter."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from recount.engine.bradley_terry.fitting import maximise
from recount.engine.bradley_terry.likelihood import Likelihood
from recount.engine.bradley_terry.priors import Prior
from recount.engine.contextual.design import Design
from recount.engine.errors import ExistenceError
from recount.engine.kernels.contextual import LANES, N_TERMS, log_likelihood_of_rows, scores_of_rows, sum_derivatives
from recount.engine.kernels.tie_models import HALF
from recount.engine.linear_algebra import one_thread, solve
from recount.engine.pair_contests import TieRule
from recount.engine.votes import Floats

# Of the variance of a covariate, given the others, to what it is by itself.
LEAST_OWN_SHARE = 1e-9
# Log-odds for one standard deviation, or for a level; nothing real comes near.
LARGEST_EFFECT = 15.0
# To start from; the ratings without covariates need not be exact, in Elo.
TOLERANCE_OF_START = 1.0


class ContextualLikelihood(Likelihood):
    """The penalised log-likelihood of votes with covariates.

    Parameters
    ----------
    design : Design
    ties, prior, origin
        As for `Likelihood`; not Firth's prior.
    ridge : float
        Precision of a normal prior of each effect around 0; less the log-likelihood, ridge / 2 x the sum of squares.
    n_threads : int, optional
        All cores by default; the result is the same for any number.
    """

    def __init__(
        self,
        design: Design,
        ties: TieRule = "half",
        prior: Prior | None = None,
        origin: float = 0.0,
        ridge: float = 0.0,
        n_threads: int | None = None,
    ) -> None:
        super().__init__(design.contests, ties, prior, origin)
        self.ties: TieRule = ties
        self.design = design
        self.weighted = design.weighted()
        self.ridge = ridge
        self.n_threads = n_threads or len(os.sched_getaffinity(0))
        self.n_parameters += design.n_effects
        self._last: tuple[Floats, tuple[Floats, Floats]] | None = None

    def start(self) -> Floats:
        """Strengths without covariates and effects 0, after a look whether the effects can be told apart."""
        n = len(self.contests.names)
        plain = maximise(Likelihood(self.contests, self.ties, self.prior, self.origin), TOLERANCE_OF_START, 100)[0]
        parameters = np.insert(plain, n, np.zeros(self.design.n_effects))
        if not self.ridge:
            self._check_rank(self.slopes(parameters)[1])
        return parameters

    def slopes(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the observed information (p, p) at `parameters` (p,); those of the last array are kept."""
        if self._last is None or self._last[0] is not parameters:
            self._check_size(parameters)
            gradient, information = self._assembled(*self._sums(parameters, squares=False, full=True))
            by_prior, precision = self._of_priors(parameters)
            information[np.diag_indices_from(information)] += precision
            self._last = parameters, (gradient + by_prior, information)
        return self._last[1]

    def gradient_and_curvature(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the gradient (p,) and the diagonal of the observed information (p,)."""
        by_pair, sums = self._sums(parameters, squares=False, full=False)
        c, n = self.contests, len(self.contests.names)
        by_prior, precision = self._of_priors(parameters)
        strengths = np.bincount(c.first, by_pair[:, 0], n) - np.bincount(c.second, by_pair[:, 0], n)
        curvature = np.bincount(c.first, by_pair[:, 1], n) + np.bincount(c.second, by_pair[:, 1], n)
        further = parameters.size - n
        return np.append(strengths, sums[0, :further]) + by_prior, np.append(curvature, np.diagonal(sums[1:])[:further]) + precision

    def precision_of_priors(self, parameters: Floats) -> Floats:
        """Return the diagonal of the information of the prior and the ridge, (p,), which have nothing beside it."""
        return self._of_priors(parameters)[1]

    def score_products(self, parameters: Floats) -> Floats:
        """Return the sum over votes of the score times its transpose, (p, p)."""
        return self._assembled(*self._sums(parameters, squares=True, full=True))[1]

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
        """Return the score of one vote of each row, times its weight, (n_rows,), by its lead and by gamma."""
        d, (leads, effects, tie) = self.design, self._parts(parameters)
        by_lead, by_tie = np.empty((2, d.result.size))

        def part(first: int, last: int) -> None:
            scores_of_rows(self.model, d.blocks[first : last + 1], d.pair_start, leads, d.result, d.x, effects, tie, self._scratch(), by_lead, by_tie)

        self._in_parts(part)
        return (by_lead, by_tie) if d.weight is None else (by_lead * d.weight, by_tie * d.weight)

    def _parts(self, parameters: Floats) -> tuple[Floats, Floats, float]:
        """Leads of the pairs, effects, and nu or theta."""
        c, n, m = self.contests, len(self.contests.names), self.design.n_effects
        tie = float(np.exp(parameters[-1])) if self.model != HALF else 0.0
        return parameters[c.first] - parameters[c.second], parameters[n : n + m].copy(), tie

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

    def _sums(self, parameters: Floats, *, squares: bool, full: bool) -> tuple[Floats, Floats]:
        """Sums over the rows of each pair, and over all rows; see `sum_derivatives`."""
        d, (leads, effects, tie) = self.design, self._parts(parameters)
        m, votes = effects.size, d.weighted(2) if squares else self.weighted
        by_pair, by_block = np.empty((leads.size, 3 + m)), np.empty((d.blocks.size - 1, m + 2, m + 1))

        def part(first: int, last: int) -> None:
            rows = d.blocks[first : last + 1], d.pair_start, leads, d.result, votes, d.x, effects
            sum_derivatives(self.model, squares, full, *rows, tie, self._scratch(), np.empty((m + 2, m + 1, LANES)), by_pair, by_block[first:last])

        self._in_parts(part)
        return by_pair, by_block.sum(axis=0)

    def _assembled(self, by_pair: Floats, sums: Floats) -> tuple[Floats, Floats]:
        """Gradient (p,) and information (p, p) of all parameters."""
        c, n, p = self.contests, len(self.contests.names), self.n_parameters
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
        """Gradient and less the second derivatives of the logarithms of the priors, (p,) each."""
        n, m = len(self.contests.names), self.design.n_effects
        gradient, precision = np.zeros((2, parameters.size))
        if self.prior.pins:
            gradient[:n], precision[:n] = self.prior.slopes(parameters[:n], self.origin)
        gradient[n : n + m] = -self.ridge * parameters[n : n + m]
        precision[n : n + m] = self.ridge
        return gradient, precision

    def _check_size(self, parameters: Floats) -> None:
        """Raise `ExistenceError` if an effect has run away: its covariate, or several, tell who wins."""
        n, m = len(self.contests.names), self.design.n_effects
        size = np.abs(parameters[n : n + m])
        if not self.ridge and size.max() > LARGEST_EFFECT:
            name = self.design.effects[int(size.argmax())].name
            raise ExistenceError(
                f"the effect of {name!r} does not exist: it grows beyond {LARGEST_EFFECT:g} log-odds, as the covariate separates wins from losses; "
                "leave it out, or take a ridge"
            )

    def _check_rank(self, information: Floats) -> None:
        """Raise `ExistenceError` if a covariate is a sum of others and of strengths."""
        n, m = len(self.contests.names), self.design.n_effects
        mixed = information[:n, n : n + m]
        by_itself = np.diagonal(information)[n : n + m]
        with one_thread():
            given = information[n : n + m, n : n + m] - mixed.T @ solve(self.regular(information)[:n, :n], mixed)
        for k in range(m):
            if by_itself[k] == 0:
                raise ExistenceError(f"the effect of {self.design.effects[k].name!r} cannot be found: no vote that counts has it; leave it out")
            share, others = np.zeros(k), slice(0, k)
            if k:
                with one_thread():
                    share = solve(given[others, others], given[others, k])
            if given[k, k] - share @ given[others, k] > LEAST_OWN_SHARE * by_itself[k]:
                continue
            name = self.design.effects[k].name
            partners = [self.design.effects[j].name for j in range(k) if share[j] ** 2 * given[j, j] > LEAST_OWN_SHARE * by_itself[k]]
            of_what = ", ".join(map(repr, partners)) if partners else "strengths: it is the same whenever the same two meet"
            raise ExistenceError(f"the effect of {name!r} cannot be told apart from {of_what}; leave one covariate out, or take a ridge")
