"""Rigged votes: the outcome that raises the target, whom a rigger takes for whom, and how many votes a place costs."""

import time

import numpy as np
import pytest

import recount
from recount.engine import count, fit
from recount.engine.errors import ExistenceError, InputError
from recount.sims.perturbations.rigging import BATTLES_A_BOARD, Battles, effects_on_lead, outcomes_for, shown
from tests.random_logs import UNDEFEATED, counts_of, random_votes
from tests.reference import pair_counts

TARGET = "phi-3-small-8k-instruct"


@pytest.fixture(scope="module")
def counts():
    return count(random_votes(n=9, n_votes=1500, spread=0.5))


def rank(counts, name):
    fitted = fit(counts)
    return 1 + int((fitted.strengths > fitted.strengths[fitted.names.index(name)]).sum())


def by_trying(counts, target, rival, first, second):
    """The outcome of a battle that raises the target most over its rival, found by a refit with each (Min et al. try all)."""
    names, leads = counts.names, []
    for outcome in (0, 1, 2, None):
        cells = np.zeros(4, int)
        if outcome is not None:
            cells[outcome] = 1
        strengths = fit(counts + pair_counts(names, [(names[first], names[second], *cells)])).strengths
        leads.append(strengths[target] - strengths[rival])
    return int(np.argmax(leads))


@pytest.mark.parametrize("place", [0, 1, 4, 8])
def test_the_sign_of_an_influence_is_the_outcome_that_is_best_of_all_refits(counts, place):
    fitted = fit(counts)
    order = np.argsort(-fitted.strengths)
    target, rival = order[place], order[place - 1] if place else order[1]
    first, second = np.nonzero(~np.eye(9, dtype=bool))
    chosen = outcomes_for(effects_on_lead(fitted, int(target)), Battles(first, second, first, second))
    best = [by_trying(counts, target, rival, i, j) for i, j in zip(first, second, strict=True)]
    assert chosen.tolist() == best
    # The target wins all of its own battles.
    assert (chosen[first == target] == 0).all()
    assert (chosen[second == target] == 1).all()


def test_pairs_are_shown_alike_and_mistaken_for_two_others_alike():
    rng, n = np.random.default_rng(1), 6
    some = [shown(n, 0.75, rng) for _ in range(1000)]
    battles = Battles(*(np.concatenate(part) for part in zip(*some, strict=True)))
    size = 1000 * BATTLES_A_BOARD
    assert (battles.first != battles.second).all()
    assert (battles.first_seen != battles.second_seen).all()
    pairs = np.zeros((n, n))
    np.add.at(pairs, (battles.first, battles.second), 1)
    expected = size / (n * (n - 1))
    assert (np.abs(pairs[~np.eye(n, dtype=bool)] - expected) < 5 * np.sqrt(expected)).all()
    right = (battles.first == battles.first_seen) & (battles.second == battles.second_seen)
    assert abs(right.mean() - 0.75) < 5 * np.sqrt(0.75 * 0.25 / size)
    wrong = ~right
    for seen in (battles.first_seen[wrong], battles.second_seen[wrong]):
        assert (seen != battles.first[wrong]).all()
        assert (seen != battles.second[wrong]).all()
    # Each of the 30 ordered pairs is taken for each of the 12 ordered pairs of others.
    mistaken = np.zeros((n, n, n, n))
    np.add.at(mistaken, tuple(side[wrong] for side in battles), 1)
    each = mistaken[mistaken > 0]
    assert each.size == 30 * 12
    assert np.abs(each - wrong.sum() / each.size).max() < 5 * np.sqrt(wrong.sum() / each.size)


def test_target_only_votes_for_the_target_and_in_no_other_battle(counts):
    after = recount.perturb(counts, "rigging", target="m03", n_battles=900, strategy="target only")
    new = after.counts - counts.counts
    t = after.names.index("m03")
    theirs = (after.first == t) | (after.second == t)
    assert new[~theirs].sum() == 0
    assert new[after.first == t, 0].sum() + new[after.second == t, 1].sum() == new.sum()
    # Two of nine are shown: 2/9 of all battles.
    assert abs(new.sum() - 200) < 5 * np.sqrt(900 * 2 / 9 * 7 / 9)


def test_who_recognises_nothing_helps_the_target_no_more_than_chance(counts):
    after = recount.perturb(counts, "rigging", target="m03", n_battles=2000, strategy="target only", identification=0.0)
    new, t = after.counts - counts.counts, after.names.index("m03")
    # Taken for the target are others, in 2/7 of the battles without it.
    assert new[(after.first == t) | (after.second == t)].sum() == 0
    assert abs(new.sum() - 2000 * 7 / 9 * 2 / 7) < 5 * np.sqrt(2000 * 2 / 9 * 7 / 9)


def test_votes_come_beside_those_of_the_log_and_more_battles_begin_with_the_same(counts):
    few = recount.perturb(counts, "rigging", seed=4, target="m03", n_battles=250)
    many = recount.perturb(counts, "rigging", seed=4, target="m03", n_battles=430)
    assert few.n_votes == counts.n_votes + 250
    assert (counts.counts <= few.counts).all()
    assert (few.counts <= many.counts).all()


def test_a_better_eye_and_more_votes_gain_more_places(arena_counts):
    before = rank(arena_counts, TARGET)
    after = {
        (n, eye): rank(recount.perturb(arena_counts, "rigging", target=TARGET, n_battles=n, identification=eye), TARGET)
        for n, eye in ((4000, 1.0), (12_000, 0.3), (12_000, 1.0))
    }
    assert after[12_000, 1.0] < after[4000, 1.0] < before
    assert after[12_000, 1.0] < after[12_000, 0.3] <= before


def test_the_rigging_of_min_et_al_takes_seconds(arena_counts):
    """27,000 omnipresent votes on 129 models: about 15 places (theirs), in under 5 seconds of one processor."""
    started = time.process_time()
    after = recount.perturb(arena_counts, "rigging", target=TARGET, n_battles=27_000)
    assert time.process_time() - started < 5
    assert after.n_votes == arena_counts.n_votes + 27_000
    assert 10 <= rank(arena_counts, TARGET) - rank(after, TARGET) <= 20


def test_who_is_first_already_draws_away(counts):
    fitted = fit(counts)
    first, second = np.argsort(-fitted.strengths)[:2]
    after = fit(recount.perturb(counts, "rigging", target=counts.names[first], n_battles=300))
    assert after.strengths[first] - after.strengths[second] > fitted.strengths[first] - fitted.strengths[second]


def test_votes_without_ratings_cannot_be_rigged():
    with pytest.raises(ExistenceError):
        recount.perturb(counts_of(UNDEFEATED), "rigging", target="a")


def test_three_models_cannot_be_mistaken_for_two_others():
    few = counts_of([("a", "b", 5, 5, 0, 0), ("b", "c", 5, 5, 0, 0)])
    with pytest.raises(InputError, match=r"identification is 0\.5, but 3 models cannot be taken for two others; give 1"):
        recount.perturb(few, "rigging", target="a", identification=0.5)


def test_battles_that_move_nothing_are_not_voted_in():
    chain = counts_of([("a", "b", 5, 4, 0, 0), ("b", "c", 5, 5, 0, 0)])
    after = recount.perturb(chain, "rigging", target="b", n_battles=BATTLES_A_BOARD)
    assert after.names == ("a", "b", "c")
    # b is second to a, and how c fares says nothing of either but against them.
    assert after.counts[(after.first == 1) & (after.second == 2)].sum() == 10
    assert after.counts[(after.first == 2) & (after.second == 1)].sum() == 0
    assert after.n_votes > 19
