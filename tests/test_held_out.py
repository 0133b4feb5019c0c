"""Votes held out: the law of the folds, what stays together, whom the others cannot rate, and scores by fits of single rows."""

import numpy as np
import pytest

from recount.engine import CategoryEffect, ExistenceError, InputError, OptionError, Prior, Style, contests, count, fit
from recount.engine.scrutiny.holding_out import held_out, held_out_votes
from recount.engine.scrutiny.splits import Split, label_folds, row_folds, time_split, vote_folds
from recount.engine.votes import Factor, Votes
from tests.random_logs import counts_of
from tests.random_logs import log_by_time as log
from tests.random_logs import random_log as contextual_log

RULES = ("half", "drop", "davidson", "rao-kupper")


def test_every_vote_tests_once():
    counts = count(log())
    splits = list(vote_folds(counts, 7, seed=3))
    assert len(splits) == 7
    assert np.array_equal(sum(split.test.counts for split in splits), counts.counts)
    for split in splits:
        assert np.array_equal(split.train.counts + split.test.counts, counts.counts)


@pytest.mark.slow
def test_folds_have_the_law_of_random_rows():
    """Against rows that draw their fold one by one: means, variances and covariances of what the folds take of a cell of 12 votes."""
    counts = counts_of([("a", "b", 12, 0, 0, 0)])
    taken = np.array([[split.test.counts[0, 0] for split in vote_folds(counts, 3, seed)] for seed in range(4000)])
    rows = np.random.default_rng(1).integers(0, 3, (4000, 12))
    slow = np.array([np.bincount(row, minlength=3) for row in rows])
    # Standard errors: 0.026 of a mean of 4, 0.06 of a (co)variance of at most 2.7.
    assert taken.mean(axis=0) == pytest.approx(slow.mean(axis=0), abs=0.15)
    assert np.cov(taken.T) == pytest.approx(np.cov(slow.T), abs=0.3)
    assert np.cov(taken.T) == pytest.approx(12 * (np.eye(3) / 3 - 1 / 9), abs=0.2)


def test_folds_come_from_their_seed():
    counts = count(log())
    one, same, other = ([split.test.counts for split in vote_folds(counts, 3, seed)] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_whole_voters_are_held_out():
    votes = log()
    marked = Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": votes.columns["voter"]})
    seen = np.zeros(30, int)
    for split in label_folds(marked, "voter", 4, seed=5):
        # A fold's counts are those of the voters whose votes it holds whole.
        fold = [voter for voter in range(30) if contained(votes, voter, split.test)]
        seen[fold] += 1
        rows = np.isin(votes.columns["voter"].codes, fold)
        assert rows.sum() == split.test.n_votes
    assert (seen == 1).all()


def contained(votes, voter, counts):
    """Whether the counts are lower in no cell than the voter's; by name, one vote at a time."""
    cells = {
        (counts.names[i], counts.names[j], o): n
        for i, j, row in zip(counts.first, counts.second, counts.counts, strict=True)
        for o, n in enumerate(row)
    }
    for row in np.flatnonzero(votes.columns["voter"].codes == voter):
        cell = (votes.names[votes.first[row]], votes.names[votes.second[row]], int(votes.outcome[row]))
        cells[cell] = cells.get(cell, 0) - 1
    return min(cells.values()) >= 0


def test_time_split():
    votes = log()
    split = time_split(votes, "tstamp", 0.25)
    assert split.test.n_votes == 150
    late = votes.columns["tstamp"] >= 1_704_067_200 + 450 * 60
    expected = count(Votes(votes.names, votes.first[late], votes.second[late], votes.outcome[late]))
    assert np.array_equal(expected.counts, split.test.counts)
    tied = Votes(votes.names, votes.first, votes.second, votes.outcome, {"t": np.where(votes.columns["tstamp"] < 1_704_067_200 + 600, 1.6e9, 1.7e9)})
    assert time_split(tied, "t").test.n_votes == 590


@pytest.mark.parametrize("ties", RULES)
def test_scores_by_fits_of_single_rows(ties):
    votes = log()
    by_row, chances = [], []
    column = votes.columns["tstamp"] - 1_704_067_200
    train, test = column < 480 * 60, column >= 480 * 60
    fitted = fit(count(Votes(votes.names, votes.first[train], votes.second[train], votes.outcome[train])), ties=ties)
    share = np.isin(votes.outcome[train], (2, 3)).mean()
    for i, j, outcome in zip(votes.first[test], votes.second[test], votes.outcome[test], strict=True):
        place = [fitted.names.index(votes.names[k]) for k in (i, j)]
        win, loss, tie = fitted.outcome_shares(np.array([fitted.strengths[place[0]] - fitted.strengths[place[1]]]))[:, 0]
        if ties == "drop":
            win, loss, tie = win * (1 - share), loss * (1 - share), share
        e, s = win + tie / 2, (1, 0, 0.5, 0.5)[outcome]
        by_row.append(-s * np.log(e) - (1 - s) * np.log(1 - e))
        chances.append((win, loss, tie, tie)[outcome])
    found = held_out([time_split(votes, "tstamp", 0.2)], ties=ties)
    assert (found.scores.n_votes, found.n_splits, found.n_left_out, found.unrated) == (120, 1, 0, ())
    assert found.scores.log_loss_points == pytest.approx(np.mean(by_row), rel=1e-9)
    if ties == "half":
        assert np.isnan(found.scores.log_loss_three)
    else:
        assert found.scores.log_loss_three == pytest.approx(-np.mean(np.log(chances)), rel=1e-9)


def test_whoever_cannot_be_rated_is_counted():
    """The newcomer has ties only among the votes that train: half-wins could rate it, ties dropped could not, and both leave it out."""
    names = ("a", "b", "c", "new")
    circle = [("a", "b", 5, 4, 2, 0), ("b", "c", 4, 4, 1, 0)]
    train, test = counts_of([*circle, ("a", "new", 0, 0, 3, 0)]), counts_of([("a", "c", 3, 2, 1, 0), ("a", "new", 2, 1, 1, 1)])
    full = [type(train)(names, *parts) for parts in (moved(train, names), moved(test, names))]
    for ties in RULES:
        found = held_out([Split(*full)], ties=ties)
        assert (found.scores.n_votes, found.n_left_out, found.unrated) == (6, 5, ("new",))
    assert held_out([Split(*full)], both_bad="drop").n_left_out == 4
    never = [type(train)(names, *moved(counts_of(circle), names)), full[1]]
    assert held_out([Split(*never)], prior=Prior("gaussian", 200.0)).unrated == ("new",)
    more = counts_of([*circle, ("a", "new", 3, 0, 0, 0)])
    undefeated = Split(type(train)(names, *moved(more, names)), full[1])
    assert held_out([undefeated]).unrated == ("new",)
    assert held_out([undefeated], prior=Prior("gaussian", 200.0)).unrated == ()


def moved(counts, names):
    place = np.array([names.index(name) for name in counts.names])
    return place[counts.first], place[counts.second], counts.counts


@pytest.mark.parametrize("ties", RULES)
def test_single_votes_are_predicted_as_their_counts(ties):
    """Without covariates, by folds of rows, of voters and by time: the scores are those of the counts."""
    votes = log()
    for splits in (list(row_folds(votes, 3, 1)), list(label_folds(votes, "voter", 3, 1)), [time_split(votes, "tstamp")]):
        for both_bad in ("tie", "drop", "outcome"):
            ours, theirs = held_out_votes(splits, ties=ties, both_bad=both_bad), held_out(splits, ties=ties, both_bad=both_bad)
            assert (ours.scores.n_votes, ours.n_left_out, ours.unrated) == (theirs.scores.n_votes, theirs.n_left_out, theirs.unrated)
            for measure in ("log_loss_points", "brier_points", "accuracy", *(() if ties == "half" else ("log_loss_three", "log_loss_decided"))):
                assert getattr(ours.scores, measure) == pytest.approx(getattr(theirs.scores, measure), rel=1e-10)


@pytest.mark.parametrize("ties", RULES)
def test_votes_with_covariates_one_by_one(ties):
    votes = contextual_log(n_votes=900)
    lengths = votes.columns["length_a"].copy()
    lengths[[5, 700]] = np.nan
    test = np.random.default_rng(4).integers(0, 2, 900) == 0
    categories = Factor(
        np.where(np.arange(900) == np.flatnonzero(test)[3], 2, votes.columns["category"].codes % 2).astype(np.int32), ("code", "maths", "unseen")
    )
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {**votes.columns, "length_a": lengths, "category": categories})
    covariates = [Style("length_a", "length_b"), CategoryEffect("category")]
    split = next(iter(row_folds(votes, 2, 4)))
    assert test[5] != test[700]
    fitted = fit(votes.only(~test), covariates=covariates, ties=ties)
    by_name = dict(zip((effect.name for effect in fitted.effects), fitted.coefficients, strict=True))
    strength = dict(zip(fitted.names, fitted.strengths, strict=True))
    share = np.isin(votes.outcome[~test & ~np.isnan(lengths)], (2, 3)).mean()
    slow = []
    for row in np.flatnonzero(test & ~np.isnan(lengths)):
        a, b = lengths[row], votes.columns["length_b"][row]
        lead = strength[votes.names[votes.first[row]]] - strength[votes.names[votes.second[row]]]
        lead += by_name[covariates[0].name] * (a - b) / (a + b) / fitted.effects[0].deviation
        lead += by_name.get(f"category={categories.levels[categories.codes[row]]}", 0.0)
        win, loss, tie = fitted.outcome_shares(np.array([lead]))[:, 0]
        if ties == "drop":
            win, loss, tie = win * (1 - share), loss * (1 - share), share
        expected, points = win + tie / 2, (1, 0, 0.5, 0.5)[votes.outcome[row]]
        slow.append(-points * np.log(expected) - (1 - points) * np.log(1 - expected))
    found = held_out_votes([split], covariates, ties=ties)
    assert found.scores.n_votes == len(slow)
    assert found.n_left_out == np.isnan(lengths[test]).sum()
    assert found.scores.log_loss_points == pytest.approx(np.mean(slow), rel=1e-9)


def test_who_has_no_votes_with_values_is_not_rated():
    """The lengths of one competitor's answers are known in votes that test only."""
    votes = contextual_log(n_votes=600)
    test = np.arange(600) % 3 == 0
    of_m0 = (votes.first == votes.names.index("m0")) | (votes.second == votes.names.index("m0"))
    lengths = np.where(of_m0 & ~test, np.nan, votes.columns["length_a"])
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {**votes.columns, "length_a": lengths, "t": np.where(test, 1.7e9, 1.6e9)})
    found = held_out_votes([time_split(votes, "t", test.mean())], [Style("length_a", "length_b")])
    assert found.unrated == ("m0",)
    assert found.n_left_out == (of_m0 & test).sum()
    assert found.scores.n_votes == (test & ~of_m0).sum()


def test_votes_of_three_models_are_the_same():
    splits = list(vote_folds(count(log()), 5))
    scores = [held_out(splits, ties=ties).scores for ties in RULES]
    assert len({(s.n_votes, s.n_decided) for s in scores}) == 1
    assert scores[0].n_votes == 600
    # These votes were made by Bradley-Terry, ties whoever meets; nothing beats knowing it, and guessing is worse.
    assert all(s.log_loss_decided < np.log(2) for s in scores[1:])
    # Expected scores of half-wins are no probabilities of decided votes.
    assert np.isnan([scores[0].log_loss_decided, scores[0].brier_decided]).all()


def test_both_bad_apart_is_not_predicted():
    splits = list(vote_folds(count(log()), 5))
    apart, dropped = (held_out(splits, ties="davidson", both_bad=rule) for rule in ("outcome", "drop"))
    assert apart.scores.n_votes == dropped.scores.n_votes == contests(count(log()), both_bad="drop").n_votes
    assert apart.scores.log_loss_three == dropped.scores.log_loss_three


def test_what_cannot_be():
    votes = log()
    for call, error, message in (
        (lambda: list(vote_folds(count(votes), 1)), OptionError, "n_folds is 1"),
        (lambda: list(label_folds(votes, "prompt")), OptionError, "no column 'prompt'"),
        (lambda: list(label_folds(votes, "voter", 31)), OptionError, "30 labels for 31 folds"),
        (lambda: time_split(votes, "tstamp", 1.0), OptionError, "test_share is 1.0"),
        (lambda: time_split(votes, "voter"), InputError, "holds no times"),
        (lambda: held_out([]), InputError, "no split"),
        (lambda: held_out(vote_folds(counts_of([("a", "b", 0, 0, 90, 0)]), 2)), ExistenceError, "none can be predicted"),
        (lambda: held_out_votes(vote_folds(count(votes))), InputError, "splits are of counts"),
    ):
        with pytest.raises(error, match=message):
            call()
    still = Votes(votes.names, votes.first, votes.second, votes.outcome, {"t": np.full(600, 1.7e9)})
    with pytest.raises(InputError, match="one time for all votes"):
        time_split(still, "t")
