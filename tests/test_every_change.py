"""The fewest votes, or voters, of small logs: equal to the smallest of all changes; of larger ones, no more in all ways than in any."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from recount.engine import ELO, ExistenceError, OptionError, Prior, clustered, count, fit, weighted
from recount.engine.scrutiny.conclusion import pair_order, top_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.triangle import on_triangle
from recount.engine.votes import Factor, Votes
from tests.changes_by_trying import fewest_by_definition, n_vectors, pairs_of, strengths_of_all, without_one_sided
from tests.reference import pair_counts

PRIORS = {"none": Prior(), "votes": Prior("votes", 1.0), "gaussian": Prior("gaussian", 200.0)}
PULLS = {"none": ("none", 0.0), "votes": ("votes", 1.0), "gaussian": ("gaussian", (ELO / 200.0) ** 2)}
CHANGES = ("drop", "flip", "add")
# Changes that are tried at most; with an existence policy one after the other.
MOST_VECTORS = {"error": 2_000, "prior": 2_000, "drop": 100}


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


def units_of(fitted, change, clusters=None):
    """What one unit of each kind adds to votes (n_kinds, 3, n, n), and how many there are of each."""
    n, kinds = len(fitted.names), fitted.likelihood.kinds()
    if change == "add":
        cells = np.eye(3 * n * (n - 1) // 2)[: n * (n - 1)]
        return on_square(cells, n), np.full(len(cells), np.inf)
    if clusters is None:
        used = np.flatnonzero(kinds.n_votes)
        cells = np.zeros((used.size, on_triangle(fitted.contests).size))
        cells[np.arange(used.size), kinds.cell[used]] = 1.0 if kinds.weight is None else kinds.weight[used]
        square = -on_square(cells, n)
        if change == "drop":
            return square, kinds.n_votes[used]
        decided = square[:, 2].sum(axis=(1, 2)) == 0
        return (square - square[:, [1, 0, 2]])[decided], kinds.n_votes[used][decided]
    cells = np.zeros((clusters.n_clusters[0], on_triangle(fitted.contests).size))
    np.add.at(cells, (clusters.codes[0], clusters.cell), clusters.weight)
    return -on_square(cells, n), np.ones(clusters.n_clusters[0])


def compared(seed, change, n_votes=(4, 30)):
    """What is found for a random log, and by definition; None where nothing is concluded, or too much would have to be tried."""
    rng = np.random.default_rng(seed)
    votes = small_log(rng, n_votes)
    ties, kind = str(rng.choice(["half", "half", "drop", "davidson"])), str(rng.choice(["none", "votes", "gaussian"]))
    policy = str(rng.choice(["error", "drop"])) if kind == "none" else "prior"
    weights = rng.choice([0.5, 1.0, 3.0], votes.n_votes) if rng.random() < 0.3 else None
    by_voter = rng.random() < 0.3 and change == "drop"
    try:
        source = count(votes) if weights is None else weighted(votes, weights)
        fitted = fit(source, ties=ties, existence=policy, prior=PRIORS[kind])
        conclusion, passes = concluded(rng, fitted)
    except (ExistenceError, OptionError):
        return None
    clusters = clustered(votes, fitted, "voter") if by_voter else None
    kinds = units_of(fitted, change, clusters)
    found = fewest_votes(fitted, conclusion, change=change, clusters=clusters)
    most = int(kinds[1].sum()) if found is None else found.n_changed
    if n_vectors(kinds[1], most) > MOST_VECTORS[policy]:
        return None

    def refitted(logs):
        if policy == "drop":
            return np.array([without_one_sided(log, ties) for log in logs])
        return strengths_of_all(logs, ties, PULLS[kind])

    whole = on_square(on_triangle(fitted.contests).ravel(), len(fitted.names))
    return found, fewest_by_definition(kinds, whole, passes, refitted, most)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(0, 48, 16))
def test_as_few_as_the_fewest(seed, change):
    seen = set()
    for found, expected in filter(None, (compared(s, change) for s in range(seed, seed + 16))):
        assert (found.n_changed if found else None) == expected
        assert found is None or found.fewest
        seen.add(expected)
    assert len(seen) > 1


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(200, 600, 50))
def test_as_few_as_the_fewest_of_many_logs(seed, change):
    for found, expected in filter(None, (compared(s, change) for s in range(seed, seed + 50))):
        assert (found.n_changed if found else None) == expected


@pytest.mark.parametrize("k", [1, 2, 3])
def test_a_set_hangs_on_no_more_than_its_pairs(k):
    """Prior votes, and a competitor without any; and logs too large to try every removal."""
    rows = [("a", "c", 3, 0, 0, 0), ("a", "d", 3, 2, 3, 0), ("c", "d", 0, 0, 1, 0)]
    fits = [fit(pair_counts("abcd", rows), prior=Prior("votes", 1.0))]
    rng = np.random.default_rng(k)
    fits += [fit(count(small_log(rng, (60, 200))), prior=Prior("votes", 1.0)) for _ in range(8)]
    for fitted in fits:
        if k >= len(fitted.names):
            continue
        order = np.argsort(-fitted.strengths)
        pairs = [pair_order(fitted, fitted.names[i], fitted.names[j]) for i, j in pairs_of(order[:k], order[k:])]
        found = [removal.n_changed for pair in pairs if (removal := fewest_votes(fitted, pair))]
        assert fewest_votes(fitted, top_set(fitted, k)).n_changed <= min(found)


def test_of_the_log_of_the_audit():
    """a-c 3:0, a-d 3:2 and 3 ties, c-d a tie, b without votes: two losses of d fewer and d passes a; five votes and c passes b."""
    rows = [("a", "c", 3, 0, 0, 0), ("a", "d", 3, 2, 3, 0), ("c", "d", 0, 0, 1, 0)]
    fitted = fit(pair_counts("abcd", rows), prior=Prior("votes", 1.0))
    for conclusion, n in ((top_set(fitted), 2), (top_set(fitted, 2), 2), (top_set(fitted, 3), 3), (pair_order(fitted, "b", "c"), 5)):
        removal = fewest_votes(fitted, conclusion)
        assert (removal.n_changed, removal.fewest) == (n, True)


def test_who_is_left_out_leaves_with_all_votes():
    """d beat b once, and without that never: it leaves, its losses to a with it. Without a policy it stays, and a win of a is dropped."""
    rows = [("a", "b", 5, 6, 0, 0), ("a", "d", 40, 0, 0, 0), ("b", "d", 2, 1, 0, 0)]
    fitted = fit(pair_counts("abd", rows), existence="drop")
    removal = fewest_votes(fitted, pair_order(fitted, "a", "b"))
    assert removal.conclusion.statement == "'a' is better than 'b'"
    assert (removal.n_changed, removal.dropped, removal.fewest) == (1, ("d",), True)
    assert np.isnan(removal.strengths[2])
    assert removal.strengths[1] > removal.strengths[0]
    assert np.nansum(removal.strengths) == pytest.approx(0)
    alone = fit(pair_counts("abd", rows))
    removal = fewest_votes(alone, pair_order(alone, "a", "b"))
    assert (removal.n_changed, removal.dropped, removal.fewest) == (1, (), True)
    less = fit(pair_counts("abd", [("a", "b", 4, 6, 0, 0), *rows[1:]]))
    assert removal.strengths == pytest.approx(less.strengths, abs=1e-9)
    assert less.strengths[1] > less.strengths[0]


# Equal ratings


@pytest.mark.parametrize("names", list(itertools.permutations("abc")))
def test_equal_ratings_support_no_conclusion(names):
    """Every pair 1:1, or a circle in thirds; ratings differ by rounding, which no order of names decides."""
    x, y, z = names
    for n in (1, 3, 7):
        rows = [(x, y, n, n, 0, 0), (y, z, n, n, 0, 0), (z, x, 2 * n, n, 0, 0), (x, z, 2 * n, n, 0, 0)]
        fitted = fit(pair_counts(names, rows))
        for conclude in (lambda f: top_set(f), lambda f: top_set(f, 2), lambda f: top_order(f, 2)):
            with pytest.raises(OptionError, match="ratings do not say that"):
                conclude(fitted)
        messages = set()
        for pair in ((x, y), (y, x)):
            with pytest.raises(OptionError, match="ratings do not say that") as caught:
                pair_order(fitted, *pair)
            messages.add(str(caught.value))
        assert len(messages) == 1


def test_ratings_are_equal_up_to_their_certified_error():
    """A loose tolerance leaves an error that a lead has to exceed."""
    fitted = fit(pair_counts("abc", [("a", "b", 501, 500, 0, 0), ("b", "c", 7, 3, 0, 0), ("a", "c", 7, 3, 0, 0)]))
    assert top_set(fitted).statement == "'a' is first"
    lead = ELO * float(np.ptp(fitted.strengths[:2]))
    for error, stands in ((0.49 * lead, True), (0.51 * lead, False)):
        loose = replace(fitted, rating_error=error)
        if stands:
            top_set(loose)
        else:
            with pytest.raises(OptionError, match="ratings do not say that"):
                top_set(loose)
    # The better ones, whose order is not known, are a set all the same.
    assert top_set(replace(fitted, rating_error=lead), 2).statement == "the 2 best are 'a', 'b'"
