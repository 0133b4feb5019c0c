"""Models side by side, the tables of a fit's quality, and both from the command line."""

import signal
import sys

import numpy as np
import pandas as pd
import pytest

from recount.data import ARENA_VOTES, read_counts
from recount.engine import (
    ELO,
    ExistenceError,
    InputError,
    OptionError,
    count,
    cycles,
    fit,
    fit_quality,
    held_out,
    intransitivity,
    pair_weights,
    residuals,
    vote_folds,
)
from recount.engine.votes import Votes
from recount.sims import Specification
from recount.sims.command_line.main import main
from recount.sims.comparison import comparable, comparison
from recount.sims.quality import calibration_table, cycle_table, quality_table, residual_table
from recount.sims.splits import parse_held_out, splits
from tests.test_engine import counts_of, random_votes
from tests.test_held_out import log

MODELS = ["half", "drop", "davidson", "rao-kupper", "davidson-by-pair", "rao-kupper-by-pair"]


def test_arena_comparison():
    """Ameli et al., arXiv 2412.18407: mean NLL 1.0095 and 1.0100; `../shared/data/README.md`: 0.655411 with ties as halves; both-bad dropped."""
    counts = read_counts(ARENA_VOTES)[0]
    specification = Specification(both_bad="drop")
    frame, unrated = comparison(comparable(counts, specification), specification, list(vote_folds(counts, 2)))
    assert list(frame["model"]) == MODELS
    assert unrated == ()
    rows = frame.set_index("model")
    assert rows.loc["half", "mean_nll"] == pytest.approx(0.655411, abs=5e-7)
    assert rows.loc["rao-kupper", "mean_nll"] == pytest.approx(1.0095, abs=5e-5)
    assert rows.loc["davidson", "mean_nll"] == pytest.approx(1.0100, abs=5e-5)
    assert (rows["leader"] == "chatgpt-4o-latest").all()
    assert (rows.loc[MODELS[:4], "n_held_out"] == 1_374_996).all()
    three = rows.loc[MODELS[1:]]
    assert (three["likelihood_of"] == "three").all()
    # Nested: each is a special case of its twin with a parameter for each pair; ties at random of Davidson's by pair.
    assert rows.loc["davidson-by-pair", "log_likelihood"] > max(rows.loc[["drop", "davidson"], "log_likelihood"])
    assert rows.loc["rao-kupper-by-pair", "log_likelihood"] > rows.loc["rao-kupper", "log_likelihood"]
    # All of three outcomes have the same saturated model.
    assert (three["deviance"] / 2 + three["log_likelihood"]).to_numpy() == pytest.approx(
        three["deviance"].iloc[0] / 2 + three["log_likelihood"].iloc[0]
    )
    assert (three["n_parameters"] + three["degrees_of_freedom"]).to_numpy() == pytest.approx(2 * 3455)


def test_rows_are_those_of_the_models_alone():
    counts = count(random_votes())
    specification = Specification(both_bad="outcome")
    folds = list(vote_folds(counts, 4, seed=2))
    frame = comparison(counts, specification, folds)[0].set_index("model")
    usual = fit(counts, both_bad="outcome").strengths
    for ties in MODELS[:4]:
        fitted = fit(counts, ties=ties, both_bad="outcome")
        scores = held_out(folds, ties=ties, both_bad="outcome").scores
        row = frame.loc[ties]
        assert row["log_loss_points"] == scores.log_loss_points
        assert row["calibration_error"] == scores.calibration.error
        assert row["accuracy"] == scores.accuracy
        assert row["points_gap"] == pytest.approx(scores.log_loss_points - held_out(folds, both_bad="outcome").scores.log_loss_points, abs=1e-15)
        assert row["largest_change"] == pytest.approx(ELO * np.abs(fitted.strengths - usual).max())
        if ties != "drop":
            assert row["aic"] == fit_quality(fitted).aic
    assert (frame["n_votes"] == counts.n_votes).all()
    assert frame.loc["half", "largest_change"] == 0
    assert np.isnan(frame.loc["half", "log_loss_three"])
    assert np.isnan(frame.loc["davidson-by-pair", "log_loss_points"])


def test_the_model_that_made_the_votes_fits_best():
    """Votes with ties whoever meets: of the models of three outcomes, ties at random has the least AIC and the least log-loss held out."""
    counts = count(random_votes(n=8, n_votes=40_000))
    frame = comparison(counts, Specification(), list(vote_folds(counts)))[0].set_index("model")
    for measure in ("bic", "log_loss_three", "brier_three"):
        assert frame.loc[MODELS[1:], measure].astype(float).idxmin() == "drop"


def test_everybody_is_rated_by_every_model():
    """The tied one has no decided vote, so that ties dropped could not rate it."""
    counts = counts_of([("a", "b", 5, 3, 1, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 2, 6, 1, 0), ("a", "tied", 0, 0, 5, 0)])
    with pytest.raises(ExistenceError, match="tied"):
        comparable(counts, Specification())
    specification = Specification(existence="drop")
    same = comparable(counts, specification)
    assert same.names == ("a", "b", "c")
    frame, _ = comparison(same, specification, list(vote_folds(same, 2, seed=1)))
    assert (frame["n_votes"] == 24).all()
    # Weights stand for votes of each pair here.
    heavy = comparable(pair_weights(counts, 1.0), specification)
    assert heavy.names == same.names


@pytest.mark.parametrize(
    ("prior", "n_models"), [({"existence": "prior"}, 6), ({"prior": "gaussian", "prior_amount": 300}, 6), ({"prior": "firth"}, 2)]
)
def test_models_that_know_the_prior(prior, n_models):
    counts = count(random_votes())
    frame, _ = comparison(counts, Specification(**prior), list(vote_folds(counts, 2)))
    assert list(frame["model"]) == MODELS[:n_models]


def test_two_competitors_have_a_quality_without_one_number(monkeypatch, capsys, tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("model_a,model_b,winner\n" + "a,b,model_a\na,b,model_b\na,b,tie\n" * 20, encoding="utf-8")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["recount", "rate", str(path), "--table", "quality"])
    with pytest.raises(SystemExit) as end:
        main()
    said = capsys.readouterr()
    assert not end.value.code
    assert "one number is enough these votes do not say" in said.err
    assert "aic" in said.out
    assert "p_value" not in said.out


def test_splits_as_written():
    votes = log()
    counts = count(votes)
    assert len(splits("votes", counts, None)) == len(splits("voters:voter", counts, votes)) == 10
    assert len(splits("votes:3", counts, None)) == 3
    (split,) = splits("time:tstamp", counts, votes)
    assert split.test.n_votes == 120
    few = counts.only(np.array([name in ("m00", "m01", "m02") for name in counts.names]))
    assert sum(split.test.n_votes for split in splits("voters:voter", few, votes)) == few.n_votes
    with pytest.raises(OptionError, match="counts only"):
        splits("time:tstamp", counts, None)
    halves = Votes(votes.names, votes.first, votes.second, votes.outcome, {"half": np.arange(votes.n_votes) % 2, "one": np.zeros(votes.n_votes)})
    assert len(splits("voters:half", counts, halves)) == 2
    with pytest.raises(InputError, match="column 'one' has one label for all votes"):
        splits("voters:one", counts, halves)
    for text in ("", "votes:1", "votes:x", "voters:", "time", "time:", "days:x"):
        with pytest.raises(OptionError, match="held_out is"):
            parse_held_out(text)


def test_residual_table():
    fitted = fit(count(random_votes()), ties="davidson")
    frame = residual_table(fitted)
    found = residuals(fitted)
    assert len(frame) == found.lead.size
    assert frame["residual"].to_numpy() == pytest.approx(np.sort(np.abs(found.standardised()))[::-1])
    assert (frame["points"] >= frame["expected_points"]).all()
    assert frame[["expected_wins", "expected_losses", "expected_ties"]].sum(axis=1).to_numpy() == pytest.approx(frame["n_votes"].to_numpy())
    assert (frame["wins"] + frame["ties"] / 2 == frame["points"]).all()
    row = frame.iloc[0]
    lead = fitted.strengths[fitted.names.index(row["competitor"])] - fitted.strengths[fitted.names.index(row["other"])]
    assert row["difference"] == pytest.approx(ELO * lead)
    win, loss, tie = fitted.outcome_probabilities(np.array([lead]))[:, 0] * row["n_votes"]
    assert row[["expected_wins", "expected_losses", "expected_ties"]].to_list() == pytest.approx([win, loss, tie])


def test_other_tables_say_what_the_engine_says():
    counts = count(random_votes())
    fitted = fit(counts)
    outside, beyond = held_out(vote_folds(counts, 3)), intransitivity(fitted, n_replicates=49)
    frame = quality_table(fitted, outside, beyond).set_index(["topic", "measure"])
    assert frame.loc[("in these votes", "deviance"), "value"] == fit_quality(fitted).deviance
    assert frame.loc[("held out", "accuracy"), "value"] == outside.scores.accuracy
    assert frame.loc[("one number", "deviation"), ["value", "lower", "upper"]].to_list() == pytest.approx(
        [ELO * beyond.deviation, ELO * beyond.lower, ELO * beyond.upper]
    )
    assert frame["lower"].notna().sum() == 1
    bins = calibration_table(outside.scores.calibration)
    assert bins["n_votes"].sum() == counts.n_votes
    assert (bins["lower"] <= bins["observed"]).all()
    circles = cycle_table(cycles(fitted, n_shown=4, n_replicates=49))
    assert len(circles) == 4
    assert circles["z"].is_monotonic_decreasing
    assert (circles["curl"] / circles["standard_error"]).to_numpy() == pytest.approx(circles["z"].to_numpy())


# As a user runs it


@pytest.fixture
def recount(monkeypatch, capsys, tmp_path):
    """Run a command in a folder of its own; return its exit code and what it said."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["recount", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code or 0, *capsys.readouterr()

    return run


@pytest.fixture
def file(tmp_path):
    votes = log()
    labels = {"model_a": votes.first, "model_b": votes.second}
    names = np.array(votes.names)
    table = {side: names[index] for side, index in labels.items()}
    table |= {"winner": np.array(["model_a", "model_b", "tie", "tie (bothbad)"])[votes.outcome]}
    table |= {"voter": np.array(votes.columns["voter"].levels)[votes.columns["voter"].codes], "tstamp": votes.columns["tstamp"]}
    path = tmp_path / "log.csv"
    pd.DataFrame(table).to_csv(path, index=False)
    return path


def test_compare_from_the_command_line(recount, file):
    code, _, told = recount("rate", file, "--compare", "--held-out", "votes:4", "--seed", 3, "-o", "models.csv")
    assert code == 0
    assert "held out (votes:4): 600 votes" in told
    counts = count(log())
    truth, _ = comparison(counts, Specification(), list(vote_folds(counts, 4, seed=3)))
    written = pd.read_csv("models.csv")
    pd.testing.assert_frame_equal(written, truth, check_dtype=False, rtol=1e-12)


@pytest.mark.parametrize("held", ["votes", "voters:voter", "time:tstamp"])
def test_quality_from_the_command_line(recount, file, held):
    assert recount("rate", file, "--table", "quality", "--held-out", held, "-o", "quality.json")[0] == 0
    frame = pd.read_json("quality.json").set_index(["topic", "measure"])
    assert frame.loc[("held out", "n_votes"), "value"] == (120 if held.startswith("time") else 600)
    assert 0 < frame.loc[("one number", "p_value"), "value"] <= 1


@pytest.mark.parametrize(("table", "columns"), [("residuals", "residual"), ("calibration", "observed"), ("cycles", "curl")])
def test_tables_from_the_command_line(recount, file, table, columns):
    code, shown, _ = recount("rate", file, "--table", table, "--ties", "davidson")
    assert code == 0
    assert columns in shown.splitlines()[0].split(",")


def test_what_the_command_line_refuses(recount, file):
    for arguments, message in (
        (("--compare", "--table", "pairs"), "leave out --table pairs"),
        (("--table", "cycles", "--intervals", "bootstrap", "--replicates", "r.parquet"), "leave out --replicates"),
        (("--compare", "--held-out", "days"), "held_out is 'days'"),
        (("--compare", "--held-out", "voters:nobody"), "nobody"),
        (("--table", "residuals", "--weights", "pairs"), "weights 'pairs'"),
    ):
        code, _, told = recount("rate", file, *arguments)
        assert code == 2
        assert message in told.splitlines()[-1]


def test_who_cannot_be_rated_is_told(recount, tmp_path):
    votes = random_votes(n=5, n_votes=300)
    rows = [
        (f"m{i:02d}", f"m{j:02d}", ("model_a", "model_b", "tie", "tie")[k]) for i, j, k in zip(votes.first, votes.second, votes.outcome, strict=True)
    ]
    rows += [("m00", "rare", "model_a"), ("rare", "m01", "model_a"), ("m00", "tied", "tie")]
    pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]).to_csv(tmp_path / "rare.csv", index=False)
    code, _, told = recount("rate", "rare.csv", "--compare", "--existence", "drop", "-o", "x.csv")
    assert code == 0
    assert "left out, because not every model can rate them or they have too few votes: 'tied'" in told
    assert "have a competitor whom the others cannot rate, and are left out: 'rare'" in told
    assert (pd.read_csv("x.csv")["n_left_out"].iloc[:4] == 2).all()


def test_votes_are_the_same_whatever_the_order():
    votes = log()
    order = np.random.default_rng(0).permutation(votes.n_votes)
    shuffled = Votes(votes.names, votes.first[order], votes.second[order], votes.outcome[order])
    one, other = (comparison(count(each), Specification(), list(vote_folds(count(each), 3)))[0] for each in (votes, shuffled))
    pd.testing.assert_frame_equal(one, other)
