"""The grid against each specification alone and against its definition; summaries by hand."""

import itertools

import pandas as pd
import pytest

from recount.data import read_catalogue
from recount.engine.choices import Anchor, Choice, Prior, TieRule, Weights, choices_of
from recount.engine.choices.declaring import Declared
from recount.engine.errors import InputError
from recount.engine.vote_law import QUANTITIES
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import read
from recount.sims.multiverse import grid
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.stability import specification_summary
from recount.sims.specification import Specification
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import voted


@pytest.fixture(scope="module")
def arena():
    return read()


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue().models


def test_the_grid_by_definition():
    """In this order, the last field fastest; what is not varied stays, and what was chosen is among the values."""
    base = Specification(confidence_level=0.9, weights=Weights.pairs(10), seed=3, top=15)
    published = {
        "ties": ("half", "drop", "davidson", "rao-kupper"),
        "both_bad": ("tie", "drop"),
        "weights": (Weights.none(), Weights.pairs(), Weights.pairs(10)),
        "minimum_votes": (0, 1000, 5000),
        "attribution": ("headquarters", "parent", "base model"),
        "open_weights": ("any", "commercial", "osi"),
        "size_threshold": (7.0, 30.0, 70.0),
        "top": (10, 20, 50, 15),
        "k": (1, 3, 5),
    }
    combinations = (dict(zip(published, values, strict=True)) for values in itertools.product(*published.values()))
    assert list(grid(base)) == [base.but(**chosen) for chosen in combinations]


def test_choices_of_which_no_ranking_that_is_asked_knows_are_not_in_the_grid():
    """N, k, sizes and levels are varied where a group or a metric depends on them."""
    varied = {
        (("all",), ("best",)): set(),
        (("all",), ("mean of k best", "share of top")): {"k", "top"},
        (("open weights", "large"), ("lag", "organisations above")): {"open_weights", "size_threshold", "lag_tolerance", "above"},
    }
    for (groups, metrics), names in varied.items():
        found = reasonable_values(Specification(groups=groups, metrics=metrics))
        assert set(found) - {"ties", "both_bad", "weights", "minimum_votes", "attribution"} == names
        assert {"ties", "attribution"} <= set(found)


def test_values_that_other_choices_exclude_are_not_in_the_grid():
    assert {s.weights for s in grid(Specification(intervals="fisher"))} == {Weights.none()}


def test_a_field_with_reasonable_values_joins_the_grid(monkeypatch):
    """Also one that is spread over several plain names; the summary tells departures by them."""
    base = Specification(groups="open weights", metrics="number in top")
    before = len(list(grid(base)))
    stated = dict(choices_of(Specification))
    for name, values in (("seed", (0, 1)), ("prior", (Prior(), Prior("votes"), Prior("votes", 2.0)))):
        choice, kind, default = stated[name]
        stated[name] = Declared(Choice(choice.help, reasonable=values), kind, default)
    monkeypatch.setattr("recount.sims.multiverse.combinations.choices_of", lambda owner: stated if owner is Specification else choices_of(owner))
    specifications = list(grid(base))
    assert len(specifications) == 6 * before
    assert {(s.seed, s.prior) for s in specifications} == set(itertools.product(stated["seed"][0].reasonable, stated["prior"][0].reasonable))
    usual = Specification()
    chosen = [usual, usual.but(prior=Prior("votes", 2.0)), usual.but(weights=Weights.pairs()), usual.but(ties=TieRule.DROP, k=1)]
    assert summary_of(chosen, ["US", "CN", "CN", "CN"])["flips"] == "weights=pairs:50, prior=votes prior_amount=2.0"


def rows_of(specifications, countries, gaps=None, analyses=None):
    """Rows of one group and metric."""
    count = range(1, len(specifications) + 1)
    rows = zip(specifications, countries, gaps or [1.0] * len(specifications), analyses or count, strict=True)
    return pd.DataFrame(
        [
            {"group": "all", "metric": "best", "analysis": number, "n_specifications": 3, **s.as_dict(), "country": country, "gap": gap}
            for s, country, gap, number in rows
        ]
    )


def summary_of(*rows, base=None):
    return specification_summary(rows_of(*rows), base or Specification()).iloc[0]


def test_summary_counts_analyses_and_flips():
    """Rows of the same analysis count once; the leader is that of the base, not the most frequent one, and so are its gaps and the flips."""
    usual = Specification()
    specifications = [usual, usual.but(top=10), usual.but(k=1), usual.but(k=5, top=50), usual.but(top=50)]
    row = summary_of(specifications, ["US", "US", "CN", "CN", "FR"], [10.0, 30.0, 5.0, 6.0, 7.0], [1, 2, 3, 4, 5])
    assert (row["leader"], row["n_leads"], row["n_analyses"], row["n_specifications"]) == ("US", 2, 5, 15)
    assert (row["gap_min"], row["gap_max"], row["others"], row["flips"]) == (10.0, 30.0, "CN in 2; FR in 1", "top=50, k=1")
    copies = summary_of(specifications, ["US", "US", "CN", "CN", "CN"], [10.0, 10.0, 5.0, 5.0, 5.0], [1, 1, 2, 2, 2])
    assert (copies["leader"], copies["n_leads"], copies["n_analyses"], copies["n_specifications"], copies["others"]) == ("US", 1, 2, 15, "CN in 1")
    from_another = summary_of(specifications, ["US", "US", "CN", "CN", "FR"], base=usual.but(k=1))
    assert (from_another["leader"], from_another["n_leads"], from_another["flips"]) == ("CN", 2, "k=3")
    shared = summary_of(specifications, ["CN, US", "US", "CN, US", "US", "CN"])
    assert (shared["leader"], shared["n_leads"], shared["others"], shared["flips"]) == ("CN, US", 2, "US in 2; CN in 1", "top=10, top=50")


def test_a_metric_that_does_not_exist_under_the_base_has_no_usual_leader():
    row = summary_of([Specification(k=1), Specification(k=5)], ["US", "CN"])
    assert (row["leader"], row["n_leads"], row["n_analyses"], row["others"], row["flips"]) == (None, 0, 2, "CN in 1; US in 1", "")


def test_what_only_several_choices_change_together():
    usual = Specification()
    assert summary_of([usual, usual.but(k=1), usual.but(top=10), usual.but(k=1, top=10)], "aaab")["flips"] == "by several together"


PEOPLE = pd.DataFrame(
    {
        "organisation": ["p", "q", "r", "s", "t", "u"],
        "country": ["US", "US", "CN", "CN", "FR", "FR"],
        "licence_class": ["proprietary", "open_weights", "open_source", "open_weights", "open_source", "proprietary"],
        "total_parameters_b": [100.0, 90.0, 40.0, 20.0, 100.0, 8.0],
    },
    index=[f"m{i}" for i in range(6)],
)


def without_ties(votes):
    return votes.only(votes.outcome < 2)


@pytest.mark.parametrize(
    ("votes", "n_ratings"),
    [(voted(2000), 2 * (4 * 2 - 1)), (without_ties(voted(2000)), 2), (without_ties(voted(400)), 1)],
    ids=["with ties", "without ties", "few votes of each pair"],
)
def test_specifications_that_are_the_same_analysis_count_once(votes, n_ratings):
    """Six models, of which no minimum can be asked, and every N is all; they have no parents and are made from no others.

    Ratings are by votes weighted by pair or not, which is the same where no pair has more votes than the floor; with ties, four rules of ties, with
    "both bad" as one or not, which is nothing where ties are dropped; without ties, no choice.
    """
    summary, lines = (table.to_frame() for table in analyse(frame_of(votes), n_draws=50).multiverse(among(PEOPLE)))
    n_groups = {"all": 1, "open weights": 2, "large": 3}
    for row in summary.itertuples():
        assert row.n_analyses == n_ratings * n_groups[row.group], (row.group, row.metric)
        # No country has three organisations.
        assert row.n_specifications == 4 * 2 * 2 * (81 if row.metric == "mean of k best" else 243)
    same = lines.groupby(["group", "metric", "analysis"])[["country", "estimate", "gap"]]
    assert same.nunique(dropna=False).eq(1).all(axis=None)


@pytest.mark.slow
def test_grid_lines_equal_each_specification_alone(arena, catalogue):
    base = Specification(country_draws="estimates", n_draws=1)
    lines = Analysis(arena, base).multiverse(among(catalogue))[1].to_frame()
    n_each = lines.groupby(["group", "metric"])["n_specifications"].sum()
    # By base models no country may have five organisations.
    assert n_each.drop("mean of k best", level="metric").eq(len(list(grid(base)))).all()
    assert n_each.le(len(list(grid(base)))).all()
    for place in range(0, len(lines), 411):
        line = lines.iloc[place]
        choices = lines.loc[[place], list(base.as_dict())].astype(object).to_dict("records")[0]
        chosen = {name: None if value != value else value for name, value in choices.items()}
        alone = Analysis(arena, Specification.from_dict(chosen)).countries(among(catalogue)).to_frame()
        first = alone[(alone["group"] == line["group"]) & (alone["metric"] == line["metric"]) & (alone["rank"] == 1)].iloc[0]
        said = [name for name in QUANTITIES if name in alone]
        assert line[[name for name in QUANTITIES if name in lines and name not in said]].isna().all()
        for name in ("country", "estimate", "gap", *said):
            assert first[name] == line[name] or (pd.isna(first[name]) and pd.isna(line[name])), name


def test_a_specification_that_is_not_possible_is_told_and_not_counted():
    """Nobody has 1,000 votes; with Firth's prior ties have no parameter."""
    summary, _ = analyse(frame_of(voted()), n_draws=20, prior=Prior("firth")).multiverse(among(PEOPLE))
    assert summary.frame.loc[0, "n_specifications"] == 2 * 2 * 2 * 243
    told = [note for note in summary.notes if "not possible" in note]
    assert sum(int(note.split()[0].replace(",", "")) for note in told) == (4 * 2 * 2 * 3 - 2 * 2 * 2) * 243
    assert any("11,664 specifications" in note and "have 1000 votes" in note for note in told)
    assert any("Firth" in note for note in told)
    with pytest.raises(InputError, match="fewer than two competitors have 1000 votes"):
        analyse(frame_of(voted()), minimum_votes=1000).multiverse(among(PEOPLE))


def test_countries_that_share_the_lead(catalogue):
    """Two models with the same votes: neither the order of names nor that of countries decides who leads."""
    frame = pd.DataFrame(TIED, columns=["model_a", "model_b", "winner"])
    people = PEOPLE.iloc[:3].set_axis(["a", "b", "c"]).assign(country=["US", "CN", "FR"], total_parameters_b=100.0, licence_class="open_source")
    for countries in (["US", "CN", "FR"], ["CN", "US", "FR"]):
        summary, lines = analyse(frame, n_draws=20, k=1, existence="prior").multiverse(among(people.assign(country=countries)))
        best = summary.frame.set_index(["group", "metric"]).loc[("all", "best")]
        assert (best["leader"], best["n_leads"], best["others"], best["gap_min"]) == ("CN, US", best["n_analyses"], "", 0.0)
        assert (lines.frame["gap"][lines.frame["country"] == "CN, US"] == 0).all()
    assert "CN, US share the lead" in summary.headline


TIED = [("a", "c", "model_a")] * 3 + [("b", "c", "model_a")] * 3 + [("a", "c", "model_b"), ("b", "c", "model_b"), ("a", "b", "tie")]


def test_tables_and_notes(catalogue):
    """Who is not rated under every specification may be the anchor: points are then those without one."""
    usual, lines = analyse(n_draws=20).multiverse(among(catalogue))
    assert (usual.kind, lines.kind) == ("multiverse", "specifications")
    assert usual.notes == lines.notes
    assert not any("have no country" in note for note in usual.notes)
    varied = "the grid varies ties (half, drop, davidson, rao-kupper), both_bad (tie, drop), weights (none, pairs:50), minimum_votes (0, 1000, 5000)"
    assert any(note.startswith(varied) for note in usual.notes)
    counts = analyse().log.counts
    rare = counts.names[int(counts.votes_of_each().argmin())]
    anchored, _ = analyse(n_draws=20, anchor=Anchor(rare, 500.0)).multiverse(among(catalogue))
    pd.testing.assert_frame_equal(anchored.to_frame(), usual.to_frame())
    assert "without an anchor" in anchored.notes[-1]
