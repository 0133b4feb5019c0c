"""Speed of the sequential systems on 2 million votes between 300 competitors, and as a ratio to the peers, which get fewer votes, in one run.

A peer that is not installed is left out.
"""

import numpy as np
import pytest

from benchmarks.arenas import SIZES, usual_arena
from benchmarks.timing import medians
from recount.engine import Glicko2, TrueSkill, Votes, count, elo, elo_permutations, glicko2, trueskill
from recount.sims.arenas import simulate

pytestmark = pytest.mark.filterwarnings("default")
SCORES = np.array([1.0, 0.0, 0.5])
PERIOD = 1000


@pytest.fixture(scope="module")
def votes():
    n_votes, n_competitors = SIZES["M"]
    return simulate(usual_arena(n_competitors, n_votes), seed=1).votes


def first_votes(votes, n_votes):
    return Votes(votes.names, votes.first[:n_votes], votes.second[:n_votes], votes.outcome[:n_votes])


def report(name, ours, theirs, n_ours, n_theirs):
    ratio = (theirs / n_theirs) / (ours / n_ours)
    print(f"\n{name}: {n_ours / ours / 1e6:.1f} M votes/s, theirs {n_theirs / theirs / 1e6:.3f} M votes/s, ratio {ratio:.0f}")
    return ratio


def test_elo(benchmark, votes):
    benchmark(elo, votes)


def test_glicko2(benchmark, votes):
    benchmark(glicko2, votes, Glicko2(period=PERIOD))


def test_trueskill(benchmark, votes):
    benchmark(trueskill, votes)


def test_hundred_orders_cost_less_than_ninety_passes(votes):
    counts = count(votes)
    one, hundred = medians(lambda: elo(votes), lambda: elo_permutations(counts, n_permutations=100, n_threads=2), n_rounds=5)
    print(f"\n100 orders on two threads: {hundred:.3f} s, {hundred / one:.0f} passes of {one * 1e3:.1f} ms")
    assert hundred <= 90 * one


def test_elo_against_evalicas_core(votes):
    core = pytest.importorskip("evalica")._brzo
    columns = {"xs": votes.first.astype(np.uint64), "ys": votes.second.astype(np.uint64), "winners": np.array([1, 2, 0], np.uint8)[votes.outcome]}
    choices = {"total": len(votes.names), "initial": 1000.0, "base": 10.0, "scale": 400.0, "k": 4.0, "win_weight": 1.0, "tie_weight": 0.5}
    weights = np.ones(votes.n_votes)
    ours, theirs = medians(lambda: elo(votes), lambda: core.elo(**columns, **choices, weights=weights), n_rounds=5)
    assert report("Elo, evalica", ours, theirs, votes.n_votes, votes.n_votes) >= 5


def test_glicko2_against_riix(votes):
    riix = pytest.importorskip("riix.models.glicko2")
    few = first_votes(votes, 20_000)
    pairs, scores = np.stack([few.first, few.second], axis=1), SCORES[few.outcome]

    def theirs():
        system = riix.Glicko2(list(few.names), update_method="batched")
        for period, start in enumerate(range(0, few.n_votes, PERIOD)):
            system.update(pairs[start : start + PERIOD], scores[start : start + PERIOD], time_step=period)

    ours, peer = medians(lambda: glicko2(votes, Glicko2(period=PERIOD)), theirs, n_rounds=5)
    assert report("Glicko-2, riix", ours, peer, votes.n_votes, few.n_votes) >= 100


def test_trueskill_against_riix(votes):
    riix = pytest.importorskip("riix.models.trueskill")
    few = first_votes(votes, 20_000)
    pairs, scores = np.stack([few.first, few.second], axis=1), SCORES[few.outcome]

    def theirs():
        riix.TrueSkill(list(few.names), draw_probability=0.3).update(pairs, scores, time_step=1)

    ours, peer = medians(lambda: trueskill(votes, TrueSkill(draw_probability=0.3)), theirs, n_rounds=5)
    assert report("TrueSkill, riix", ours, peer, votes.n_votes, few.n_votes) >= 100


@pytest.mark.parametrize("system", ["Glicko2Competitor", "TrueSkillCompetitor"])
def test_against_elote(votes, system):
    competitor = getattr(pytest.importorskip("elote"), system)
    few = first_votes(votes, 5_000)
    games = list(zip(few.first.tolist(), few.second.tolist(), few.outcome.tolist(), strict=True))

    def theirs():
        players = [competitor() for _ in few.names]
        for i, j, outcome in games:
            (players[i].beat, players[i].lost_to, players[i].tied)[outcome](players[j])

    ours, peer = medians(lambda: (glicko2 if system == "Glicko2Competitor" else trueskill)(votes), theirs, n_rounds=5)
    assert report(f"elote {system}", ours, peer, votes.n_votes, few.n_votes) >= 100
