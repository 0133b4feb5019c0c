"""Studies of Elo: order and K as what is varied, against a slow Elo of our own, closed forms, and the truth."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats

from recount import analyse, read_plan, run_study
from recount.engine import ELO, Elo, OptionError, count, elo_permutations
from recount.engine.kernels.streams import stream
from recount.engine.sequential.elo_system import elo_mean
from recount.sims.analysis.log import read
from recount.sims.arenas.random_streams import Purpose, start_of
from recount.sims.studies.running import prepare
from tests.logs import some_votes, table
from tests.option_logs import write_logs
from tests.random_logs import level_votes
from tests.reference import shuffled_by_definition
from tests.small_studies import TAU, check_fault, check_goes_on, of_faults

ORDERS = TAU + '[[outcome]]\nname = "first place kept"\n[[outcome]]\nname = "rating error"\n'


def study(write, text, source=None, **more):
    return run_study(read_plan(write("plan.toml", text)), source, **more)


def elo_by_hand(counts, k, seed, order):
    """Vote by vote, in an order that is drawn as it is defined."""
    cells = zip(counts.first, counts.second, counts.counts, strict=True)
    votes = [(int(i), int(j), score) for i, j, cell in cells for score, n in zip((1, 0, 0.5, 0.5), cell, strict=True) for _ in range(n)]
    own = int(start_of(seed, Purpose.ORDERS)) >> 1
    ratings = [0.0] * len(counts.names)
    for i, j, score in shuffled_by_definition(votes, int(stream(own, order))):
        step = k * (score - 1 / (1 + 10 ** ((ratings[j] - ratings[i]) / 400)))
        ratings[i], ratings[j] = ratings[i] + step, ratings[j] - step
    return np.array(ratings)


def test_runs_are_the_elo_of_an_order_that_is_drawn(write):
    log = read(table(some_votes(400)))
    results = study(write, "seeds = 3\nseed = 5\n" + ORDERS + "[[vary]]\nelo = {k_factor = [4, 32], n_permutations = [1, 3]}\n", log)
    fitted = analyse(log)
    usual = dict(zip(fitted.names, fitted.fit.strengths, strict=True))
    theirs = np.array([usual[name] for name in log.counts.names])
    runs = results.runs.frame
    assert len(runs) == 3 * 3 * 4
    for (k, n, seed), own in runs.groupby(["elo.k_factor", "elo.n_permutations", "seed"]):
        mean = np.mean([elo_by_hand(log.counts, k, seed, order) for order in range(n)], axis=0)
        values = own.set_index("outcome")["value"]
        assert values["kendall tau"] == pytest.approx(scipy.stats.kendalltau(mean, theirs).statistic, abs=1e-12)
        assert values["first place kept"] == (mean.argmax() == theirs.argmax())
        away = (mean - mean.mean()) - ELO * (theirs - theirs.mean())
        assert values["rating error"] == pytest.approx(math.sqrt((away**2).mean()), abs=1e-8)
    assert results.summary.frame["varied"].iloc[0] == "k_factor=4 n_permutations=1"


def test_the_mean_over_orders_is_that_of_all_of_them():
    counts = count(level_votes())
    every = elo_permutations(counts, Elo(k_factor=16), n_permutations=4, seed=9)
    mean = elo_mean(counts, Elo(k_factor=16), n_permutations=4, seed=9)
    np.testing.assert_allclose(mean.ratings, every.ratings, rtol=1e-13)
    assert np.array_equal(elo_mean(counts, Elo(k_factor=16), seed=9).ratings, every.replicates[0])
    assert (mean.names, mean.n_votes.tolist(), mean.options) == (every.names, every.n_votes.tolist(), every.options)
    with pytest.raises(OptionError, match="n_permutations is 0; give a whole number from 1"):
        elo_mean(counts, n_permutations=0)


def two_models(n, share):
    """Votes of two models, of which the first wins a share, as often shown first as second."""
    won = round(share * n)
    votes = ["a"] * won + ["b"] * (n - won)
    sides = [("a", "b"), ("b", "a")]
    rows = [(*sides[k % 2], "model_a" if sides[k % 2][0] == winner else "model_b") for k, winner in enumerate(votes)]
    return read(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]))


def test_one_order_wanders_as_the_closed_form_says(write):
    """By the root of 400 K / ln 10, whatever the number of votes; the mean of 25 orders by a fifth of that, but for what the votes share."""
    text = 'seeds = 300\n[[outcome]]\nname = "rating change"\ncompetitor = "a"\n[[vary]]\nelo = {k_factor = [4, 16]}\n'
    results = study(write, text + "[[vary]]\nelo = {k_factor = 16, n_permutations = 25}\n", two_models(6000, 0.6))
    spread = results.summary.frame["sd"].to_numpy()
    for k, sd in zip((4, 16), spread[:2], strict=True):
        assert sd == pytest.approx(math.sqrt(ELO * k), rel=4 / math.sqrt(2 * 300))
    assert spread[2] < spread[1] / 4
    # On average over orders the lead is that of a fit, but for a small bias of order K.
    means, errors = (results.summary.frame[column].to_numpy() for column in ("mean", "mc_error"))
    assert (np.abs(means) < 4 * errors + [2, 8, 8]).all()


def test_more_orders_are_closer_to_the_truth_of_an_arena(write):
    arena = '[arena]\nn_competitors = 10\nn_votes = 5000\npairs = "uniform"\n'
    vary = "[[vary]]\n[[vary]]\nelo = {k_factor = 16, n_permutations = [1, 30]}\n[[vary]]\nelo = {k_factor = 16}\narena = {n_votes = 500}\n"
    results = study(write, "seeds = 20\n" + arena + "tie_share = 0\n" + TAU + '[[outcome]]\nname = "rating error"\n' + vary)
    found = results.summary.frame.pivot_table(index="setting", columns="outcome", values="mean")
    fitted, one, many, few = (found.loc[i] for i in range(4))
    assert fitted["kendall tau"] >= many["kendall tau"] - 0.01 > one["kendall tau"] > few["kendall tau"]
    assert one["rating error"] > 1.5 * many["rating error"]
    assert not any("on another scale" in note for note in results.runs.notes)
    only = study(write, "seeds = 2\n" + arena + '[[outcome]]\nname = "rating error"\n[[vary]]\nelo = {}\n')
    assert any("which moves rating error: give tie_share = 0 in [arena]" in note for note in only.runs.notes)


def test_filters_ties_and_perturbations_are_of_the_votes_that_are_rated(write):
    votes = [("a", "b", "model_a"), ("b", "a", "model_a"), ("a", "b", "model_b"), ("c", "a", "tie"), ("c", "b", "tie")] * 20
    log = read(pd.DataFrame(votes, columns=["model_a", "model_b", "winner"]))
    rated = '[[outcome]]\nname = "competitors rated"\n'
    vary = "[[vary]]\nelo = {}\nspecification = {ties = ['half', 'drop'], minimum_votes = [0, 50]}\n"
    vary += "[[vary]]\nelo = {}\nperturbation = {name = 'leave_model', model = 'b'}\n"
    values = study(write, "seeds = 1\n" + rated + vary, log).runs.frame["value"].tolist()
    # c has 40 votes, all of them ties.
    assert values == [3, 2, 2, 2, 2]


WRONG = [
    (TAU + "[[vary]]\nelo = 4\n", 4, "elo is no table; give its fields, as elo = {...}"),
    (TAU + "[[vary]]\nelo = {k = 4}\n", 4, "there is no field 'k' in elo; did you mean 'k_factor'"),
    (TAU + "[[vary]]\nelo = {k_factor = [4, 0]}\n", 4, "k_factor is 0"),
    (TAU + '[[vary]]\nelo = {k_factor = "4"}\n', 4, "k_factor is '4', which is text"),
    (TAU + "[[vary]]\nelo = {k_factor = [4, 4]}\n", 4, "k_factor has a value twice"),
    (TAU + "[[vary]]\nelo = {n_permutations = 0}\n", 4, "n_permutations is 0; give a whole number, from 1 to"),
    (TAU + "[[vary]]\nelo = {}\ngrid = true\n", 4, "elo and grid"),
    ("audit = true\n" + TAU + "[[vary]]\nelo = {}\n", 5, "elo and audit"),
    (TAU + '[[outcome]]\nname = "interval width"\n[[vary]]\nelo = {}\n', 6, "Elo has ratings alone, of which 'interval width' cannot be measured"),
    (TAU + '[[outcome]]\nname = "country lead kept"\n[[vary]]\nelo = {}\n', 6, "of which 'country lead kept' cannot be measured"),
    (TAU + '[[outcome]]\nname = "votes to lose first place"\n[[vary]]\nelo = {}\n', 6, "'votes to lose first place' cannot be measured"),
    (TAU + '[[vary]]\nelo = {}\nspecification = {prior = "votes"}\n', 5, "prior is given, which has no effect on Elo"),
    (TAU + '[[vary]]\nelo = {}\nspecification = {ties = "davidson"}\n', 5, "ties is 'davidson', which Elo does not know; give 'half' or 'drop'"),
    ('[specification]\nboth_bad = "outcome"\n' + TAU + "[[vary]]\nelo = {}\n", 6, "both_bad is 'outcome', which Elo does not know"),
]


@of_faults(WRONG)
def test_what_is_wrong_is_named(write, text, line, said):
    check_fault(read_plan, write("plan.toml", text), line, said)


def test_what_has_no_votes_to_rate_in_turn_is_refused_before_anything_runs(write, tmp_path):
    write_logs(tmp_path)
    plan = TAU + "[[vary]]\nelo = {}\n"
    for source, said in (
        ('[source]\nboard = "published.csv"\n', "a board has none; give the votes"),
        ('[source]\nvotes = "log.csv"\noutcomes = "model_a=first:2,model_b=second,tie=tie,tie (bothbad)=both_bad"\n', "these have weights"),
    ):
        path = write("plan.toml", source + plan)
        for text in ("Elo goes from vote to vote", said):
            check_fault(lambda path: prepare(read_plan(path)), path, 4 + source.count("\n"), text)


def test_a_study_goes_on_and_processes_give_the_same(write, tmp_path):
    log = read(write("log.csv", table(some_votes(400)).to_pandas().to_csv(index=False)))
    plan = read_plan(write("plan.toml", "seeds = 6\n" + ORDERS + "[[vary]]\nelo = {k_factor = [4, 16]}\n"))
    check_goes_on(plan, log, tmp_path / "runs", 12)
