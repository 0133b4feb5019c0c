"""Influence with covariates, as an analysis answers it: tables of votes and voters against refits of the log without them."""

import numpy as np
import pandas as pd
import pytest

from recount.engine import ELO, clustered, fit
from recount.engine.choices import Style, Weights
from recount.engine.scrutiny.conclusion import top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.changed_units import whole_if_possible
from recount.sims.specification import WhatIsConcluded
from tests.logs import frame_of
from tests.test_contextual import random_log

CHOICES = {"position": True, "styles": Style("length_a", "length_b", "difference"), "ties": "davidson"}


@pytest.fixture(scope="module")
def log():
    return random_log(2, n=5, n_votes=500)


def without(votes, table, effects):
    """The votes that are left when those of a table of removed ones are taken away, found by what the table says of them."""
    names, keep = np.array(votes.names), np.ones(votes.n_votes, bool)
    difference = votes.columns["length_a"] - votes.columns["length_b"]
    for row in table.to_dict("records"):
        straight = (names[votes.first] == row["first"]) & (names[votes.second] == row["second"])
        swapped = (names[votes.first] == row["second"]) & (names[votes.second] == row["first"])
        first_won = np.where(straight, votes.outcome == 0, votes.outcome == 1)
        outcome = np.where(votes.outcome > 1, "tie", np.where(first_won, "first won", "second won"))
        alike = (straight | swapped) & (outcome == row["outcome"]) & keep
        if "position" in effects:
            alike &= np.where(straight, 1, -1) == row["position"]
        if "length_a - length_b" in effects:
            alike &= np.isclose(np.where(straight, difference, -difference), row["length_a - length_b"], atol=1e-9)
        assert alike.sum() >= row["n_changed"]
        keep[np.flatnonzero(alike)[: row["n_changed"]]] = False
    return votes.only(keep)


@pytest.mark.parametrize("choices", [{"position": True}, CHOICES], ids=["position", "position and style"])
def test_votes_that_a_conclusion_hangs_on(log, choices):
    """The table names votes whose removal, in a fit of the others alone, changes who is first; effects are those of a refit without one."""
    analysis = analyse(frame_of(log), **choices)
    found = analysis.influence()
    fitted, votes = analysis.fit, analysis.log.rows(("length_a", "length_b"))
    effects = [effect.name for effect in fitted.effects]
    removed, every = found.changed.to_frame(), found.effects.to_frame()
    assert list(removed) == ["first", "second", "outcome", *effects, "n_changed", "n_votes", "effect"]
    assert removed["n_changed"].sum() == found.found.n_changed == fewest_votes(fitted, top_set(fitted)).n_changed
    assert (every["n_votes"].sum(), found.to_frame()["n_units"].iloc[0]) == (500, 500)
    assert every["effect"].is_monotonic_increasing
    left = without(votes, removed, effects)
    again = fit(left, covariates=fitted.covariates, ties=fitted.ties)
    assert left.n_votes == 500 - found.found.n_changed
    assert again.names[int(np.argmax(again.strengths))] != fitted.names[int(np.argmax(fitted.strengths))]
    first, second = found.found.result.split("' passes '")[1].strip("'"), found.found.result.split("' passes '")[0].strip("'")
    for row in every.iloc[[0, -1]].to_dict("records"):
        one_less = fit(without(votes, pd.DataFrame([row | {"n_changed": 1}]), effects), covariates=fitted.covariates, ties=fitted.ties)
        leads = [each.strengths[each.names.index(first)] - each.strengths[each.names.index(second)] for each in (fitted, one_less)]
        assert row["effect"] == pytest.approx(ELO * (leads[1] - leads[0]), rel=0.05)


def test_weighted_votes_with_covariates(log):
    found = analyse(frame_of(log), position=True, weights=Weights.voters("voter")).influence()
    every = found.effects.to_frame()
    assert list(every) == ["first", "second", "outcome", "position", "weight", "n_changed", "n_votes", "effect"]
    assert (every["n_votes"] * every["weight"]).sum() == pytest.approx(500)
    assert (every["n_votes"].sum(), every["n_changed"].sum()) == (500, found.found.n_changed)
    assert "weights stay as they are in the whole log, whatever is changed" in found.summary.notes


@pytest.mark.parametrize("all_have_enough", [True, False])
def test_voters_that_a_conclusion_hangs_on(log, all_have_enough):
    """Also where some competitor has too few votes, and the fit took a part of the log."""
    each = np.bincount(np.concatenate([log.first, log.second]))
    least = int(each.min()) + (0 if all_have_enough else 1)
    analysis = analyse(frame_of(log), **CHOICES, clusters=("voter",), minimum_votes=least)
    found, fitted = analysis.influence(), analysis.fit
    assert len(fitted.names) == (each >= least).sum()
    assert all_have_enough == (len(fitted.names) == 5)
    clusters = clustered(fitted.design.log, fitted, "voter")
    removal = fewest_votes(fitted, top_set(fitted), clusters=clusters)
    assert len(found.changed.to_frame()) == removal.n_changed
    assert found.effects.to_frame()["n_votes"].sum() == clusters.row.size
    gone = set(found.changed.to_frame()["label"])
    votes = fitted.design.log
    again = fit(votes.only(~np.isin(votes.columns["voter"], list(gone))), covariates=fitted.covariates, ties=fitted.ties)
    assert again.names[int(np.argmax(again.strengths))] != fitted.names[int(np.argmax(fitted.strengths))]
    assert analysis.uncertainty.names == fitted.names


def test_who_falls_below_the_minimum_is_told(log):
    each = np.bincount(np.concatenate([log.first, log.second]))
    rare = log.names[int(each.argmin())]
    fitted = fit(log, covariates=analyse(frame_of(log), position=True).specification.covariates)
    place = fitted.names.index(rare)
    near = fitted.names[int(np.argsort(np.abs(fitted.strengths - fitted.strengths[place]))[1])]
    found = analyse(frame_of(log), position=True, minimum_votes=int(each.min())).influence(WhatIsConcluded(pair=(rare, near)))
    assert found.summary.notes[-1].startswith(f"without them {rare!r}")


def test_labels_that_text_files_read_as_fractions():
    assert list(whole_if_possible(np.array([91.0, np.nan, 3.0]))) == [91, pd.NA, 3]
    for labels in (np.array([0.5, 1.0]), np.array([1, 2]), np.array(["1.0"]), np.array([np.inf])):
        assert whole_if_possible(labels) is labels
