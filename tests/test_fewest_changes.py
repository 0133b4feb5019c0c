"""Removal against refitting, against every possible removal, and against the published case; what it refuses."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from recount.engine import ELO, Contests, ExistenceError, OptionError, Prior, clustered, contests, count, fit, weighted
from recount.engine.bradley_terry.existence import connected_by_wins
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.fitting import certified
from recount.engine.scrutiny.changeable import Changeable
from recount.engine.scrutiny.conclusion import Conclusion, pair_order, top_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.engine.scrutiny.first_order import change_effects
from recount.engine.triangle import off_triangle, on_triangle
from recount.engine.uncertainty.influence import effects
from recount.engine.votes import Votes
from recount.sims.analysis.changed_units import vote_table
from tests.random_logs import random_votes, voted
from tests.reference import left_by, pair_counts

TIES = ("half", "davidson", "rao-kupper")
NONE = Prior()


def leader(fitted, strengths):
    return fitted.names[int(np.argmax(strengths))]


# The Arena votes


def test_first_place_of_the_arena(arena):
    """462 votes after a refit, 489 by the linear forecast: computed for REFERENCES with a dense Newton fit."""
    removal = fewest_votes(arena, top_set(arena))
    assert removal.n_changed <= 462
    assert removal.n_forecast == 489
    assert removal.votes.sum() == removal.n_changed
    strengths = left_by(arena, removal)
    assert leader(arena, arena.strengths) == "chatgpt-4o-latest"
    assert leader(arena, strengths) == "gemini-1.5-pro-exp-0801"
    assert removal.strengths == pytest.approx(strengths, abs=1e-9)
    assert removal.rating_error <= 1e-8


def test_one_vote_fewer_of_the_same_is_too_few(arena):
    """The last vote of the 462 is needed: with any one of them put back the leader leads again, if only just."""
    removal = fewest_votes(arena, top_set(arena))
    for cell in np.flatnonzero(removal.votes):
        votes = removal.votes.ravel().copy()
        votes[cell] -= 1
        played = off_triangle(arena.names, on_triangle(arena.contests) - votes.reshape(3, -1))
        assert leader(arena, certified(PairLikelihood(played, "half", NONE)).strengths) == "chatgpt-4o-latest"


@pytest.mark.slow
def test_places_four_and_five_of_the_arena(arena):
    """150 votes after a refit, 152 by the linear forecast; all of them are votes between the two."""
    ranked = [arena.names[i] for i in np.argsort(-arena.strengths)]
    removal = fewest_votes(arena, pair_order(arena, ranked[4], ranked[3]))
    assert removal.conclusion.statement == f"{ranked[3]!r} is better than {ranked[4]!r}"
    assert (removal.n_changed, removal.n_forecast) == (150, 152)
    strengths = left_by(arena, removal)
    assert strengths[arena.names.index(ranked[4])] > strengths[arena.names.index(ranked[3])]


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 5, 10])
def test_top_of_the_arena(arena, k):
    best = np.argsort(-arena.strengths)[:k]
    of_set, of_order = fewest_votes(arena, top_set(arena, k)), fewest_votes(arena, top_order(arena, k))
    assert set(np.argsort(-left_by(arena, of_set))[:k]) != set(best)
    assert list(np.argsort(-left_by(arena, of_order))[:k]) != list(best)
    assert of_order.n_changed <= of_set.n_changed


def test_a_margin_is_as_good_as_its_contrast(arena):
    first, second = np.argsort(-arena.strengths)[:2]
    removal = fewest_votes(arena, Conclusion("first leads", {"it does not": lambda strengths: ELO * (strengths[first] - strengths[second])}))
    assert (removal.n_changed, removal.n_forecast) == (462, 489)


# Effects of one vote


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("prior", [NONE, Prior("votes", 2.0), Prior("gaussian", 200)])
@pytest.mark.parametrize("done", ["drop", "flip", "add"])
def test_effect_of_one_vote(ties, prior, done):
    """One Newton step on the changed votes, which is nearer to a refit of them than first order is, but for a flip, which it is."""
    fitted = fit(count(random_votes(n=5, n_votes=150, seed=3)), ties=ties, prior=prior)
    contrasts = np.array([[1.0, -1, 0, 0, 0], [0, 0, 0.5, 0.5, -1]])
    log = Changeable(fitted, done)
    found, first_order = change_effects(fitted, contrasts, change=done), ELO * log.on_units(effects(fitted, contrasts).reshape(2, -1))
    votes = on_triangle(fitted.contests)
    step, exact = np.full((2, *found.shape), np.nan)
    for unit, change in enumerate(log.changes_of_units()):
        left = off_triangle(fitted.names, votes + change.reshape(votes.shape))
        gradient, information = PairLikelihood(left, ties, prior, fitted.origin).slopes(fitted.parameters)
        step[:, unit] = ELO * contrasts @ (np.linalg.pinv(information) @ gradient)[:5]
        exact[:, unit] = ELO * contrasts @ (certified(PairLikelihood(left, ties, prior)).strengths - fitted.strengths)
    assert np.array_equal(np.isnan(found), np.isnan(exact))
    there = ~np.isnan(exact)
    # What a vote says of the parameter of ties is left as it is.
    if ties != "rao-kupper" or done != "flip":
        assert found[there] == pytest.approx(step[there], abs=1e-6 if ties == "half" else 0.01 * np.abs(step[there]).max())
    if done == "flip":
        assert found == pytest.approx(first_order)
    else:
        assert np.abs(found - exact)[there].sum() < 0.75 * np.abs(first_order - exact)[there].sum()


def test_a_way_that_takes_more_than_another_is_left_after_few_refits(monkeypatch):
    """Forty competitors, of whom one is nearly first: how many votes each of the others would take is not asked to the last vote."""
    refits, after = [], Changeable.after
    monkeypatch.setattr(Changeable, "after", lambda log, taken: refits.append(1) or after(log, taken))
    votes = voted(n_votes=4000, n=40, n_voters=50, taste=0.0)
    fitted = fit(count(votes))
    found = fewest_votes(fitted, top_set(fitted), clusters=clustered(votes, fitted, "voter"))
    assert leader(fitted, found.strengths) != leader(fitted, fitted.strengths)
    assert len(refits) < 500


def test_effect_in_closed_form():
    """w wins, l losses: to first order a win adds 1 / w to the difference; its leverage is 1 / n."""
    fitted = fit(pair_counts("ab", [("a", "b", 30, 10, 0, 0)]))
    found = change_effects(fitted, np.array([[1.0, -1.0]])).ravel()
    assert found[:2] == pytest.approx([-ELO / 30 / (1 - 1 / 40), ELO / 10 / (1 - 1 / 40)])


def test_a_vote_that_joins_two_parts_has_no_effect_to_tell():
    circles = [(x, y, 3, 2, 0, 0) for x, y in ("ab", "bc", "ca", "xy", "yz", "zx")]
    fitted = fit(pair_counts("abcxyz", [*circles, ("a", "x", 0, 0, 1, 0)]))
    found = change_effects(fitted, np.array([[1.0, 0, 0, -1, 0, 0]]))
    # Six pairs with wins and losses, then the tie.
    assert np.isfinite(found).sum() == 12
    assert np.isnan(found[0, -1])


def test_effect_of_a_cluster_is_that_of_its_votes():
    votes = voted()
    fitted = fit(count(votes))
    clusters = clustered(votes, fitted, "voter")
    contrasts = np.eye(6)[:2]
    of_vote = -ELO * effects(fitted, contrasts).reshape(2, -1)
    expected = np.array([of_vote[:, clusters.cell[clusters.codes[0] == code]].sum(axis=1) for code in range(clusters.n_clusters[0])])
    assert change_effects(fitted, contrasts, clusters=clusters) == pytest.approx(expected.T)


# The fewest


def few_votes(seed, n, n_votes):
    """Votes so few that every removal can be tried; None where nothing can be concluded."""
    votes = random_votes(seed=seed, n=n, n_votes=n_votes, spread=0.7)
    try:
        fitted = fit(count(votes))
        return votes, fitted, top_set(fitted)
    except (ExistenceError, OptionError):
        return None


def fewest_by_trying(fitted, units, most):
    """The least number of units (each a vector of votes in cells) whose removal leaves ratings with another leader; None if it is over `most`."""
    votes, first = on_triangle(fitted.contests).ravel(), leader(fitted, fitted.strengths)
    for n in range(1, most + 1):
        for chosen in itertools.combinations_with_replacement(units, n):
            left = votes - np.sum(chosen, axis=0)
            played = off_triangle(fitted.names, left.reshape(3, -1))
            if left.min() >= 0 and connected_by_wins(played):
                strengths = certified(PairLikelihood(played, "half", NONE)).strengths
                if strengths.max() > strengths[fitted.names.index(first)] + 1e-9:
                    return n
    return None


@pytest.mark.slow
@pytest.mark.parametrize(("n", "n_votes", "most"), [(3, 20, 4), (4, 25, 3)])
def test_as_few_as_any(n, n_votes, most):
    seen = set()
    for seed in range(12):
        case = few_votes(seed, n, n_votes)
        if case is None:
            continue
        _, fitted, conclusion = case
        cells = np.flatnonzero(on_triangle(fitted.contests))
        expected = fewest_by_trying(fitted, np.eye(3 * n * (n - 1) // 2)[cells], most)
        removal = fewest_votes(fitted, conclusion)
        if expected is None:
            assert removal is None or removal.n_changed > most
        else:
            assert removal.n_changed == expected
            seen.add(expected)
    assert len(seen) > 1


def test_as_few_voters_as_any():
    seen = set()
    for seed in range(8):
        votes = voted(n_votes=40, n=3, n_voters=8, seed=seed)
        fitted = fit(count(votes))
        clusters = clustered(votes, fitted, "voter")
        units = np.zeros((clusters.n_clusters[0], 9))
        np.add.at(units, (clusters.codes[0], clusters.cell), 1)
        expected = fewest_by_trying(fitted, units, 2)
        removal = fewest_votes(fitted, top_set(fitted), clusters=clusters)
        if expected is None:
            assert removal is None or removal.n_changed > 2
        else:
            # A voter is taken or left: choosing by effects can be one off.
            assert expected <= removal.n_changed <= expected + 1
            assert np.array_equal(units[removal.clusters].sum(axis=0), removal.votes.ravel())
            seen.add(expected)
    assert seen


@pytest.mark.slow
@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(10, 200), st.sampled_from(["first", "set", "order", "pair"]), st.sampled_from(TIES))
def test_never_a_set_that_changes_nothing(seed, n, n_votes, kind, ties):
    try:
        fitted = fit(count(random_votes(seed=seed, n=n, n_votes=n_votes)), ties=ties)
        k = 1 + seed % (n - 1)
        conclusion = {
            "first": lambda: top_set(fitted),
            "set": lambda: top_set(fitted, k),
            "order": lambda: top_order(fitted, k),
            "pair": lambda: pair_order(fitted, *fitted.names[:2]),
        }[kind]()
    except (ExistenceError, OptionError):
        assume(False)
    removal = fewest_votes(fitted, conclusion)
    if removal is None:
        return
    votes = on_triangle(fitted.contests)
    assert (removal.votes >= 0).all()
    assert (removal.votes <= votes).all()
    played = off_triangle(fitted.names, votes - removal.votes)
    assert connected_by_wins(played)
    after = certified(PairLikelihood(played, ties, NONE)).strengths
    before, now = np.argsort(-fitted.strengths), np.argsort(-after)
    changed = {
        "first": before[0] != now[0],
        "set": set(before[:k]) != set(now[:k]),
        "order": list(before[:k]) != list(now[:k]),
        "pair": (fitted.strengths[0] > fitted.strengths[1]) != (after[0] > after[1]),
    }
    assert changed[kind]


def test_a_tie_is_no_change_and_no_ratings_are_no_change():
    """5:2 has to become 1:2. Of 9:1 no removal leaves ratings and another leader; with a prior all nine wins go."""
    removal = fewest_votes(*case([("a", "b", 5, 2, 0, 0)]))
    assert removal.n_changed == 4
    assert removal.votes[:, 0].tolist() == [4, 0, 0]
    assert fewest_votes(*case([("a", "b", 9, 1, 0, 0)])) is None
    assert fewest_votes(*case([("a", "b", 9, 1, 0, 0)], prior=Prior("votes"))).n_changed == 9
    assert fewest_votes(*case([("a", "b", 9, 2, 0, 0)])).n_changed == 8


def case(rows, **options):
    fitted = fit(pair_counts("ab", rows), **options)
    return fitted, top_set(fitted)


def test_weighted_votes():
    """Heavy votes count for more, so that fewer of them are needed; a refit of the weights says the same."""
    votes = random_votes(seed=5, n=5, n_votes=600)
    weights = np.where(np.random.default_rng(0).random(600) < 0.1, 5.0, 0.5)
    fitted = fit(weighted(votes, weights))
    removal = fewest_votes(fitted, top_set(fitted))
    assert (removal.votes <= on_triangle(fitted.contests, 0)).all()
    # The table says which votes, by their weights; without those, and no others, the leader is another.
    table = vote_table(fitted, removal)
    assert table["n_changed"].sum() == removal.n_changed
    keep, names = np.ones(600, bool), np.array(votes.names)
    for row in table[table["n_changed"] > 0].itertuples():
        sides = names[votes.first], names[votes.second]
        ahead, behind = ((sides[a] == row.first) & (sides[1 - a] == row.second) for a in (0, 1))
        outcome = np.where(behind & (votes.outcome < 2), 1 - votes.outcome, np.minimum(votes.outcome, 2))
        which = (ahead | behind) & (outcome == ("first won", "second won", "tie").index(row.outcome)) & (weights == row.weight)
        assert which.sum() == row.n_votes
        keep[np.flatnonzero(which)[: row.n_changed]] = False
    kept = fit(weighted(votes.only(keep), weights[keep]))
    assert leader(kept, kept.strengths) != leader(fitted, fitted.strengths)
    assert kept.strengths == pytest.approx(removal.strengths, abs=1e-9)
    twice = fit(weighted(votes, 2 * weights))
    assert fewest_votes(twice, top_set(twice)).n_changed == removal.n_changed
    # One cluster a vote, each with its own weight.
    single = Votes(votes.names, votes.first, votes.second, votes.outcome, {"row": np.arange(600)})
    clusters = clustered(single, fitted, "row")
    by_row = fewest_votes(fitted, top_set(fitted), clusters=clusters)
    assert by_row.n_changed == removal.n_changed
    keep = np.ones(600, bool)
    keep[clusters.row[np.isin(clusters.codes[0], by_row.clusters)]] = False
    kept = fit(weighted(Votes(votes.names, *(part[keep] for part in (votes.first, votes.second, votes.outcome))), weights[keep]))
    assert leader(kept, kept.strengths) != leader(fitted, fitted.strengths)
    assert kept.strengths == pytest.approx(by_row.strengths, abs=1e-9)


def test_votes_written_twice_need_twice_the_removal():
    fitted = fit(count(random_votes(seed=2, n=6, n_votes=2000)))
    n, twice = (fewest_votes(f, top_set(f)).n_changed for f in (fitted, doubled(fitted)))
    # Two halves of a vote are one.
    assert 2 * n - 1 <= twice <= 2 * n


def doubled(fitted):
    c = fitted.contests
    return certified(PairLikelihood(Contests(c.names, c.first, c.second, 2 * c.wins, 2 * c.losses, 2 * c.ties), "half", NONE))


# What is refused


def test_refuses():
    fitted = fit(count(random_votes(n=4)))
    with pytest.raises(OptionError, match="'nobody' is not among"):
        pair_order(fitted, "nobody", fitted.names[0])
    for k in (0, 4, 2.0):
        with pytest.raises(OptionError, match="k is"):
            top_set(fitted, k)
    with pytest.raises(OptionError, match="named twice"):
        pair_order(fitted, fitted.names[0], fitted.names[0])
    with pytest.raises(OptionError, match="ratings do not say that"):
        fewest_votes(fitted, Conclusion("the last is first", {"he is not": lambda strengths: strengths.min() - strengths.max()}))
    for margin in (lambda _: True, lambda _: np.nan):
        with pytest.raises(OptionError, match="the margin of a conclusion is"):
            fewest_votes(fitted, Conclusion("always", {"never": margin}))
    equal = fit(pair_counts("ab", [("a", "b", 4, 4, 0, 0)]))
    with pytest.raises(OptionError, match="ratings do not say that"):
        top_set(equal)
    votes = voted()
    crossed = fit(count(votes))
    with pytest.raises(OptionError, match="voter and prompt; name one"):
        fewest_votes(crossed, top_set(crossed), clusters=clustered(votes, crossed, ("voter", "prompt")))


def test_ties_that_do_not_count_are_not_removed():
    fitted = fit(count(random_votes()), ties="drop")
    removal = fewest_votes(fitted, top_set(fitted))
    assert removal.votes[2].sum() == 0
    assert contests(count(random_votes()), ties="drop").n_votes == fitted.contests.n_votes
