"""Sizes of effects that an audit tells: where the fit with them has its maximum, also where they are large; and where there is none."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import root
from scipy.sparse import csr_array

import recount
from recount.engine import count, fit
from recount.engine.choices.covariates import Position, Style
from recount.engine.scale import ELO
from recount.engine.scrutiny.effect_sizes import fitted_effects, spread_of
from recount.engine.scrutiny.pair_residuals import expected_points
from recount.engine.scrutiny.pairs_by_signs import uneven_pairs
from recount.engine.scrutiny.sign_tests import added_effects
from recount.engine.scrutiny.vote_residuals import counted_votes
from recount.engine.votes import Votes
from recount.sims.auditing.auditing import audit

NAMES = tuple(f"m{k}" for k in range(10))


def drawn(rng, lead_of, n=10, n_votes=20_000, **columns):
    """Votes between pairs as they come, without ties; `lead_of` (first, second, row) is the lead beyond strengths, log-odds."""
    first = rng.integers(0, n, n_votes)
    second = (first + rng.integers(1, n, n_votes)) % n
    strengths = rng.normal(0, 0.5, n)
    lead = strengths[first] - strengths[second] + lead_of(first, second, np.arange(n_votes))
    return Votes(NAMES[:n], first, second, (rng.random(n_votes) > 1 / (1 + np.exp(-lead))).astype(int), columns)


def counted_of(votes, **choices):
    return counted_votes(fit(count(votes), **choices), votes)


@pytest.mark.parametrize("elo", [20, 300, -700])
def test_effects_are_those_of_a_fit_with_them(elo):
    """Of position and a number of the answers, however large."""
    rng = np.random.default_rng(1)
    number = rng.normal(size=4000)
    number = (number - number.mean()) / number.std()
    votes = drawn(rng, lambda *_: elo / ELO + 1.5 * number, 6, 4000, one=number, other=np.zeros(4000))
    counted = counted_of(votes)
    found = fitted_effects(counted, csr_array(np.column_stack([np.ones(4000), number])))
    known = fit(votes, covariates=[Position(), Style("one", "other", "difference")])
    np.testing.assert_allclose(found.values, known.coefficients, atol=1e-6)
    assert found.is_finite.all()
    alone = fitted_effects(counted, csr_array(np.ones((4000, 1))))
    assert alone.values[0] == pytest.approx(fit(votes, covariates=[Position()]).coefficients[0], abs=1e-6)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper", "drop"])
def test_the_equations_are_solved_whatever_the_law_of_ties(ties):
    """By a general solver of all of them at once."""
    rng = np.random.default_rng(2)
    votes = drawn(rng, lambda *_: 2.0, 6, 3000)
    votes = Votes(votes.names, votes.first, votes.second, np.where(rng.random(3000) < 0.3, 2, votes.outcome))
    counted = counted_of(votes, ties=ties)
    ones = csr_array(np.ones((counted.row.size, 1)))
    x = np.column_stack([counted.incidence.toarray()[:, 1:], np.ones(counted.row.size)])
    lead = counted.fit.strengths[counted.first] - counted.fit.strengths[counted.second]
    points = counted.residual + expected_points(counted.fit, lead)[0]
    solved = root(lambda found: x.T @ (points - expected_points(counted.fit, lead + x @ found)[0]), np.zeros(6))
    assert solved.success
    assert fitted_effects(counted, ones).values[0] == pytest.approx(solved.x[-1], abs=1e-6)


@pytest.mark.parametrize("sd", [50, 400])
def test_the_spread_of_changes_is_that_which_was_drawn(sd):
    rng = np.random.default_rng(3)
    changes = rng.normal(0, sd / ELO, 10)
    half = np.where(np.arange(20_000) < 10_000, -0.5, 0.5)
    counted = counted_of(drawn(rng, lambda one, other, row: half[row] * (changes[one] - changes[other])))
    added = csr_array(counted.incidence.multiply(half[:, None]))
    tested, fitted = added_effects(counted, added, np.full(20_000, -1), 1), fitted_effects(counted, added)
    assert ELO * spread_of(tested, fitted) == pytest.approx(ELO * changes.std(ddof=1), rel=0.1, abs=5)
    np.testing.assert_allclose(ELO * fitted.values, ELO * (changes - changes.mean()), atol=0.15 * sd + 25)
    # Votes in any order have no halves.
    mixed = csr_array(counted.incidence.multiply(rng.permutation(half)[:, None]))
    assert ELO * spread_of(added_effects(counted, mixed, np.full(20_000, -1), 1), fitted_effects(counted, mixed)) < 20


@pytest.mark.parametrize("sd", [50, 400])
def test_the_deviation_of_pairs_is_that_which_was_drawn(sd):
    found, drawn_sd = [], []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        of_pairs = np.triu(rng.normal(0, sd / ELO, (10, 10)), 1)
        counted = counted_of(drawn(rng, lambda one, other, _, held=of_pairs - of_pairs.T: held[one, other]))
        found.append(ELO * uneven_pairs(counted, np.full(20_000, -1), 1).deviation)
        drawn_sd.append(ELO * of_pairs[np.triu_indices(10, 1)].std())
    assert np.mean(found) == pytest.approx(np.mean(drawn_sd), rel=0.2)


def test_an_effect_without_end_has_no_size():
    """Rows that name the winner first."""
    rng = np.random.default_rng(4)
    votes = drawn(rng, lambda *_: 0.0, 6, 400)
    won = votes.outcome == 0
    first, second = np.where(won, votes.first, votes.second), np.where(won, votes.second, votes.first)
    counted = counted_of(Votes(votes.names, first, second, np.zeros(400)))
    assert not fitted_effects(counted, csr_array(np.ones((400, 1)))).is_finite.any()
    names = np.array(votes.names, object)
    frame = pd.DataFrame({"model_a": names[first], "model_b": names[second], "winner": "model_a"})
    for log, said in (
        (frame, "the first one wins every decided vote: the columns look like winner and loser; no number of Elo is enough for that"),
        (
            pd.DataFrame({"model_a": names[second], "model_b": names[first], "winner": "model_b"}),
            "the second one wins every decided vote: the columns look like loser and winner; no number of Elo is enough for that",
        ),
    ):
        found = audit(recount.read(log)).frame.set_index("probe")
        assert found["says"]["position"] == said
        assert np.isinf(found["size"]["position"])
        assert found["finding"]["position"] == "found"
    # With ties the maximum is finite, and the columns look the same.
    tied = audit(recount.read(pd.concat([frame, frame[:100].assign(winner="tie")]))).frame.set_index("probe")
    assert np.isfinite(tied["size"]["position"])
    assert "winner and loser; being shown first is worth" in tied["says"]["position"]
    # Few votes that the first ones won look like nothing.
    few = audit(recount.read(pd.DataFrame([("a", "b"), ("b", "a"), ("a", "b")] * 2, columns=["model_a", "model_b"]).assign(winner="model_a")))
    assert not few.frame["says"].str.contains("winner and loser").any()


def test_the_audit_and_the_fit_say_the_same_of_position():
    rng = np.random.default_rng(5)
    votes = drawn(rng, lambda *_: 300 / ELO, 6, 4000)
    names = np.array(votes.names, object)
    winner = np.array(["model_a", "model_b"], object)[votes.outcome]
    log = recount.read(pd.DataFrame({"model_a": names[votes.first], "model_b": names[votes.second], "winner": winner}))
    size = audit(log).frame.set_index("probe")["size"]["position"]
    effects = recount.analyse(log, position=True).effects().frame.set_index("effect")
    assert size == pytest.approx(effects["points"]["position"], abs=1e-4)
