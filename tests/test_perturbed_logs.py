"""Perturbed logs: single votes and counts that agree, windows and groups by columns, boards, and what is told of them."""

import json
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import recount
from recount.data.choices import Columns, Reading
from recount.engine import count
from recount.engine.errors import InputError, OptionError
from recount.engine.votes import Factor, Votes
from recount.sims.specification import Specification
from tests.logs import frame_of
from tests.random_logs import random_votes
from tests.test_boards import board_of

# Done on counts, from which the single votes follow.
BY_COUNTS = [
    ("subsample", {"share": 0.5}),
    ("drop", {"share": 0.1}),
    ("careless", {"share": 0.3}),
    ("careless", {"share": 0.3, "outcomes": "all"}),
    ("sampling_rate", {"models": ("m01", "m05"), "rate": 3.0}),
    ("even_pairs", {"most": 30}),
    ("edge_thinning", {"below": 45, "share": 0.5}),
    ("leave_model", {"model": "m03"}),
    ("leave_opponent", {"model": "m03", "opponent": "m04"}),
    ("rigging", {"target": "m07", "n_battles": 150}),
]
BY_ROWS = [
    ("leave_voters", {"label": "v3"}),
    ("deprecation", {"models": ("m01", "m02"), "after": 0.5}),
    ("time_window", {"share": 0.4}),
    ("prompt_mix", {"column": "category", "label": "code", "share": 0.7}),
]


def rows_with_columns(n_votes=3000):
    """Votes with a number each, a voter, a category and a time; names in no order, some labels missing."""
    votes, rng = random_votes(n_votes=n_votes), np.random.default_rng(2)
    mixed = rng.permutation(len(votes.names))
    place = np.argsort(mixed).astype(np.int32)
    voter, category = rng.integers(-1, 20, n_votes), rng.integers(-1, 3, n_votes)
    columns = {
        "number": np.arange(n_votes),
        "voter": Factor(voter.astype(np.int32), tuple(f"v{i}" for i in range(20))),
        "category": Factor(category.astype(np.int32), ("code", "maths", "prose")),
        "tstamp": 1_704_067_200 + rng.permutation(n_votes) * 60.0,
    }
    return Votes(tuple(votes.names[i] for i in mixed), place[votes.first], place[votes.second], votes.outcome, columns)


@pytest.fixture(scope="module")
def votes():
    return rows_with_columns()


@pytest.fixture(scope="module")
def log(votes):
    return recount.read(frame_of(votes))


def same_counts(one, other):
    return one.names == other.names and one.first.tolist() == other.first.tolist() and (one.counts == other.counts).all()


@pytest.mark.parametrize(("name", "choices"), [*BY_COUNTS, *BY_ROWS])
def test_single_votes_are_those_that_are_counted(log, name, choices):
    first = recount.perturb(log, name, seed=3, **choices)
    rows = first.rows(("number",))
    assert same_counts(count(rows), first.counts)
    # Whatever is asked for first.
    other = recount.perturb(log, name, seed=3, **choices)
    assert same_counts(other.counts, first.counts)
    again = other.rows(("number", "voter"))
    assert again.names == rows.names
    assert np.array_equal(again.columns["number"], rows.columns["number"], equal_nan=True)
    assert np.array_equal(again.outcome, rows.outcome)


@pytest.mark.parametrize(("name", "choices"), [*BY_COUNTS, *BY_ROWS])
def test_votes_keep_their_row_and_their_order(log, votes, name, choices):
    rows = recount.perturb(log, name, seed=3, **choices).rows(("number", "voter", "tstamp"))
    number = rows.columns["number"]
    old = ~np.isnan(number.astype(float))
    at = number[old].astype(int)
    assert (np.diff(at) > 0).all()
    assert old[: at.size].all()
    for side in ("first", "second"):
        theirs = np.array(votes.names)[getattr(votes, side)[at]]
        assert (np.array(rows.names)[getattr(rows, side)[old]] == theirs).all()
    assert (rows.columns["tstamp"][old] == votes.columns["tstamp"][at]).all()
    if name != "careless":
        assert (rows.outcome[old] == votes.outcome[at]).all()


def test_each_vote_of_a_cell_is_as_likely_to_stay(log, votes):
    stays = np.zeros(votes.n_votes)
    for seed in range(200):
        stays[recount.perturb(log, "subsample", seed=seed, share=0.3).rows(("number",)).columns["number"]] += 1
    # Votes are nearly independent of one another.
    law, edges = stats.binom(200, 0.3), np.array([-1, 50, 54, 57, 59, 61, 63, 66, 70, 200])
    assert stats.chisquare(np.histogram(stays, edges + 0.5)[0], np.diff(law.cdf(edges)) * votes.n_votes).pvalue > 1e-3
    assert abs(stays.var() - 200 * 0.21) < 5 * 200 * 0.21 * np.sqrt(2 / votes.n_votes)


def test_a_careless_outcome_has_nothing_to_do_with_the_old_one(log, votes):
    rows = recount.perturb(log, "careless", share=1.0, outcomes="all").rows(("number",))
    table = np.zeros((4, 4))
    np.add.at(table, (votes.outcome[rows.columns["number"]], rows.outcome), 1)
    assert stats.chi2_contingency(table).pvalue > 1e-3
    assert stats.chisquare(table.sum(axis=0)).pvalue > 1e-3


def test_new_votes_come_last_and_say_nothing_else(log, votes):
    rows = recount.perturb(log, "rigging", target="m07", n_battles=150).rows(("voter", "tstamp", "number"))
    assert rows.n_votes == votes.n_votes + 150
    new = slice(votes.n_votes, None)
    assert (rows.columns["voter"].codes[new] == -1).all()
    assert (rows.columns["tstamp"][new] == votes.columns["tstamp"].max()).all()
    assert np.isnan(rows.columns["number"][new]).all()


@pytest.mark.parametrize("tstamp", ["datetime", "text"])
def test_new_votes_come_at_the_last_time_however_times_are_written(votes, tstamp):
    frame = frame_of(votes)
    times = pd.to_datetime(frame["tstamp"], unit="s")
    frame["tstamp"] = times if tstamp == "datetime" else times.dt.strftime("%Y-%m-%dT%H:%M:%S+00:00")
    perturbed = recount.perturb(recount.read(frame), "rigging", target="m07", n_battles=100)
    last = recount.perturb(perturbed, "time_window", since="2024-01-03T01:59:00")
    assert last.counts.n_votes == 101


def test_a_model_left_out_is_a_model_filtered_out(log):
    one = recount.analyse(recount.perturb(log, "leave_model", model="m03"), clusters=("voter",)).leaderboard().frame
    other = recount.analyse(log, without=("m03",), clusters=("voter",)).leaderboard().frame
    pd.testing.assert_frame_equal(one, other)


def test_voters_left_out_are_all_but_those_with_the_label(log, votes):
    after = recount.perturb(log, "leave_voters", label="v3")
    assert after.counts.n_votes == int((votes.columns["voter"].codes != 3).sum())
    by_category = recount.perturb(log, "leave_voters", label="maths", column="category")
    assert by_category.counts.n_votes == int((votes.columns["category"].codes != 1).sum())


def test_a_window_of_days_is_the_filter(log):
    window = {"since": "2024-01-01T10:00:00", "until": "2024-01-02"}
    one = recount.perturb(log, "time_window", **window)
    other = recount.analyse(log, window=recount.Window(**window)).log
    assert same_counts(one.counts, other.counts)


def test_a_window_of_a_share_is_consecutive_votes_from_anywhere(log, votes):
    starts = []
    for seed in range(200):
        times = recount.perturb(log, "time_window", seed=seed, share=0.4, time_column="tstamp").rows(("tstamp",)).columns["tstamp"]
        assert times.size == 1200
        assert times.max() - times.min() == 1199 * 60
        starts.append((times.min() - votes.columns["tstamp"].min()) / 60)
    assert stats.kstest(starts, stats.uniform(0, 1800).cdf).pvalue > 1e-3


def test_models_retire_on_a_day(log, votes):
    after = recount.perturb(log, "deprecation", models=("m01",), day="2024-01-02")
    rows, late = after.rows(("tstamp", "number")), votes.columns["tstamp"] >= 1_704_153_600
    theirs = np.isin(np.array(votes.names)[np.stack([votes.first, votes.second])], "m01").any(axis=0)
    assert rows.columns["number"].tolist() == np.flatnonzero(~(late & theirs)).tolist()


def test_models_retire_after_a_share_of_the_votes_in_time(log, votes):
    rows = recount.perturb(log, "deprecation", models=("m01",), after=0.25).rows(("number",))
    theirs = np.isin(np.array(votes.names)[np.stack([votes.first, votes.second])], "m01").any(axis=0)
    early = np.argsort(np.argsort(votes.columns["tstamp"])) < 750
    assert rows.columns["number"].tolist() == np.flatnonzero(early | ~theirs).tolist()


@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 1.0])
def test_a_category_has_the_share_that_was_asked_for_and_as_many_votes_stay_as_can(log, votes, share):
    rows = recount.perturb(log, "prompt_mix", column="category", label="code", share=share).rows(("category", "number"))
    codes = votes.columns["category"].codes
    n_code, n_other = int((codes == 0).sum()), int((codes != 0).sum())
    kept_code = int((codes[rows.columns["number"]] == 0).sum())
    assert abs(kept_code - share * rows.n_votes) <= 1
    assert kept_code == n_code or rows.n_votes - kept_code == n_other


def test_other_categories_keep_their_proportions(log, votes):
    rows = recount.perturb(log, "prompt_mix", column="category", label="code", share=0.6).rows(("number",))
    codes = votes.columns["category"].codes
    before, after = (np.bincount(kept[kept != 0] + 1, minlength=4)[[0, 2, 3]] for kept in (codes, codes[rows.columns["number"]]))
    assert stats.chi2_contingency(np.stack([after, before - after])).pvalue > 1e-3


def test_perturbations_can_follow_one_another(log):
    once = recount.perturb(log, "subsample", share=0.5)
    twice = recount.perturb(once, "careless", share=0.2)
    assert twice.counts.n_votes == 1500
    assert len(twice.changes) == 2
    assert twice.changes[0].startswith("subsample share=0.5 seed=0: 1,500 votes, where 3,000 were")
    assert same_counts(count(twice.rows(("voter",))), twice.counts)


def test_filters_take_what_a_perturbation_leaves(log):
    perturbed = recount.perturb(log, "subsample", share=0.5, seed=4)
    where = (recount.Where("category", "code"),)
    analysis = recount.analyse(perturbed, where=where)
    assert analysis.log.counts.n_votes == int((perturbed.rows(("category",)).columns["category"].codes == 0).sum())
    assert any("subsample share=0.5 seed=4" in note for note in analysis.notes())


def test_every_answer_works_on_a_perturbed_log(log):
    analysis = recount.analyse(recount.perturb(log, "careless", share=0.1))
    for answer in (analysis.leaderboard, analysis.pairs, analysis.quality, analysis.residuals, analysis.influence):
        answer()
    recount.check(analysis.source)
    analysis.under(Specification(clusters=("voter",), weights=recount.Weights.decay("tstamp", 1.0))).leaderboard()


def test_a_perturbed_log_can_be_sent_elsewhere(tmp_path, votes):
    path = tmp_path / "votes.parquet"
    frame_of(votes).to_parquet(path)
    fresh = pickle.loads(pickle.dumps(recount.perturb(recount.read(path), "subsample", share=0.5, seed=9)))
    assert same_counts(fresh.counts, recount.perturb(recount.read(path), "subsample", share=0.5, seed=9).counts)


def test_weights_of_labels_go_with_the_votes_that_stay_and_new_votes_have_none(votes):
    frame = frame_of(votes)
    frame["winner"] = np.where(np.arange(len(frame)) % 2 == 0, frame["winner"], frame["winner"].replace({"model_a": "model_a much"}))
    labels = "model_a=first,model_a much=first:3,model_b=second,tie=tie,tie (bothbad)=both_bad"
    reading = Reading(Columns(outcomes=labels))
    log = recount.read(frame, reading=reading)
    half = recount.perturb(log, "subsample", share=0.5)
    rows, everything = half.rows(("number",)), log.rows(("number",))
    assert (rows.weight == everything.weight[rows.columns["number"]]).all()
    recount.analyse(half).leaderboard()
    with pytest.raises(OptionError, match="votes that are cast anew have no label; leave the weights of `outcomes` out"):
        recount.analyse(recount.perturb(log, "careless", share=0.1)).leaderboard()


@pytest.mark.parametrize(
    ("name", "choices", "said"),
    [
        ("leave_voters", {"label": "v99"}, "column 'voter' has no label 'v99'; did you mean"),
        ("leave_voters", {"label": "x", "column": "judge"}, "judge"),
        ("prompt_mix", {"column": "category", "label": "cooking"}, "column 'category' has no label 'cooking'"),
        ("time_window", {"since": "2030-01-01"}, "time_window since='2030-01-01' seed=0 leaves no vote of 3,000; loosen it"),
        ("time_window", {"share": 0.5, "time_column": "category"}, "category"),
    ],
)
def test_what_the_rows_do_not_have_is_named(log, name, choices, said):
    with pytest.raises(InputError) as error:
        _ = recount.perturb(log, name, **choices).counts
    assert said in str(error.value)


@pytest.mark.parametrize(("name", "choices"), [*BY_ROWS[:1], *BY_ROWS[2:], ("deprecation", {"models": ("gpt-4-0613",), "day": "2024-01-01"})])
def test_of_bundled_votes_what_needs_rows_is_refused(name, choices):
    with pytest.raises(OptionError, match="the bundled Arena votes are counts"):
        _ = recount.perturb(recount.read(), name, **choices).counts


def test_all_votes_with_one_label_have_no_other_share(votes):
    same = Votes(votes.names, votes.first, votes.second, votes.outcome, {"kind": Factor(np.zeros(votes.n_votes, np.int32), ("all",))})
    with pytest.raises(InputError, match="label is 'all', which all votes have in 'kind'"):
        _ = recount.perturb(recount.read(frame_of(same)), "prompt_mix", column="kind", label="all", share=0.5).counts


def test_saved_counts_say_what_was_done(tmp_path, log):
    perturbed = recount.perturb(log, "subsample", share=0.5, seed=4)
    recount.save_counts(recount.analyse(perturbed), tmp_path / "half.parquet")
    notes = list(recount.analyse(tmp_path / "half.parquet").notes())
    assert any("subsample share=0.5 seed=4" in note for note in notes)
    manifest = json.loads(next(tmp_path.glob("half*.json")).read_text())
    assert "subsample share=0.5 seed=4" in manifest["specification"]["perturbed"][0]


def test_a_board_without_a_model_an_organisation_or_a_country():
    board = board_of(names=("gpt-4-0613", "claude-1", "qwen-max-0428", "glm-4-0520"))
    assert recount.perturb(board, "leave_model", model="claude-1").names == ("gpt-4-0613", "qwen-max-0428", "glm-4-0520")
    without_cn = recount.perturb(board, "leave_country", country="CN")
    assert without_cn.names == ("gpt-4-0613", "claude-1")
    assert "leave_country country='CN' seed=0: left out 2 of 4 models" in without_cn.remarks[-1]
    assert recount.perturb(board, "leave_organisation", organisation="OpenAI").names[0] == "claude-1"
    assert recount.perturb(board, "release_window", released="2024").names == ("qwen-max-0428", "glm-4-0520")
    recount.analyse(without_cn).leaderboard()


def test_of_a_board_what_needs_votes_is_refused_by_name():
    board = board_of(names=("gpt-4-0613", "claude-1", "qwen-max-0428", "glm-4-0520"))
    for name, choices in (*BY_COUNTS, *BY_ROWS):
        if name != "leave_model":
            with pytest.raises(OptionError, match=f"{name} changes votes, and a board has none; give the votes, or one of leave_model, "):
                recount.perturb(board, name, **choices)
    with pytest.raises(InputError, match="leaves 1 of 2 models of the board"):
        recount.perturb(recount.perturb(board, "leave_country", country="CN"), "leave_model", model="claude-1")


@pytest.mark.parametrize(("name", "choices"), [*BY_COUNTS[:2], *BY_ROWS])
def test_a_table_that_was_read_is_perturbed_alike_where_it_is_sent(votes, name, choices):
    log = recount.read(frame_of(votes))
    _ = log.rows(("tstamp", "voter", "category")), log.counts
    sent = pickle.loads(pickle.dumps(log))
    assert same_counts(recount.perturb(sent, name, seed=3, **choices).counts, recount.perturb(log, name, seed=3, **choices).counts)


def test_a_column_called_day_may_hold_days_of_the_week(votes):
    frame = frame_of(votes).assign(day=np.array(["Monday", "Tuesday"])[np.arange(votes.n_votes) % 2], flag=np.arange(votes.n_votes) % 3 == 0)
    rows = recount.perturb(recount.read(frame), "rigging", target="m07", n_battles=100).rows(("day", "flag", "tstamp:day"))
    assert (rows.columns["day"].codes[votes.n_votes :] == -1).all()
    assert rows.columns["flag"].levels == ("False", "True")
    assert (rows.columns["flag"].codes[: votes.n_votes] == (np.arange(votes.n_votes) % 3 == 0)).all()
    assert (rows.columns["tstamp:day"][votes.n_votes :] == np.datetime64("2024-01-03")).all()


def test_where_there_are_no_times_it_is_told_that_votes_of_the_retired_were_drawn(votes):
    bare = recount.perturb(recount.read(frame_of(votes).drop(columns="tstamp")), "deprecation", models=("m01",), after=0.5)
    assert "without times, as many of their votes as came before are drawn" in bare.changes[0]
