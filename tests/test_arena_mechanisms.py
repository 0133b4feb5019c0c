"""Mechanisms of simulated arenas: each on the quantity that it is meant to move, against closed forms and slow oracles."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from recount.engine import ELO, Style, count, covariance, fit
from recount.engine.votes import FIRST_WON, TIE
from recount.sims.arenas import (
    AnswerLengths,
    Arena,
    BothBad,
    Categories,
    Conduct,
    Newcomers,
    Outcomes,
    Pairs,
    Providers,
    Rigging,
    Sampling,
    Stays,
    Strengths,
    Voters,
    draw_counts,
    draw_parameters,
    expected_counts,
    expected_votes,
    simulate,
)
from recount.sims.arenas.intents import lead_over_rivals, rivals_of
from recount.sims.arenas.lengths import Lengths
from tests.test_arenas import EVERYTHING, same

# Chance of a false alarm.
RARE = 1e-3
DRIFTING = Categories(3, 150, (1, 1, 1), (4, 0, 1))
BASE = Arena(n_competitors=5, n_votes=300_000, pairs=Pairs.skewed(0.7), both_bad=BothBad(0.3))
MECHANISMS = {
    "careless": {"conduct": Conduct(careless=0.3)},
    "adversarial": {"conduct": Conduct(adversarial=0.3)},
    "for the weaker": {"conduct": Conduct(adversarial=0.3, adversarial_votes="weaker")},
    "target": {"rigging": Rigging(0.2, recognition=0.7)},
    "target, else tie": {"rigging": Rigging(0.2, otherwise="tie", place=1)},
    "target, else abstain": {"rigging": Rigging(0.4, otherwise="abstain", recognition=0.7)},
    "omnipresent": {"rigging": Rigging(0.2, "omnipresent", recognition=0.7)},
    "categories": {"categories": DRIFTING, "voters": Voters(100_000, "equal", tastes=80)},
    "lengths": {"lengths": AnswerLengths(400, 1.5, 0.5, 0.7)},
    "stays": {"days": 30, "stays": Stays(0.4, 0.4), "categories": DRIFTING, "newcomers": Newcomers(2, (3000, 5000))},
    "providers": {"providers": Providers(2, 1, 5.0)},
}
ALL = MECHANISMS["omnipresent"] | MECHANISMS["stays"] | MECHANISMS["lengths"] | MECHANISMS["providers"]
MECHANISMS["all"] = ALL | {"n_competitors": 7, "conduct": Conduct(0.1, 0.1), "circle": 40.0}
EVERY = replace(EVERYTHING, sampling=Sampling("ci-width", 4), **{**ALL, "newcomers": Newcomers(3, (1, 5)), "conduct": Conduct(0.1, 0.1)})


def between_two(lead, **choices):
    """Share of the votes that the stronger of two wins, with its standard error; no ties."""
    arena = Arena(n_competitors=2, n_votes=200_000, strengths=Strengths.given([1000 + lead, 1000]), outcomes=Outcomes.davidson(0.0), **choices)
    votes = simulate(arena, seed=4).votes
    return np.mean((votes.outcome == FIRST_WON) == (votes.first == 0)), 0.5 / np.sqrt(200_000)


def test_at_the_defaults_votes_are_what_they_were():
    """Checksums from before there were these mechanisms."""
    for arena, checksum in ((Arena(n_votes=20_000), "7b4c2ad97d3bea73"), (EVERYTHING, "35aedee703590d4d")):
        votes = simulate(arena, seed=5).votes
        assert hashlib.sha256(b"".join(part.tobytes() for part in (votes.first, votes.second, votes.outcome))).hexdigest()[:16] == checksum


def test_same_seed_same_votes_on_any_number_of_threads():
    one, other = simulate(EVERY, seed=5, n_threads=1), simulate(EVERY, seed=5, n_threads=3)
    assert same(one.votes, other.votes)
    assert one.truth.equals(other.truth)
    assert one.voters.equals(other.voters)


@pytest.mark.parametrize("name", MECHANISMS)
def test_votes_have_their_expectation(name):
    """Every cell of every ordered pair, of single votes and of counts."""
    simulated = simulate(replace(BASE, **MECHANISMS[name]), seed=3)
    truth, expected = simulated.parameters, expected_votes(simulated.parameters)
    assert expected.sum() == pytest.approx(BASE.n_votes)
    many, n = expected > 5, len(truth.names)
    with_counts = name not in ("categories", "stays", "all")
    for counts in [count(simulated.votes), *([draw_counts(truth, seed=8)] if with_counts else [])]:
        found = np.zeros((n, n, 4))
        found[counts.first, counts.second] = counts.counts
        got = found[truth.meetings.first, truth.meetings.second][many]
        assert stats.chisquare(got, expected[many] * got.sum() / expected[many].sum()).pvalue > RARE


@pytest.mark.parametrize(
    ("choices", "wins"),
    [
        ({"conduct": Conduct(careless=0.3)}, lambda p: 0.7 * p + 0.3 * 0.5),
        ({"conduct": Conduct(adversarial=0.3)}, lambda p: 0.7 * p + 0.3 * (1 - p)),
        ({"conduct": Conduct(adversarial=0.3, adversarial_votes="weaker")}, lambda p: 0.7 * p),
        ({"conduct": Conduct(0.2, 0.1)}, lambda p: 0.7 * p + 0.2 * 0.5 + 0.1 * (1 - p)),
        ({"rigging": Rigging(0.3, place=2)}, lambda p: 0.7 * p),
        ({"rigging": Rigging(0.3, recognition=0.6, place=1)}, lambda p: 0.7 * p + 0.3 * (0.6 + 0.4 * 0.5)),
        ({"rigging": Rigging(0.3, otherwise="abstain", recognition=0.6, place=1)}, lambda p: p * (1 - 0.3 * 0.6) + 0.3 * 0.6),
        ({"rigging": Rigging(0.3, "omnipresent", recognition=0.6, place=2)}, lambda p: 0.7 * p + 0.3 * 0.4 * 0.5),
    ],
)
def test_voters_move_the_share_of_wins(choices, wins):
    share, error = between_two(150, voters=Voters(1000, "equal"), **choices)
    assert share == pytest.approx(wins(expit(150 / ELO)), abs=4 * error)


def test_who_votes_how_is_told_and_kept():
    """The truth of voters is what they do: careless ones agree with the truth half of the time, adversaries never do, riggers vote for the target."""
    arena = Arena(
        n_competitors=8,
        n_votes=100_000,
        strengths=Strengths.normal(400),
        outcomes=Outcomes.davidson(0.0),
        voters=Voters(400, "equal"),
        conduct=Conduct(0.2, 0.1, "weaker"),
        rigging=Rigging(0.1, place=7),
    )
    simulated = simulate(arena, seed=2)
    votes, voters, strength = simulated.votes, simulated.voters, simulated.truth["strength"].to_numpy()
    assert voters["intent"].value_counts().to_dict() == {"honest": 240, "careless": 80, "adversarial": 40, "rigger": 40}
    assert voters["expected_votes"].sum() == pytest.approx(100_000)
    intent = voters["intent"].to_numpy()[votes.columns["voter"].codes]
    agrees = (votes.outcome == FIRST_WON) == (strength[votes.first] > strength[votes.second])
    assert agrees[intent == "honest"].mean() > 0.75
    assert agrees[intent == "careless"].mean() == pytest.approx(0.5, abs=0.015)
    assert not agrees[intent == "adversarial"].any()
    target = np.flatnonzero(simulated.truth["target"])
    assert strength.argsort()[::-1][6] == target
    stands = (votes.first == target) | (votes.second == target)
    won = np.where(votes.outcome == FIRST_WON, votes.first, votes.second)
    assert (won[(intent == "rigger") & stands] == target).all()
    # Votes that riggers leave to others are honest voters'.
    rigged = replace(
        arena, conduct=Conduct(0.2), rigging=Rigging(0.3, otherwise="abstain", recognition=0.7, place=2), voters=Voters(400, inequality=0.5)
    )
    simulated = simulate(rigged, seed=2)
    cast = np.bincount(simulated.votes.columns["voter"].codes, minlength=400)
    expected = simulated.voters["expected_votes"].to_numpy()
    assert expected.sum() == pytest.approx(100_000)
    assert stats.chi2.sf(np.sum((cast - expected) ** 2 / expected), 399) > RARE
    by_kind = [np.bincount(simulated.voters["intent"].astype("category").cat.codes, votes) for votes in (cast, expected)]
    assert by_kind[0] == pytest.approx(by_kind[1], abs=4 * np.sqrt(30_000))
    adaptive = replace(rigged, sampling=Sampling("ci-width", 4))
    assert draw_parameters(adaptive, seed=2).voters["expected_votes"].isna().all()
    # Voters stand anywhere in the list of names.
    assert stats.mannwhitneyu(np.flatnonzero(voters["intent"] == "honest"), np.flatnonzero(voters["intent"] != "honest")).pvalue > RARE
    assert simulate(replace(arena, conduct=Conduct(), rigging=Rigging())).voters is None


def test_abstaining_riggers_vote_for_the_target_only():
    arena = replace(BASE, voters=Voters(200, "equal"), rigging=Rigging(0.5, otherwise="abstain", recognition=0.8), n_votes=40_000)
    simulated = simulate(arena, seed=1)
    votes, target = simulated.votes, int(np.flatnonzero(simulated.truth["target"])[0])
    rigged = (simulated.voters["intent"] == "rigger").to_numpy()[votes.columns["voter"].codes]
    won = np.where(votes.outcome == FIRST_WON, votes.first, np.where(votes.outcome < TIE, votes.second, -1))
    assert (won[rigged] == target).all()
    stands = (votes.first == target) | (votes.second == target)
    assert rigged.sum() == pytest.approx(0.5 * 0.8 * stands.sum(), abs=4 * np.sqrt(0.25 * stands.sum()))
    # Who meets is not changed by who votes.
    assert np.array_equal(votes.first, simulate(replace(arena, rigging=Rigging()), seed=1).votes.first)


def test_careless_voters_tie_as_often_as_others():
    votes = simulate(replace(BASE, conduct=Conduct(careless=0.5)), seed=6)
    careless = (votes.voters["intent"] == "careless").to_numpy()[votes.votes.columns["voter"].codes]
    shares = [np.bincount(votes.votes.outcome[rows], minlength=4)[2:] for rows in (careless, ~careless)]
    assert stats.chi2_contingency(np.column_stack([shares, [careless.sum() - shares[0].sum(), (~careless).sum() - shares[1].sum()]])).pvalue > RARE


def test_omnipresent_riggers_vote_as_refits_say():
    """By the fit to all expected votes and a few more for one of each pair: what is voted for is what the target's lead gains more by."""
    truth = draw_parameters(Arena(n_competitors=6, n_votes=20_000, outcomes=Outcomes.davidson(0.0), voters=Voters(0)), seed=7)
    expected = expected_counts(truth)
    rivals = rivals_of(4, truth.strengths, 6)
    assert np.array_equal(rivals, truth.strengths > truth.strengths[4])
    assert np.array_equal(rivals_of(int(truth.strengths.argmax()), truth.strengths, 6), truth.strengths < truth.strengths.max())
    met = truth.meetings
    p = expit(truth.leads)
    slow = np.zeros((6, 6))
    for i, j, v in zip(met.first, met.second, met.expected * p * (1 - p), strict=True):
        slow[[i, j, i, j], [i, j, j, i]] += [v, v, -v, -v]
    favour = lead_over_rivals(4, rivals, slow)
    gained = {}
    for i in range(6):
        for j in set(range(6)) - {i}:
            place = int(np.flatnonzero((expected.first == i) & (expected.second == j) & (expected.outcome == FIRST_WON))[0])
            more = np.array(expected.weight)
            more[place] += 5.0
            strengths = fit(replace(expected, weight=more)).strengths
            gained[i, j] = (strengths[4] - strengths[rivals].mean()) - (truth.strengths[4] - truth.strengths[rivals].mean())
    assert all((gained[i, j] > gained[j, i]) == (favour[i] > favour[j]) for i, j in gained)


def test_omnipresent_riggers_do_more_than_those_who_wait_for_the_target():
    arena = Arena(n_competitors=40, n_votes=200_000, pairs=Pairs.uniform(), voters=Voters(1000, "equal"))
    gains = {}
    for strategy in ("target", "omnipresent"):
        rigged = draw_parameters(replace(arena, rigging=Rigging(0.05, strategy)), seed=1)
        target = rigged.intents.target
        above = rigged.strengths > rigged.strengths[target]
        leads = [fit(expected_counts(one)).strengths for one in (draw_parameters(arena, seed=1), rigged)]
        gains[strategy] = ELO * np.diff([lead[target] - lead[above].mean() for lead in leads])[0]
    assert gains["omnipresent"] > 1.4 * gains["target"] > 0


def test_categories_have_their_strengths():
    """The ratings of the votes of each category are its own, calibrated."""
    arena = Arena(n_competitors=8, n_votes=240_000, categories=Categories(3, 150), voters=Voters(0), pairs=Pairs.uniform())
    simulated = simulate(arena, seed=9)
    votes, truth = simulated.votes, simulated.truth
    z = []
    for k in range(3):
        fitted = fit(count(votes.only(votes.columns["category"].codes == k)), ties="davidson")
        z.append((fitted.strengths * ELO + 1000 - truth[f"rating_category-{k}"]) / (ELO * covariance(fitted).standard_errors()))
    assert np.abs(z).max() < 3.5
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1, abs=0.35)
    by_category = truth[[f"rating_category-{k}" for k in range(3)]]
    assert by_category.mean(axis=1).to_numpy() == pytest.approx(truth["rating"].to_numpy())
    # Centred over three, they have two thirds of the variance.
    many = draw_parameters(Arena(n_competitors=900, n_votes=10, categories=Categories(3, 150)), seed=1).categories.deviations
    assert ELO * many.std() == pytest.approx(150 * np.sqrt(2 / 3), rel=0.05)
    # Whatever the shares, two categories differ by the root of two times the spread.
    unequal = draw_parameters(Arena(n_competitors=900, n_votes=10, categories=Categories(2, 100, (9, 1))), seed=1).categories.deviations
    assert ELO * (unequal[0] - unequal[1]).std() == pytest.approx(100 * np.sqrt(2), rel=0.05)
    assert ELO * unequal.std(axis=1) == pytest.approx(100 * np.sqrt(2) * np.array([0.1, 0.9]), rel=0.05)


def test_the_mix_of_categories_drifts_evenly():
    simulated = simulate(replace(BASE, categories=DRIFTING), seed=3)
    codes = simulated.votes.columns["category"].codes
    at_first, at_last = np.array([1, 1, 1]) / 3, np.array([4, 0, 1]) / 5
    for part in range(10):
        middle = (part + 0.5) / 10
        expected = 30_000 * ((1 - middle) * at_first + middle * at_last)
        assert stats.chisquare(np.bincount(codes[30_000 * part : 30_000 * (part + 1)], minlength=3), expected).pvalue > RARE
    # So that ratings of early and late votes differ, by what categories add.
    early, late = (fit(count(simulated.votes.only(np.arange(s, s + 30_000)))).strengths for s in (0, 270_000))
    assert np.abs(ELO * (late - early)).max() > 20
    still = simulate(replace(BASE, categories=Categories(3, 150)), seed=3).votes
    early, late = (fit(count(still.only(np.arange(s, s + 30_000)))) for s in (0, 270_000))
    error = covariance(early).standard_errors()
    assert np.abs((late.strengths - early.strengths) / (np.sqrt(2) * error)).max() < 3.5


def test_lengths_are_liked_as_much_as_planted():
    """A fit with style gives the effect back, and strengths, calibrated; one without gives longer answers too much."""
    arena = Arena(n_competitors=12, n_votes=40_000, lengths=AnswerLengths(400, 1.2, spread=0.5), voters=Voters(0), strengths=Strengths.normal(60))
    z, of_effect = [], []
    for seed in range(5):
        simulated = simulate(arena, seed=seed)
        votes, truth = simulated.votes, simulated.truth
        fitted = covariance(fit(votes, covariates=[Style("length_a", "length_b")], ties="davidson"))
        x, y = votes.columns["length_a"].astype(float), votes.columns["length_b"].astype(float)
        deviation = ((x - y) / (x + y)).std()
        of_effect.append((fitted.effects.estimates[0] - 1.2 * deviation) / fitted.effects.standard_errors()[0])
        z.append((fitted.strengths - truth["strength"]) / fitted.standard_errors())
    assert fitted.effects.standard_errors()[0] < 0.03
    assert np.abs(of_effect).max() < 3
    assert np.abs(z).max() < 3.7
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1, abs=0.3)
    off = fit(count(votes), ties="davidson").strengths - truth["strength"]
    assert np.corrcoef(off, np.log(truth["median_length"]))[0, 1] > 0.9


def test_lengths_are_as_chosen():
    simulated = simulate(Arena(n_competitors=400, n_votes=200_000, lengths=AnswerLengths(300, spread=0.4, within=0.6), pairs=Pairs.uniform()), seed=2)
    votes, median = simulated.votes, np.log(simulated.truth["median_length"].to_numpy())
    assert median.std() == pytest.approx(0.4, rel=0.1)
    assert median.mean() == pytest.approx(np.log(300), abs=4 * 0.4 / 20)
    z = (np.log(votes.columns["length_a"]) - median[votes.first]) / 0.6
    assert stats.kstest(z[:20_000] + np.random.default_rng(1).uniform(-0.002, 0.002, 20_000), "norm").pvalue > RARE
    assert np.corrcoef(z, (np.log(votes.columns["length_b"]) - median[votes.second]) / 0.6)[0, 1] == pytest.approx(0, abs=0.01)
    shortest = simulate(Arena(n_votes=2000, lengths=AnswerLengths(1, within=2.0)), seed=1).votes
    assert shortest.columns["length_a"].min() == 1
    # The lead of the formula, against the one of the difference of logarithms.
    pair = Lengths(np.log([300.0, 200.0]), 0.5, 1.5).leads(np.array([0]), np.array([1]), 0.0)
    assert pair == pytest.approx(1.5 * (300 - 200) / (300 + 200))
