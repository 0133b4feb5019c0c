"""Flipped and added votes: verified by refits that share nothing with the engine, with covariates and weights, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kendalltau

from benchmarks.reproductions import worst_case_votes
from recount.engine import ExistenceError, OptionError, Position, Prior, Votes, clustered, count, fit, weighted
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.choices import Weights
from recount.engine.fitting import certified
from recount.engine.scrutiny.conclusion import Conclusion, pair_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.scrutiny.kept_order import order_kept
from recount.engine.triangle import off_triangle, on_triangle
from recount.sims.analysis.analysing import analyse
from recount.sims.specification import WhatIsConcluded
from tests.changes_by_trying import count_vectors, strengths_of_all
from tests.logs import frame_of
from tests.random_logs import random_votes, voted
from tests.reference import dense_strengths, pair_counts
from tests.test_every_change import on_square, units_of


def changed_by_hand(fitted, found):
    """Votes on the triangle, (3, n_pairs), after the change."""
    votes, change = on_triangle(fitted.contests), found.votes
    if found.change == "flip":
        assert not change[2].any()
        return votes - change + change[[1, 0, 2]]
    return votes + (change if found.change == "add" else -change)


# The Arena votes


@pytest.mark.parametrize(("change", "n"), [("flip", 198), ("add", 364)])
def test_first_place_of_the_arena(arena, change, n):
    """Flips are at most half of the 462 drops; by a dense Newton fit the challenger leads, and with one vote less not."""
    found = fewest_votes(arena, top_set(arena), change=change)
    assert found.n_changed <= n
    assert change == "add" or (found.n_changed <= 462 / 2 and found.fewest)
    strengths = dense_strengths(len(arena.names), *changed_by_hand(arena, found))
    assert arena.names[int(np.argmax(strengths))] == "gemini-1.5-pro-exp-0801"
    assert found.strengths == pytest.approx(strengths, abs=1e-9)
    for cell in np.argwhere(found.votes):
        fewer = found.votes.copy()
        fewer[tuple(cell)] -= 1
        votes = on_triangle(arena.contests) + (fewer if change == "add" else fewer[[1, 0, 2]] - fewer)
        again = certified(PairLikelihood(off_triangle(arena.names, votes), "half", Prior())).strengths
        assert arena.names[int(np.argmax(again))] == "chatgpt-4o-latest"


def test_the_reproduction_has_these_numbers():
    """A small part of `benchmarks/reproductions/worst_case_votes.py`, as its page has it."""
    page = (Path(__file__).parents[1] / "docs" / "reproductions.md").read_text(encoding="utf-8")
    analysis = analyse()
    cells = [worst_case_votes.shown(worst_case_votes.overturning(analysis, {}, change)) for change in worst_case_votes.CHANGES]
    assert f"| first place | {' | '.join(cells)} |" in page


def test_a_flip_is_two_drops_of_a_pair():
    """w wins and l losses: a flip moves one to the other side, so that half as many do as are dropped."""
    fitted = fit(pair_counts("ab", [("a", "b", 70, 31, 0, 0)]))
    found = {change: fewest_votes(fitted, top_set(fitted), change=change) for change in ("drop", "flip", "add")}
    assert {change: one.n_changed for change, one in found.items()} == {"drop": 40, "flip": 20, "add": 40}
    # Tethers show it of flips; what is dropped or added might count for twice as much elsewhere.
    assert found["flip"].fewest


@pytest.mark.parametrize("tau", [0.999, pytest.param(0.98, marks=pytest.mark.slow)])
@pytest.mark.parametrize("change", ["drop", "flip", "add"])
def test_kendalls_tau_of_the_arena(arena, tau, change):
    """Below what is asked by scipy's tau, and with any kind of vote one less it is not."""
    found = fewest_votes(arena, order_kept(arena, tau), change=change)
    strengths = dense_strengths(len(arena.names), *changed_by_hand(arena, found))
    assert kendalltau(strengths, arena.strengths).statistic < tau
    assert found.n_changed < 2000
    assert found.n_forecast is None or found.n_forecast > 0


# Small logs


@pytest.mark.parametrize("change", ["drop", "flip", "add"])
@pytest.mark.parametrize(("seed", "n_votes"), [(0, 16), (1, 16), (2, 16), (3, 16), (4, 70), (5, 70)])
def test_kendalls_tau_by_trying(change, seed, n_votes):
    """One reversed pair is enough, two are needed: as few as any, by every change of so many votes."""
    rng = np.random.default_rng(seed)
    fitted = fit(count(random_votes(seed=seed, n=4, n_votes=n_votes)), prior=Prior("votes", 1.0))
    least = float(rng.choice([1.0, 0.5]))
    found = fewest_votes(fitted, order_kept(fitted, least), change=change)
    assert found.fewest or n_votes > 40
    units, available = units_of(fitted, change)
    votes = on_square(on_triangle(fitted.contests).ravel(), 4)

    def least_tau(n):
        after = votes.ravel() + count_vectors(np.minimum(available, n), n) @ units.reshape(len(units), -1)
        strengths = strengths_of_all(after.reshape(-1, *votes.shape), "half", ("votes", 1.0))
        return min(kendalltau(fitted.strengths, one.round(9)).statistic for one in strengths)

    assert least_tau(found.n_changed) < least
    assert found.n_changed == 1 or found.n_changed > 3 or least_tau(found.n_changed - 1) >= least - 1e-9


def greedy_drops(votes, least, n_pairs):
    """How many drops a plain search takes: one vote at a time, that of the largest effect on the leads left of the nearest pairs, each by a refit."""
    n, left = 8, votes.astype(float).copy()
    ends = np.triu_indices(n, 1)
    before = now = dense_strengths(n, *left)
    leads = before[ends[0]] - before[ends[1]]
    near = np.argsort(np.abs(leads))[:n_pairs]
    for taken in range(1, 200):
        lead = (now[ends[0]] - now[ends[1]]) * np.sign(leads)
        slope = np.zeros(n)
        for pair in near[lead[near] > -1e-6]:
            slope[ends[0][pair]] += np.sign(leads[pair])
            slope[ends[1][pair]] -= np.sign(leads[pair])
        p, met = 1 / (1 + np.exp(now[None] - now[:, None])), np.zeros((n, n))
        met[ends] = left.sum(axis=0)
        weight = (met + met.T) * p * (1 - p)
        moved = np.linalg.solve(np.diag(weight.sum(axis=1)) - weight + 1, slope)
        falls = (moved[ends[0]] - moved[ends[1]]) * np.stack([1 - p[ends], -p[ends]])
        outcome, pair = np.unravel_index(np.argmax(np.where(left[:2] > 0, falls, -np.inf)), falls.shape)
        left[outcome, pair] -= 1
        now = dense_strengths(n, *left)
        if kendalltau(before, now.round(9)).statistic < least - 1e-9:
            return taken
    return np.inf


@pytest.mark.parametrize(("seed", "least", "n_needed"), [(1, 0.5, 8), (3, 0.5, 8), (4, 0.9, 2)])
def test_no_more_votes_than_a_plain_search_takes(seed, least, n_needed):
    votes = random_votes(seed=seed, n=8, n_votes=600, spread=0.2)
    fitted = fit(count(votes.only(votes.outcome < 2)))
    found = fewest_votes(fitted, order_kept(fitted, least))
    plain = min(greedy_drops(on_triangle(fitted.contests), least, n_needed + more) for more in range(4))
    assert found.n_changed <= plain < 200


@pytest.mark.parametrize("change", ["flip", "add"])
@pytest.mark.parametrize("ties", ["half", "davidson"])
def test_votes_with_covariates(change, ties):
    """Each changed vote as a row of a log of its own, fitted as it is: the conclusion has changed there."""
    log = random_votes(n=4, n_votes=300, seed=3)
    fitted = fit(log, covariates=[Position()], ties=ties)
    conclusion = top_set(fitted)
    found = fewest_votes(fitted, conclusion, change=change)
    rows = analyse(frame_of(log), position=True, ties=ties).influence(WhatIsConcluded(change=change)).changed.to_frame()
    assert rows["n_changed"].sum() == found.n_changed
    names = list(log.names)
    first, second, outcome = (part.tolist() for part in (log.first, log.second, log.outcome))
    for row in rows.itertuples():
        shown = (names.index(row.first), names.index(row.second)) if row.position == 1 else (names.index(row.second), names.index(row.first))
        result = {"first won": 0, "second won": 1}[row.outcome] if row.position == 1 else {"first won": 1, "second won": 0}[row.outcome]
        for _ in range(row.n_changed):
            if change == "add":
                first.append(shown[0]), second.append(shown[1]), outcome.append(result)
            else:
                at = next(i for i in range(300) if (first[i], second[i], outcome[i]) == (*shown, result))
                outcome[at] = 1 - result
    after = fit(Votes(log.names, np.int32(first), np.int32(second), np.int8(outcome)), covariates=[Position()], ties=ties)
    strengths = after.strengths[[after.names.index(name) for name in fitted.names]]
    assert strengths == pytest.approx(found.strengths, abs=1e-8)
    assert np.argmax(strengths) != np.argmax(fitted.strengths)


def test_weighted_votes_keep_their_weights():
    """Heavy votes are flipped first; an added vote counts for one."""
    votes = random_votes(seed=5, n=5, n_votes=600)
    weights = np.where(np.random.default_rng(0).random(600) < 0.1, 5.0, 0.5)
    fitted = fit(weighted(votes, weights))
    found = {change: fewest_votes(fitted, top_set(fitted), change=change) for change in ("drop", "flip", "add")}
    assert found["flip"].n_changed <= found["drop"].n_changed
    flipped = found["flip"]
    assert flipped.log.weight[flipped.taken > 0].max() == 5.0
    net = flipped.log.net(flipped.taken).reshape(3, -1)
    strengths = dense_strengths(5, *(on_triangle(fitted.contests) + net))
    assert strengths == pytest.approx(flipped.strengths, abs=1e-9)
    assert found["add"].log.net(found["add"].taken).sum() == found["add"].n_changed


def test_who_never_met_can_meet():
    """a and c never met: an added vote between them is offered, and told."""
    rows = [("a", "b", 20, 15, 0, 0), ("b", "c", 15, 15, 0, 0)]
    fitted = fit(pair_counts("abc", rows))
    found = fewest_votes(fitted, pair_order(fitted, "a", "c"), change="add")
    listed = found.log.cell.size
    assert listed == 2 * 3
    met = np.array([found.votes[:, pair].sum() for pair in range(3)])
    assert met[1] > 0


def test_flips_that_end_the_ratings_are_none():
    """Of 9:1 nothing can be flipped but to 1:9 and back; what leaves somebody undefeated is not a change, without a prior."""
    fitted = fit(pair_counts("ab", [("a", "b", 2, 1, 0, 0)]))
    assert fewest_votes(fitted, top_set(fitted), change="flip").votes[:, 0].tolist() == [1, 0, 0]
    fitted = fit(pair_counts("ab", [("a", "b", 1, 0, 2, 0)]))
    assert fewest_votes(fitted, top_set(fitted), change="flip").votes[:, 0].tolist() == [1, 0, 0]
    fitted = fit(pair_counts("abc", [("a", "b", 0, 0, 3, 0), ("b", "c", 0, 0, 3, 0), ("a", "c", 1, 0, 3, 0)]))
    found = fewest_votes(fitted, pair_order(fitted, "a", "b"), change="flip")
    assert found.votes.sum() == 1


def test_ties_are_not_flipped():
    fitted = fit(pair_counts("ab", [("a", "b", 1, 0, 9, 0)]), prior=Prior("votes"))
    assert fewest_votes(fitted, Conclusion("a leads by a lot", {"it does not": lambda s: s[0] - s[1] + 5}), change="flip") is None


# What is refused


def test_refuses():
    votes = voted(n_votes=100)
    fitted = fit(count(votes))
    with pytest.raises(OptionError, match="change is 'swap'"):
        fewest_votes(fitted, top_set(fitted), change="swap")
    with pytest.raises(OptionError, match="values of 'voter' can only be dropped"):
        fewest_votes(fitted, top_set(fitted), change="flip", clusters=clustered(votes, fitted, "voter"))
    for tau in (-1, 1.01, float("nan")):
        with pytest.raises(OptionError, match="kendall_tau is"):
            order_kept(fitted, tau)
    equal = fit(pair_counts("ab", [("a", "b", 4, 4, 0, 0)]))
    with pytest.raises(OptionError, match="no order to keep"):
        order_kept(equal, 0.9)


@pytest.mark.parametrize(
    ("about", "choices", "message"),
    [
        ({"change": "flip"}, {"clusters": ("voter",)}, "change is 'flip', and clusters is voter"),
        ({"change": "add"}, {"clusters": ("voter",)}, "change is 'add', and clusters is voter"),
        ({"change": "swap"}, {}, "change is 'swap'"),
        ({"kendall_tau": 2.0}, {}, "kendall_tau is 2.0"),
        ({"kendall_tau": 0.9, "best": 2}, {}, "`best` and `kendall_tau` are different conclusions"),
        ({"claim": "article"}, {}, "claim is 'article'; give a file or a bundled set and an id"),
        ({"claim": "article:nothing"}, {}, "has no claim 'nothing'"),
        ({"claim": "no-such-set:x"}, {}, "neither a file nor a bundled set"),
        ({"claim": "adoption:downloads"}, {}, "has no claim|overturn claims about"),
    ],
)
def test_what_an_analysis_refuses(about, choices, message):
    from recount.engine import InputError

    with pytest.raises((OptionError, InputError, ExistenceError), match=message):
        analyse(frame_of(voted(n_votes=300)), **choices).influence(WhatIsConcluded(**about))


def test_what_is_told():
    log = frame_of(voted(n_votes=300))
    flip = analyse(log).influence(WhatIsConcluded(change="flip")).summary
    assert any("a tie has no winner, so none of the" in note for note in flip.notes)
    add = analyse(log, weights=Weights.voters("voter")).influence(WhatIsConcluded(change="add")).summary
    assert "an added vote has weight 1" in add.notes
    assert any("whether they met or not" in note for note in add.notes)
    assert add.to_frame()["change"].iloc[0] == "add"
    assert "Adding" in add.headline
