"""The arena simulator: each mechanism on the quantity that it moves, exact expectations, and what fits make of the votes."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtr

from recount.engine import ELO, InputError, OptionError, PairCounts, Position, count, covariance, fit
from recount.engine.votes import BOTH_BAD, FIRST_WON, TIE
from recount.sims.arenas import (
    Arena,
    BothBad,
    Newcomers,
    Outcomes,
    Pairs,
    Prompts,
    Strengths,
    Voters,
    draw_counts,
    draw_parameters,
    expected_counts,
    expected_votes,
    outcome_probabilities,
    simulate,
)
from recount.sims.arenas.laws import law_at, mean_law
from recount.sims.kernels import DAVIDSON, RAO_KUPPER, THURSTONE, draw_places, fill_alias_table, normal_variable

LEADS = np.linspace(-6, 6, 41)
ALIKE = Voters(0)


def same(one, other):
    columns = {name: (held.codes, held.levels) if hasattr(held, "codes") else (held, ()) for name, held in one.columns.items()}
    others = {name: (held.codes, held.levels) if hasattr(held, "codes") else (held, ()) for name, held in other.columns.items()}
    return (
        one.names == other.names
        and all(np.array_equal(getattr(one, part), getattr(other, part)) for part in ("first", "second", "outcome"))
        and columns.keys() == others.keys()
        and all(np.array_equal(columns[name][0], others[name][0]) and columns[name][1] == others[name][1] for name in columns)
    )


EVERYTHING = Arena(
    n_competitors=9,
    n_votes=150_000,
    newcomers=Newcomers(3, (1, 5)),
    both_bad=BothBad(0.4),
    position_effect=0.2,
    circle=30,
    voters=Voters(500, tastes=80),
    prompts=Prompts(40, tastes=50),
    days=30,
)


def test_same_seed_same_votes_on_any_number_of_threads():
    one, other = simulate(EVERYTHING, seed=5, n_threads=1), simulate(EVERYTHING, seed=5, n_threads=3)
    assert same(one.votes, other.votes)
    assert one.truth.equals(other.truth)
    assert not np.array_equal(one.votes.outcome, simulate(EVERYTHING, seed=6).votes.outcome)


def test_a_mechanism_changes_no_draw_of_another():
    plain, more = (simulate(Arena(n_votes=5000, position_effect=effect, voters=Voters(n)), seed=1) for effect, n in ((0.0, 0), (0.5, 300)))
    assert plain.truth.equals(more.truth)
    assert np.array_equal(plain.votes.first, more.votes.first)
    assert np.mean(plain.votes.outcome == more.votes.outcome) > 0.8


def test_alias_table_has_the_weights():
    weights = np.array([5.0, 0.0, 1.0, 3.5, 0.25, 1e-12])
    keep, other = np.empty(6), np.empty(6, np.int32)
    fill_alias_table(weights, keep, other)
    chance = keep / 6
    np.add.at(chance, other, (1 - keep) / 6)
    assert chance == pytest.approx(weights / weights.sum(), abs=1e-15)
    drawn = np.empty(200_000, np.int32)
    draw_places(np.uint64(7), 0, keep, other, drawn)
    expected = 200_000 * chance[[0, 2, 3, 4]]
    assert stats.chisquare(np.bincount(drawn, minlength=6)[[0, 2, 3, 4]], expected * drawn.size / expected.sum()).pvalue > 1e-3
    late = np.empty(1000, np.int32)
    draw_places(np.uint64(7), 199_000, keep, other, late)
    assert np.array_equal(late, drawn[199_000:])


def test_normal_variables():
    drawn = np.array([normal_variable(np.uint64(2**63 + 5), k) for k in range(20_000)])
    assert stats.kstest(drawn, "norm").pvalue > 1e-3


@pytest.mark.parametrize(
    ("law", "tie", "slow"),
    [
        (DAVIDSON, 0.8, lambda d: (np.exp(d), np.ones_like(d), 0.8 * np.exp(d / 2), np.exp(d) + 1 + 0.8 * np.exp(d / 2))),
        (RAO_KUPPER, 1.7, lambda d: (np.exp(d) / (np.exp(d) + 1.7), 1 / (1.7 * np.exp(d) + 1), None, 1)),
        (THURSTONE, 0.0, lambda d: (ndtr(d * np.sqrt(2 * np.pi) / 4), ndtr(-d * np.sqrt(2 * np.pi) / 4), None, 1)),
    ],
)
def test_laws_by_definition(law, tie, slow):
    win, loss, tied, total = slow(LEADS)
    found = law_at(law, tie, LEADS)
    assert found[:, 0] == pytest.approx(win / total, rel=1e-12)
    assert found[:, 1] == pytest.approx(loss / total, rel=1e-12)
    assert found[:, 2] == pytest.approx(1 - found[:, 0] - found[:, 1] if tied is None else tied / total, abs=1e-12)
    assert np.isfinite(law_at(law, tie, np.array([-5000.0, 5000.0]))).all()


@pytest.mark.parametrize("deviation", [0.3, 1.4, 20.0])
def test_mean_over_tastes(deviation):
    """By quadrature that adapts."""
    from scipy.integrate import quad

    for law, tie in ((DAVIDSON, 1.2), (RAO_KUPPER, 1.5), (THURSTONE, 0.0)):
        found = mean_law(law, tie, np.array([0.7]), deviation**2)[0]
        for k in range(3):
            slow = quad(
                lambda x, law=law, tie=tie, k=k: stats.norm.pdf(x) * law_at(law, tie, np.array([0.7 + deviation * x]))[0, k], -9, 9, limit=400
            )[0]
            assert found[k] == pytest.approx(slow, abs=1e-9)


@pytest.mark.parametrize("outcomes", [Outcomes.davidson(0.35), Outcomes.rao_kupper(0.35), Outcomes.davidson(0.0), Outcomes.rao_kupper(0.0)])
def test_share_of_ties_is_solved_for(outcomes):
    arena = Arena(n_votes=200_000, outcomes=outcomes, voters=Voters(300, tastes=90), position_effect=0.3, newcomers=Newcomers(2))
    truth = draw_parameters(arena, seed=3)
    assert expected_votes(truth)[:, 2].sum() / 200_000 == pytest.approx(outcomes.tie_share, abs=1e-9)
    drawn = simulate(replace(arena, voters=ALIKE), seed=3).votes
    assert np.mean(drawn.outcome == TIE) == pytest.approx(outcomes.tie_share, abs=4 * np.sqrt(0.25 / 200_000))


def test_tie_parameter_as_given():
    truth = draw_parameters(Arena(outcomes=Outcomes.davidson(nu=0.9)))
    assert truth.tie_parameter == 0.9
    p = outcome_probabilities(truth)
    assert p[:, 2] == pytest.approx(0.9 * np.sqrt(p[:, 0] * p[:, 1]), rel=1e-12)


@pytest.mark.parametrize(("both_bad", "share"), [(BothBad(0.4), 0.4 * 0.3), (BothBad(0.15, "all"), 0.15)])
def test_both_bad(both_bad, share):
    arena = Arena(n_votes=100_000, both_bad=both_bad, voters=ALIKE)
    assert expected_votes(draw_parameters(arena))[:, BOTH_BAD].sum() == pytest.approx(100_000 * share)
    votes = simulate(arena).votes
    assert np.mean(votes.outcome == BOTH_BAD) == pytest.approx(share, abs=4 * np.sqrt(share / 100_000))
    ties = 0.3 - share if both_bad.of == "ties" else 0.85 * 0.3
    assert np.mean(votes.outcome == TIE) == pytest.approx(ties, abs=4 * np.sqrt(ties / 100_000))


def test_davidson_gives_back_the_truth():
    """Errors in standard errors, over 10 arenas, are as normal variables; none is beyond what such many may be."""
    z, of_ties = [], []
    for seed in range(10):
        arena = simulate(Arena(n_competitors=12, n_votes=30_000, strengths=Strengths.normal(150), both_bad=BothBad(0.3)), seed=seed)
        fitted = fit(count(arena.votes), ties="davidson")
        z.append((fitted.strengths - arena.parameters.strengths) / covariance(fitted).standard_errors())
        of_ties.append(fitted.tie_parameter / arena.parameters.tie_parameter - 1)
    assert np.abs(z).max() < 3.7
    assert np.sqrt(np.mean(np.square(z))) == pytest.approx(1, abs=0.2)
    assert np.abs(of_ties).max() < 0.06


def test_position_effect_is_found():
    arena = simulate(Arena(n_competitors=8, n_votes=60_000, position_effect=0.25), seed=2)
    fitted = fit(arena.votes, covariates=[Position()], ties="davidson")
    strengths = covariance(fitted)
    effects = strengths.effects
    assert abs(effects.estimates[0] - 0.25) < 3 * effects.standard_errors()[0]
    assert np.abs((strengths.strengths - arena.parameters.strengths) / strengths.standard_errors()).max() < 3
    without = simulate(Arena(n_competitors=8), seed=2).votes
    assert abs(fit(without, covariates=[Position()]).coefficients[0]) < 0.02


def test_fit_to_expected_counts_is_the_truth():
    """By Davidson exactly; with ties as half-wins what the fit to many votes converges to."""
    truth = draw_parameters(Arena(n_competitors=10, newcomers=Newcomers(2, (3, 7))), seed=4)
    exact = fit(expected_counts(truth), ties="davidson", tolerance=1e-9)
    assert exact.strengths == pytest.approx(truth.strengths[[truth.names.index(name) for name in exact.names]], abs=1e-9)
    assert exact.tie_parameter == pytest.approx(truth.tie_parameter, rel=1e-9)
    target, many = fit(expected_counts(truth)), fit(draw_counts(draw_parameters(replace(truth.arena, n_votes=10**8), seed=4), seed=9))
    assert target.strengths.std() < 0.9 * truth.strengths.std()
    off = (many.strengths - target.strengths)[:10]
    assert np.abs(off - off.mean()).max() < 0.003


def test_newcomers_have_exactly_their_votes():
    arena = Arena(n_competitors=15, n_votes=20_000, newcomers=Newcomers(5, (1, 2, 16)))
    simulated = simulate(arena, seed=8)
    n_votes = np.bincount(simulated.votes.first, minlength=20) + np.bincount(simulated.votes.second, minlength=20)
    assert n_votes[15:].tolist() == [1, 2, 16, 1, 2]
    assert n_votes.sum() == 40_000
    assert simulated.truth["expected_votes"].to_numpy()[15:] == pytest.approx([1, 2, 16, 1, 2])
    assert simulated.truth["newcomer"].tolist() == [False] * 15 + [True] * 5
    both = (simulated.votes.first >= 15) & (simulated.votes.second >= 15)
    assert not both.any()
    assert draw_counts(simulated.parameters, seed=1).votes_of_each()[15:].tolist() == [1, 2, 16, 1, 2]


@pytest.mark.parametrize("pairs", [Pairs.uniform(), Pairs.skewed(1.5)])
def test_pairs_meet_as_expected(pairs):
    arena = Arena(n_competitors=8, n_votes=200_000, pairs=pairs, voters=ALIKE)
    simulated = simulate(arena, seed=11)
    met, counts = simulated.parameters.meetings, count(simulated.votes)
    found = np.zeros((8, 8))
    found[counts.first, counts.second] = counts.counts.sum(axis=1)
    assert stats.chisquare(found[met.first, met.second], met.expected).pvalue > 1e-3
    log_votes = np.log(simulated.parameters.expected_votes_of_each)
    assert log_votes.std() == pytest.approx(0, abs=1e-12) if pairs.kind == "uniform" else log_votes.std() > 0.5


def test_popularity_spreads_as_chosen():
    votes = draw_parameters(Arena(n_competitors=400, pairs=Pairs.skewed(0.8))).expected_votes_of_each
    assert np.log(votes).std() == pytest.approx(0.8, abs=0.1)


def test_pairs_as_in_a_log():
    log = PairCounts(("x", "y", "z"), np.array([0, 1, 2]), np.array([1, 2, 1]), np.array([[400, 300, 200, 100], [50, 0, 0, 0], [0, 0, 250, 0]]))
    arena = Arena(pairs=Pairs.like(log), newcomers=Newcomers(1, (6,)))
    simulated = simulate(arena, seed=1)
    assert simulated.votes.n_votes == 1300
    assert simulated.votes.names == ("x", "y", "z", "newcomer-0")
    counts = count(simulated.votes)
    old = (counts.first > 0) & (counts.second > 0)
    pairs = {(counts.names[i], counts.names[j]) for i, j in zip(counts.first[old], counts.second[old], strict=True)}
    assert pairs == {("x", "y"), ("y", "z"), ("z", "y")}
    assert simulated.parameters.meetings.expected[:3] == pytest.approx(1294 * np.array([1000, 50, 250]) / 1300)


@pytest.mark.parametrize(
    ("strengths", "deviation", "skewness"),
    [
        (Strengths.normal(120), 120, 0),
        (Strengths.skewed(120, 2.0), 120, 2),
        (Strengths.skewed(120, -1.0), 120, -1),
        (Strengths.skewed(120, 0.0), 120, 0),
        (Strengths.clusters(1500, 50, spread=120), 130, 0),
        (Strengths.equal(), 0, None),
    ],
)
def test_strengths_are_spread_as_chosen(strengths, deviation, skewness):
    drawn = draw_parameters(
        Arena(n_competitors=1500, n_votes=1, strengths=strengths, pairs=Pairs.uniform(), outcomes=Outcomes.davidson(nu=1)), seed=2
    )
    assert drawn.strengths.mean() == pytest.approx(0, abs=1e-12)
    assert ELO * drawn.strengths.std() == pytest.approx(deviation, rel=0.06)
    if skewness is not None:
        assert stats.skew(drawn.strengths) == pytest.approx(skewness, abs=0.3)


def test_clusters_hold_together():
    drawn = draw_parameters(Arena(n_competitors=60, strengths=Strengths.clusters(12, 5, spread=300)), seed=1).strengths
    within = np.concatenate([drawn[k::12] - drawn[k::12].mean() for k in range(12)])
    assert ELO * within.std() == pytest.approx(5, rel=0.25)
    assert ELO * drawn.std() > 100


def test_strengths_as_given():
    arena = Arena(strengths=Strengths.given([1100, 1000, 1210], ["b", "a", "c"]))
    truth = draw_parameters(arena)
    assert truth.names == ("b", "a", "c")
    assert ELO * truth.strengths == pytest.approx(np.array([1100, 1000, 1210]) - 3310 / 3)
    counts = count(simulate(replace(arena, n_votes=300)).votes)
    like = draw_parameters(replace(arena, pairs=Pairs.like(counts)))
    assert like.names == ("a", "b", "c")
    assert ELO * np.diff(like.strengths) == pytest.approx([100, 110])


def test_circle_is_found_in_the_leads():
    truth = draw_parameters(Arena(n_competitors=6, circle=80, strengths=Strengths.equal(), outcomes=Outcomes.davidson(0.0)))
    p = {(i, j): row[0] for i, j, row in zip(truth.meetings.first, truth.meetings.second, outcome_probabilities(truth), strict=True)}
    for i, j in ((1, 0), (2, 1), (0, 2), (3, 2), (5, 4)):
        assert p[i, j] == pytest.approx(1 / (1 + 10 ** (-80 / 400)))
        assert p[j, i] == pytest.approx(1 - p[i, j])
    assert p[0, 3] == pytest.approx(0.5)


@pytest.mark.parametrize(("voters", "weights"), [(Voters(400, "zipf", 1.0), 1 / np.arange(1, 401)), (Voters(50, "equal"), np.ones(50))])
def test_activity_of_voters(voters, weights):
    codes = simulate(Arena(n_votes=100_000, voters=voters)).votes.columns["voter"].codes
    assert stats.chisquare(np.bincount(codes, minlength=weights.size), 100_000 * weights / weights.sum()).pvalue > 1e-3


def test_lognormal_activity():
    codes = simulate(Arena(n_votes=400_000, voters=Voters(400, inequality=1.2))).votes.columns["voter"].codes
    assert np.log(np.bincount(codes, minlength=400) + 0.5).std() == pytest.approx(1.2, abs=0.15)


def test_tastes_have_their_variance():
    """Of two equals, a voter's share of wins is a logistic normal variable: its variance is that of votes by quadrature."""
    n, per_voter = 2000, 100
    arena = Arena(
        n_competitors=2, n_votes=n * per_voter, strengths=Strengths.equal(), outcomes=Outcomes.davidson(0.0), voters=Voters(n, "equal", tastes=80)
    )
    votes = simulate(arena, seed=3).votes
    who, won = votes.columns["voter"].codes, (votes.outcome == FIRST_WON) == (votes.first == 0)
    m, wins = np.bincount(who, minlength=n), np.bincount(who, won, n)
    # Pairs of votes of one voter that agree are E (p^2 + (1 - p)^2) = 2 E p^2 of all.
    agreeing = (wins * (wins - 1) + (m - wins) * (m - wins - 1)).sum() / (m * (m - 1)).sum()
    x, w = np.polynomial.hermite_e.hermegauss(50)
    square = np.average((1 / (1 + np.exp(-np.sqrt(2) * 80 / ELO * x))) ** 2, weights=w)
    assert agreeing / 2 - 0.25 == pytest.approx(square - 0.25, rel=0.1)
    assert square - 0.25 > 0.02


def test_tastes_shrink_ties_and_leads_as_expected():
    """Votes with tastes against their exact expectation."""
    arena = Arena(
        n_competitors=4, n_votes=400_000, voters=Voters(100_000, "equal", tastes=200), prompts=Prompts(50_000, tastes=150), pairs=Pairs.uniform()
    )
    simulated = simulate(arena, seed=1)
    met, counts = simulated.parameters.meetings, count(simulated.votes)
    found = np.zeros((4, 4, 4))
    found[counts.first, counts.second] = counts.counts
    expected = expected_votes(simulated.parameters)[:, :3]
    assert stats.chisquare(found[met.first, met.second, :3].ravel(), expected.ravel()).pvalue > 1e-3


def test_counts_have_the_expectation():
    truth = draw_parameters(Arena(n_competitors=6, n_votes=10**6, both_bad=BothBad(0.2), newcomers=Newcomers(1, (50,)), position_effect=0.2), seed=1)
    counts = draw_counts(truth, seed=2)
    found = np.zeros((7, 7, 4))
    found[counts.first, counts.second] = counts.counts
    expected, met = expected_votes(truth), truth.meetings
    many = expected > 5
    got = found[met.first, met.second][many]
    assert stats.chisquare(got, expected[many] * got.sum() / expected[many].sum()).pvalue > 1e-3
    with pytest.raises(OptionError, match="votes with tastes depend on each other"):
        draw_counts(draw_parameters(Arena(voters=Voters(10, tastes=5))))


def test_further_leads_of_votes():
    n = 50_000
    x = np.random.default_rng(1).normal(size=n)
    arena = Arena(n_competitors=4, n_votes=n, outcomes=Outcomes.davidson(0.0), strengths=Strengths.equal())
    votes = simulate(arena, leads=0.7 * x).votes
    won = votes.outcome == FIRST_WON
    chance = 1 / (1 + np.exp(-0.7 * x))
    assert (won - chance) @ x / np.sqrt((chance * (1 - chance)) @ x**2) == pytest.approx(0, abs=3)
    assert same(simulate(arena, leads=50.0).votes, replace(votes, outcome=np.zeros(n, np.int8), first=votes.first, second=votes.second))
    with pytest.raises(InputError, match=r"leads have shape \(3,\) for 50,000 votes"):
        simulate(arena, leads=np.zeros(3))


@pytest.mark.parametrize("n", [4, 5, 7])
def test_a_circle_is_no_part_of_the_strengths(n):
    """Over all opponents leads of the circle add up to nothing, also where kinds are not equally many: ratings of many votes are the truth."""
    arena = Arena(n_competitors=n, circle=100, strengths=Strengths.equal(), outcomes=Outcomes.davidson(0.0))
    truth = draw_parameters(arena)
    leads = np.zeros((n, n))
    for i, j, row in zip(truth.meetings.first, truth.meetings.second, outcome_probabilities(truth), strict=True):
        leads[i, j] = np.log(row[0] / row[1])
    assert leads.sum(axis=1) == pytest.approx(np.zeros(n), abs=1e-9)
    assert np.abs(leads).max() > 50 / ELO
    with pytest.raises(OptionError, match="which 2 competitors do not make; give three or more"):
        Arena(n_competitors=2, circle=10)
