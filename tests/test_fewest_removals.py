"""The fewest votes, or voters, of small logs: equal to the smallest of all removals; of larger ones, no more in all ways than in any."""

import itertools

import numpy as np
import pytest

from recount.engine import ELO, ExistenceError, OptionError, Prior, clustered, count, fit, weighted
from recount.engine.scrutiny.conclusion import pair_order, top_order, top_set
from recount.engine.scrutiny.removal import fewest_votes
from recount.engine.triangle import on_triangle
from recount.engine.votes import Factor, Votes
from tests.reference import pair_counts
from tests.removals_by_trying import fewest_by_definition, n_vectors, pairs_of, strengths_of_all, without_one_sided

PRIORS = {"none": Prior(), "votes": Prior("votes", 1.0), "gaussian": Prior("gaussian", 200.0)}
PULLS = {"none": ("none", 0.0), "votes": ("votes", 1.0), "gaussian": ("gaussian", (ELO / 200.0) ** 2)}
MOST_VECTORS = 20_000


def small_log(rng, n_votes=(4, 30)):
    """Votes of a few competitors, some pairs of which never meet, with ties; a voter of each."""
    n = int(rng.integers(2, 6))
    pairs = [pair for pair in itertools.combinations(range(n), 2) if rng.random() < 0.8] or [(0, 1)]
    size = int(rng.integers(*n_votes))
    which = np.array(pairs)[rng.integers(len(pairs), size=size)]
    which = np.where(rng.random((size, 1)) < 0.5, which, which[:, ::-1])
    strengths = rng.normal(0, 0.8, n)
    p = 1 / (1 + np.exp(strengths[which[:, 1]] - strengths[which[:, 0]]))
    outcome = np.where(rng.random(size) < rng.choice([0.0, 0.3]), 2, (rng.random(size) > p).astype(int))
    voter = Factor(rng.integers(6, size=size).astype(np.int32), tuple(f"v{k}" for k in range(6)))
    return Votes(tuple("abcde"[:n]), which[:, 0].astype(np.int32), which[:, 1].astype(np.int32), outcome.astype(np.int8), {"voter": voter})


def concluded(rng, fitted):
    """A conclusion, and the pairs of which one has to change places."""
    n, order = len(fitted.names), np.argsort(-fitted.strengths)
    if rng.random() < 0.4:
        i, j = (int(x) for x in rng.choice(n, 2, replace=False))
        i, j = sorted((i, j), key=lambda x: -fitted.strengths[x])
        return pair_order(fitted, fitted.names[i], fitted.names[j]), [(i, j)]
    k = int(rng.integers(1, n))
    if rng.random() < 0.3:
        return top_order(fitted, k), [(order[a], order[b]) for a in range(k) for b in range(a + 1, n)]
    return top_set(fitted, k), pairs_of(order[:k], order[k:])


def on_square(cells, n):
    """Cells of the triangle (..., 3 n_pairs) as (..., 3, n, n), above the diagonal."""
    square = np.zeros((*cells.shape[:-1], 3, n, n))
    square[..., *np.triu_indices(n, 1)] = cells.reshape(*cells.shape[:-1], 3, -1)
    return square


def units_of(fitted, clusters=None):
    """Votes of one unit of each kind (n_kinds, 3, n, n), and how many there are of each."""
    n, kinds = len(fitted.names), fitted.likelihood.kinds()
    if clusters is None:
        used = np.flatnonzero(kinds.n_votes)
        cells = np.zeros((used.size, on_triangle(fitted.contests).size))
        cells[np.arange(used.size), kinds.cell[used]] = 1.0 if kinds.weight is None else kinds.weight[used]
        return on_square(cells, n), kinds.n_votes[used]
    cells = np.zeros((clusters.n_clusters[0], on_triangle(fitted.contests).size))
    np.add.at(cells, (clusters.codes[0], clusters.cell), clusters.weight)
    return on_square(cells, n), np.ones(clusters.n_clusters[0])


def compared(seed, n_votes=(4, 30)):
    """What is found for a random log, and by definition; None where nothing is concluded, or too much would have to be tried."""
    rng = np.random.default_rng(seed)
    votes = small_log(rng, n_votes)
    ties, kind = str(rng.choice(["half", "half", "drop", "davidson"])), str(rng.choice(["none", "votes", "gaussian"]))
    policy = str(rng.choice(["error", "drop"])) if kind == "none" else "prior"
    weights = rng.choice([0.5, 1.0, 3.0], votes.n_votes) if rng.random() < 0.3 else None
    by_voter = rng.random() < 0.3
    try:
        source = count(votes) if weights is None else weighted(votes, weights)
        fitted = fit(source, ties=ties, existence=policy, prior=PRIORS[kind])
        conclusion, passes = concluded(rng, fitted)
    except (ExistenceError, OptionError):
        return None
    clusters = clustered(votes, fitted, "voter") if by_voter else None
    kinds = units_of(fitted, clusters)
    removal = fewest_votes(fitted, conclusion, clusters=clusters)
    most = int(kinds[1].sum()) if removal is None else removal.n_removed
    if n_vectors(kinds[1], most) > MOST_VECTORS:
        return None

    def refitted(logs):
        if policy == "drop":
            return np.array([without_one_sided(log, ties) for log in logs])
        return strengths_of_all(logs, ties, PULLS[kind])

    whole = np.tensordot(kinds[1], kinds[0], 1)
    return removal, fewest_by_definition(kinds, whole, passes, refitted, most)


@pytest.mark.parametrize("seed", range(0, 120, 20))
def test_as_few_as_the_fewest(seed):
    seen = set()
    for case in filter(None, (compared(s) for s in range(seed, seed + 20))):
        removal, expected = case
        assert (removal.n_removed if removal else None) == expected
        assert removal is None or removal.fewest
        seen.add(expected)
    assert len(seen) > 1
