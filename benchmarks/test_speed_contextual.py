"""Speed of fits with five covariates on 2 million votes between 300 competitors; the ratio to arena-rank at equal accuracy, and to the bootstrap.

arena-rank is left out where it is not installed; it gets the same standardised covariates, no ridge, and is held against the certified fit.
"""

import numpy as np
import pytest

from benchmarks.arenas import SIZES, usual_arena
from benchmarks.contextual import COVARIATES, styled
from benchmarks.timing import medians
from recount.engine import ELO, CategoryEffect, Factor, Position, Resampling, Votes, bootstrap, covariance, fit
from recount.engine.bradley_terry.newton import maximise
from recount.engine.contextual.rows import design_of

pytestmark = pytest.mark.filterwarnings("default")
N_REPLICATES = 100
# arena-rank's tolerance of loss and gradient; the tight one is below what the loss can still show.
USUAL, TIGHT = 1e-9, 1e-15


@pytest.fixture(scope="module")
def votes():
    n_votes, n_competitors = SIZES["M"]
    return styled(usual_arena(n_competitors, n_votes), seed=1).votes


@pytest.fixture(scope="module")
def fitted(votes):
    return fit(votes, covariates=COVARIATES)


def test_design(benchmark, votes):
    benchmark(design_of, votes, COVARIATES)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_fit(benchmark, votes, ties):
    benchmark(fit, votes, covariates=COVARIATES, ties=ties)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper"])
def test_one_pass(benchmark, votes, ties):
    fitted = fit(votes, covariates=COVARIATES, ties=ties)
    # A new array a time: slopes of the last one are kept.
    benchmark(lambda: fitted.likelihood.slopes(fitted.parameters.copy()))


def test_position_only(benchmark, votes):
    benchmark(fit, votes, covariates=[Position()])


def test_category_effects(benchmark, votes):
    category = Factor((np.arange(votes.n_votes) % 5).astype(np.int32), tuple("abcde"))
    log = Votes(votes.names, votes.first, votes.second, votes.outcome, {"category": category})
    benchmark(fit, log, covariates=[CategoryEffect("category")])


def test_sandwich(benchmark, fitted):
    benchmark(covariance, fitted)


def test_hundred_replicates_cost_at_most_thirty_fits(votes, fitted):
    one, hundred = medians(
        lambda: fit(votes, covariates=COVARIATES), lambda: bootstrap(fitted, Resampling(n_replicates=N_REPLICATES), n_threads=2), n_rounds=3
    )
    print(f"\n{N_REPLICATES} replicates on two threads: {hundred:.2f} s, {hundred / one:.1f} fits of {one * 1e3:.0f} ms")
    assert hundred <= 30 * one


def test_against_arena_rank(votes, fitted):
    contextual = pytest.importorskip("arena_rank.models.contextual_bradley_terry")
    data_utils = pytest.importorskip("arena_rank.utils.data_utils")
    pandas = pytest.importorskip("pandas")
    names = np.array(votes.names)
    frame = pandas.DataFrame({"model_a": names[votes.first], "model_b": names[votes.second]})
    frame["winner"] = np.array(["model_a", "model_b", "tie"])[votes.outcome]
    frame["position"] = 1.0
    for style, effect in zip(COVARIATES[1:], fitted.effects[1:], strict=True):
        frame[style.name] = style.read(votes).numbers / effect.deviation
    columns = [effect.name for effect in fitted.effects]

    def prepared():
        return data_utils.ContextualPairDataset.from_pandas(frame, columns, reweighted=False, normalize_features=False)

    def rated(dataset, tolerance):
        model = contextual.ContextualBradleyTerry(len(names), len(columns), reg=0.0, ftol=tolerance, gtol=tolerance)
        params = model.fit(dataset).params
        found = np.append(np.asarray(params["ratings"]), np.asarray(params["coeffs"]))
        found[: len(names)] -= found[: len(names)].mean()
        return ELO * np.abs(found - fitted.parameters).max()

    def alone():
        return maximise(fitted.likelihood, 1e-7, 100)

    dataset = prepared()
    errors = [rated(dataset, tolerance) for tolerance in (USUAL, TIGHT)]
    calls = [lambda: fit(votes, covariates=COVARIATES), alone, prepared, lambda: rated(dataset, USUAL), lambda: rated(dataset, TIGHT)]
    ours, ours_alone, preparation, usual, tight = medians(*calls, n_rounds=2)
    print(f"\ncertified to {fitted.rating_error:.0e} Elo: {ours:.3f} s from the log, {ours_alone:.3f} s from the design")
    print(f"arena-rank: prepared in {preparation:.2f} s; error {errors[0]:.2g} Elo after {usual:.2f} s, {errors[1]:.2g} Elo after {tight:.2f} s")
    print(f"ratios: from the log {(preparation + usual) / ours:.0f} and {(preparation + tight) / ours:.0f}, fits alone {usual / ours_alone:.0f}")
    assert usual >= 10 * ours
