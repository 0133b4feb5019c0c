"""How the votes of a replicate are drawn.

*votes*: rows of the log drawn with replacement, n of n (or m): multinomial counts over cells. *poisson*: each row as often as a Poisson variable of
mean 1. *bayes*: Dirichlet weights, that is, a standard exponential weight for each row (Rubin 1981). *parametric*: the outcome of each vote drawn
anew from the fitted model, at the lead of its pair or, with covariates, of its row; where ties have no parameter nobody ties. With clusters, whole
clusters are drawn or weighted; with two that cross, a row counts as often as the product of both (Owen 2007).

Each replicate has a random stream of its own, identified by (seed, replicate).
"""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from recount.engine.choices.resampling import Scheme, whole
from recount.engine.errors import OptionError
from recount.engine.fitting import Fit
from recount.engine.kernels.sampling import GUIDE_BITS, add_clusters, add_weighted, draw_multinomial, draw_poisson, poisson_table
from recount.engine.kernels.streams import stream
from recount.engine.likelihood import Likelihood
from recount.engine.uncertainty.clusters import ClusteredVotes
from recount.engine.votes import Floats, Ints

# Standard deviations by which the mean of the Poisson draws falls short of the total wanted.
SHORTFALL = 2.5
# Votes; ten standard deviations above it a count still fits 32 bits.
MOST_VOTES = 2_147_000_000
# Of the guide by which single draws find their table.
TOP_UP_BITS = 12


class Resampler(Protocol):
    """A way to draw the votes of a replicate."""

    @property
    def dtype(self) -> type[np.int32] | type[np.float64]:
        """Of the counts that it draws."""

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`, contiguous, with the votes of a replicate."""


class Counts:
    """Counts drawn over cells, each in proportion to the `counts` (whole numbers) it has.

    Parameters
    ----------
    counts : (n_cells,) int array
    n_draws : int or None
        Draws with replacement; None draws independent Poisson counts of mean `counts`.
    """

    dtype = np.int32

    def __init__(self, counts: Ints, n_draws: int | None) -> None:
        total = int(counts.sum())
        self.n_draws = n_draws
        share = 1.0 if n_draws is None else max(0.0, 1.0 - SHORTFALL / np.sqrt(n_draws)) * n_draws / total
        # Cells of equal counts side by side; numpy sorts 16 bits by radix.
        members = np.argsort(counts.astype(np.uint16) if counts.max() < 1 << 16 else counts, kind="stable").astype(np.int32)
        ordered = counts[members]
        begins = np.diff(ordered, prepend=-1) > 0
        self._entry = np.empty(counts.size, np.int32)
        self._entry[members] = (np.cumsum(begins) - 1) << GUIDE_BITS
        self._members = members
        self._members_before = np.append(np.flatnonzero(begins), counts.size)
        self._of_each = ordered[begins]
        self._tables = _tables(self._of_each * share)
        self._votes_before = np.concatenate([[0], np.cumsum(self._of_each * np.diff(self._members_before))])
        self._shift = max(0, total.bit_length() - TOP_UP_BITS)
        firsts = np.arange((total - 1 >> self._shift) + 1, dtype=np.int64) << self._shift
        self._table_of_votes = (np.searchsorted(self._votes_before, firsts, side="right") - 1).astype(np.int32)

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`, int32."""
        flat = out.reshape(-1)
        scratch = np.empty(flat.size // 6 + 1, np.uint64), np.empty(flat.size + 1, np.int32)
        start = np.uint64(stream(seed, replicate))
        if self.n_draws is None:
            draw_poisson(start, (self._entry, *self._tables), scratch, flat)
        else:
            singles = self._votes_before, self._table_of_votes, self._of_each, self._members, self._members_before, self._shift
            draw_multinomial(start, self.n_draws, (self._entry, *self._tables), singles, scratch, flat)


def _tables(means: Floats) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the guide, thresholds, first threshold and smallest count of the Poisson table of each mean."""
    # Beyond nine standard deviations, and 25 counts where there are few, lies less than 2^-53.
    reach = 9 * np.sqrt(means)
    smallest = np.maximum(0, means - reach - 9).astype(np.int32)
    sizes = np.where(means > 0, (means + reach + 25).astype(np.int64) - smallest + 1, 1)
    table_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    guide = np.empty(means.size << GUIDE_BITS, np.int32)
    thresholds = np.empty(table_start[-1], np.uint64)
    for k, mean in enumerate(means):
        own = slice(k << GUIDE_BITS, (k + 1) << GUIDE_BITS)
        poisson_table(float(mean), int(smallest[k]), thresholds[table_start[k] : table_start[k + 1]], guide[own])
    return guide, thresholds, table_start, smallest


class DirichletWeights:
    """Dirichlet weights: standard exponential ones for each of the `counts` (n_cells,) votes of a cell, summed."""

    dtype = np.float64

    def __init__(self, counts: Floats) -> None:
        self._counts = counts

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`, float64; the weights have mean 1."""
        weights = np.random.default_rng([seed, replicate]).standard_gamma(self._counts)
        np.multiply(weights, self._counts.sum() / weights.sum(), out=out.reshape(-1))


class Parametric:
    """Outcomes drawn anew: trials (n_trials,) of so many votes each, won, lost or else tied with these probabilities.

    Parameters
    ----------
    n_votes : (n_trials,) int64
    win, loss : (n_trials,) float64
    cell : (2 or 3, n_trials) int64
        Cells in which wins, losses and, if there are three, ties are counted; each cell once.
    """

    dtype = np.int32

    def __init__(self, n_votes: Ints, win: Floats, loss: Floats, cell: Ints) -> None:
        self._n_votes = n_votes
        self._win = win
        self._loss_else = np.clip(loss / (1 - win), 0.0, 1.0)
        self._cell = cell

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`, int32."""
        rng = np.random.default_rng([seed, replicate])
        wins = rng.binomial(self._n_votes, self._win)
        losses = rng.binomial(self._n_votes - wins, self._loss_else)
        flat = out.reshape(-1)
        # Where a tie has no cell, its probability is 0.
        for cell, votes in zip(self._cell, (wins, losses, self._n_votes - wins - losses), strict=False):
            flat[cell] = votes


class WeightedRows:
    """Rows of equal votes drawn or weighted by a law, each vote with its weight."""

    dtype = np.float64

    def __init__(self, law: Resampler, cell: Ints, weight: Floats) -> None:
        self._law = law
        self._cell = cell
        self._weight = weight

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`, float64."""
        times: NDArray[Any] = np.empty(self._cell.size, self._law.dtype)
        self._law.draw(seed, replicate, times)
        add_weighted(times, self._cell, self._weight, out.reshape(-1))


class Clusters:
    """Whole clusters drawn or weighted by a law."""

    def __init__(self, clusters: ClusteredVotes, law: Resampler) -> None:
        self._law = law
        self.dtype = law.dtype
        self._start, self._cell, _ = clusters.grouped(0)

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`."""
        times: NDArray[Any] = np.empty(self._start.size - 1, self.dtype)
        self._law.draw(seed, replicate, times)
        add_clusters(times, self._start, self._cell, out.reshape(-1))


class WeightedClusters:
    """Whole clusters, of one column or of two that cross, drawn or weighted by a law for each; each vote with its weight."""

    dtype = np.float64

    def __init__(self, clusters: ClusteredVotes, laws: list[Resampler]) -> None:
        self._clusters = clusters
        self._laws = laws

    def draw(self, seed: int, replicate: int, out: NDArray[Any]) -> None:
        """Fill `out`, float64."""
        of_vote = self._clusters.weight
        for column, law in enumerate(self._laws):
            times: NDArray[Any] = np.empty(self._clusters.n_clusters[column], law.dtype)
            # The second column has streams of its own, away from those of any seed.
            law.draw(seed + (column << 62), replicate, times)
            of_vote = of_vote * times[self._clusters.codes[column]]
        out[:] = np.bincount(self._clusters.cell, of_vote, out.size).reshape(out.shape)


def resampler(fit: Fit, scheme: Scheme, clusters: ClusteredVotes | None = None, n_votes: int | None = None) -> tuple[Likelihood, Resampler]:
    """Return the likelihood of replicates, and how `scheme` draws the votes of its cells.

    Options are those of `recount.engine.choices.resampling.Resampling`.
    """
    weighted = fit.contests.weights is not None
    if scheme == "parametric":
        if clusters is not None or weighted:
            raise OptionError("the parametric bootstrap knows neither clusters nor weights, of which the fit states no law; resample 'votes'")
        trials = fit.likelihood.trials(fit.parameters)
        whole("the number of votes", int(trials.n_votes.sum()), 1, MOST_VOTES)
        win, loss, _ = fit.outcome_shares(trials.lead)
        return trials.likelihood, Parametric(trials.n_votes, win, loss, trials.cell)
    if n_votes is not None and (scheme != "votes" or clusters is not None):
        raise OptionError("n_votes is for the scheme 'votes' without clusters; leave it out")
    if clusters is not None:
        return fit.likelihood, _cluster_law(scheme, clusters, weighted)
    kinds = fit.likelihood.kinds()
    total = whole("the number of votes", round(float(kinds.n_votes.sum())), 1, MOST_VOTES)
    of_votes = _law(scheme, kinds.n_votes, total if n_votes is None else whole("n_votes", n_votes, 1, MOST_VOTES))
    return fit.likelihood, of_votes if kinds.weight is None else WeightedRows(of_votes, kinds.cell, kinds.weight)


def _law(scheme: Scheme, counts: Floats, n_draws: int) -> Resampler:
    """Return how `scheme` draws or weights votes, of which each kind has `counts`."""
    if scheme == "bayes":
        return DirichletWeights(counts)
    return Counts(np.rint(counts).astype(np.int64), n_draws if scheme == "votes" else None)


def _cluster_law(scheme: Scheme, clusters: ClusteredVotes, weighted: bool) -> Resampler:
    """Return how `scheme` draws or weights whole clusters."""
    laws = [_law(scheme, np.ones(n), n) for n in clusters.n_clusters]
    return WeightedClusters(clusters, laws) if weighted or len(laws) > 1 else Clusters(clusters, laws[0])
