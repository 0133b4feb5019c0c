"""Elo, Glicko-2 and TrueSkill: published examples, slow twins, resumption, orders."""

import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erfcx

from benchmarks.arenas import usual_arena
from recount.engine import (
    ELO,
    Elo,
    Factor,
    Glicko2,
    InputError,
    OptionError,
    SequentialRatings,
    TrueSkill,
    Votes,
    count,
    elo,
    fit,
    glicko2,
    in_order,
    trueskill,
)
from recount.engine.kernels.normal_hazard import hazard, mills_ratio
from recount.sims.arenas import simulate
from tests.random_logs import level_votes, vote, votes_in
from tests.reference import SCORES, elo_by_definition, glicko2_by_definition, trueskill_by_integration

SYSTEMS = {"elo": elo, "glicko2": lambda votes, **choices: glicko2(votes, Glicko2(period=5), **choices), "trueskill": trueskill}
# Rounding of points around 1000 or 1500, over some hundred votes.
CLOSE = 1e-9


def by_name(rated):
    return {
        name: values for name, *values in zip(rated.names, rated.ratings, rated.deviations, rated.volatilities, rated.n_votes.tolist(), strict=True)
    }


@st.composite
def logs_in_two_parts(draw):
    """Two logs, of which the second names competitors in another order and may bring new ones; the first has whole periods of 5."""
    n = draw(st.integers(2, 6))
    pair = st.tuples(st.integers(0, n - 1), st.integers(1, n - 1), st.integers(0, 3)).map(lambda v: (v[0], (v[0] + v[1]) % n, v[2]))
    rows = draw(st.lists(pair, max_size=40))
    cut = 5 * draw(st.integers(0, len(rows) // 5))
    first = np.array(rows[:cut], int).reshape(-1, 3)
    second = np.array(rows[cut:], int).reshape(-1, 3)
    names = [f"m{i}" for i in range(n)]
    seen = sorted({*first[:, 0], *first[:, 1]})
    place = np.full(n, -1)
    place[seen] = np.arange(len(seen))
    part = Votes(tuple(names[i] for i in seen), place[first[:, 0]], place[first[:, 1]], first[:, 2])
    backwards = Votes(tuple(names[::-1]), n - 1 - second[:, 0], n - 1 - second[:, 1], second[:, 2])
    return part, backwards, Votes(tuple(names), *np.concatenate([first, second]).T)


def test_elo_against_the_golden_file(shared):
    """Evalica's sequential Elo, K = 4 from 1000, to the digits that the data's README gives."""
    log = pd.read_csv(shared / "llmfao" / "crowd-comparisons.csv")
    names = tuple(dict.fromkeys([*log.left, *log.right]))
    place = {name: i for i, name in enumerate(names)}
    votes = Votes(
        names, log.left.map(place).to_numpy(), log.right.map(place).to_numpy(), log.winner.map({"left": 0, "right": 1, "tie": 2}).to_numpy()
    )
    golden = pd.read_csv(shared / "llmfao" / "evalica-llmfao-golden.csv").query("algorithm == 'elo'").set_index("item").score
    rated = elo(votes)
    assert len(golden) == len(names)
    assert np.abs(rated.ratings - golden[list(names)].to_numpy()).max() <= 2.3e-13


def test_glicko2_worked_example():
    """Glickman (2013): 1500/200/0.06 beats 1400/30, loses to 1550/100 and to 1700/300; he rounds on the way, to 1464.06."""
    votes = Votes(("x", "a", "b", "c"), [0, 0, 0], [1, 2, 3], [0, 1, 1])
    blank = glicko2(votes_in(votes, 0))
    before = replace(blank, ratings=np.array([1500.0, 1400, 1550, 1700]), deviations=np.array([200.0, 30, 100, 300]))
    after = glicko2(votes, state=before)
    assert after.ratings[0] == pytest.approx(1464.06, abs=0.01)
    assert after.deviations[0] == pytest.approx(151.52, abs=0.005)
    assert after.volatilities[0] == pytest.approx(0.05999, abs=1e-5)


def test_trueskill_published_example():
    """The usual example of two new players, draws of 10 %, as on Herbrich's calculator and in the package trueskill."""
    won = trueskill(vote(0))
    assert won.ratings == pytest.approx([29.396, 20.604], abs=5e-4)
    assert won.deviations == pytest.approx([7.171, 7.171], abs=5e-4)
    drawn = trueskill(vote(2))
    assert drawn.ratings == pytest.approx([25.0, 25.0], abs=1e-12)
    assert drawn.deviations == pytest.approx([6.458, 6.458], abs=5e-4)


def test_elo_first_vote():
    assert elo(vote(0), Elo(k_factor=32)).ratings.tolist() == [1016, 984]
    assert elo(vote(2), Elo(k_factor=32)).ratings.tolist() == [1000, 1000]
    assert np.isnan(elo(vote(0)).deviations).all()


@pytest.mark.parametrize("k_halved_after", [np.inf, 1.0, 30.0])
def test_elo_against_its_definition(k_halved_after):
    votes = level_votes()
    choices = {"k_factor": 24.0, "k_halved_after": k_halved_after, "initial": 1200.0, "scale": 300.0}
    assert {name: row[0] for name, row in by_name(elo(votes, Elo(**choices))).items()} == pytest.approx(
        elo_by_definition(votes, **choices), abs=CLOSE
    )


@pytest.mark.parametrize("tau", [0.3, 1.2])
def test_glicko2_against_its_definition(tau):
    votes = level_votes(120)
    players = dict.fromkeys(votes.names, (1500.0, 350.0, 0.06))
    games = [(votes.names[i], votes.names[j], SCORES[int(o)]) for i, j, o in zip(votes.first, votes.second, votes.outcome, strict=True)]
    entered = set()
    for start in range(0, 120, 8):
        period = games[start : start + 8]
        entered |= {name for game in period for name in game[:2]}
        players |= glicko2_by_definition(period, {name: players[name] for name in players if name in entered}, tau)
    rated = by_name(glicko2(votes, Glicko2(period=8, tau=tau)))
    for name, expected in players.items():
        assert rated[name][:3] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("n_wins", [1, 5, 20])
def test_glicko2_takes_surprises_as_defined(n_wins):
    """Wins against the odds: of one, two steps of Newton's find the volatility; of twenty they do not, and the published method has to."""
    votes = Votes(("a", "b"), [0] * n_wins, [1] * n_wins, [0] * n_wins)
    before = replace(glicko2(votes_in(votes, 0)), ratings=np.array([1100.0, 1500]), deviations=np.array([60.0, 60]))
    rated = by_name(glicko2(votes, state=before))
    expected = glicko2_by_definition([("a", "b", 1.0)] * n_wins, {"a": (1100.0, 60.0, 0.06), "b": (1500.0, 60.0, 0.06)}, 0.5)
    assert {name: row[:3] for name, row in rated.items()} == {name: pytest.approx(row, rel=1e-9) for name, row in expected.items()}


@pytest.mark.parametrize("outcome", [0, 1, 2])
@pytest.mark.parametrize("lead", [-12.0, 0.0, 3.0, 12.0])
def test_trueskill_gives_the_moments_of_the_posterior(outcome, lead):
    skill = TrueSkill(tau=0.0, beta=4.0, draw_probability=0.25)
    blank = trueskill(votes_in(vote(outcome), 0), skill)
    before = replace(blank, ratings=np.array([25.0 + lead, 25.0]), deviations=np.array([6.0, 2.0]))
    after = trueskill(vote(outcome), skill, state=before)
    # Draws between equals: P(|N(0, 2 beta^2)| < margin) = 0.25.
    margin = 0.3186393639643752 * np.sqrt(2) * 4.0
    expected = trueskill_by_integration((25.0 + lead, 6.0), (25.0, 2.0), SCORES[outcome], 4.0, margin)
    for i in range(2):
        assert (after.ratings[i], after.deviations[i]) == pytest.approx(expected[i], rel=1e-9)


def test_trueskill_without_draws():
    """Without ties and margin, a win between equals moves each by sqrt(2 / pi) sigma^2 / c."""
    moved = trueskill(vote(0), TrueSkill(draw_probability=0, tau=0, beta=1, initial_deviation=1, initial=0), ties="drop").ratings
    assert moved == pytest.approx(np.sqrt(2 / np.pi) / 2 * np.array([1, -1]), rel=1e-14)
    # The smallest margin allowed gives the limit for draws: between equals nothing moves, and a lead shrinks.
    skill = TrueSkill(draw_probability=1e-6, tau=0, beta=1, initial_deviation=1, initial=0)
    blank = trueskill(votes_in(vote(2), 0), skill)
    drawn = trueskill(vote(2), skill, state=replace(blank, ratings=np.array([2.0, 0.0])))
    assert drawn.ratings == pytest.approx([1.5, 0.5], abs=1e-8)


@pytest.mark.parametrize("x", [-37.0, -5.0, 0.0, 1.0, 30.0, 35.0, 35.1, 50.0, 1e4, 1e100])
def test_mills_ratio(x):
    assert mills_ratio(x) == pytest.approx(np.sqrt(np.pi / 2) * erfcx(x / np.sqrt(2)), rel=1e-12)


def test_hazard():
    x = np.concatenate([np.linspace(-6.5, 6.5, 1301), np.nextafter(6.0, [0, 9]), np.nextafter(-6.0, [0, -9]), [-37.0, 40.0, 1e4, 1e100]])
    assert [hazard(value) for value in x] == pytest.approx(1 / (np.sqrt(np.pi / 2) * erfcx(x / np.sqrt(2))), rel=1e-12)
    assert np.isnan(hazard(np.nan))


@pytest.mark.parametrize("outcome", [0, 1, 2])
@pytest.mark.parametrize("lead", [-1e6, -400.0, 300.0, 1e6])
def test_trueskill_survives_what_cannot_be(outcome, lead):
    """A vote against a lead of hundreds of deviations takes it to where the vote is even, as the posterior's mode does."""
    skill = TrueSkill(tau=0.0, beta=1.0, draw_probability=0.1, initial_deviation=1.0)
    blank = trueskill(votes_in(vote(outcome), 0), skill)
    before = replace(blank, ratings=np.array([lead, 0.0]))
    after = trueskill(vote(outcome), skill, state=before)
    assert np.isfinite(after.ratings).all()
    assert (after.deviations > 0).all()
    assert (after.deviations <= 1).all()
    surprise = {0: max(-lead, 0), 1: max(lead, 0), 2: abs(lead)}[outcome]
    assert abs(after.ratings[0] - lead) == pytest.approx(surprise / 4, abs=0.2, rel=1e-3)


@pytest.mark.parametrize("system", SYSTEMS)
@given(logs=logs_in_two_parts())
@settings(max_examples=40)
def test_resumed_is_the_same_to_the_last_bit(system, logs):
    rate = SYSTEMS[system]
    part, rest, whole = logs
    resumed, at_once = by_name(rate(rest, state=rate(part))), by_name(rate(whole))
    assert resumed.keys() == at_once.keys()
    for name, values in at_once.items():
        np.testing.assert_array_equal(resumed[name], values)


@pytest.mark.parametrize("system", SYSTEMS)
def test_state_of_other_options_is_refused(system):
    state = SYSTEMS[system](vote(0))
    with pytest.raises(OptionError, match="ties is 'drop', but the state was made with 'half'"):
        SYSTEMS[system](vote(0), state=state, ties="drop")
    other = next(rate for name, rate in SYSTEMS.items() if name != system)
    with pytest.raises(OptionError, match="system is"):
        other(vote(0), state=state)


@pytest.mark.parametrize("system", SYSTEMS)
def test_without_votes_there_are_initial_values(system):
    rated = SYSTEMS[system](Votes(("a", "b", "idle"), [0, 1], [1, 0], [0, 0]))
    blank = SYSTEMS[system](Votes(("a", "b", "idle"), [], [], []))
    assert rated.n_votes.tolist() == [2, 2, 0]
    assert blank.n_votes.tolist() == [0, 0, 0]
    np.testing.assert_array_equal(by_name(rated)["idle"][:3], by_name(blank)["idle"][:3])
    assert len({*map(str, by_name(blank).values())}) == 1
    with pytest.raises(ValueError, match="read-only"):
        rated.ratings[0] = 0


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(("rule", "left_out"), [({"ties": "drop"}, [2, 3]), ({"both_bad": "drop"}, [3])])
def test_dropped_votes_leave_no_trace(system, rule, left_out):
    votes = level_votes(60)
    rate = {"elo": elo, "glicko2": lambda votes, **rule: glicko2(votes, Glicko2(period=60), **rule), "trueskill": trueskill}[system]
    kept = votes_in(votes, ~np.isin(votes.outcome, left_out))
    np.testing.assert_array_equal(rate(votes, **rule).ratings, rate(kept, **rule).ratings)


@pytest.mark.parametrize("system", SYSTEMS)
def test_swapping_sides_changes_nothing(system):
    votes = level_votes(100)
    swapped = Votes(votes.names, votes.second, votes.first, np.array([1, 0, 2, 3])[votes.outcome])
    assert SYSTEMS[system](swapped).ratings == pytest.approx(SYSTEMS[system](votes).ratings, abs=CLOSE)


def test_fixed_k_keeps_the_sum_of_ratings():
    assert elo(level_votes(), Elo(k_factor=50)).ratings.sum() == pytest.approx(7000, abs=CLOSE)


def test_glicko2_does_not_mind_the_order_within_a_period():
    votes = level_votes(60)
    period = Glicko2(period=60)
    assert glicko2(votes_in(votes, np.arange(60)[::-1]), period).ratings == pytest.approx(glicko2(votes, period).ratings, abs=CLOSE)


def test_glicko2_periods_by_column():
    votes = level_votes(60)
    days = np.repeat(["2024-01-09", "2024-01-10", "2024-02-01"], 20)
    labels = Factor(np.repeat([2, 0, 1], 20).astype(np.int32), ("2024-01-10", "2024-02-01", "2024-01-09"))
    at = {"day": labels, "date": days.astype("datetime64[D]"), "number": np.repeat([1.5, 2.5, 9.0], 20)}
    shuffled = np.random.default_rng(0).permutation(60)
    for name in at:
        mixed = votes_in(replace(votes, columns=at), shuffled)
        assert glicko2(mixed, Glicko2(period=name)).ratings == pytest.approx(glicko2(votes, Glicko2(period=20)).ratings, abs=CLOSE)


def test_glicko2_grows_unsure_of_who_is_absent():
    names = ("a", "b", "c", "d")
    first = glicko2(Votes(names, [0], [1], [0]), Glicko2(period=1))
    later = glicko2(Votes(names, [2, 2], [3, 3], [0, 0]), Glicko2(period=1), state=first)
    expected = np.hypot(first.deviations[0], np.sqrt(2) * 173.7178 * first.volatilities[0])
    assert later.deviations[0] == pytest.approx(expected, rel=1e-12)
    assert later.ratings[0] == first.ratings[0]


def test_glicko2_takes_a_great_surprise():
    """Most of a thousand wins against the odds in one period: the volatility rises and everything stays finite."""
    votes = Votes(("a", "b"), np.zeros(1000, int), np.ones(1000, int), np.zeros(1000, int))
    blank = glicko2(votes_in(votes, 0))
    before = replace(blank, ratings=np.array([1000.0, 2000.0]), deviations=np.array([30.0, 30.0]))
    after = glicko2(votes, state=before)
    assert (after.volatilities > 0.06).all()
    assert after.ratings[0] > after.ratings[1]
    assert np.isfinite(after.deviations).all()


def test_in_order_sorts_and_is_stable():
    votes = Votes(
        ("a", "b"), [0, 1, 0, 1], [1, 0, 1, 0], [0, 1, 2, 3], {"time": np.array([2, 1, 2, 1]), "who": Factor(np.array([0, 1, 0, -1]), ("z", "y"))}
    )
    by_time = in_order(votes, "time")
    assert by_time.outcome.tolist() == [1, 3, 0, 2]
    assert by_time.columns["who"].codes.tolist() == [1, -1, 0, 0]
    assert in_order(by_time, "time") is by_time
    many = replace(level_votes(3000), columns={"third": np.arange(3000) % 3, "row": np.arange(3000)})
    assert in_order(many, "third").columns["row"].tolist() == [*range(0, 3000, 3), *range(1, 3000, 3), *range(2, 3000, 3)]
    with pytest.raises(InputError, match="column 'who' has no value in 1 vote, first in vote 4"):
        in_order(votes, "who")
    with pytest.raises(InputError, match="no column 'day'; columns that were kept: 'time', 'who'"):
        in_order(votes, "day")
    with pytest.raises(InputError, match="has no value in 1 vote, first in vote 2"):
        in_order(replace(votes, columns={"time": np.array([2, np.nan, 2, 1])}), "time")


def test_falling_k_ends_at_bradley_terry():
    """With K falling as 1/n, Elo is stochastic approximation of the score equation; fixed K keeps swinging about it."""
    votes = simulate(usual_arena(8, 400_000, skew=0.0), seed=3).votes
    fitted = fit(count(votes))
    strengths = ELO * fitted.strengths[[fitted.names.index(name) for name in votes.names]]

    def distance(**choices):
        ratings = elo(votes, Elo(**choices)).ratings
        return np.abs(ratings - ratings.mean() - strengths).max()

    assert distance(k_factor=40, k_halved_after=50) < 5 < distance(k_factor=40)


@pytest.mark.parametrize(
    ("system", "choice", "message"),
    [
        (Elo, {"k_factor": 0}, "k_factor is 0; give a number, above 0"),
        (Elo, {"k_factor": np.inf}, "k_factor is inf"),
        (Elo, {"k_halved_after": 0}, "k_halved_after is 0; give a number, above 0"),
        (Elo, {"k_halved_after": np.nan}, "k_halved_after is nan"),
        (Elo, {"scale": -400}, "scale is -400; give a number above 0"),
        (Elo, {"initial": np.nan}, "initial is nan; give a number"),
        (Glicko2, {"period": 0}, "period is 0; give a whole number, from 1 to"),
        (Glicko2, {"period": 2.5}, "period is 2.5"),
        (Glicko2, {"tau": 0}, "tau is 0"),
        (Glicko2, {"initial_deviation": -1}, "initial_deviation is -1"),
        (Glicko2, {"initial_volatility": np.nan}, "initial_volatility is nan"),
        (TrueSkill, {"beta": 0}, "beta is 0"),
        (TrueSkill, {"tau": -0.1}, "tau is -0.1; give a number, from 0"),
        (TrueSkill, {"draw_probability": 1}, "draw_probability is 1; give a number, 0 or more and below 1"),
    ],
)
def test_impossible_settings_are_refused(system, choice, message):
    with pytest.raises(OptionError, match=message):
        system(**choice)


@pytest.mark.parametrize(
    ("rate", "settings", "rule", "message"),
    [
        (elo, Elo(), {"ties": "win"}, "ties is 'win'; allowed are 'half', 'drop'"),
        (trueskill, TrueSkill(draw_probability=0), {}, "draw_probability is 0.*, but ties count; give the share of ties in the log, or drop ties"),
        (trueskill, TrueSkill(draw_probability=1e-20), {}, "draw_probability is 1e-20, but ties count"),
        (trueskill, TrueSkill(), {"both_bad": "half"}, "both_bad is 'half'"),
        (trueskill, TrueSkill(initial_deviation=1e200), {}, "some ratings are no longer finite numbers"),
    ],
)
def test_impossible_options_are_refused(rate, settings, rule, message):
    with pytest.raises(OptionError, match=message):
        rate(vote(0), settings, **rule)


def test_result_names_its_options_and_can_be_kept():
    rated = pickle.loads(pickle.dumps(glicko2(vote(0), Glicko2(period=3))))
    assert isinstance(rated, SequentialRatings)
    assert rated.options["system"] == "glicko2"
    assert rated.options["period"] == 3
    assert glicko2(vote(0), Glicko2(period=3), state=rated).n_votes.tolist() == [2, 2]


def test_results_show_themselves():
    """Names, not arrays; best first; as many as there are."""
    assert (
        str(elo(Votes(("a", "b", "c", "d"), [2, 2], [0, 1], [0, 0])))
        == """Elo: 2 votes between 4 competitors
initial 1000, k_factor 4, k_halved_after inf, scale 400, ties half, both_bad tie
1. c  1004.0
2. d  1000.0
3. b  998.0
and 1 more"""
    )
    skill = trueskill(vote(0, names=("<b>", "z")), TrueSkill(tau=0), ties="drop")
    assert repr(skill).splitlines()[2:] == ["1. <b>  29.4 ± 7.2", "2. z  20.6 ± 7.2"]
    assert skill.to_frame().columns.tolist() == ["rank", "competitor", "rating", "deviation", "n_votes"]
    assert skill.to_frame()["competitor"].tolist() == ["<b>", "z"]
    assert "&lt;b&gt;" in skill._repr_html_()
    assert "<b>" not in skill._repr_html_()
    assert glicko2(vote(0)).to_frame().columns.tolist() == ["rank", "competitor", "rating", "deviation", "volatility", "n_votes"]
    assert len(glicko2(level_votes()).summary().splitlines()) <= 6
    assert elo(Votes((), [], [], [])).summary().startswith("Elo: 0 votes between 0 competitors")
