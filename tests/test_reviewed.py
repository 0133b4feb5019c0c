"""Confident wrong answers that a review found, each beside what is right."""

import numpy as np
import pandas as pd
import pytest

from recount.engine import ELO, ConvergenceError, OptionError, Resampling, Votes, Weights, bootstrap, clustered, count, covariance, fit, shrink
from recount.engine.boards import leaderboard
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from tests.random_logs import counts_of


def decayed(days_of_half_life):
    """a beat b 15:5 a hundred days before c and b shared two votes."""
    rows = [("a", "b", "model_a", "2024-01-01")] * 15 + [("a", "b", "model_b", "2024-01-01")] * 5
    rows += [("c", "b", "model_a", "2024-04-10"), ("c", "b", "model_b", "2024-04-10")]
    return analyse(read(pd.DataFrame(rows, columns=["model_a", "model_b", "winner", "t"])), weights=Weights.decay("t", days_of_half_life))


@pytest.mark.parametrize("days", [5, 7, 8, 30, 1000])
def test_a_lead_does_not_depend_on_how_old_it_is(days):
    board = decayed(days).leaderboard().frame.set_index("competitor")
    assert board.rating["a"] - board.rating["b"] == pytest.approx(ELO * np.log(3), abs=1e-4)
    # Errors and P(best) are the same whatever all old votes weigh.
    assert board.standard_error["a"] == pytest.approx(111.374, abs=0.01)
    assert board.p_best.to_numpy() == pytest.approx(decayed(30).leaderboard().frame.p_best.to_numpy(), abs=1e-9)


@pytest.mark.parametrize("days", [0.5, 1, 1.5, 2, 3])
def test_weights_that_leave_nothing_of_someone_are_refused(days):
    with pytest.raises(ConvergenceError, match=r"the votes between 'a' and 'b' weigh .*, too little beside 22 of another pair"):
        decayed(days).leaderboard()


@pytest.mark.parametrize("sizes", [(98, 1, 1), (998, 1, 1), (50, 50, 1), (200, 1, 1, 1, 1, 1)])
def test_one_voter_with_most_votes_is_refused(sizes):
    voter = np.repeat(np.arange(len(sizes)), sizes)
    outcome = np.random.default_rng(1).integers(0, 2, voter.size).astype(np.int8)
    votes = Votes(("a", "b"), np.zeros(voter.size, np.int32), np.ones(voter.size, np.int32), outcome, {"voter": voter})
    fitted = fit(count(votes))
    clusters = clustered(votes, fitted, "voter")
    for of in (lambda: covariance(fitted, clusters=clusters), lambda: bootstrap(fitted, Resampling(n_replicates=50), clusters=clusters)):
        with pytest.raises(OptionError, match="so unequal that they are worth"):
            of()


@pytest.mark.parametrize("n_ties", [100, 10_000])
def test_nothing_but_ties_does_not_exclude_a_few_decided_votes(n_ties):
    """Three decided votes may go unseen (the rule of three); all for one side they move the lead by 4 x 1.5 / n log-odds."""
    half = covariance(fit(counts_of([("a", "b", 0, 0, n_ties, 0)]))).difference_widths()[0, 1]
    assert 0.8 * 6 / n_ties < half < 2 * 6 / n_ties


@pytest.mark.parametrize(("wins", "losses"), [(0.01, 0.0), (0.02, 0.0), (0.03, 0.01), (0.08, 0.02)])
def test_coverage_where_nearly_all_votes_are_ties(wins, losses):
    """Over all counts of a hundred votes, weighted by their probabilities; the lead that half-wins tend to is the logit of the expected score."""
    n, rng = 100, np.random.default_rng(3)
    lead, covered = np.log((1 + wins - losses) / (1 - wins + losses)), []
    for won, lost, tied in rng.multinomial(n, [wins, losses, 1 - wins - losses], 400):
        rated = covariance(fit(counts_of([("a", "b", int(won), int(lost), int(tied), 0)])))
        covered.append(abs(rated.strengths[0] - rated.strengths[1] - lead) <= rated.difference_widths()[0, 1])
    assert np.mean(covered) > 0.93


def test_one_vote_does_not_move_a_category_by_hundreds():
    """In the other votes a and b are equal; one vote of the category is for b."""
    others = fit(counts_of([("a", "b", 600, 600, 0, 0), ("a", "c", 600, 600, 0, 0), ("b", "c", 600, 600, 0, 0)]))
    found = shrink(counts_of([("a", "b", 0, 1, 0, 0)]), others)
    assert ELO * np.ptp(found.uncertainty.strengths) < 60
    assert 40 < found.deviation < 110


def test_two_replicates_know_no_standard_deviation():
    drawn = bootstrap(fit(counts_of([("a", "b", 11, 9, 0, 0)])), Resampling(n_replicates=2, interval_method="normal"))
    low, _ = drawn.monte_carlo_errors()
    lower, _ = drawn.interval()
    assert (low > 0.5 * (drawn.strengths - lower)).all()
    assert (leaderboard(drawn, np.array([20, 20])).lower_error > 0).all()
