"""Weighted votes: against votes written several times, definitions by hand, and rows resampled one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recount.engine import (
    InputError,
    OptionError,
    Resampling,
    bootstrap,
    clustered,
    count,
    covariance,
    decay_weights,
    fit,
    pair_weights,
    voter_weights,
    weighted,
)
from recount.engine.votes import Factor, Votes
from recount.engine.weighting import weights_of_votes
from tests.random_logs import random_votes
from tests.sandwiches import information_of_votes, sandwich_by_definition, scores_of_votes


def with_columns(votes, seed=0):
    rng = np.random.default_rng(seed)
    voter = Factor(rng.integers(0, 40, votes.n_votes).astype(np.int32) - (rng.random(votes.n_votes) < 0.02), tuple(f"v{i}" for i in range(40)))
    time = 1.7e9 + rng.random(votes.n_votes) * 90 * 86_400
    return Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": voter, "tstamp": time})


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper", "drop"])
@given(times=st.integers(2, 5))
@settings(max_examples=4)
def test_weights_equal_to_votes_written_several_times(ties, times):
    votes = random_votes(n=6, n_votes=500)
    more = Votes(votes.names, *(np.tile(a, times) for a in (votes.first, votes.second, votes.outcome)))
    a = fit(weighted(votes, np.full(votes.n_votes, times)), ties=ties)
    b = fit(count(more), ties=ties)
    assert a.parameters == pytest.approx(b.parameters, abs=1e-9)
    assert a.log_likelihood == pytest.approx(b.log_likelihood, rel=1e-12)
    # Weights say what is estimated: the votes stay as many as they are.
    assert covariance(a).standard_errors() == pytest.approx(np.sqrt(times) * covariance(b).standard_errors(), rel=0.02)


def test_whole_weights_are_repeated_votes():
    votes = random_votes(n=6, n_votes=500)
    times = np.random.default_rng(1).integers(1, 4, votes.n_votes)
    rows = np.repeat(np.arange(votes.n_votes), times)
    repeated = Votes(votes.names, votes.first[rows], votes.second[rows], votes.outcome[rows])
    assert fit(weighted(votes, times)).strengths == pytest.approx(fit(count(repeated)).strengths, abs=1e-9)


def test_sandwich_by_definition():
    """The sum over votes of the weighted score times its transpose, drawn toward the model."""
    votes = random_votes(n=5, n_votes=300)
    weights = np.random.default_rng(2).choice([0.5, 1.0, 3.0], votes.n_votes)
    fitted = fit(weighted(votes, weights))
    scores, informations, leads = [], [], []
    for i, j, outcome in zip(votes.first, votes.second, votes.outcome, strict=True):
        p = 1 / (1 + np.exp(fitted.strengths[j] - fitted.strengths[i]))
        e = np.zeros(5)
        e[i], e[j] = 1, -1
        score = {0: 1.0, 1: 0.0, 2: 0.5, 3: 0.5}[outcome] - p
        scores.append(score * e)
        informations.append(p * (1 - p) * np.outer(e, e))
        leads.append((score, p * (1 - p)))
    expected, _ = sandwich_by_definition(5, np.array(scores), np.array(informations), np.array(leads).T, weights=weights)
    assert covariance(fitted).covariance == pytest.approx(expected, abs=1e-12)
    assert fitted.contests.n_effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    # Each vote a cluster.
    log = Votes(votes.names, votes.first, votes.second, votes.outcome, {"vote": np.arange(300)})
    again = fit(weighted(log, weights))
    assert covariance(again, clusters=clustered(log, again, "vote")).covariance == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n_voters", [4, 30])
def test_sandwich_by_clusters_by_definition(n_voters):
    votes = random_votes(n=5, n_votes=300)
    rng = np.random.default_rng(2)
    weights, voter = rng.choice([0.5, 1.0, 3.0], 300), rng.integers(0, n_voters, 300)
    log = Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": voter})
    fitted = fit(weighted(log, weights))
    of_votes = scores_of_votes(log, fitted)[1]
    informations = information_of_votes(log, fitted, np.arange(300))
    of_leads = np.abs(of_votes).max(axis=1), informations.max(axis=(1, 2))
    expected, degrees = sandwich_by_definition(5, of_votes, informations, of_leads, voter.tolist(), weights)
    found = covariance(fitted, clusters=clustered(log, fitted, "voter"))
    assert found.covariance == pytest.approx(expected, abs=1e-6 * expected.max())
    assert found.degrees_of_freedom == pytest.approx(degrees[0], rel=1e-5)


def test_pair_weights_by_definition():
    counts = count(random_votes(n=5, n_votes=600))
    rows = pair_weights(counts, floor=55)
    of_pair = {}
    for i, j, n in zip(counts.first, counts.second, counts.counts.sum(axis=1), strict=True):
        of_pair[frozenset((i, j))] = of_pair.get(frozenset((i, j)), 0) + n
    expected = np.array([1 / max(of_pair[frozenset((i, j))], 55) for i, j in zip(rows.first, rows.second, strict=True)])
    assert rows.weight / rows.weight[0] == pytest.approx(expected / expected[0])
    assert np.average(rows.weight, weights=rows.n_votes) == pytest.approx(1)
    assert rows.n_votes.sum() == counts.n_votes


def test_each_voter_counts_once():
    votes = with_columns(random_votes(n=5, n_votes=600))
    rows = voter_weights(votes, "voter")
    voter = votes.columns["voter"].codes
    for v in range(40):
        assert rows.of_vote[voter == v].sum() == pytest.approx(rows.of_vote[voter == 0].sum())
    # Who has no label is a voter by itself.
    assert rows.of_vote[voter < 0] == pytest.approx(rows.of_vote[voter == 0].sum())


def test_a_half_life_halves():
    votes = with_columns(random_votes(n=5, n_votes=600))
    rows, time = decay_weights(votes, "tstamp", 30.0), votes.columns["tstamp"]
    expected = 2.0 ** ((time - time[0]) / (30 * 86_400))
    assert rows.of_vote / rows.of_vote[0] == pytest.approx(expected)
    dated = Votes(votes.names, votes.first, votes.second, votes.outcome, {"day": (time * 1e6).astype("datetime64[us]")})
    assert decay_weights(dated, "day", 30.0).of_vote == pytest.approx(rows.of_vote)


@pytest.mark.parametrize("make", [lambda v: pair_weights(count(v)), lambda v: voter_weights(v, "voter"), lambda v: decay_weights(v, "tstamp", 20.0)])
def test_bootstrap_and_clusters_agree_with_the_sandwich(make):
    votes = with_columns(random_votes(n=8, n_votes=4000))
    fitted = fit(make(votes))
    clusters = clustered(votes, fitted, "voter")
    # 2,000 replicates know a standard deviation to 1.6 %; few heavy votes, or 40 clusters, resampled are surer than their sandwich by some per cent.
    assert bootstrap(fitted, Resampling(n_replicates=2000)).standard_errors() == pytest.approx(covariance(fitted).standard_errors(), rel=0.15)
    robust = covariance(fitted, clusters=clusters).standard_errors()
    assert bootstrap(fitted, Resampling(n_replicates=2000), clusters=clusters).standard_errors() == pytest.approx(robust, rel=0.15)


def test_what_is_refused():
    votes = with_columns(random_votes())
    for weights in (np.zeros(votes.n_votes), np.full(votes.n_votes, np.nan)):
        with pytest.raises(InputError, match="positive numbers"):
            weighted(votes, weights)
    with pytest.raises(InputError, match="one a vote"):
        weighted(votes, np.ones(3))
    with pytest.raises(OptionError, match="half_life is 0"):
        decay_weights(votes, "tstamp", 0)
    with pytest.raises(InputError, match="holds no times"):
        decay_weights(votes, "voter", 1)
    with pytest.raises(OptionError, match="no column 'when'"):
        decay_weights(votes, "when", 1)
    with pytest.raises(OptionError, match="floor is 0"):
        pair_weights(count(votes), 0)
    fitted = fit(voter_weights(votes, "voter"))
    with pytest.raises(OptionError, match="weights"):
        covariance(fitted, "fisher")
    with pytest.raises(OptionError, match="weights"):
        bootstrap(fitted, Resampling("parametric"))
    with pytest.raises(InputError, match="not those that were fitted"):
        clustered(with_columns(random_votes(seed=2)), fitted, "voter")


def test_the_order_of_names_decides_nothing():
    """A log whose names are numbered otherwise: the same competitors in the same order, the same ratings and replicates, to the last bit."""
    votes = random_votes(n=6, n_votes=300)
    place = np.random.default_rng(1).permutation(6).astype(np.int32)
    names = tuple(votes.names[int(i)] for i in np.argsort(place))
    renumbered = Votes(names, place[votes.first], place[votes.second], votes.outcome)
    weights = np.random.default_rng(2).choice([0.5, 1.0, 3.0], 300)
    one, other = (weighted(log, weights) for log in (votes, renumbered))
    assert one.names == other.names == tuple(sorted(names))
    for label in ("first", "second", "outcome", "weight", "n_votes"):
        assert np.array_equal(getattr(one, label), getattr(other, label))
    fits = fit(one), fit(other)
    assert np.array_equal(fits[0].parameters, fits[1].parameters)
    drawn = [bootstrap(fitted, Resampling(n_replicates=5)).values for fitted in fits]
    assert np.array_equal(*drawn)
    assert np.array_equal(weights_of_votes(one, votes), weights_of_votes(other, renumbered))
    by_pair = pair_weights(count(renumbered))
    assert np.array_equal(weights_of_votes(by_pair, votes), weights_of_votes(by_pair, renumbered))
