"""The sequential systems against the peers' packages on the same votes; a package that is not installed is left out.

Where a package departs from the paper, the votes keep to what it does by the paper; each test says how.
"""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.arenas import usual_arena
from recount.engine import Elo, Glicko2, TrueSkill, elo, glicko2, trueskill
from recount.sims.arenas import simulate

pytestmark = pytest.mark.filterwarnings("default")
N_VOTES, N_COMPETITORS, PERIOD = 3000, 20, 100
SCORES = np.array([1.0, 0.0, 0.5])


@pytest.fixture(scope="module")
def votes():
    return simulate(usual_arena(N_COMPETITORS, N_VOTES), seed=7).votes


@pytest.fixture(scope="module")
def decided(votes):
    rows = votes.outcome < 2
    return replace(votes, first=votes.first[rows], second=votes.second[rows], outcome=votes.outcome[rows])


def games(votes):
    return zip(votes.first.tolist(), votes.second.tolist(), SCORES[votes.outcome].tolist(), strict=True)


def test_elo_evalica(votes):
    evalica = pytest.importorskip("evalica")
    winners = [[evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw][outcome] for outcome in votes.outcome]
    names = np.array(votes.names)
    theirs = evalica.elo(names[votes.first].tolist(), names[votes.second].tolist(), winners, k=16.0)
    assert elo(votes, Elo(k_factor=16)).ratings == pytest.approx(theirs.scores[list(votes.names)].to_numpy(), abs=1e-9)


def test_elo_elote(votes):
    elote = pytest.importorskip("elote")
    theirs = [elote.EloCompetitor(initial_rating=1000, k_factor=16) for _ in votes.names]
    for i, j, score in games(votes):
        {1.0: theirs[i].beat, 0.0: theirs[i].lost_to, 0.5: theirs[i].tied}[score](theirs[j])
    assert elo(votes, Elo(k_factor=16)).ratings == pytest.approx([player.rating for player in theirs], abs=1e-9)


def test_glicko2_riix(votes):
    """Its deviations stop at the initial one, which no idle competitor comes near here; its volatility stops at 1e-6."""
    riix = pytest.importorskip("riix.models.glicko2")
    system = riix.Glicko2(list(votes.names), update_method="batched")
    pairs, scores = np.stack([votes.first, votes.second], axis=1), SCORES[votes.outcome]
    for period, start in enumerate(range(0, N_VOTES, PERIOD)):
        system.update(pairs[start : start + PERIOD], scores[start : start + PERIOD], time_step=period)
    ours = glicko2(votes, Glicko2(period=PERIOD))
    assert ours.ratings == pytest.approx(1500 + 173.7178 * system.mus, abs=1e-4)
    assert ours.deviations == pytest.approx(173.7178 * system.phis, abs=1e-4)
    assert ours.volatilities == pytest.approx(system.sigmas, abs=1e-6)


def test_glicko2_glicko2(votes, monkeypatch):
    """Its equation for the volatility has the rating where the deviation should be; a small tau keeps the volatility where it is."""
    package = pytest.importorskip("glicko2")
    monkeypatch.setattr(package.Player, "_tau", 1e-3)
    theirs = [package.Player() for _ in votes.names]
    entered = set()
    for start in range(0, N_VOTES, PERIOD):
        met = {k: ([], [], []) for k in range(N_COMPETITORS)}
        rows = slice(start, start + PERIOD)
        for i, j, score in games(replace(votes, first=votes.first[rows], second=votes.second[rows], outcome=votes.outcome[rows])):
            for one, other, points in ((i, j, score), (j, i, 1 - score)):
                for held, value in zip(met[one], (theirs[other].rating, theirs[other].rd, points), strict=True):
                    held.append(value)
        for k, player in enumerate(theirs):
            if met[k][0]:
                entered.add(k)
                player.update_player(*met[k])
            elif k in entered:
                player.did_not_compete()
    ours = glicko2(votes, Glicko2(period=PERIOD, tau=1e-3))
    assert ours.ratings == pytest.approx([player.rating for player in theirs], abs=1e-4)
    assert ours.deviations == pytest.approx([player.rd for player in theirs], abs=1e-4)


def test_glicko2_elote():
    """It closes a period after every vote and takes time from a clock: two competitors, who then both stand in every period, at one moment."""
    elote = pytest.importorskip("elote")
    from datetime import datetime

    duel = simulate(usual_arena(2, 300), seed=8).votes
    theirs = [elote.Glicko2Competitor() for _ in duel.names]
    for i, j, score in games(duel):
        {1.0: theirs[i].beat, 0.0: theirs[i].lost_to, 0.5: theirs[i].tied}[score](theirs[j], match_time=datetime(2024, 1, 1))
    ours = glicko2(duel, Glicko2(period=1))
    assert ours.ratings == pytest.approx([player.rating for player in theirs], abs=1e-3)
    assert ours.deviations == pytest.approx([player.rd for player in theirs], abs=1e-3)


def test_trueskill_trueskill(votes):
    """Its own normal distribution is good to 1e-7 or so."""
    package = pytest.importorskip("trueskill")
    environment = package.TrueSkill(draw_probability=0.3)
    theirs = [environment.create_rating() for _ in votes.names]
    for i, j, score in games(votes):
        if score == 0.0:
            theirs[j], theirs[i] = package.rate_1vs1(theirs[j], theirs[i], env=environment)
        else:
            theirs[i], theirs[j] = package.rate_1vs1(theirs[i], theirs[j], drawn=score == 0.5, env=environment)
    ours = trueskill(votes, TrueSkill(draw_probability=0.3))
    assert ours.ratings == pytest.approx([player.mu for player in theirs], abs=1e-4)
    assert ours.deviations == pytest.approx([player.sigma for player in theirs], abs=1e-4)


def test_trueskill_elote(votes):
    elote = pytest.importorskip("elote")
    # Its own defaults are rounded.
    choices = {"beta": 4.0, "tau": 0.1, "draw_probability": 0.3}
    elote.TrueSkillCompetitor.configure_class(**choices)
    theirs = [elote.TrueSkillCompetitor(initial_mu=25, initial_sigma=8) for _ in votes.names]
    for i, j, score in games(votes):
        {1.0: theirs[i].beat, 0.0: theirs[i].lost_to, 0.5: theirs[i].tied}[score](theirs[j])
    ours = trueskill(votes, TrueSkill(initial_deviation=8, **choices))
    assert ours.ratings == pytest.approx([player.mu for player in theirs], abs=1e-9)
    assert ours.deviations == pytest.approx([player.sigma for player in theirs], abs=1e-9)


def test_trueskill_riix(decided):
    """Its draws move the favourite up, and its dynamics come once a period: decided votes without dynamics."""
    riix = pytest.importorskip("riix.models.trueskill")
    system = riix.TrueSkill(list(decided.names), initial_sigma=25 / 3, beta=25 / 6, tau=0.0, draw_probability=0.3)
    system.update(np.stack([decided.first, decided.second], axis=1), SCORES[decided.outcome], time_step=1)
    ours = trueskill(decided, TrueSkill(tau=0, draw_probability=0.3))
    assert ours.ratings == pytest.approx(system.mus, abs=1e-9)
    assert ours.deviations == pytest.approx(np.sqrt(system.sigma2s), abs=1e-9)
