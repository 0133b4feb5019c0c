"""Tests of voters against slow oracles, exact probabilities, and simulated arenas with bad voters and without."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2

from benchmarks.bad_voters import infiltrated
from recount.engine.errors import InputError, OptionError
from recount.engine.voters.against_strengths import decided_votes
from recount.engine.voters.fair_coins import shown_order
from recount.engine.voters.fisher_sequence import LAST_TIME, N_TIMES, sequential_p_values
from recount.engine.voters.four_tests import FALSE_ALARMS, adjusted, suspicion
from recount.engine.voters.tail_bounds import log_tail_bounds
from recount.engine.votes import BOTH_BAD, FIRST_WON, TIE, PairCounts, Votes
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from recount.sims.analysis.voter_tests import FAST, n_in_a_minute, suspects
from recount.sims.arenas import Arena, Newcomers, Outcomes, Pairs, Strengths, Voters, simulate
from recount.sims.filtering import filtered
from recount.sims.specification import Specification
from tests.commands import one_line, runner


def counts_of(rows):
    """Counts of (first, second, n)."""
    names = tuple(sorted({name for row in rows for name in row[:2]}))
    place = {name: i for i, name in enumerate(names)}
    first, second, n = (np.array(part) for part in zip(*((place[a], place[b], n) for a, b, n in rows), strict=True))
    return PairCounts(names, first, second, np.stack([n, 0 * n, 0 * n, 0 * n], axis=1))


def random_order(n_pairs, n_votes, rng):
    """Votes of pairs of many competitors whose order is a coin each."""
    names = [f"m{k:04d}" for k in range(int(2 + n_pairs**0.5 * 2))]
    pairs = list(itertools.islice(itertools.combinations(names, 2), n_pairs))
    return counts_of([row for a, b in pairs for k in [rng.binomial(n_votes, 0.5)] for row in ((a, b, k), (b, a, n_votes - k))])


@pytest.mark.parametrize(("n_pairs", "n_votes"), [(1, 20), (6, 3), (400, 1), (3, 1000), (300, 7)])
def test_an_order_by_chance_is_called_none_as_rarely_as_stated(n_pairs, n_votes):
    """At 5 %, which so many logs can show; binomial p-values are discrete, so that it may be less."""
    rng = np.random.default_rng(n_pairs)
    found = [shown_order(random_order(n_pairs, n_votes, rng), seed) for seed in range(400)]
    assert np.mean([order.p_value <= 0.05 for order in found]) <= 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
    assert not any(order.is_fixed for order in found)


def test_fixed_orders_are_found():
    """By the alphabet and against it, by a rank, and by pair; and with one vote a pair."""
    rng = np.random.default_rng(2)
    names = [f"m{k:02d}" for k in range(30)]
    rank = dict(zip(names, rng.permutation(30), strict=True))
    pairs = list(itertools.combinations(names, 2))
    orders = {
        "alphabet": [(a, b, 1) for a, b in pairs],
        "backwards": [(b, a, 2) for a, b in pairs],
        "rank": [(a, b, 1) if rank[a] < rank[b] else (b, a, 1) for a, b in pairs],
        "few": [("a", "b", 5), ("a", "c", 5), ("b", "c", 5)],
        "nearly": [(a, b, 200) for a, b in pairs[:40]] + [(b, a, 1) for a, b in pairs[:40]],
    }
    for name, rows in orders.items():
        found = shown_order(counts_of(rows))
        assert found.is_fixed, name
    by_pair = shown_order(counts_of([(a, b, 9) if rng.random() < 0.5 else (b, a, 9) for a, b in pairs]))
    assert by_pair.is_by_pair
    assert not by_pair.is_fixed
    mostly = shown_order(counts_of([(a, b, 30) for a, b in pairs] + [(b, a, 10) for a, b in pairs]))
    assert not mostly.is_by_chance
    assert not mostly.is_fixed
    assert not shown_order(counts_of([("a", "b", 5)])).can_tell
    exact = shown_order(counts_of([("a", "b", 8), ("b", "a", 2)]))
    assert exact.p_alphabet == pytest.approx(2 * binom.sf(7, 10, 0.5))


def frame_of(votes, **columns):
    names = np.array(votes.names, object)
    winner = np.array(["model_a", "model_b", "tie", "both_bad"])[votes.outcome]
    voter = np.array(votes.columns["voter"].levels, object)[votes.columns["voter"].codes]
    return pd.DataFrame({"model_a": names[votes.first], "model_b": names[votes.second], "winner": winner, "voter": voter, **columns})


def test_an_effect_of_position_is_refused_where_the_order_is_fixed():
    arena = simulate(Arena(n_competitors=6, n_votes=3000, voters=Voters(50)), 3).votes
    frame = frame_of(arena)
    turn = (frame["model_a"] > frame["model_b"]) & True
    turned = frame.copy()
    turned.loc[turn, ["model_a", "model_b"]] = frame.loc[turn, ["model_b", "model_a"]].to_numpy()
    turned.loc[turn, "winner"] = frame.loc[turn, "winner"].replace({"model_a": "model_b", "model_b": "model_a"})
    turned["topic"] = "x"
    with pytest.raises(OptionError, match=r"every vote has the competitor first that comes first in the alphabet: .* leave out `position`"):
        analyse(read(turned), position=True).leaderboard()
    with pytest.raises(OptionError, match="leave out `category_effects`"):
        analyse(read(turned), category_effects=("topic",)).leaderboard()
    lines = dict(check(read(turned)).frame[["item", "value"]].to_numpy().tolist())
    assert lines["an effect of position"] == "cannot be told from strengths"
    assert dict(check(read(frame)).frame[["item", "value"]].to_numpy().tolist())["an effect of position"] == "can be told from strengths"
    analyse(read(frame), position=True).leaderboard()
    partly = pd.concat([turned, frame[turn]], ignore_index=True)
    told = analyse(read(partly), position=True).leaderboard().notes
    assert any("not drawn by chance for each vote" in note for note in told)
    assert not any("chance" in note for note in analyse(read(frame), position=True).leaderboard().notes)


def exact_tail(total, gains, chances):
    """Probability of a sum or a larger one, over all outcomes."""
    found = 0.0
    for outcome in itertools.product((0, 1), repeat=len(gains)):
        if np.dot(outcome, gains) >= total - 1e-12:
            found += np.prod(np.where(outcome, chances, 1 - np.asarray(chances)))
    return found


def test_bounds_are_never_below_the_probability_and_of_the_right_size():
    rng = np.random.default_rng(7)
    sums, gains, chances, exact, expected = [], [], [], [], []
    for _ in range(300):
        n = rng.integers(1, 11)
        a, q = rng.uniform(0, 3, n) if rng.random() < 0.5 else np.ones(n), rng.uniform(0.02, 0.9, n)
        total = np.dot(rng.random(n) < 0.8, a)
        sums.append(total)
        gains.append(a)
        chances.append(q)
        exact.append(exact_tail(total, a, q))
        expected.append(np.dot(a, q))
    starts = np.cumsum([0, *map(len, gains[:-1])])
    bounds = np.exp(log_tail_bounds(np.array(sums), np.zeros(len(sums)), np.concatenate(gains), np.concatenate(chances), starts))
    assert (bounds >= np.array(exact) * (1 - 1e-9)).all()
    # Chernoff's bound loses less than a factor of 20 here.
    above = np.array(sums) > np.array(expected)
    assert (bounds[above] <= 20 * np.array(exact)[above] + 1e-3).all()
    everything = log_tail_bounds(np.array([5.0]), np.zeros(1), np.ones(5), np.full(5, 0.1), np.array([0]))
    assert everything[0] == pytest.approx(5 * np.log(0.1), rel=1e-6)
    normal = log_tail_bounds(np.array([4.0]), np.array([2.0]), np.zeros(1), np.full(1, 0.5), np.array([0]))
    assert normal[0] == pytest.approx(-(4.0**2) / (2 * 2.0))


def slow_sequential(votes, voter, n_voters, seed):
    """Chiang et al.'s test as it is described, vote by vote."""
    ratings = []
    for i, j, outcome in zip(votes.first, votes.second, votes.outcome, strict=True):
        later = max(votes.names[i], votes.names[j])
        winner = votes.names[i] if outcome == FIRST_WON else votes.names[j]
        ratings.append(0.5 if outcome in (TIE, BOTH_BAD) else float(winner == later))
    pairs = [frozenset(pair) for pair in zip(votes.first, votes.second, strict=True)]
    times = np.random.default_rng([seed, 2]).integers(1, LAST_TIME + 1, (N_TIMES, n_voters))
    found = np.ones(n_voters)
    for user in range(n_voters):
        statistic, looked = 0.0, {}
        for j, row in enumerate(np.flatnonzero(voter == user), start=1):
            others = [ratings[k] for k in range(len(pairs)) if pairs[k] == pairs[row] and voter[k] != user]
            statistic -= 2 * np.log((1 + sum(h >= ratings[row] for h in others)) / (1 + len(others)))
            looked[j] = chi2.sf(statistic, 2 * j)
        for time in times[:, user]:
            found[user] = min(found[user], N_TIMES * looked.get(time, 1.0))
    return found


def test_the_sequential_test_is_the_published_one():
    # The later in the alphabet, the weaker.
    strengths = Strengths.given([600, 300, 0, -300, -600])
    arena = Arena(n_votes=400, voters=Voters(8, activity="equal"), strengths=strengths)
    votes = simulate(arena, 1).votes
    voter = votes.columns["voter"].codes.copy()
    voter[::17] = -1
    outcome, later = votes.outcome.copy(), np.array(votes.names)[votes.first] > np.array(votes.names)[votes.second]
    # Who votes for the later one, always.
    outcome[voter == 3] = np.where(later, 0, 1)[voter == 3]
    votes = Votes(votes.names, votes.first, votes.second, outcome)
    slow = slow_sequential(votes, voter, 8, seed=5)
    assert slow[3] < 0.05
    assert sequential_p_values(votes, voter, 8, seed=5) == pytest.approx(slow)


def test_weights_of_tastes_and_residuals_by_hand():
    votes = simulate(Arena(n_competitors=4, n_votes=300, voters=Voters(6)), 2).votes
    voter = votes.columns["voter"].codes
    decided = decided_votes(votes, voter, np.ones(6, np.bool_))
    rows = np.flatnonzero(votes.outcome < TIE)
    rows = rows[np.argsort(voter[rows], kind="stable")]
    for cell in range(decided.cells.voter.size):
        user, c = decided.cells.voter[cell], decided.cells.competitor[cell]
        own = [k for k, row in enumerate(rows) if voter[row] == user and c in (votes.first[row], votes.second[row])]
        v = decided.variance[own]
        others = [votes.first[rows[k]] + votes.second[rows[k]] - c for k in own]
        by_other = sum(sum(v[i] for i in range(len(own)) if others[i] == o) ** 2 for o in set(others))
        assert decided.taste_weights[cell] == pytest.approx(v.sum() ** 2 + by_other - 2 * (v**2).sum())
        wins = sum((votes.first[rows[k]] == c) == (votes.outcome[rows[k]] == FIRST_WON) for k in own)
        signs = [decided.cells.of_vote[0][k] == cell for k in own]
        expected = sum(1 - decided.chance[k] if strong else decided.chance[k] for k, strong in zip(own, signs, strict=True))
        assert decided.residuals[cell] == pytest.approx(wins - expected)


def test_adjusted_p_values_by_definition():
    rng = np.random.default_rng(3)
    p_values = np.append(rng.random(30), [1e-4, 2e-3, 2e-3])
    by_definition = [min(1.0, *(p_values.size * q / (p_values <= q).sum() for q in p_values if q >= p)) for p in p_values]
    assert adjusted(p_values) == pytest.approx(by_definition)
    assert adjusted(np.zeros(0)).size == 0


HONEST = {
    "tastes of 100 Elo": Arena(n_competitors=20, n_votes=8000, voters=Voters(400, tastes=100)),
    "few votes": Arena(n_competitors=20, n_votes=6000, voters=Voters(2000, activity="equal")),
    "position, ties, unbalanced pairs, newcomers": Arena(
        n_competitors=20,
        n_votes=8000,
        voters=Voters(400, tastes=50),
        position_effect=0.4,
        pairs=Pairs.skewed(2.0),
        outcomes=Outcomes.rao_kupper(0.5),
        newcomers=Newcomers(3, (4,)),
    ),
}


def named(votes, **more):
    codes, n = votes.columns["voter"].codes, len(votes.columns["voter"].levels)
    return suspicion(votes, codes, n, by_chance=True, **more).adjusted <= FALSE_ALARMS


@pytest.mark.parametrize("kind", HONEST)
def test_honest_voters_are_named_in_no_more_logs_than_promised(kind):
    n = 60
    some = [named(simulate(HONEST[kind], seed).votes).any() for seed in range(n)]
    # Four in a hundred thousand would be this unlucky.
    assert sum(some) <= binom.ppf(1 - 4e-5, n, FALSE_ALARMS)


@pytest.mark.parametrize(("intent", "least"), [("adversarial", 0.95), ("rigging alone", 0.95), ("random", 0.8)])
def test_bad_voters_are_named_and_few_honest_ones(intent, least):
    strengths = Strengths.normal(200)
    arena = simulate(Arena(n_competitors=20, n_votes=60_000, voters=Voters(300, activity="equal", tastes=50), strengths=strengths), 1)
    votes, bad = infiltrated(arena.votes, arena.parameters.strengths, intent, 0.1, 1)
    found = named(votes)
    assert found[bad].mean() >= least
    assert found[~bad].sum() <= 0.15 * found.sum()


def test_one_sided_voters_are_named_where_the_order_is_chance_only():
    arena = simulate(Arena(n_competitors=10, n_votes=9000, voters=Voters(300, activity="equal")), 1).votes
    outcome = arena.outcome.copy()
    outcome[arena.columns["voter"].codes == 7] = FIRST_WON
    votes = Votes(arena.names, arena.first, arena.second, outcome, arena.columns)
    assert np.flatnonzero(named(votes)).tolist() == [7]
    found = suspicion(votes, votes.columns["voter"].codes, 300, by_chance=False)
    assert "side" not in found.p_values


def test_a_voter_who_is_not_there_and_a_log_of_ties_harm_nobody():
    votes = simulate(Arena(n_competitors=4, n_votes=200, voters=Voters(5)), 1).votes
    nobody = np.full(200, -1)
    assert suspicion(votes, nobody, 3, by_chance=True).p_value.tolist() == [1, 1, 1]
    ties = Votes(votes.names, votes.first, votes.second, np.full(200, TIE), votes.columns)
    found = suspicion(ties, votes.columns["voter"].codes, 5, by_chance=True)
    assert (found.p_values["against"] == 1).all()
    assert (found.p_values["side"] == 1).all()


def test_votes_in_a_minute_by_hand():
    rng = np.random.default_rng(1)
    voter, seconds = rng.integers(-1, 4, 300), rng.uniform(0, 4000, 300)
    slow = [max((((t <= (own := seconds[voter == k])) & (own < t + 60)).sum() for t in seconds[voter == k]), default=0) for k in range(5)]
    assert n_in_a_minute(voter, seconds, 5).tolist() == slow


@pytest.fixture(scope="module")
def frame():
    """Votes of which one voter casts all against the stronger, and another twenty in a minute."""
    arena = simulate(Arena(n_competitors=8, n_votes=6000, voters=Voters(60, activity="equal"), strengths=Strengths.normal(200), days=30.0), 4)
    votes, strengths = arena.votes, arena.parameters.strengths
    outcome = votes.outcome.copy()
    bad = votes.columns["voter"].codes == 11
    outcome[bad] = np.where(strengths[votes.first[bad]] < strengths[votes.second[bad]], 0, 1)
    seconds = np.round(votes.columns["tstamp"])
    fast = np.flatnonzero(votes.columns["voter"].codes == 23)[: 2 * FAST]
    seconds[fast] = seconds[fast[0]] + np.arange(fast.size)
    made = frame_of(Votes(votes.names, votes.first, votes.second, outcome, votes.columns), tstamp=seconds)
    made.loc[made.index % 100 == 3, "voter"] = None
    return made


def test_suspects_are_listed_with_reasons_and_can_be_left_out(frame, tmp_path, monkeypatch, capsys):
    frame.rename(columns={"voter": "judge"}).to_csv(tmp_path / "log.csv", index=False)
    log = read(tmp_path / "log.csv")
    table = suspects(log)
    assert table.frame["voter"].tolist() == ["voter-11", "voter-23"]
    assert table.frame["column"].tolist() == ["judge", "judge"]
    assert "votes for the weaker one" in table.frame["reason"][0]
    assert table.frame["reason"][1] == f"more than {FAST} votes in a minute"
    assert table.frame["p_adjusted"][0] <= FALSE_ALARMS < table.frame["p_adjusted"][1]
    assert any("have no voter" in note for note in table.notes)
    assert table.headline.startswith("2 voters are under suspicion, most of all voter-11")
    run = runner(monkeypatch, capsys)
    said = run("check", tmp_path / "log.csv", "--suspects", tmp_path / "list.csv", "-o", tmp_path / "check.csv")
    assert said.code == 0, said.err
    assert (tmp_path / "list.csv.manifest.json").exists()
    written = pd.read_csv(tmp_path / "list.csv")
    assert written["voter"].tolist() == ["voter-11", "voter-23"]
    without = filtered(log, Specification(without_voters=tmp_path / "list.csv"))
    assert without.counts.n_votes == len(frame) - frame["voter"].isin(["voter-11", "voter-23"]).sum()
    lines = pd.read_csv(tmp_path / "check.csv")
    assert lines.loc[lines["topic"] == "suspect", "item"].tolist() == ["'voter-11'", "'voter-23'"]
    assert analyse(log, without_voters=tmp_path / "list.csv").log.counts.n_votes == without.counts.n_votes
    assert "--voter-column" in one_line(run("check", tmp_path / "log.csv", "--voter-column", "who", "--suspects", tmp_path / "b.csv").err)


def test_logs_without_voters(frame, tmp_path):
    alone = frame.drop(columns=["voter", "tstamp"])
    with pytest.raises(InputError, match=r"no column 'voter' to keep; .* name the column of voters with voter_column"):
        suspects(read(alone))
    lines = check(read(alone)).frame
    assert "voters" not in set(lines["topic"])
    counts = alone.groupby(["model_a", "model_b", "winner"]).size().rename("count").reset_index()
    assert "voters" not in set(check(read(counts)).frame["topic"])
    of_counts = check(read(counts), voter_column="voter").frame
    assert "not tested" in of_counts.loc[of_counts["topic"] == "voters", "item"].tolist()
    assert suspects(read(frame.drop(columns="tstamp"))).frame["n_in_a_minute"].isna().all()


def test_the_same_list_every_time_and_whatever_the_order_of_names(frame):
    pd.testing.assert_frame_equal(suspects(read(frame)).frame, suspects(read(frame)).frame)
