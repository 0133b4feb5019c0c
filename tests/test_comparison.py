"""Models side by side, and the tables of a fit's quality."""

import numpy as np
import pandas as pd
import pytest

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
from recount.engine.choices import Folds, Prior, Style, Weights
from recount.engine.votes import Votes
from recount.sims.analysis.analysing import analyse
from recount.sims.judging.calibrating import calibration_frame
from recount.sims.judging.circles_of_three import cycle_frame
from recount.sims.judging.measures import quality_frame
from recount.sims.judging.models_of_ties import comparable, compared
from recount.sims.judging.pairs_against_fit import residual_frame
from recount.sims.judging.splitting import split_by
from recount.sims.judging.stretch_and_order import changes
from recount.sims.judging.weighed_votes import WeighedVotes
from recount.sims.specification import Specification
from tests.logs import frame_of
from tests.random_logs import counts_of, random_votes
from tests.random_logs import log_by_time as log
from tests.random_logs import random_log as contextual_log

MODELS = ["half", "drop", "davidson", "rao-kupper", "davidson-by-pair", "rao-kupper-by-pair"]


@pytest.mark.slow
def test_arena_comparison():
    """Ameli et al., arXiv 2412.18407: mean NLL 1.0095 and 1.0100; `../shared/data/README.md`: 0.655411 with ties as halves; both-bad dropped."""
    analysis = analyse(both_bad="drop")
    table = analysis.comparison(Folds.votes(2))
    assert analysis.fit.mean_nll == pytest.approx(0.655411, abs=5e-7)
    frame = table.to_frame()
    assert table.kind == "comparison"
    assert list(frame["model"]) == MODELS
    # Everybody was rated.
    assert table.notes == ("held out (votes:2): 1,374,996 votes predicted by fits of the others",)
    rows = frame.set_index("model")
    assert rows.loc["rao-kupper", "mean_nll"] == pytest.approx(1.0095, abs=5e-5)
    assert rows.loc["davidson", "mean_nll"] == pytest.approx(1.0100, abs=5e-5)
    assert (rows["leader"] == "chatgpt-4o-latest").all()
    assert (rows.loc[MODELS[:4], "n_held_out"] == 1_374_996).all()
    three = rows.loc[MODELS[1:]]
    # Half-wins have no likelihood of win, loss and tie.
    assert rows.loc["half", ["mean_nll", "aic", "bic", "log_likelihood", "deviance", "log_loss_decided"]].isna().all()
    # Davidson's model stretches ratings by a third; beyond that no rating changes by more than 3 points.
    assert rows.loc["davidson", ["stretch", "largest_change"]].to_list() == pytest.approx([1.2893, 2.385], abs=5e-4)
    assert rows.loc["davidson", ["n_reversed", "n_moved", "largest_move"]].to_list() == [4, 8, 1]
    # Nested: each is a special case of its twin with a parameter for each pair; ties at random of Davidson's by pair.
    assert rows.loc["davidson-by-pair", "log_likelihood"] > max(rows.loc[["drop", "davidson"], "log_likelihood"])
    assert rows.loc["rao-kupper-by-pair", "log_likelihood"] > rows.loc["rao-kupper", "log_likelihood"]
    # All of three outcomes have the same saturated model.
    assert (three["deviance"] / 2 + three["log_likelihood"]).to_numpy() == pytest.approx(
        three["deviance"].iloc[0] / 2 + three["log_likelihood"].iloc[0]
    )
    assert (three["n_parameters"] + three["degrees_of_freedom"]).to_numpy() == pytest.approx(2 * 3455)


def test_a_pure_stretch_changes_nothing():
    """Ratings twice as far apart, with the same order."""
    usual = np.array([1.5, 0.25, -0.5, -1.25])
    found = changes(2 * usual, usual)
    assert found == {"stretch": 2, "largest_change": pytest.approx(0, abs=1e-12), "n_reversed": 0, "n_moved": 0, "largest_move": 0}


def test_changes_of_order():
    """By hand: c passes a and b, which are level afterwards; d stays last."""
    usual, now = np.array([1.0, 0.5, 0.0, -1.5]), np.array([0.5, 0.5, 1.0, -2.0])
    found = changes(now, usual)
    assert found["stretch"] == pytest.approx(np.sqrt(5.5 / 3.5))
    assert found["largest_change"] == pytest.approx(400 / np.log(10) / found["stretch"])
    # c over a and c over b; a is no longer over b, but b is not over a.
    assert (found["n_reversed"], found["n_moved"], found["largest_move"]) == (2, 2, 2)
    back = changes(usual, now)
    assert (back["stretch"], back["n_reversed"]) == (pytest.approx(1 / found["stretch"]), 2)


def test_level_ratings_have_no_stretch():
    """Nor do ratings that differ by rounding."""
    for usual in (np.zeros(3), np.array([1e-12, 0.0, -1e-12])):
        found = changes(np.array([1.0, 0.0, -1.0]), usual)
        assert np.isnan([found["stretch"], found["largest_change"]]).all()
        assert (found["n_reversed"], found["n_moved"], found["largest_move"]) == (0, 2, 2)
        level = changes(np.zeros(3), usual)
        assert (level["n_reversed"], level["n_moved"]) == (0, 0)


def test_rows_are_those_of_the_models_alone():
    counts = count(random_votes())
    specification = Specification(both_bad="outcome")
    folds = list(vote_folds(counts, 4, seed=2))
    frame = compared(WeighedVotes(counts), specification, folds)[0].set_index("model")
    usual = fit(counts, both_bad="outcome").strengths
    for ties in MODELS[:4]:
        fitted = fit(counts, ties=ties, both_bad="outcome")
        scores = held_out(folds, ties=ties, both_bad="outcome").scores
        row = frame.loc[ties]
        assert row["log_loss_points"] == scores.log_loss_points
        assert row["calibration_error"] == scores.calibration.error
        assert row["accuracy"] == scores.accuracy
        assert row["points_gap"] == pytest.approx(scores.log_loss_points - held_out(folds, both_bad="outcome").scores.log_loss_points, abs=1e-15)
        stretch = np.std(fitted.strengths) / np.std(usual)
        assert row["stretch"] == pytest.approx(stretch)
        assert row["largest_change"] == pytest.approx(ELO * np.abs(fitted.strengths / stretch - usual).max(), abs=1e-9)
        ranks, usual_ranks = (np.argsort(np.argsort(-strengths)) for strengths in (fitted.strengths, usual))
        moves = np.abs(ranks - usual_ranks)
        assert (row["n_moved"], row["largest_move"]) == ((moves > 0).sum(), moves.max())
        assert row["n_reversed"] == sum((ranks[i] < ranks[j]) != (usual_ranks[i] < usual_ranks[j]) for i in range(12) for j in range(i))
        if ties in ("davidson", "rao-kupper"):
            assert row["aic"] == fit_quality(fitted).aic
    assert (frame["n_votes"] == counts.n_votes).all()
    assert frame.loc["half", ["stretch", "largest_change", "n_reversed", "n_moved", "largest_move"]].to_list() == [1, 0, 0, 0, 0]
    assert frame.loc["half", ["log_loss_three", "log_loss_decided", "brier_three", "aic", "bic", "deviance"]].isna().all()
    assert frame.loc[MODELS[1:], ["aic", "bic", "deviance", "log_likelihood"]].notna().all(axis=None)
    assert np.isnan(frame.loc["davidson-by-pair", "log_loss_points"])


def test_the_model_that_made_the_votes_fits_best():
    """Votes with ties whoever meets: of the models of three outcomes, ties at random has the least AIC and the least log-loss held out."""
    counts = count(random_votes(n=8, n_votes=40_000))
    frame = compared(WeighedVotes(counts), Specification(), list(vote_folds(counts)))[0].set_index("model")
    for measure in ("bic", "log_loss_three", "brier_three"):
        assert frame.loc[MODELS[1:], measure].astype(float).idxmin() == "drop"


def test_everybody_is_rated_by_every_model():
    """The tied one has no decided vote, so that ties dropped could not rate it."""
    counts = counts_of([("a", "b", 5, 3, 1, 0), ("b", "c", 4, 2, 0, 0), ("a", "c", 2, 6, 1, 0), ("a", "tied", 0, 0, 5, 0)])
    with pytest.raises(ExistenceError, match="tied"):
        comparable(WeighedVotes(counts), Specification())
    specification = Specification(existence="drop")
    same = comparable(WeighedVotes(counts), specification)
    assert same.counts.names == ("a", "b", "c")
    frame, _ = compared(same, specification, list(vote_folds(same.counts, 2, seed=1)))
    assert (frame["n_votes"] == 24).all()
    assert comparable(WeighedVotes(pair_weights(counts, 1.0)), specification).counts.names == ("a", "b", "c")


@pytest.mark.parametrize(("prior", "n_models"), [({"existence": "prior"}, 6), ({"prior": Prior("gaussian", 300)}, 6), ({"prior": Prior("firth")}, 2)])
def test_models_that_know_the_prior(prior, n_models):
    counts = count(random_votes())
    frame, _ = compared(WeighedVotes(counts), Specification(**prior), list(vote_folds(counts, 2)))
    assert list(frame["model"]) == MODELS[:n_models]


def test_two_competitors_have_a_quality_without_one_number(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("model_a,model_b,winner\n" + "a,b,model_a\na,b,model_b\na,b,tie\n" * 20, encoding="utf-8")
    table = analyse(path).quality()
    assert "one number is enough these votes do not say" in table.notes[-1]
    assert "aic" in set(table.to_frame()["measure"])
    assert "p_value" not in set(table.to_frame()["measure"])


def test_splits_as_written():
    votes = log()
    counts = count(votes)
    both = WeighedVotes(counts, votes)
    assert len(split_by(Folds(), WeighedVotes(counts))) == len(split_by(Folds.voters("voter"), both)) == 10
    assert len(split_by(Folds.votes(3), WeighedVotes(counts))) == 3
    (split,) = split_by(Folds.time("tstamp"), both)
    assert split.test.n_votes == 120
    few = both.among(("m00", "m01", "m02"))
    assert few.counts.n_votes == counts.only(np.array([name in ("m00", "m01", "m02") for name in counts.names])).n_votes
    assert sum(split.test.n_votes for split in split_by(Folds.voters("voter"), few)) == few.counts.n_votes
    with pytest.raises(OptionError, match=r"hold out 'time:tstamp' .* counts only"):
        split_by(Folds.time("tstamp"), WeighedVotes(counts))
    halves = Votes(votes.names, votes.first, votes.second, votes.outcome, {"half": np.arange(votes.n_votes) % 2, "one": np.zeros(votes.n_votes)})
    assert len(split_by(Folds.voters("half"), WeighedVotes(counts, halves))) == 2
    with pytest.raises(InputError, match="column 'one' has one label for all votes"):
        split_by(Folds.voters("one"), WeighedVotes(counts, halves))


def test_folds_are_read_as_they_are_written():
    for folds, text in (
        (Folds(), "votes"),
        (Folds.votes(), "votes"),
        (Folds.votes(3), "votes:3"),
        (Folds.voters("a:b"), "voters:a:b"),
        (Folds.time("tstamp"), "time:tstamp"),
    ):
        assert (str(folds), Folds.parse(text)) == (text, folds)
    assert Folds.parse("votes:10") == Folds()
    assert [folds.column for folds in (Folds(), Folds.voters("voter"), Folds.time("tstamp"))] == ["", "voter", "tstamp"]
    for text in ("", "votes:1", "votes:x", "voters:", "time", "time:", "days:x"):
        with pytest.raises(OptionError, match="held_out is"):
            Folds.parse(text)
    for make, message in (
        (lambda: Folds.votes(1), "number of folds is 1"),
        (lambda: Folds.votes(2.5), "number of folds is 2.5"),
        (lambda: Folds.voters(""), "need a column"),
        (lambda: Folds("time", "tstamp", 3), "only folds of votes have one"),
        (lambda: Folds("days", "x"), "'days'"),
    ):
        with pytest.raises(OptionError, match=message):
            make()


def test_residuals_of_pairs():
    fitted = fit(count(random_votes()), ties="davidson")
    frame = residual_frame(fitted)
    found = residuals(fitted)
    assert len(frame) == found.lead.size
    assert frame["residual"].to_numpy() == pytest.approx(np.sort(np.abs(found.standardised()))[::-1])
    assert (frame["points"] >= frame["expected_points"]).all()
    assert frame[["expected_wins", "expected_losses", "expected_ties"]].sum(axis=1).to_numpy() == pytest.approx(frame["n_votes"].to_numpy())
    assert (frame["wins"] + frame["ties"] / 2 == frame["points"]).all()
    row = frame.iloc[0]
    lead = fitted.strengths[fitted.names.index(row["competitor"])] - fitted.strengths[fitted.names.index(row["other"])]
    assert row["difference"] == pytest.approx(ELO * lead)
    win, loss, tie = fitted.outcome_shares(np.array([lead]))[:, 0] * row["n_votes"]
    assert row[["expected_wins", "expected_losses", "expected_ties"]].to_list() == pytest.approx([win, loss, tie])


def test_other_tables_say_what_the_engine_says():
    counts = count(random_votes())
    fitted = fit(counts)
    outside, beyond = held_out(vote_folds(counts, 3)), intransitivity(fitted, n_replicates=49)
    frame = quality_frame(fitted, outside, beyond).set_index(["topic", "measure"])
    assert frame.loc[("in these votes", "deviance"), "value"] == fit_quality(fitted).deviance
    assert frame.loc[("held out", "accuracy"), "value"] == outside.scores.accuracy
    assert frame.loc[("one number", "deviation"), ["value", "lower", "upper"]].to_list() == pytest.approx(
        [ELO * beyond.deviation, ELO * beyond.lower, ELO * beyond.upper]
    )
    assert frame["lower"].notna().sum() == 1
    bins = calibration_frame(outside.scores.calibration)
    assert bins["n_votes"].sum() == counts.n_votes
    assert (bins["lower"] <= bins["observed"]).all()
    circles = cycle_frame(cycles(fitted, n_shown=4, n_replicates=49))
    assert len(circles) == 4
    assert circles["z"].is_monotonic_decreasing
    assert (circles["curl"] / circles["standard_error"]).to_numpy() == pytest.approx(circles["z"].to_numpy())


# As a user asks for it


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("comparison") / "log.csv"
    frame_of(log()).to_csv(path, index=False)
    return path


def test_models_of_a_log(file):
    seen = []
    analysis = analyse(file, seed=3)
    analysis.progress = lambda n, share: seen.append((n, share))
    table = analysis.comparison(Folds.votes(4))
    assert "held out (votes:4): 600 votes predicted by fits of the others" in table.notes
    assert seen == [(1, 0.25), (2, 0.5), (3, 0.75), (4, 1.0)]
    counts = count(log())
    truth, unrated = compared(WeighedVotes(counts), Specification(), list(vote_folds(counts, 4, seed=3)))
    assert unrated == ()
    pd.testing.assert_frame_equal(table.to_frame(), truth)


@pytest.mark.parametrize("folds", [Folds(), Folds.voters("voter"), Folds.time("tstamp")], ids=str)
def test_quality_of_a_log(file, folds):
    seen = []
    analysis = analyse(file)
    analysis.progress = lambda n, share: seen.append(share)
    table = analysis.quality(folds)
    frame = table.to_frame().set_index(["topic", "measure"])
    n_votes = 120 if folds.kind == "time" else 600
    assert frame.loc[("held out", "n_votes"), "value"] == n_votes
    assert 0 < frame.loc[("one number", "p_value"), "value"] <= 1
    assert table.kind == "quality"
    assert table.notes[0].startswith("600 votes, 6 competitors; converged in")
    assert table.notes[1:] == (f"held out ({folds}): {n_votes} votes predicted by fits of the others",)
    assert len(seen) == 1000


@pytest.mark.parametrize(("kind", "column"), [("residuals", "residual"), ("calibration", "observed"), ("cycles", "curl")])
def test_tables_of_a_log(file, kind, column):
    table = getattr(analyse(file, ties="davidson"), kind)()
    assert table.kind == kind
    assert column in table.to_frame()
    assert table.notes[0].startswith("600 votes, 6 competitors; converged in")
    assert len(table.notes) == (2 if kind == "calibration" else 1)


def test_predictions_are_made_once(file, monkeypatch):
    analysis = analyse(file, ties="davidson", seed=5, both_bad="drop")
    frame = analysis.quality(Folds.votes(3)).to_frame().set_index(["topic", "measure"])
    monkeypatch.setattr("recount.sims.judging.predicting.predicted", None)
    bins = analysis.calibration(Folds.votes(3)).to_frame()
    counts = count(log())
    alone = held_out(vote_folds(counts, 3, seed=5), ties="davidson", both_bad="drop").scores
    pd.testing.assert_frame_equal(bins, calibration_frame(alone.calibration))
    assert frame.loc[("held out", "log_loss_three"), "value"] == alone.log_loss_three


def test_quality_with_too_few_votes_of_some(file):
    """Whoever has too few votes is in no split, of counts or of voters."""
    counts = count(log())
    least = int(np.sort(counts.votes_of_each())[2])
    kept = counts.only(counts.votes_of_each() >= least)
    for folds in (Folds(), Folds.voters("voter")):
        table = analyse(file, minimum_votes=least).quality(folds)
        frame = table.to_frame().set_index(["topic", "measure"])
        assert frame.loc[("held out", "n_votes"), "value"] == kept.n_votes
        assert frame.loc[("held out", "n_left_out"), "meaning"] == "votes of competitors that the others cannot rate, 0 in some split"
        assert len(table.notes) == 3
        assert table.notes[0].startswith(f"minimum_votes={least}: left out 2 of 6 competitors")


def test_what_cannot_be_judged(file):
    weighted, placed = analyse(file, weights=Weights.pairs()), analyse(file, position=True)
    for ask, message in (
        (lambda: analyse(file).comparison(Folds.voters("nobody")), "nobody"),
        (weighted.residuals, "count for one each, and these are weighted; fit them without weights"),
        (weighted.cycles, "count for one each, and these are weighted; fit them without weights"),
        (placed.cycles, "takes the votes of a pair to be alike, and covariates deny that; fit without covariates"),
    ):
        with pytest.raises((OptionError, InputError), match=message):
            ask()


def test_who_cannot_be_rated_is_told(tmp_path):
    votes = random_votes(n=5, n_votes=300)
    rows = [
        (f"m{i:02d}", f"m{j:02d}", ("model_a", "model_b", "tie", "tie")[k]) for i, j, k in zip(votes.first, votes.second, votes.outcome, strict=True)
    ]
    rows += [("m00", "rare", "model_a"), ("rare", "m01", "model_a"), ("m00", "tied", "tie")]
    pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]).to_csv(tmp_path / "rare.csv", index=False)
    table = analyse(tmp_path / "rare.csv", existence="drop").comparison()
    assert "left out, because not every model can rate them or they have too few votes: 'tied'" in table.notes
    assert "2 votes held out have a competitor whom the others cannot rate, and are left out: 'rare'" in table.notes
    assert (table.to_frame()["n_left_out"].iloc[:4] == 2).all()
    told = analyse(tmp_path / "rare.csv", existence="drop", ties="drop").quality().notes
    assert "2 votes held out have a competitor whom the others cannot rate, and are left out: 'rare'" in told


def test_models_with_and_without_covariates():
    """Votes of which some have no length: every model is about the others. Position and length made the votes, the category of one label."""
    frame = frame_of(contextual_log(2, n_votes=1200))
    frame.loc[8:9, "length_a"] = None
    analysis = analyse(frame, position=True, styles=Style("length_a", "length_b"), seed=3)
    table = analysis.comparison(Folds.votes(4))
    assert table.notes == (
        "2 votes without a value of some covariate left out of every model",
        "held out (votes:4): 1,198 votes predicted by fits of the others",
    )
    rows = table.to_frame().set_index("model")
    predicting = MODELS[:4]
    assert list(rows.index) == [*MODELS, *(f"{model} with covariates" for model in predicting)]
    assert (rows.n_votes == 1198).all()
    assert (rows.n_held_out.drop(MODELS[4:]) == 1198).all()
    for model in predicting:
        plain, more = rows.loc[model], rows.loc[f"{model} with covariates"]
        assert more.n_parameters == plain.n_parameters + 2
        if model != "half":
            assert more.aic < plain.aic - 10
        assert more.log_loss_points < plain.log_loss_points
        assert more.points_gap + 2 * more.points_gap_error < 0
    quality = analysis.under(analysis.specification.but(ties="davidson")).quality(Folds.votes(4)).to_frame().set_index(["topic", "measure"])
    assert quality.value["in these votes", "aic"] == pytest.approx(rows.loc["davidson with covariates", "aic"])
    assert quality.value["held out", "log_loss_three"] == pytest.approx(rows.loc["davidson with covariates", "log_loss_three"])
    assert "one number" not in {topic for topic, _ in quality.index}


def test_votes_are_the_same_whatever_the_order():
    votes = log()
    order = np.random.default_rng(0).permutation(votes.n_votes)
    shuffled = Votes(votes.names, votes.first[order], votes.second[order], votes.outcome[order])
    one, other = (compared(WeighedVotes(count(each)), Specification(), list(vote_folds(count(each), 3)))[0] for each in (votes, shuffled))
    pd.testing.assert_frame_equal(one, other)
