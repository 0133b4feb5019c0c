"""Scores of predictions, one vote at a time and by closed forms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from recount.engine import InputError, count, fit
from recount.engine.scrutiny.prediction import calibration, points_gap, score
from tests.random_logs import random_votes


def some(seed=0, m=40, most=9):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([2, 2, 1], m).T
    return probabilities, rng.integers(0, most, (3, m)).astype(float)


def test_scores_one_vote_at_a_time():
    probabilities, votes = some()
    found = score(probabilities, votes, tie_has_probability=True)
    three, brier, points, brier_points, decided, brier_decided, right = ([] for _ in range(7))
    for p, n in zip(probabilities.T, votes.T, strict=True):
        for outcome in range(3):
            for _ in range(int(n[outcome])):
                happened = np.eye(3)[outcome]
                three.append(-math.log(p[outcome]))
                brier.append(sum((p - happened) ** 2))
                s, e = (1, 0, 0.5)[outcome], p[0] + p[2] / 2
                points.append(-s * math.log(e) - (1 - s) * math.log(1 - e))
                brier_points.append((s - e) ** 2)
                if outcome < 2:
                    q = p[outcome] / (p[0] + p[1])
                    decided.append(-math.log(q))
                    brier_decided.append((1 - q) ** 2)
                    right.append(q > 0.5)
    assert (found.n_votes, found.n_decided) == (len(three), len(decided))
    assert (found.log_loss_three, found.brier_three) == pytest.approx((np.mean(three), np.mean(brier)))
    assert (found.log_loss_points, found.brier_points) == pytest.approx((np.mean(points), np.mean(brier_points)))
    assert (found.log_loss_decided, found.brier_decided) == pytest.approx((np.mean(decided), np.mean(brier_decided)))
    assert found.accuracy == pytest.approx(np.mean(right))


def test_gap_one_vote_at_a_time():
    (ours, votes), (theirs, _) = some(), some(seed=1)
    gaps = []
    for p, q, n in zip(ours.T, theirs.T, votes.T, strict=True):
        for s, k in zip((1, 0, 0.5), n, strict=True):
            losses = [-s * math.log(x[0] + x[2] / 2) - (1 - s) * math.log(x[1] + x[2] / 2) for x in (p, q)]
            gaps += [losses[0] - losses[1]] * int(k)
    gap, error = points_gap(ours, theirs, votes)
    assert gap == pytest.approx(np.mean(gaps))
    assert error == pytest.approx(np.std(gaps) / math.sqrt(len(gaps)))
    assert points_gap(ours, ours, votes) == (0, 0)


def test_calibration_one_vote_at_a_time():
    probabilities, votes = some(most=30)
    expected = probabilities[0] + probabilities[2] / 2
    found = calibration(expected, votes, n_bins=5, confidence_level=0.9)
    scores = {}
    for e, n in zip(expected, votes.T, strict=True):
        side = e if e >= 0.5 else 1 - e
        number = min(int((side - 0.5) * 10), 4)
        for s, k in zip((1, 0, 0.5), n, strict=True):
            scores.setdefault(number, []).extend([(side, s if e >= 0.5 else 1 - s)] * int(k))
    z = ndtri(0.95)
    for row, number in enumerate(sorted(scores)):
        sides, s = np.array(scores[number]).T
        assert (found.start[row], found.end[row], found.n_votes[row]) == pytest.approx((0.5 + number / 10, 0.6 + number / 10, s.size))
        assert (found.expected[row], found.observed[row]) == pytest.approx((sides.mean(), s.mean()))
        # Half of z squared wins, as many losses.
        total = s.size + z**2
        mean = (s.sum() + z**2 / 2) / total
        half = z * math.sqrt((((s - mean) ** 2).sum() + z**2 / 2 * (mean**2 + (1 - mean) ** 2)) / total**2)
        assert (found.lower[row], found.upper[row]) == pytest.approx((max(mean - half, 0), min(mean + half, 1)))
    sizes = [len(scores[number]) for number in sorted(scores)]
    assert found.error == pytest.approx(np.average(np.abs(found.observed - found.expected), weights=sizes))


def test_interval_without_ties_is_agresti_coull():
    """Agresti and Coull (1998): 15 of 20 with two pseudo-votes of each kind, near z = 1.96, is 17 of 24."""
    found = calibration(np.array([0.7]), np.array([[15.0], [5.0], [0.0]]))
    z = ndtri(0.975)
    p = (15 + z**2 / 2) / (20 + z**2)
    half = z * math.sqrt(p * (1 - p) / (20 + z**2))
    assert (found.lower[0], found.upper[0]) == pytest.approx((p - half, p + half))
    assert p == pytest.approx(17 / 24, abs=2e-3)


@given(st.integers(0, 2**16), st.lists(st.booleans(), min_size=40, max_size=40))
def test_which_side_is_first_does_not_matter(seed, swapped):
    probabilities, votes = some(seed, most=3)
    votes[0, 0] += 1
    turn = np.where(swapped, [[1], [0], [2]], [[0], [1], [2]])
    one = score(probabilities, votes, tie_has_probability=True)
    other = score(np.take_along_axis(probabilities, turn, 0), np.take_along_axis(votes, turn, 0), tie_has_probability=True)
    for name in ("log_loss_three", "brier_three", "log_loss_points", "brier_points", "log_loss_decided", "brier_decided", "accuracy"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-12, nan_ok=True)
    assert one.calibration.error == pytest.approx(other.calibration.error, abs=1e-12)


def test_in_its_own_votes_log_loss_is_the_mean_nll():
    for ties in ("half", "davidson", "rao-kupper"):
        fitted = fit(count(random_votes()), ties=ties)
        played = fitted.contests
        probabilities = fitted.outcome_shares(fitted.strengths[played.first] - fitted.strengths[played.second])
        found = score(probabilities, np.stack([played.wins, played.losses, played.ties]), tie_has_probability=ties != "half")
        assert (found.log_loss_points if ties == "half" else found.log_loss_three) == pytest.approx(fitted.mean_nll, rel=1e-12)


def test_what_a_model_does_not_predict():
    probabilities, votes = np.array([[0.8], [0.2], [0.0]]), np.array([[3.0], [0.0], [1.0]])
    half = score(probabilities, votes, tie_has_probability=False)
    assert np.isnan(half.log_loss_three)
    assert np.isnan(half.brier_three)
    assert score(probabilities, votes, tie_has_probability=True).log_loss_three == np.inf
    assert np.isnan([half.log_loss_decided, half.brier_decided]).all()
    assert half.accuracy == 1
    only_ties = score(probabilities, np.array([[0.0], [0.0], [4.0]]), tie_has_probability=True)
    assert np.isnan([only_ties.accuracy, only_ties.log_loss_decided, only_ties.brier_decided]).all()
    even = score(np.array([[0.5], [0.5], [0.0]]), votes, tie_has_probability=False)
    assert even.accuracy == 0.5
    with pytest.raises(InputError, match="no vote"):
        score(probabilities, np.zeros((3, 1)), tie_has_probability=False)
