"""Who is shown in simulated arenas, and when: each mechanism on the quantity that it is meant to move; and that truth is given back all the same."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from recount.engine import ELO, OptionError, PairCounts, count, covariance, fit
from recount.engine.votes import FIRST_WON, SECOND_WON, TIE
from recount.sims.arenas import (
    AnswerLengths,
    Arena,
    Categories,
    Conduct,
    Newcomers,
    Pairs,
    PrivateVariants,
    Providers,
    Rigging,
    Sampling,
    Stays,
    Strengths,
    Voters,
    draw_counts,
    draw_parameters,
    draw_votes,
    expected_votes,
    simulate,
)
from recount.sims.arenas.adaptive_sampling import N_STEPS, shares_after, votes_and_wins
from recount.sims.arenas.best_of_variants import of_the_test
from recount.sims.arenas.timeline import drawn_stays

RARE = 1e-3
ALIKE = Voters(0)
SMALL = Arena(n_competitors=10, n_votes=40_000, voters=ALIKE)
LEAVES_STRENGTHS = {
    "stays": {"days": 40, "stays": Stays(0.4, 0.4)},
    "providers": {"providers": Providers(5, 1, 10.0)},
    "interval widths": {"sampling": Sampling("ci-width", 6)},
    "variances": {"sampling": Sampling("a-optimal", 6)},
    "categories alike": {"categories": Categories(4, 0.0, (), (1, 1, 1, 7))},
    "lengths without effect": {"lengths": AnswerLengths(300)},
}


@pytest.mark.parametrize("name", LEAVES_STRENGTHS)
def test_truth_is_given_back(name):
    """Errors in standard errors, over 8 arenas, are as normal variables; none is beyond what such many may be."""
    z = []
    for seed in range(8):
        arena = simulate(replace(SMALL, **LEAVES_STRENGTHS[name]), seed=seed)
        fitted = fit(count(arena.votes), ties="davidson")
        z.append((fitted.strengths - arena.parameters.strengths) / covariance(fitted).standard_errors())
    assert np.abs(z).max() < 3.7
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1, abs=0.25)


def test_nobody_meets_before_entering_or_after_retiring():
    simulated = simulate(replace(SMALL, days=20, stays=Stays(0.5, 0.3), newcomers=Newcomers(2, (40,)), n_votes=100_000), seed=3)
    votes, truth = simulated.votes, simulated.truth
    day = np.arange(votes.n_votes) * 20 / votes.n_votes
    entered, retired = truth["day_entered"].to_numpy(), truth["day_retired"].fillna(20).to_numpy()
    assert (entered[:10] > 0).sum() == 5
    assert (retired[:10] < 20).sum() == 3
    for side in (votes.first, votes.second):
        assert (day >= entered[side] - 1e-9).all()
        assert (day < retired[side] + 1e-9).all()
    # From the day on they meet as often as their popularity says.
    for who in np.flatnonzero(entered[:10] > 0):
        rows = np.flatnonzero((votes.first == who) | (votes.second == who))
        assert day[rows[0]] - entered[who] < 1.5
    assert simulated.votes.columns["tstamp"].size == votes.n_votes


def test_stays_are_drawn_as_chosen():
    enters, leaves = drawn_stays(4000, 0.5, 0.25, 12, np.random.default_rng(1))
    assert (enters > 0).sum() == 2000
    assert (leaves < 12).sum() == 1000
    assert (enters < leaves).all()
    both = (enters > 0) & (leaves < 12)
    assert both.sum() == pytest.approx(500, abs=4 * np.sqrt(4000 * 0.125 * 0.875))
    late = enters[(enters > 0) & ~both]
    assert stats.chisquare(np.bincount(late, minlength=12)[1:]).pvalue > RARE


def test_favoured_providers_are_shown_more_often():
    plain, favoured = (draw_parameters(replace(SMALL, providers=Providers(*chosen)), seed=5) for chosen in ((5,), (5, 2, 7.0)))
    assert np.array_equal(plain.strengths, favoured.strengths)
    met, number = favoured.meetings, np.arange(10) % 5 < 2
    ratio = met.expected / plain.meetings.expected
    ratio /= ratio[~number[met.first] & ~number[met.second]][0]
    assert ratio == pytest.approx(7.0 ** (number[met.first].astype(float) + number[met.second]))
    truth = favoured.frame
    assert truth["provider"].tolist() == [f"provider-{k % 5}" for k in range(10)]
    assert truth["favoured"].tolist() == number.tolist()
    votes = simulate(replace(SMALL, providers=Providers(5, 2, 7.0)), seed=5).votes
    found = np.bincount(votes.first, minlength=10) + np.bincount(votes.second, minlength=10)
    assert found == pytest.approx(favoured.expected_votes_of_each, abs=5 * np.sqrt(favoured.expected_votes_of_each.max()))


def e(n):
    """Mean of the largest of n standard normal variables, by quadrature."""
    return quad(lambda x: x * n * stats.norm.pdf(x) * stats.norm.cdf(x) ** (n - 1), -10, 10)[0]


def test_expected_maxima_are_those_of_the_references():
    assert (e(2), e(20), e(50)) == pytest.approx((1 / np.sqrt(np.pi), 1.867, 2.249), abs=1e-3)


@pytest.mark.parametrize(("n_variants", "n_published"), [(5, 80), (20, 25)])
def test_the_best_of_equal_variants_gains_what_the_largest_of_their_errors_is(n_variants, n_published):
    """Gain e_N sigma at the test; m / (m + F) of it after F fresh votes, by the log of what is published alone."""
    private = PrivateVariants(n_published, n_variants, test_votes=400, fresh_votes=1200)
    extra = n_published * private.votes_of_each
    arena = Arena(n_competitors=12, n_votes=150_000 + extra, strengths=Strengths.normal(60), private=private, voters=ALIKE)
    truth = draw_parameters(arena, seed=4)
    votes = draw_votes(truth, seed=4)
    at_test = fit(count(votes.only(of_the_test(votes, 12, 400))))
    sigma = np.median(covariance(at_test).standard_errors()[12:])
    simulated = simulate(arena, seed=4)
    assert simulated.votes.n_votes == arena.log_size
    gain = simulated.truth["test_gain"].to_numpy()[12:] / ELO
    error = sigma * np.sqrt(1 / n_published)
    assert gain.mean() == pytest.approx(e(n_variants) * sigma, abs=4 * error)
    assert (gain >= 0).all()
    # Established competitors are known best.
    fitted = fit(count(simulated.votes), ties="davidson")
    off = fitted.strengths - simulated.truth["strength"].to_numpy()
    left = off[12:] - off[:12].mean()
    again = fit(count(votes.only(of_the_test(votes, 12, 400))), ties="davidson")
    sigma_davidson = np.median(covariance(again).standard_errors()[12:])
    spread_left = sigma_davidson * np.sqrt(400 / 1600)
    assert left.mean() == pytest.approx(e(n_variants) * sigma_davidson / 4, abs=4 * spread_left / np.sqrt(n_published))
    assert left.mean() > 2 * spread_left / np.sqrt(n_published)


def test_what_is_published_is_the_best_of_its_test_and_nothing_else_is_left():
    private = PrivateVariants(3, 4, test_votes=50, fresh_votes=20, spread=100.0)
    arena = replace(SMALL, private=private, newcomers=Newcomers(1, (7,)), days=5, categories=Categories(2, 40), lengths=AnswerLengths(200, 0.5))
    truth = draw_parameters(arena, seed=6)
    votes = draw_votes(truth, seed=6)
    simulated = simulate(arena, seed=6)
    assert votes.n_votes == 40_000 + 3 * 3 * 70
    assert simulated.votes.n_votes == 40_000
    assert simulated.votes.names == tuple(f"model-{k:03d}" for k in range(14))
    each = np.bincount(simulated.votes.first, minlength=14) + np.bincount(simulated.votes.second, minlength=14)
    assert each[10:].tolist() == [7, 70, 70, 70]
    rows = np.zeros(votes.n_votes, bool)
    for k in range(11, 23):
        rows[np.flatnonzero((votes.first == k) | (votes.second == k))[:50]] = True
    rows |= (votes.first < 11) & (votes.second < 11)
    tested = fit(count(votes.only(rows)))
    best = [11 + 4 * k + int(tested.strengths[11 + 4 * k : 15 + 4 * k].argmax()) for k in range(3)]
    assert simulated.truth["strength"].to_numpy()[11:] - simulated.truth["strength"][0] == pytest.approx(truth.strengths[best] - truth.strengths[0])
    kept = np.isin(votes.first, [*range(11), *best]) & np.isin(votes.second, [*range(11), *best])
    assert np.array_equal(votes.outcome[kept], simulated.votes.outcome)
    assert np.array_equal(votes.columns["length_a"][kept], simulated.votes.columns["length_a"])
    assert simulated.truth["n_variants"].tolist() == [1] * 11 + [4] * 3
    # Variants of one competitor have the same categories and lengths, and other strengths.
    assert len(set(truth.lengths.logarithms[11:15])) == 1
    assert np.ptp(truth.categories.deviations[:, 11:15], axis=1) == pytest.approx(0)
    assert ELO * truth.strengths[11:].std() > 30
    assert simulated.truth["strength"].sum() == pytest.approx(0, abs=1e-12)


def test_a_published_truth_is_a_truth_like_others():
    """Its expectation is that of a log of its size, and votes drawn from it are fresh ones, without what was gained by the choice."""
    arena = replace(SMALL, private=PrivateVariants(2, 30, 800), days=10, stays=Stays(0.2, 0.2))
    truth = simulate(arena, seed=3).parameters
    assert expected_votes(truth).sum() == pytest.approx(40_000)
    votes = draw_votes(truth, seed=9)
    assert votes.n_votes == 40_000
    assert votes.names == truth.names
    assert (np.bincount(votes.first, minlength=12) + np.bincount(votes.second, minlength=12))[10:].tolist() == [800, 800]
    assert truth.expected_votes_of_each[10:] == pytest.approx(800)
    assert truth.meetings.timeline.bounds[-1] == 40_000


def test_one_variant_is_no_choice():
    truth = simulate(replace(SMALL, private=PrivateVariants(2, 1, 100)), seed=1).truth
    assert truth["test_gain"].to_numpy()[10:] == pytest.approx(0, abs=1e-9)


VOTES = simulate(Arena(n_competitors=5, n_votes=400, voters=ALIKE), seed=2).votes


FIRST, SECOND = (part.astype(np.int32) for part in np.nonzero(~np.eye(5, dtype=bool)))
# All but one, who is not there, and one order of a pair.
CAN = (FIRST != 3) & (SECOND != 3) & ~((FIRST == 1) & (SECOND == 0))


def as_table(shares):
    """Shares of both orders of a pair together."""
    found = np.zeros((5, 5))
    found[FIRST, SECOND] = shares
    assert shares.sum() == pytest.approx(1)
    assert not found[3].any()
    assert not found[:, 3].any()
    assert found[1, 0] == 0
    assert np.delete(np.delete(found - found.T, 3, 0), 3, 1)[1:, 1:] == pytest.approx(0)
    return found + found.T


def test_interval_widths_by_definition():
    """In proportion to the width of each pair's interval before a vote, minus that after it."""
    found = as_table(shares_after("ci-width", VOTES, 100, FIRST, SECOND, CAN))
    slow = np.zeros((5, 5))
    for i, j in zip(FIRST[CAN], SECOND[CAN], strict=True):
        rows = [(f, o) for f, s, o in zip(VOTES.first, VOTES.second, VOTES.outcome, strict=True) if {f, s} == {i, j}]
        wins = sum(0.5 if o >= TIE else float((o == FIRST_WON) == (f == i)) for f, o in rows)
        rate, k = (wins + 0.5) / (len(rows) + 1), max(len(rows), 1)
        slow[[i, j], [j, i]] = np.sqrt(rate * (1 - rate) / k) - np.sqrt(rate * (1 - rate) / (k + 1))
    assert found == pytest.approx(2 * slow / slow.sum())


def test_variances_by_trying():
    """Each part goes to the pair with which the trace of the covariance, computed anew, is lowest by one vote."""
    found = as_table(shares_after("a-optimal", VOTES, 2 * N_STEPS, FIRST, SECOND, CAN))
    strengths = fit(count(VOTES), existence="prior").strengths
    p = 1 / (1 + np.exp(strengths[None, :] - strengths[:, None]))
    met, given = votes_and_wins(count(VOTES), VOTES.names)[0].copy(), np.zeros((5, 5))

    def trace(i, j):
        more = met.copy()
        more[[i, j], [j, i]] += 1
        w = more * p * (1 - p)
        return np.trace(np.linalg.inv(np.diag(w.sum(axis=1)) - w + 0.25 * np.eye(5)))

    pairs = [(i, j) for i, j in combinations((0, 1, 2, 4), 2)]
    for _ in range(N_STEPS):
        i, j = min(pairs, key=lambda pair: trace(*pair))
        met[[i, j], [j, i]] += 2
        given[[i, j], [j, i]] += 1 / N_STEPS
    assert found == pytest.approx(given, abs=1.5 / N_STEPS)
    assert found.std() > 0.02


@pytest.mark.parametrize(("rule", "lowers"), [("ci-width", 1.0), ("a-optimal", 0.95)])
def test_sampling_by_votes_lowers_what_it_is_meant_to(rule, lowers):
    """Mean width of the intervals of win rates, or mean variance of strengths, against equal pairs, at the same number of votes."""

    def after(sampling, seed):
        votes = simulate(
            Arena(n_competitors=15, n_votes=6000, pairs=Pairs.uniform(), strengths=Strengths.normal(250), voters=ALIKE, sampling=sampling), seed=seed
        ).votes
        k, wins = votes_and_wins(count(votes), votes.names)
        rate = (wins + 0.5) / (k + 1)
        off = ~np.eye(15, dtype=bool)
        widths = np.sqrt(rate * (1 - rate) / np.maximum(k, 1))[off].mean()
        return widths if rule == "ci-width" else np.mean(covariance(fit(count(votes), existence="prior"), "fisher").standard_errors() ** 2)

    found = np.array([[after(sampling, seed) for sampling in (Sampling(), Sampling(rule, 12))] for seed in range(4)])
    assert (found[:, 1] / found[:, 0]).mean() < lowers


def test_what_votes_decide_is_not_known_before():
    truth = draw_parameters(replace(SMALL, sampling=Sampling("ci-width")))
    assert truth.frame["expected_votes"].isna().all()
    assert np.isnan(truth.expected_votes_of_each).all()
    for of_truth in (expected_votes, draw_counts):
        with pytest.raises(OptionError, match=r"sampling is 'ci-width'|changes with time"):
            of_truth(truth)
    with pytest.raises(OptionError, match="what is asked, changes with time"):
        draw_counts(draw_parameters(replace(SMALL, categories=Categories(2, 0.0, (1, 2), (2, 1)))))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Conduct(careless=1.0), "careless is 1.0; give a number, 0 or more and below 1"),
        (lambda: Conduct(adversarial_votes="weaker"), "adversarial_votes is 'weaker', which has no effect with adversarial=0"),
        (lambda: Rigging(strategy="omnipresent"), "rigging is 'omnipresent', which has no effect with riggers=0"),
        (lambda: Rigging(0.1, "omnipresent", "tie"), "rigging_otherwise is 'tie', which has no effect with rigging='omnipresent'"),
        (lambda: Rigging(0.1, recognition=1.5), "recognition is 1.5; give a number, from 0 to 1"),
        (lambda: Arena(rigging=Rigging(0.1, place=21)), "rigging_place is 21, but there are 20 competitors"),
        (lambda: Arena(voters=ALIKE, conduct=Conduct(0.1)), "careless is 0.1, but there are no voters; give n_voters"),
        (lambda: Arena(conduct=Conduct(0.5, 0.5)), "careless, adversarial and riggers sum to 1"),
        (lambda: Arena(voters=Voters(4), conduct=Conduct(0.1)), "careless is 0.1 of 4 voters, which is nobody"),
        (lambda: Arena(voters=Voters(4), conduct=Conduct(0.9)), "are all of the 4 voters"),
        (lambda: Categories(0, 30.0), "category_spread is 30, which has no effect with n_categories=0"),
        (lambda: Categories(2, 0.0, (1, 2, 3)), "category_share has 3 values for 2 categories"),
        (lambda: Categories(2, 0.0, (), (0, 0)), "category_share_at_end sums to 0"),
        (lambda: Categories(2, 0.0, (1, -1)), "category_share is -1"),
        (lambda: Categories(2, 0.0, (1, float("inf"))), "category_share sums to inf"),
        (lambda: AnswerLengths(effect=1.0), "length_effect is 1, which has no effect with length=0"),
        (lambda: Sampling(n_rounds=3), "n_rounds is 3, which has no effect with sampling='random'"),
        (lambda: Sampling("best"), "sampling is 'best'; give one of 'random', 'ci-width', 'a-optimal'"),
        (lambda: Providers(3, 4, 2.0), "favoured_providers is 4, but there are 3 providers"),
        (lambda: Providers(3, 1), "favoured_providers is 1 and favoured_sampling is 1; give both"),
        (lambda: Providers(3, 0, 2.0), "favoured_providers is 0 and favoured_sampling is 2; give both"),
        (lambda: Arena(stays=Stays(0.3)), "late_share is 0.3, for which 0 days are too few; give `days` of 3 or more"),
        (lambda: Arena(n_votes=7, days=9, stays=Stays(0.5)), "late_share is 0.5, for which 7 votes on 9 days are too few"),
        (lambda: Arena(n_votes=7, sampling=Sampling("ci-width", 8)), "n_rounds is 8, but there are 7 votes"),
        (lambda: Arena(days=9, stays=Stays(0.0, 0.01)), "retired_share is 0.01 of 20 competitors, which is nobody"),
        (lambda: simulate(Arena(n_competitors=2, days=9, stays=Stays(0.5))), "leave no two competitors that meet in votes 1 to"),
        (lambda: simulate(Arena(days=9, stays=Stays(1.0), newcomers=Newcomers(1))), "meet those who stay all the time, and nobody does"),
        (lambda: PrivateVariants(n_variants=5), "n_variants is 5, which has no effect with n_published=0"),
        (lambda: Arena(private=PrivateVariants(100, 30)), "n_published is 100; up to 3,000 competitors"),
        (lambda: Arena(n_votes=900, private=PrivateVariants(1)), "published variants have 1,000 votes of 900"),
        (lambda: Arena(strengths=Strengths.given([1, 2, 3]), private=PrivateVariants(2)), "strengths have 1 competitor beside newcomers"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(made, message):
    with pytest.raises(OptionError) as refused:
        made()
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_mechanisms_between_the_competitors_of_a_log():
    """Pairs of a log that met in one order only; who entered late; strengths by name."""
    log = PairCounts(("a", "b", "c", "d"), np.array([0, 1, 2, 3, 0]), np.array([1, 2, 3, 0, 2]), np.full((5, 4), 100))
    arena = Arena(
        pairs=Pairs.like(log),
        strengths=Strengths.given([0, 50, 100, 150, 200, 250], ["a", "b", "c", "d", "n", "p"]),
        newcomers=Newcomers(1, (6,)),
        private=PrivateVariants(1, 3, 30),
        sampling=Sampling("a-optimal", 4),
        n_votes=3000,
    )
    simulated = simulate(arena, seed=2)
    votes = simulated.votes
    assert votes.names == ("a", "b", "c", "d", "n", "p")
    assert votes.n_votes == 3000
    assert np.diff(ELO * simulated.truth["strength"]) == pytest.approx(50)
    of_log = (votes.first < 4) & (votes.second < 4)
    met = {(int(a), int(b)) for a, b in zip(votes.first[of_log], votes.second[of_log], strict=True)}
    assert met == {(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)}
    assert {FIRST_WON, SECOND_WON, TIE} <= set(votes.outcome)
