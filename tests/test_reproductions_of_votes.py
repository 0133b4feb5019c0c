"""Published results on perturbed votes, each in small: what the studies of `benchmarks/reproductions` would have to find to be wrong."""

import numpy as np
import pytest
from scipy import stats

import recount
from benchmarks.reproductions import apathetic_votes, elo_orders, random_drop, silent_deprecation, vote_rigging


def test_a_random_drop_keeps_the_first_place_as_often_as_its_lead_in_standard_errors_says(arena_counts):
    """Huang et al.: 77 of 100, and here all 100; between them the normal law of what a random drop moves."""
    assert random_drop.kept_in(arena_counts).n_kept == 100
    close = recount.perturb(arena_counts, "subsample", seed=4, share=random_drop.THEIRS / arena_counts.n_votes)
    found = random_drop.kept_in(close)
    assert 60 < found.expected < 95
    assert stats.binomtest(found.n_kept, 100, found.expected / 100).pvalue > 0.01


@pytest.mark.parametrize(("p", "k_factor"), [(0.55, 4.0), (0.55, 32.0), (0.65, 16.0)])
def test_one_order_of_elo_is_wrong_as_often_as_its_wandering_says(monkeypatch, p, k_factor):
    monkeypatch.setattr(elo_orders, "N_LOGS", 60)
    one, mean = elo_orders.wrong_shares(p, k_factor)
    assert one == pytest.approx(elo_orders.expected_wrong(p, k_factor), abs=0.03)
    assert mean <= 0.02


def test_one_careless_vote_in_ten_moves_a_model_by_some_five_places(monkeypatch, arena_counts):
    """Zhao et al.: up to 5."""
    monkeypatch.setattr(apathetic_votes, "N_SEEDS", 10)
    careless, dropped = (apathetic_votes.changes(arena_counts, name, 0.1) for name in ("careless", "drop"))
    assert 3 <= careless[0] <= 6
    assert (dropped < careless).all()
    assert apathetic_votes.shrinkage(arena_counts, 0.1) == pytest.approx(0.886, abs=0.005)


def test_honest_votes_move_nobody_far(arena_counts):
    """Min et al.: one place in 27,000 votes, where rigging gains 15."""
    assert abs(vote_rigging.honest_gain(arena_counts, vote_rigging.TARGETS[0], 27_000, 0)) <= 2


def test_retired_models_are_wrong_where_prompts_drift_and_only_there():
    """Singh et al., with what they do not say: without drift intervals cover."""
    still, drifting = (silent_deprecation.studied(drift, 0.5, 3) for drift in (0.0, 40.0))
    assert (still[3:] > 0.9).all()
    assert drifting[3] > 0.9
    assert drifting[5] > 0.9
    assert drifting[4] < 0.88
    assert drifting[1] < drifting[0]
    assert np.isfinite(still).all()
