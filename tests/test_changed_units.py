"""A country's lead as a conclusion, tables of removed votes, and influence as an analysis answers it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recount.data import read_catalogue
from recount.data.catalogue import LICENCE_CLASSES
from recount.engine import ELO, InputError, OptionError, Prior, clustered, count, fit
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.choices import Weights
from recount.engine.fitting import certified
from recount.engine.scrutiny.conclusion import pair_order, top_order, top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.changed_units import OUTCOMES, below_minimum, change_summary, cluster_table, vote_table
from recount.sims.countries.facts import facts_of
from recount.sims.countries.leadership import country_lead
from recount.sims.specification import Specification, WhatIsConcluded
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import counts_of, voted
from tests.reference import left_by


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue().models


@pytest.mark.slow
@pytest.mark.parametrize(("group", "most"), [("all", 642), ("open weights", 277)])
def test_country_lead_of_the_arena(arena, catalogue, group, most):
    """A challenger of few votes can be the easier one: several contrasts at once, a first forecast 24 times too high."""
    conclusion = country_lead(arena, facts_of(arena.names, among(catalogue)), Specification(), group)
    removal = fewest_votes(arena, conclusion)
    assert removal.n_changed <= most
    facts = catalogue.loc[list(arena.names)]
    inside = np.ones(len(facts), bool) if group == "all" else facts["licence_class"].isin(LICENCE_CLASSES[1:]).to_numpy()
    country = np.where(inside & (facts["country"] != ""), facts["country"], None)
    known = np.array([name is not None for name in country])
    assert country[np.argmax(np.where(known, arena.strengths, -np.inf))] == "US"
    assert country[np.argmax(np.where(known, left_by(arena, removal), -np.inf))] != "US"


def test_a_group_of_one_country(arena, catalogue):
    with pytest.raises(InputError, match="fewer than two known countries"):
        country_lead(arena, facts_of(arena.names, among(catalogue.assign(country="US"))), Specification(), "all")
    with pytest.raises(InputError, match="fewer than two known countries"):
        country_lead(arena, facts_of(arena.names, among(catalogue)), Specification(size_threshold=1e9), "large")


def test_countries_whose_best_models_are_equal(catalogue):
    """Each pair three wins to two in a circle, so that ratings differ by rounding at most: no country leads, whichever is named first."""
    us, cn, fr = (catalogue.index[catalogue["country"] == country][0] for country in ("US", "CN", "FR"))
    said = set()
    for names in ((us, cn, fr), (fr, cn, us), (cn, us, fr)):
        rows = [(us, cn, 3, 2, 0, 0), (cn, fr, 3, 2, 0, 0), (fr, us, 3, 2, 0, 0)]
        fitted = fit(counts_of(sorted(rows, key=lambda row: names.index(row[0]))))
        with pytest.raises(OptionError, match="ratings do not say that") as caught:
            country_lead(fitted, facts_of(fitted.names, among(catalogue)), Specification(), "all")
        said.add(str(caught.value))
    assert len(said) == 1


def test_who_falls_below_the_minimum():
    """Three of the seven votes of b against a have to go; b has seven more, ties with c."""
    counts = counts_of([("a", "b", 5, 2, 0, 0), ("b", "c", 1, 1, 5, 0), ("a", "c", 20, 9, 0, 0)])
    fitted = fit(counts)
    removal = fewest_votes(fitted, pair_order(fitted, "a", "b"))
    left = {name: n - lost for name, n, lost in zip("abc", (36, 14, 36), lost_by(removal), strict=True)}
    assert min(left.values()) < 14
    for minimum in (0, left["b"], left["b"] + 1, 1000):
        assert below_minimum(fitted, removal, counts, minimum) == tuple(name for name in "abc" if left[name] < minimum)


def lost_by(removal):
    """Votes that each of three competitors loses; pairs are (0, 1), (0, 2), (1, 2)."""
    n = removal.votes.sum(axis=0)
    return n[0] + n[1], n[0] + n[2], n[1] + n[2]


def test_tables_of_votes_and_voters():
    votes = voted(n_votes=300)
    fitted = fit(count(votes))
    conclusion = top_set(fitted)
    removal = fewest_votes(fitted, conclusion)
    frame = vote_table(fitted, removal)
    assert frame["n_changed"].sum() == removal.n_changed
    assert frame["n_votes"].sum() == 300
    assert frame["effect"].is_monotonic_increasing
    assert set(frame["outcome"]) == set(OUTCOMES)
    # What a refit without one vote of the first row does to the lead.
    row = frame.iloc[0]
    i, j = (fitted.names.index(row[side]) for side in ("first", "second"))
    at = (fitted.contests.first == i) & (fitted.contests.second == j)
    part = ("wins", "losses", "ties")[OUTCOMES.index(row["outcome"])]
    c = fitted.contests
    left = certified(PairLikelihood(replace(c, **{part: np.where(at, getattr(c, part) - 1, getattr(c, part))}), "half", Prior()))
    contrast = conclusion.ways[removal.result][0]
    assert row["effect"] == pytest.approx(ELO * contrast @ (left.strengths - fitted.strengths), rel=0.05)
    clusters = clustered(votes, fitted, "voter")
    removal = fewest_votes(fitted, conclusion, clusters=clusters)
    frame = cluster_table(fitted, removal, votes)
    assert (frame["n_changed"] > 0).sum() == removal.n_changed
    codes = votes.columns["voter"].codes
    labelled = frame[frame["label"].notna()].set_index("label")["n_votes"]
    assert labelled.to_dict() == {votes.columns["voter"].levels[code]: int((codes == code).sum()) for code in np.unique(codes[codes >= 0])}
    assert frame["label"].isna().sum() == (codes < 0).sum()
    summary = change_summary(conclusion, "drop", removal, clusters.n_clusters[0], "voter").iloc[0]
    assert (summary["n_changed"], summary["n_votes_changed"]) == (removal.n_changed, removal.votes.sum())
    assert change_summary(conclusion, "drop", None, 300, "vote").iloc[0]["n_changed"] is not None


# From an analysis


@pytest.fixture(scope="module")
def voters():
    return voted(n_votes=300)


def test_first_place_of_the_arena(arena):
    found = analyse().influence()
    removal = fewest_votes(arena, top_set(arena))
    expected = vote_table(arena, removal)
    pd.testing.assert_frame_equal(found.effects.to_frame(), expected)
    pd.testing.assert_frame_equal(found.changed.to_frame(), expected[expected["n_changed"] > 0].reset_index(drop=True))
    pd.testing.assert_frame_equal(found.to_frame(), change_summary(found.conclusion, "drop", removal, 1_670_250, "vote"))
    assert found.summary.headline == (
        "Removing 462 of 1,670,250 votes (0.028 %) changes the conclusion that 'chatgpt-4o-latest' is first: 'gemini-1.5-pro-exp-0801' passes "
        "'chatgpt-4o-latest'. A refit without them confirms this; that fewer would not do is not shown."
    )
    # Notes say what the headline does not, each once.
    assert found.summary.notes[-1] == "489 by a forecast to first order, without a refit; the number told is confirmed by refits"
    assert not any("conclusion" in note or "462" in note for note in found.summary.notes)


def test_country_lead_of_an_analysis(catalogue):
    analysis = analyse(both_bad="drop", size_threshold=300.0)
    found = analysis.influence(WhatIsConcluded(country_lead="open weights"))
    lead = country_lead(analysis.fit, facts_of(analysis.names, among(catalogue)), analysis.specification, "open weights")
    assert found.conclusion.statement == lead.statement == "the US has the best model of group 'open weights'"
    assert found.found.n_changed == fewest_votes(analysis.fit, lead).n_changed
    with pytest.raises(InputError, match="fewer than two known countries"):
        analysis.influence(WhatIsConcluded(country_lead="large"), among(catalogue.assign(total_parameters_b=7.0)))


@pytest.mark.parametrize(
    ("about", "of"),
    [
        (WhatIsConcluded(pair=("m1", "m0")), lambda fitted: pair_order(fitted, "m0", "m1")),
        (WhatIsConcluded(best=3), lambda fitted: top_set(fitted, 3)),
        (WhatIsConcluded(best=2, ordered=True), lambda fitted: top_order(fitted, 2)),
    ],
)
def test_every_conclusion(voters, about, of):
    found = analyse(frame_of(voters)).influence(about)
    fitted = fit(count(voters))
    removal = fewest_votes(fitted, of(fitted))
    assert found.conclusion.statement == of(fitted).statement
    assert (found.found.n_changed, found.found.n_forecast, found.found.result) == (removal.n_changed, removal.n_forecast, removal.result)


def test_voters_that_a_conclusion_hangs_on(voters):
    """Of two columns of clusters, the first is what is removed."""
    fitted = fit(count(voters))
    removal = fewest_votes(fitted, top_set(fitted), clusters=clustered(voters, fitted, "voter"))
    for clusters in (("voter",), ("voter", "prompt")):
        found = analyse(frame_of(voters), clusters=clusters).influence()
        assert (found.changed.to_frame()["n_changed"] > 0).all()
        assert len(found.changed.to_frame()) == removal.n_changed
        assert found.effects.to_frame()["n_votes"].sum() == 300
        row = found.to_frame().iloc[0]
        assert (row["unit"], row["n_units"], row["n_votes_changed"]) == ("voter", len(found.effects.to_frame()), removal.votes.sum())
        said = f"Removing {removal.n_changed} of {row['n_units']} values in column 'voter' "
        assert said in found.summary.headline
        assert f", with {removal.votes.sum()} votes," in found.summary.headline
        assert any("have no 'voter'; each counts as one by itself" in note for note in found.summary.notes)
    assert "what is dropped are values of 'voter'; the clusters by 'prompt' are not used" in found.summary.notes


def test_what_stays_as_it_is_is_told(voters):
    """Weights, and who is rated, are those of the whole log."""
    weighted_votes = analyse(frame_of(voters), weights=Weights.voters("voter")).influence()
    assert "weights stay as they are in the whole log, whatever is changed" in weighted_votes.summary.notes
    assert "weight" in weighted_votes.effects.to_frame()
    least = int(count(voters).votes_of_each().min())
    found = analyse(frame_of(voters), minimum_votes=least).influence(WhatIsConcluded(pair=fewest_of_all(voters)))
    few = below_minimum(fit(count(voters)), found.found, count(voters), least)
    assert few
    assert found.summary.notes[-1].startswith(f"without them {few[0]!r}")
    assert found.summary.notes[-1].endswith(f"would have fewer than {least} votes; minimum_votes asks the whole log, so they stay rated")


def fewest_of_all(votes):
    """Who has the fewest votes, and who is rated next to them."""
    fitted = fit(count(votes))
    rare = int(count(votes).votes_of_each().argmin())
    apart = np.abs(fitted.strengths - fitted.strengths[rare])
    return fitted.names[rare], fitted.names[int(np.argsort(apart)[1])]


def test_nothing_found_proves_nothing():
    """Of 9:1 no removal leaves ratings and another leader."""
    found = analyse(pd.DataFrame({"model_a": ["a"] * 10, "model_b": ["b"] * 10, "winner": ["model_a"] * 9 + ["model_b"]})).influence()
    assert (found.found, found.changed, found.effects) == (None, None, None)
    nothing = "No votes were found whose removal changes the conclusion that 'a' is first"
    assert found.summary.headline == f"{nothing}; that does not prove that there are none."
    assert not any("removal" in note for note in found.summary.notes)
    row = found.to_frame().iloc[0]
    assert row["conclusion"] == "'a' is first"
    assert pd.isna(row["n_changed"])


@pytest.mark.parametrize(
    ("about", "choices", "message"),
    [
        ({"pair": ("m0", "nobody")}, {}, "'nobody' is not among the 6 rated competitors"),
        ({"best": 6}, {}, "best is 6; give a number between 1 and 5, as 6 competitors"),
        ({"best": 2, "pair": ("m0", "m1")}, {}, "are different conclusions"),
        ({"pair": "m0"}, {}, "pair is 'm0'; give text, 2 of them"),
        ({"country_lead": "all"}, {}, "fewer than two known countries"),
        ({}, {"clusters": ("nothing",)}, "'nothing'"),
        ({}, {"ties": "davidson-by-pair"}, "needs one law of ties for all pairs"),
    ],
)
def test_what_is_refused(voters, about, choices, message):
    with pytest.raises((InputError, OptionError), match=message):
        analyse(frame_of(voters), **choices).influence(WhatIsConcluded(**about))


def test_ratings_have_no_votes_to_remove():
    with pytest.raises(OptionError, match="this needs votes"):
        analyse(analyse().uncertainty).influence()
