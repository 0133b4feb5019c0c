"""What results say of themselves where they are printed, and in a notebook."""

from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pytest

from recount.engine import (
    ELO,
    Resampling,
    bootstrap,
    clustered,
    count,
    covariance,
    cycles,
    elo,
    elo_permutations,
    fewest_votes,
    fit,
    fit_quality,
    held_out,
    intransitivity,
    pair_weights,
    quasi_variances,
    residuals,
    shrink,
    top_set,
    vote_folds,
)
from recount.engine.showing import Shown, Tabled
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.engine.votes import Votes
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.simulation import simulate
from recount.sims.simulated_benchmarks import BenchmarkKind, Items, simulate_benchmark
from tests.test_contextual import COVARIATES, random_log


def every_subclass(kind):
    for child in kind.__subclasses__():
        yield child
        yield from every_subclass(child)


@pytest.fixture(scope="module")
def log():
    log = random_log()
    return Votes(("<b>zero</b>", *log.names[1:]), log.first, log.second, log.outcome, log.columns)


@pytest.fixture(scope="module")
def results(log):
    plain, contextual = fit(count(log), ties="davidson"), fit(log, covariates=COVARIATES, ties="rao-kupper")
    drawn = bootstrap(contextual, Resampling(n_replicates=20))
    held = held_out(vote_folds(count(log), 3))
    shrunken = shrink(count(log.only(np.arange(300))), plain)
    conclusion = top_set(plain)
    found = [plain, contextual, covariance(plain), covariance(contextual), drawn, drawn.effects, held, held.scores, held.scores.calibration, shrunken]
    found += [plain.contests, contextual.design, clustered(log, plain, "voter"), quasi_variances(covariance(plain)), fit_quality(plain)]
    found += [residuals(plain), intransitivity(plain, n_replicates=19), cycles(plain, n_replicates=19), conclusion, fewest_votes(plain, conclusion)]
    votes = log.only(np.arange(300))
    counts, weighed = count(votes), pair_weights(count(votes))
    found.append(simulate(Arena(n_competitors=4, n_votes=20)))
    found.append(simulate_benchmark(BenchmarkKind(n_competitors=4, items=Items(n=20))))
    found.append(PointRatings(("<b>zero</b>", "b", "c"), np.array([0.1, -0.1, 0.0]), "none"))
    return [*found, votes, counts, weighed, next(vote_folds(weighed, 3)), elo(votes), elo_permutations(counts, n_permutations=3)]


def test_every_result_is_looked_at(results):
    # Dataclasses with slots are made twice.
    assert {type(result).__name__ for result in results} == {child.__name__ for child in every_subclass(Shown)} - {"Tabled"}


def test_results_are_a_few_lines(results):
    for result in results:
        lines = repr(result).splitlines()
        assert str(result) == repr(result) == result.summary()
        assert 1 <= len(lines) <= 6
        assert max(map(len, lines)) < 250
        assert "array(" not in repr(result)
        assert "<b>" not in result._repr_html_()
        assert is_dataclass(result)
        assert fields(result)


def test_a_fit_names_what_it_found(log):
    fitted = fit(log, covariates=COVARIATES, ties="davidson", existence="prior", ridge=2.0)
    text = fitted.summary()
    best, second = fitted.to_frame()["competitor"][:2]
    gap = ELO * -np.diff(np.sort(fitted.strengths)[::-1])[0]
    assert f"{best!r} leads" in text
    assert f"{gap:.1f} points above {second!r}" in text
    assert "1,500 votes, 6 competitors" in text
    assert f"ties: davidson; nu = {fitted.tie_parameter:.4g}; both bad: tie" in text
    assert f"converged in {fitted.n_iterations} iterations" in text
    assert "prior: votes (1 tied vote)" in text
    assert f"position {fitted.coefficients[0]:+.3f}" in text
    assert text.endswith("ridge 2")
    dropped = fit(count(log.only((log.first != 0) | (log.outcome == 0)).only(slice(0, 40))), existence="drop")
    assert "which left out" in dropped.summary() or not dropped.dropped


def test_tables(results):
    for result in results:
        if isinstance(result, Tabled):
            frame = result.to_frame()
            assert isinstance(frame, pd.DataFrame)
            assert len(frame) in (3, 6)
            if "rating" in frame:
                assert frame["rating"].is_monotonic_decreasing
