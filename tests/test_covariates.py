"""Covariates: what is made of columns, which effects exist, and what is refused."""

import numpy as np
import pytest

from recount.engine import (
    CategoryEffect,
    ExistenceError,
    Factor,
    InputError,
    OptionError,
    Position,
    Prior,
    Resampling,
    Style,
    Votes,
    bootstrap,
    covariance,
    fit,
)
from tests.logs import with_effects
from tests.random_logs import COVARIATES, LEVELS, random_log, rearranged


@pytest.fixture(scope="module")
def log():
    return random_log()


def test_mean_of_a_style_is_a_position(log):
    """LMSYS takes it off; beside a position that moves the position alone."""
    fitted = fit(log, covariates=COVARIATES)
    a, b = log.columns["length_a"], log.columns["length_b"]
    centred = Votes(
        log.names, log.first, log.second, log.outcome, {**log.columns, "a": (a - b) / (a + b) - fitted.effects[1].mean, "b": np.zeros(a.size)}
    )
    other = fit(centred, covariates=[Position(), Style("a", "b", "difference"), COVARIATES[2]])
    assert other.strengths == pytest.approx(fitted.strengths, abs=1e-9)
    assert other.coefficients[1:] == pytest.approx(fitted.coefficients[1:], abs=1e-9)
    shift = fitted.coefficients[1] * fitted.effects[1].mean / fitted.effects[1].deviation
    assert other.coefficients[0] == pytest.approx(fitted.coefficients[0] + shift, abs=1e-9)


def test_style_says_what_it_did(log):
    columns = dict(log.columns)
    columns["length_a"], columns["length_b"] = columns["length_a"].copy(), columns["length_b"].copy()
    columns["length_a"][:7] = np.nan
    columns["length_a"][10:15] = columns["length_b"][10:15] = 0
    votes = Votes(log.names, log.first, log.second, log.outcome, columns)
    fitted = fit(votes, covariates=[Style("length_a", "length_b"), CategoryEffect("category")])
    style = fitted.effects[0]
    assert style.name == "(length_a - length_b) / (length_a + length_b)"
    assert (style.n_missing, style.n_alike) == (7, 5)
    assert fitted.contests.n_votes == log.n_votes - 7
    total = columns["length_a"][7:] + columns["length_b"][7:]
    values = (columns["length_a"][7:] - columns["length_b"][7:]) / np.where(total > 0, total, 1)
    assert style.mean == pytest.approx(values.mean(), abs=1e-15)
    assert style.deviation == pytest.approx(values.std(), rel=1e-12)
    assert [effect.name for effect in fitted.effects[1:]] == [f"category={level}" for level in LEVELS]
    assert sum(effect.n_votes for effect in fitted.effects[1:]) == log.n_votes - 7


def test_votes_without_a_label_are_left_out(log):
    codes = log.columns["category"].codes.copy()
    codes[:20] = -1
    # A level that no vote has makes no effect.
    column = Factor(codes, (*LEVELS, "never"))
    fitted = fit(Votes(log.names, log.first, log.second, log.outcome, {"category": column}), covariates=[CategoryEffect("category")])
    assert len(fitted.effects) == 3
    assert fitted.effects[0].n_missing == 20
    assert fitted.contests.n_votes == log.n_votes - 20


def test_both_bad_and_ties(log):
    dropped = fit(log, covariates=COVARIATES, both_bad="drop")
    apart = fit(log, covariates=COVARIATES, both_bad="outcome")
    assert np.array_equal(dropped.parameters, apart.parameters)
    assert dropped.contests.n_votes == np.sum(log.outcome != 3) == apart.contests.n_votes
    assert apart.contests.n_both_bad == np.sum(log.outcome == 3)
    assert apart.n_free == dropped.n_free + 1 == 6 - 1 + 3 + 1
    decided = fit(log, covariates=COVARIATES, ties="drop")
    assert decided.contests.n_votes == np.sum(log.outcome < 2)
    only = rearranged(log, np.flatnonzero(log.outcome < 2))
    for ties in ("davidson", "rao-kupper"):
        fitted = fit(only, covariates=COVARIATES, ties=ties)
        assert fitted.parameters == pytest.approx(decided.parameters, abs=1e-9)
        assert fitted.tie_parameter == {"davidson": 0.0, "rao-kupper": 1.0}[ties]


def test_what_cannot_be_told_apart(log):
    strength = np.arange(6.0)
    columns = {**log.columns, "own_a": strength[log.first], "own_b": strength[log.second], "same": np.ones(1500), "other": np.full(1500, 3.0)}
    votes = Votes(log.names, log.first, log.second, log.outcome, columns)
    with pytest.raises(ExistenceError, match="effect of 'category=prose' cannot be told apart from 'position', 'category=code', 'category=maths'"):
        fit(votes, covariates=[Position(), CategoryEffect("category")])
    with pytest.raises(ExistenceError, match="'own_a - own_b' cannot be told apart from strengths"):
        fit(votes, covariates=[Style("own_a", "own_b", "difference")])
    with pytest.raises(OptionError, match=r"is -0\.5 in every vote"):
        fit(votes, covariates=[Style("same", "other")])
    ridged = fit(votes, covariates=[Position(), CategoryEffect("category")], ridge=1.0)
    assert np.isfinite(with_effects(covariance(ridged))[1].standard_errors()).all()


def test_what_separates(log):
    winner_first = Votes(
        log.names, *(np.where(log.outcome == 1, b, a) for a, b in ((log.first, log.second), (log.second, log.first))), np.zeros(1500, int)
    )
    with pytest.raises(ExistenceError, match="effect of 'position' does not exist"):
        fit(winner_first, covariates=[Position()])
    telling = {"a": np.where(log.outcome == 0, 9.0, 1.0), "b": np.where(log.outcome == 1, 9.0, 1.0)}
    with pytest.raises(ExistenceError, match="effect of 'a - b' does not exist"):
        fit(Votes(log.names, log.first, log.second, log.outcome, telling), covariates=[Style("a", "b", "difference")])
    assert np.isfinite(fit(winner_first, covariates=[Position()], ridge=0.1).parameters).all()


def test_ratings_exist_as_without_covariates(log):
    first, second, outcome = (np.append(values, more) for values, more in ((log.first, [6, 6]), (log.second, [0, 1]), (log.outcome, [0, 0])))
    votes = Votes((*log.names, "king"), first, second, outcome)
    with pytest.raises(ExistenceError, match="undefeated: 'king'"):
        fit(votes, covariates=[Position()])
    fitted = fit(votes, covariates=[Position()], existence="drop")
    assert fitted.dropped == ("king",)
    assert fitted.parameters == pytest.approx(fit(log, covariates=[Position()]).parameters, abs=1e-9)
    assert "king" in fit(votes, covariates=[Position()], existence="prior").names


@pytest.mark.parametrize(
    ("covariates", "options", "error", "message"),
    [
        ([], {"ridge": 1.0}, OptionError, "there is no covariate"),
        ([Position(), Position()], {}, OptionError, "'position' is given twice"),
        ([Style("length_a", "none")], {}, OptionError, "no column 'none'"),
        ([CategoryEffect("none")], {}, OptionError, "no column 'none'"),
        ([Style("length_a", "category")], {}, InputError, "'category' holds labels such as 'code'"),
        ([Style("day", "length_b")], {}, InputError, "'day' holds datetime64"),
        ([CategoryEffect("length_c")], {}, InputError, "'length_c' holds float64"),
        ([Style("negative", "length_b")], {}, InputError, "has -3 and .* in vote 5"),
        ([Style("infinite", "length_b", "difference")], {}, InputError, "has inf and .* in vote 6"),
        ([CategoryEffect("many")], {}, OptionError, "there are 100 effects, and 64 at most; rate by category where 'many'"),
        ([Position()], {"ridge": -1.0}, OptionError, "ridge is -1"),
        ([Position()], {"ridge": np.nan}, OptionError, "ridge is nan"),
        ([Position()], {"tolerance": 0.0}, OptionError, "tolerance is 0"),
        ([Position()], {"max_iterations": 0}, OptionError, "max_iterations is 0"),
        ([Position()], {"prior": Prior("firth")}, OptionError, "Firth"),
        ([Position()], {"ties": "dropp"}, OptionError, "ties is 'dropp'"),
    ],
)
def test_what_is_refused(log, covariates, options, error, message):
    negative, infinite = log.columns["length_a"].copy(), log.columns["length_a"].copy()
    negative[4], infinite[5] = -3, np.inf
    day = np.arange(1500).astype("datetime64[D]")
    columns = {"negative": negative, "infinite": infinite, "day": day, "many": np.arange(1500) % 100, "length_c": log.columns["length_a"] / 2}
    with pytest.raises(error, match=message):
        fit(Votes(log.names, log.first, log.second, log.outcome, log.columns | columns), covariates=covariates, **options)


def test_specs_are_checked_when_made():
    with pytest.raises(OptionError, match="form of a style is 'ratio'"):
        Style("a", "b", "ratio")
    with pytest.raises(OptionError, match="'a' for both sides"):
        Style("a", "a")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scheme": "rows"}, "scheme is 'rows'"),
        ({"interval_method": "exact"}, "interval_method is 'exact'"),
        ({"n_replicates": 1}, "n_replicates is 1"),
        ({"seed": -1}, "seed is -1"),
        ({"tolerance": -1.0}, "tolerance is -1"),
        ({"unrated": "drop"}, "unrated is 'drop'"),
    ],
)
def test_bootstrap_options_are_checked(log, options, message):
    with pytest.raises(OptionError, match=message):
        with_effects(bootstrap(fit(log, covariates=[Position()]), Resampling(**options)))
