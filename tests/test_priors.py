"""What a prior adds and how sure it leaves ratings: closed forms, posteriors, and votes that say nothing."""

import numpy as np
import pytest

from recount.engine import (
    ELO,
    CategoryEffect,
    ExistenceError,
    Factor,
    OptionError,
    Position,
    Prior,
    Resampling,
    Style,
    Votes,
    bootstrap,
    contests,
    count,
    covariance,
    cycles,
    fit,
    fit_quality,
    intransitivity,
    shrink,
    ties_at_random,
)
from recount.sims.specification import Specification
from tests.logs import with_effects
from tests.random_logs import counts_of, random_log, random_votes
from tests.sandwiches import sandwich_by_definition, votes_of_contests

APART = [("a", "b", 750, 250, 0, 0), ("c", "d", 510, 490, 0, 0)]


@pytest.mark.parametrize("prior", [Prior("votes"), Prior("gaussian", 300.0)])
def test_what_only_the_prior_knows_is_as_uncertain_as_the_prior(prior):
    """Two groups that never met: their difference is known as the prior knows it; differences within a group as the votes do."""
    fitted = fit(counts_of(APART), prior=prior)
    sandwich, posterior = covariance(fitted), covariance(fitted, "fisher")
    across, within = (0, 2), (0, 1)
    assert sandwich.difference(*across)[1] == pytest.approx(posterior.difference(*across)[1], rel=0.01)
    assert sandwich.difference(*across)[1] * ELO > 200
    without = covariance(fit(counts_of(APART[:1]))).difference(0, 1)[1]
    assert sandwich.difference(*within)[1] == pytest.approx(without, rel=0.02)


def test_the_sandwich_of_a_gaussian_prior_by_definition():
    """Bread and meat both with the prior's precision."""
    counts = count(random_votes(n=5, n_votes=120))
    fitted = fit(counts, prior=Prior("gaussian", 150.0))
    precision = (ELO / 150.0) ** 2 * np.eye(5)
    votes = votes_of_contests(fitted.contests, fitted.strengths)
    information = votes[1].sum(axis=0) + precision
    of_votes, _ = sandwich_by_definition(5, *votes, information=information)
    centre, inverse = np.eye(5) - 1 / 5, np.linalg.inv(information)
    expected = centre @ (of_votes + inverse @ precision @ inverse) @ centre
    assert covariance(fitted).covariance == pytest.approx(expected, rel=1e-8, abs=1e-12)


def test_an_effect_that_only_the_ridge_knows():
    """A length that every competitor always has is a sum of strengths; a label with one vote."""
    log = random_log()
    own = np.arange(6) ** 2.0
    category = np.where(np.arange(1500) == 7, 2, log.columns["category"].codes % 2)
    columns = {"own_a": own[log.first], "own_b": own[log.second], "category": Factor(category.astype(np.int32), ("code", "maths", "rare"))}
    votes = Votes(log.names, log.first, log.second, log.outcome, columns)
    for covariates, ridge in (([Style("own_a", "own_b", "difference")], 1.0), ([CategoryEffect("category")], 0.1)):
        fitted = fit(votes, covariates=covariates, ridge=ridge)
        sandwich, posterior = (with_effects(covariance(fitted, method))[1].standard_errors()[-1] for method in ("sandwich", "fisher"))
        # The one vote has a score of its own, which is not the one that was expected.
        assert 0.7 * posterior < sandwich < 1.1 * posterior


def test_firth_of_the_smallest_logs():
    """One vote: the penalised likelihood is p sqrt(p q), at its maximum where p is 3/4. Five: p^5 sqrt(p q), 11/12."""
    for n_wins, odds in ((1, 3.0), (5, 11.0)):
        fitted = fit(counts_of([("a", "b", n_wins, 0, 0, 0)]), prior=Prior("firth"))
        assert fitted.strengths[0] - fitted.strengths[1] == pytest.approx(np.log(odds), abs=1e-9)
    chain = fit(counts_of([(f"c{i}", f"c{i + 1}", 1, 0, 0, 0) for i in range(6)]), prior=Prior("firth"))
    assert (np.diff(chain.strengths) < 0).all()
    undefeated = fit(counts_of([("a", "b", 5, 0, 0, 0), ("b", "c", 9, 8, 0, 0), ("a", "c", 4, 0, 0, 0)]), prior=Prior("firth"))
    assert np.isfinite(bootstrap(undefeated, Resampling(n_replicates=50, seed=1)).values).all()
    with pytest.raises(ExistenceError, match="never met, for example 'a' and 'c'"):
        fit(counts_of(APART), prior=Prior("firth"))


def test_amounts():
    for call, message in (
        (lambda: Prior("gaussian"), "no usual width"),
        (lambda: Prior("firth", 2.0), "has none"),
        (lambda: Prior("none", 2.0), "has none"),
        (lambda: Prior("votes", -1.0), "above 0"),
        (lambda: Specification.from_dict({"prior": "gaussian"}), "no usual width"),
        (lambda: Specification(prior=Prior("votes"), existence="drop"), "give one of both"),
        (lambda: Specification.from_dict({"scheme": "bayes"}), "intervals='bootstrap' only"),
        (lambda: Specification.from_dict({"interval_method": "bca"}), "intervals='bootstrap' only"),
    ):
        with pytest.raises(OptionError, match=message):
            call()
    assert Prior("votes").amount == 1.0


def test_both_bad_of_who_is_left_out_are_left_out():
    rows = [("a", "b", 3, 2, 0, 1), ("a", "c", 4, 0, 0, 2), ("b", "c", 0, 0, 0, 3)]
    fitted = fit(counts_of(rows), both_bad="outcome", existence="drop")
    assert fitted.dropped == ("c",)
    assert fitted.contests.n_both_bad == 1
    assert fitted.log_likelihood == pytest.approx(fit(counts_of(rows[:1]), both_bad="outcome").log_likelihood)


def test_ties_at_random_beside_both_bad():
    """By definition: decided votes by Bradley-Terry; a share of ties of what is not both bad; a share of both bad of all."""
    counts = count(random_votes())
    dropped = fit(counts, ties="drop", both_bad="outcome")
    played = contests(counts, both_bad="outcome")
    n_decided, n_ties, n_bad = dropped.contests.n_votes, played.ties.sum(), played.n_both_bad
    n = n_decided + n_ties + n_bad
    decided = fit(counts, ties="drop", both_bad="drop").log_likelihood
    shares = n_bad * np.log(n_bad / n) + n_ties * np.log(n_ties / n) + n_decided * np.log(n_decided / n)
    found = ties_at_random(dropped, played)
    assert found.log_likelihood == pytest.approx(decided + shares, rel=1e-12)
    assert found.deviance > 0
    # As far from Davidson's as without both bad, which is a factor of its own.
    gaps = []
    for both_bad in ("outcome", "drop"):
        at_random = ties_at_random(fit(counts, ties="drop", both_bad=both_bad), contests(counts, both_bad=both_bad))
        gaps.append(at_random.aic - fit_quality(fit(counts, ties="davidson", both_bad=both_bad)).aic)
    assert gaps[0] == pytest.approx(gaps[1])


def test_what_takes_the_votes_of_a_pair_to_be_alike_refuses_covariates():
    fitted = fit(random_log(), covariates=[Position()])
    for call in (lambda: intransitivity(fitted), lambda: cycles(fitted)):
        with pytest.raises(OptionError, match="takes the votes of a pair to be alike, and covariates deny that"):
            call()
    with pytest.raises(OptionError, match="shrinkage draws strengths without covariates"):
        shrink(count(random_log()), fitted)
