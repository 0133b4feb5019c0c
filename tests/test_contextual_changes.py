"""Removal of votes and voters with covariates: against refits of the log without them, and fits without covariates."""

import numpy as np
import pytest

from recount.engine import ELO, ExistenceError, OptionError, Position, clustered, count, covariance, fit
from recount.engine.scrutiny.conclusion import pair_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.scrutiny.first_order import change_effects
from tests.test_contextual import COVARIATES, TIE_RULES, random_log, with_mirror_image


@pytest.fixture(scope="module")
def log():
    return random_log(2, n=5, n_votes=500)


def refitted(log, fitted, keep):
    """Strengths, in the order of a fit, of the votes where `keep` is true, fitted as a log by themselves."""
    again = fit(log.only(keep), covariates=fitted.covariates, ties=fitted.ties)
    return again.strengths[[again.names.index(name) for name in fitted.names]]


@pytest.mark.parametrize("ties", TIE_RULES)
@pytest.mark.parametrize("covariates", [[Position()], COVARIATES])
def test_effect_of_one_vote_against_refits(log, ties, covariates):
    fitted = fit(log, covariates=covariates, ties=ties)
    contrasts = np.array([[1.0, -1, 0, 0, 0], [0, 0.5, 0.5, 0, -1]])
    forecast = change_effects(fitted, contrasts)
    assert forecast.shape == (2, fitted.design.result.size)
    votes = np.random.default_rng(0).permutation(np.flatnonzero(fitted.design.row_of_vote >= 0))[:40]
    exact = np.array([ELO * contrasts @ (refitted(log, fitted, np.arange(500) != vote) - fitted.strengths) for vote in votes])
    # A Newton step leaves the square of what one vote of 500 does; the parameter of ties has no part in the division.
    assert pytest.approx(exact, abs=0.02 * np.abs(exact).max()) == forecast[:, fitted.design.row_of_vote[votes]].T


def test_effect_of_a_voter_against_refits(log):
    fitted = fit(log, covariates=COVARIATES, ties="davidson")
    contrasts = np.array([[1.0, -1, 0, 0, 0]])
    clusters = clustered(log, fitted, "voter")
    forecast = change_effects(fitted, contrasts, clusters=clusters)[0]
    voter = log.columns["voter"]
    exact = np.array([ELO * contrasts[0] @ (refitted(log, fitted, voter != label) - fitted.strengths) for label in np.unique(voter)])
    # A voter is a fortieth of the votes, and to first order that much is wrong.
    assert forecast == pytest.approx(exact, abs=0.15 * np.abs(exact).max())


@pytest.mark.parametrize("ties", TIE_RULES)
@pytest.mark.parametrize("covariates", [[Position()], COVARIATES])
def test_fewest_votes_change_the_conclusion_in_a_refit(log, ties, covariates):
    fitted = fit(log, covariates=covariates, ties=ties)
    conclusion = top_set(fitted)
    removal = fewest_votes(fitted, conclusion)
    assert removal.votes.shape == fitted.likelihood.shape
    assert removal.votes.sum() == removal.n_changed
    assert np.all(removal.votes <= fitted.design.votes)
    assert removal.rating_error <= 1e-8
    keep, left = np.ones(500, bool), removal.votes.copy()
    for vote, row in enumerate(fitted.design.row_of_vote):
        if row >= 0 and left[row]:
            keep[vote], left[row] = False, left[row] - 1
    strengths = refitted(log, fitted, keep)
    assert strengths == pytest.approx(removal.strengths, abs=1e-9)
    assert np.argmax(strengths) != np.argmax(fitted.strengths)


@pytest.mark.slow
def test_no_smaller_removal_where_all_can_be_tried():
    """Two competitors, a position: as few votes as the search finds, by trying how many of each kind to take."""
    log = random_log(9, n=2, n_votes=60)
    fitted = fit(log, covariates=[Position()])
    removal = fewest_votes(fitted, pair_order(fitted, *fitted.names))
    better = int(np.argmax(fitted.strengths))
    row = fitted.design.row_of_vote
    for n_dropped in range(1, removal.n_changed):
        for split in np.ndindex(*np.minimum(fitted.design.votes, n_dropped).astype(int) + 1):
            if sum(split) != n_dropped:
                continue
            keep, left = np.ones(60, bool), np.array(split)
            for vote in range(60):
                if left[row[vote]]:
                    keep[vote], left[row[vote]] = False, left[row[vote]] - 1
            try:
                assert int(np.argmax(refitted(log, fitted, keep))) == better
            except ExistenceError:
                # Without them there are no ratings, which changes no conclusion.
                continue


def test_voters_whose_removal_changes_a_conclusion(log):
    fitted = fit(log, covariates=COVARIATES)
    clusters = clustered(log, fitted, "voter")
    removal = fewest_votes(fitted, top_set(fitted), clusters=clusters)
    gone = np.isin(clusters.codes[0], removal.clusters)
    keep = np.ones(500, bool)
    keep[clusters.row[gone]] = False
    assert removal.votes.sum() == gone.sum()
    assert refitted(log, fitted, keep) == pytest.approx(removal.strengths, abs=1e-9)
    with pytest.raises(OptionError, match="dropped by one column"):
        fewest_votes(fitted, top_set(fitted), clusters=clustered(log, fitted, ("voter", "prompt")))


@pytest.mark.parametrize("ties", TIE_RULES)
def test_where_the_covariate_is_nothing_the_effects_are_those_without(log, ties):
    """In a log and its mirror image a position is orthogonal to strengths: a vote moves them as it does without."""
    both_ways = with_mirror_image(log)
    ours, theirs = fit(both_ways, covariates=[Position()], ties=ties), fit(count(both_ways), ties=ties)
    contrast = np.array([[1.0, 0, 0, 0, -1]])
    assert covariance(ours).covariance == pytest.approx(covariance(theirs).covariance, rel=0.01)
    rows, cells = change_effects(ours, contrast)[0], change_effects(theirs, contrast)[0].ravel()
    row_cells = theirs.likelihood.cells_of(both_ways, "tie")
    of_row = dict(zip(ours.design.row_of_vote[row_cells[0]], row_cells[1], strict=True))
    # The division by what a vote's information leaves knows the position, of which a vote has a share of 1 / 1,000.
    assert rows == pytest.approx(cells[[of_row[row] for row in range(rows.size)]], rel=0.01)
