"""What the probes of an audit compute, against slow oracles, closed forms, and simulation."""

import itertools
from math import comb

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.stats import kstest

from benchmarks.defects import clean, drawn, voter_of
from recount.engine import count, fit
from recount.engine.scrutiny.pair_residuals import residuals
from recount.engine.scrutiny.pairs_by_signs import uneven_pairs
from recount.engine.scrutiny.sign_tests import (
    FEWEST_GROUPS,
    MOST_GROUPS,
    N_SIGNS,
    added_effects,
    independent_groups,
    random_signs,
    share_as_large,
)
from recount.engine.scrutiny.thin_links import thinnest_link
from recount.engine.scrutiny.transitivity import intransitivity
from recount.engine.scrutiny.vote_residuals import counted_votes
from recount.engine.voters.against_strengths import decided_votes
from recount.engine.voters.care_of_voters import uneven_care
from recount.engine.voters.favour_of_voters import uneven_favour
from recount.engine.voters.votes_twice import MOST_AGREEMENT, repeated_runs
from recount.engine.votes import PairCounts, Votes
from recount.sims.arenas import Arena, Conduct, Outcomes, Pairs, Rigging, Stays, Strengths, Voters, simulate

CAUTIOUS = 0.05


def some_votes(seed=1, **choices):
    usual = {"n_competitors": 6, "n_votes": 1500, "voters": Voters(200), "strengths": Strengths.normal(80.0)}
    return simulate(Arena(**{**usual, **choices}), seed, n_threads=1).votes


def every_vote(votes):
    return votes.columns["voter"].codes


@pytest.mark.parametrize("ties", ["half", "drop", "davidson", "rao-kupper"])
@pytest.mark.parametrize("both_bad", ["tie", "drop"])
def test_residuals_of_votes_add_up_to_those_of_pairs(ties, both_bad):
    votes = some_votes(outcomes=Outcomes.davidson(0.3))
    outcome = votes.outcome.copy()
    outcome[::17] = 3
    votes = Votes(votes.names, votes.first, votes.second, outcome, votes.columns)
    fitted = fit(count(votes), ties=ties, both_bad=both_bad)
    counted, of_pairs = counted_votes(fitted, votes), residuals(fitted)
    sums = {}
    for first, second, residual in zip(counted.first, counted.second, counted.residual, strict=True):
        sign, pair = (1, (first, second)) if first < second else (-1, (second, first))
        sums[pair] = sums.get(pair, 0.0) + sign * residual
    pairs = list(zip(fitted.contests.first.tolist(), fitted.contests.second.tolist(), strict=True))
    np.testing.assert_allclose([sums[pair] for pair in pairs], of_pairs.points - of_pairs.expected, atol=1e-9)
    assert counted.slope.sum() == pytest.approx(of_pairs.slope.sum())
    # A hat matrix has the trace of its rank.
    assert counted.leverage.sum() == pytest.approx(len(fitted.names) - 1)


def test_scores_and_information_are_those_of_the_fit_with_the_effect():
    """Of position and a number, by algebra on full matrices."""
    votes = some_votes(position_effect=0.1)
    counted = counted_votes(fit(count(votes)), votes)
    rng = np.random.default_rng(2)
    z = np.column_stack([np.ones(counted.row.size), rng.normal(size=counted.row.size)])
    found = added_effects(counted, csr_array(z), every_vote(votes), 1)
    x, w = counted.incidence.toarray(), counted.slope[:, None]
    left = z - x @ np.linalg.pinv(x.T @ (w * x)) @ (x.T @ (w * z))
    np.testing.assert_allclose(found.score, left.T @ counted.residual, atol=1e-8)
    np.testing.assert_allclose(found.information, left.T @ (w * left), rtol=1e-9)
    group = independent_groups(every_vote(votes))
    grown = counted.residual / np.sqrt(1 - counted.leverage)
    signs = random_signs(int(group.max()) + 1, 1)
    np.testing.assert_allclose(found.by_chance, (signs[group].T * grown) @ left, atol=1e-7)
    # Random signs of votes vary as their squares.
    alone = added_effects(counted, csr_array(z), np.full(counted.row.size, -1), 1)
    np.testing.assert_allclose(np.var(alone.by_chance, axis=0), np.sum((left * grown[:, None]) ** 2, axis=0), rtol=0.15)


def test_groups_are_voters_or_votes():
    labels = np.array([5, 5, -1, 7, -1])
    assert len(set(independent_groups(labels))) == 5
    many = np.repeat(np.arange(FEWEST_GROUPS), 3)
    assert independent_groups(many).tolist() == many.tolist()
    assert independent_groups(np.full(3 * MOST_GROUPS, -1)).max() == MOST_GROUPS - 1
    np.testing.assert_array_equal(np.abs(random_signs(50, 3)), 1.0)
    assert abs(random_signs(500, 3).mean()) < 5 / np.sqrt(500 * N_SIGNS)
    assert share_as_large(2.0, np.array([1.0, 2.0, 3.0])) == 0.75


def test_p_values_are_uniform_where_nothing_is_there():
    """Of 60 small logs with tastes; a test by random signs assumes nothing of them."""
    p_values = []
    for seed in range(60):
        votes = some_votes(seed, voters=Voters(100, tastes=200.0))
        counted = counted_votes(fit(count(votes)), votes)
        half = np.where(np.arange(counted.row.size) < counted.row.size / 2, -0.5, 0.5)
        p_values.append(added_effects(counted, csr_array(counted.incidence.multiply(half[:, None])), every_vote(votes), seed).p_value())
    assert kstest(p_values, "uniform").pvalue > 0.01


def test_pairs_deviate_by_the_statistic_of_intransitivity():
    circular, plain = (drawn(2, circle=circle, stays=Stays()).votes for circle in (80.0, 0.0))
    for votes, is_there in ((circular, True), (plain, False)):
        fitted = fit(count(votes))
        found = uneven_pairs(counted_votes(fitted, votes), every_vote(votes), 1)
        usual = intransitivity(fitted, n_replicates=199)
        assert (found.p_value < 0.01) == is_there == (usual.p_value < 0.01)
        assert not is_there or found.deviation == pytest.approx(usual.deviation, rel=0.2)


def test_tastes_of_voters_who_meet_the_same_pairs_are_no_intransitivity():
    """Each of 30 voters with strong tastes votes on a third of the pairs: simulated votes alarm, signs of voters do not."""
    by_signs, by_votes = [], []
    for seed in range(20):
        votes = some_votes(seed, n_votes=9000, voters=Voters(30, "equal", tastes=200.0))
        pair = np.minimum(votes.first, votes.second) * 6 + np.maximum(votes.first, votes.second)
        votes = votes.only((pair * 7 + every_vote(votes)) % 3 == 0)
        fitted = fit(count(votes))
        by_signs.append(uneven_pairs(counted_votes(fitted, votes), every_vote(votes), seed).p_value)
        by_votes.append(intransitivity(fitted, n_replicates=99).p_value)
    assert np.mean(np.array(by_votes) <= CAUTIOUS) > 0.3
    assert np.mean(np.array(by_signs) <= CAUTIOUS) < 0.2


def test_the_thinnest_link_is_the_best_of_all_groups():
    """By trying every group of 8 competitors."""
    rng = np.random.default_rng(4)
    for trial in range(6):
        met = rng.poisson(30, (8, 8)).astype(int)
        if trial % 2:
            met[:4, 4:], met[4:, :4] = rng.poisson(0.4, (4, 4)), 1
        first, second = np.nonzero(~np.eye(8, dtype=bool))
        counts = np.zeros((first.size, 4), np.int64)
        counts[:, 0] = met[first, second]
        log = PairCounts(tuple("abcdefgh"), first, second, counts)
        found = thinnest_link(log)
        best = 2.0
        for size in range(1, 5):
            for group in itertools.combinations(range(8), size):
                inside = np.isin(np.arange(8), group)
                across = met[np.ix_(inside, ~inside)].sum() + met[np.ix_(~inside, inside)].sum()
                places = [sum(met[i, j] + met[j, i] for i in np.flatnonzero(side) for j in range(8) if i != j) for side in (inside, ~inside)]
                best = min(best, across / min(places))
        # Exact where two groups are thinly linked, and never below the truth.
        assert found.conductance >= best - 1e-12
        assert trial % 2 == 0 or found.conductance == pytest.approx(best)
        own = met[np.ix_(found.group, ~found.group)].sum() + met[np.ix_(~found.group, found.group)].sum()
        assert found.n_across == own


def products_by_hand(voter, stronger, weaker, values, n_voters):
    """Sum over every two votes of a voter between four different competitors."""
    total = np.zeros(n_voters)
    for i, j in itertools.combinations(range(len(voter)), 2):
        if voter[i] == voter[j] and len({stronger[i], weaker[i], stronger[j], weaker[j]}) == 4:
            total[voter[i]] += values[i] * values[j]
    return total


def test_care_is_of_votes_that_have_no_competitor_in_common():
    from recount.engine.voters.care_of_voters import _of_strangers

    votes = some_votes(3, n_votes=300, voters=Voters(30), n_competitors=7)
    codes, labels = voter_of(votes)
    decided = decided_votes(votes, codes, np.ones(len(labels), bool))
    values = np.random.default_rng(1).normal(size=decided.voter.size)
    of_stronger, of_weaker = (decided.cells.competitor[side] for side in decided.cells.of_vote)
    by_hand = products_by_hand(decided.voter, of_stronger, of_weaker, values, len(labels))
    np.testing.assert_allclose(_of_strangers(decided, values, len(labels)), by_hand, atol=1e-9)


def test_the_share_of_careless_voters_is_about_right():
    shares, p_values = [], []
    for seed in range(8):
        votes = drawn(seed, conduct=Conduct(0.25), strengths=Strengths.normal(200.0)).votes
        codes, labels = voter_of(votes)
        found = uneven_care(decided_votes(votes, codes, np.ones(len(labels), bool)), len(labels))
        shares.append(found.share)
        p_values.append(found.p_value)
    assert np.mean(shares) == pytest.approx(0.25, abs=0.08)
    assert max(p_values) < 0.01


def test_many_riggers_of_few_votes_are_seen_together():
    """A third of the voters, each with some 30 votes, of which two or three are on the target."""
    for seed in (1, 2):
        made = drawn(seed, rigging=Rigging(0.3, "target", "tie"), pairs=Pairs.uniform(), stays=Stays(), voters=Voters(1000, "equal"))
        votes, strengths = made.votes, made.parameters.strengths
        codes, labels = voter_of(votes)
        found = uneven_favour(decided_votes(votes, codes, np.ones(len(labels), bool)), len(votes.names))
        assert found.p_value < 0.001
        target = np.argsort(-strengths)[14]
        assert found.competitor == target
    votes = clean("usual", 1)
    codes, labels = voter_of(votes)
    assert uneven_favour(decided_votes(votes, codes, np.ones(len(labels), bool)), len(votes.names)).p_value > CAUTIOUS
    few = some_votes(voters=Voters(10))
    assert uneven_favour(decided_votes(few, every_vote(few), np.ones(10, bool)), 6) is None


def test_repeated_runs_by_hand():
    """The second voter casts the first one's votes again, but for one outcome."""
    rng = np.random.default_rng(5)
    n = 60
    first = rng.integers(0, 9, n)
    second = (first + rng.integers(1, 9, n)) % 9
    outcome = rng.integers(0, 3, n)
    other = outcome.copy()
    other[7] = (other[7] + 1) % 3
    names = tuple("abcdefghi")
    votes = Votes(names, np.tile(first, 2), np.tile(second, 2), np.concatenate([outcome, other]))
    found = repeated_runs(votes, np.repeat([0, 1], n))
    assert (found.n_matched, found.n_agree) == (n, n - 1)
    tail = sum(comb(n, k) * MOST_AGREEMENT**k * (1 - MOST_AGREEMENT) ** (n - k) for k in (n - 1, n))
    # Twice, once of all and once of the one couple of voters.
    assert found.p_value == pytest.approx(2 * tail)
    assert repeated_runs(votes).n_matched == n
    nobody = repeated_runs(votes, np.full(2 * n, -1))
    assert (nobody.n_matched, nobody.p_value) == (0, 1.0)
    one = repeated_runs(votes, np.zeros(2 * n, int))
    assert one.n_matched == 0
    assert repeated_runs(votes.only(np.zeros(0, int))).p_value == 1.0
