"""The reproductions on simulated arenas, in small: each can fail."""

import numpy as np
import pytest

import recount
from benchmarks.reproductions import active_sampling, best_of_many, careless_voters
from recount.engine.votes import PairCounts


def test_the_best_of_many(monkeypatch):
    monkeypatch.setattr(best_of_many, "ESTABLISHED_VOTES", 200_000)
    assert [best_of_many.largest_of(n) for n in best_of_many.N_VARIANTS] == pytest.approx([1.16296, 1.86748, 2.24907], abs=1e-5)
    assert (best_of_many.sigma(0.0), best_of_many.sigma(0.345)) == pytest.approx((6.34, 5.13), abs=0.01)
    alike = best_of_many.gained(5, 0.345, n_published=60, fresh=(0, 3000))
    expected = best_of_many.largest_of(5) * best_of_many.sigma(0.345)
    error = best_of_many.sigma(0.345) / np.sqrt(60)
    assert alike.noise.mean() == pytest.approx(expected, abs=3.5 * error)
    assert alike.left.mean(axis=1) == pytest.approx([expected, expected / 2], abs=3.5 * error)
    assert alike.real == pytest.approx(0, abs=1e-9)
    differing = best_of_many.gained(5, 0.345, 50.0, n_published=60)
    assert differing.real.mean() > 5 * differing.noise.mean()


def test_active_sampling():
    """Widths fall as the root of votes; the rule by interval widths needs fewer votes than unequal pairs, and next to none fewer than equal ones."""
    n = 8 * active_sampling.ROUND
    unequal, equal, by_width = (active_sampling.curve(rule, 250.0, n, n_seeds=2) for rule in ("popularity 0.6", "all alike", "CI width"))
    assert equal[3] / equal[7] == pytest.approx(np.sqrt(2), rel=0.05)
    assert by_width[-1, 0] < 0.9 * unequal[-1, 0]
    least = active_sampling.least_share(250.0)
    assert 0.98 < least < 1
    assert by_width[-1, 0] / equal[-1, 0] == pytest.approx(np.sqrt(least), abs=0.02)
    assert active_sampling.votes_for(equal[:, 0], equal[3, 0]) == pytest.approx(4 * active_sampling.ROUND, rel=1e-6)
    assert np.isnan(active_sampling.votes_for(equal[:, 0], 0.01))


def test_careless_voters():
    """By hand-made votes of a few competitors: careless voters shrink ratings as their share says, riggers lift the middle one."""
    first, second = np.triu_indices(9, 1)
    strengths = np.linspace(2, -2, 9)
    p = 1 / (1 + np.exp(strengths[second] - strengths[first]))
    counts = PairCounts(tuple("abcdefghi"), first, second, np.rint(400 * np.column_stack([0.7 * p, 0.7 * (1 - p), 0.3 + 0 * p, 0 * p])).astype(int))
    honest, careless, reversing, rigging = (
        careless_voters.moved(counts, 20_000, kind, share, n_seeds=2)
        for kind, share in (("", 0.0), ("careless", 0.3), ("adversarial", 0.3), ("rigging", 0.3))
    )
    assert honest.slope == pytest.approx(1, abs=0.03)
    assert 0.5 < careless.slope < 0.8
    assert reversing.slope < careless.slope - 0.15
    assert rigging.gained >= 2 > honest.gained + 1
    assert careless_voters.places(np.array([0.5, 2.0, 0.5])).tolist() == [2, 1, 2]


def test_who_is_looked_at_has_votes():
    looked_at = careless_voters.usual(recount.read().counts)
    assert looked_at.sum() == 89
