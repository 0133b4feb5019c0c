"""The grid against each specification alone and against its definition; summaries by hand."""

import itertools
import math

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
from recount.sims.multiverse.alone import each_choice_alone
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.grid_notes import of_incomplete
from recount.sims.multiverse.stability import multiverse_of
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
        "prior": (Prior(), Prior("gaussian", 400.0)),
        "minimum_votes": (0, 1000, 5000),
        "attribution": ("headquarters", "parent", "base model"),
        "variants": ("apart", "merged"),
        "open_weights": ("any", "commercial", "osi"),
        "size_threshold": (7.0, 30.0, 70.0),
        "top": (10, 20, 50, 15),
        "k": (1, 3, 5),
        "country_draws": ("posterior", "estimates"),
    }
    found = reasonable_values(base)
    assert found == published
    assert list(found) == list(published)
    of_one = base.but(groups="all", metrics="best")
    names = [name for name in published if name not in ("open_weights", "size_threshold", "top", "k")]
    combinations = (dict(zip(names, values, strict=True)) for values in itertools.product(*(published[name] for name in names)))
    assert list(grid(of_one)) == [of_one.but(**chosen) for chosen in combinations]


def test_choices_of_which_no_ranking_that_is_asked_knows_are_not_in_the_grid():
    """N, k, sizes and levels are varied where a group or a metric depends on them."""
    varied = {
        (("all",), ("best",)): set(),
        (("all",), ("mean of k best", "share of top")): {"k", "top"},
        (("open weights", "large"), ("lag", "organisations above")): {"open_weights", "size_threshold", "lag_tolerance", "above"},
    }
    for (groups, metrics), names in varied.items():
        found = reasonable_values(Specification(groups=groups, metrics=metrics))
        rated = {"ties", "both_bad", "weights", "prior", "minimum_votes"}
        assert set(found) - rated - {"attribution", "variants", "country_draws"} == names
        assert {"ties", "attribution"} <= set(found)


def test_values_that_other_choices_exclude_are_not_in_the_grid():
    assert set(reasonable_values(Specification(intervals="fisher"))["weights"]) == {Weights.none()}


def test_a_field_with_reasonable_values_joins_the_grid(monkeypatch):
    """Also one that is spread over several plain names; the summary tells departures by them."""
    base = Specification(groups="all", metrics="number in top")
    before = math.prod(map(len, reasonable_values(base).values()))
    stated = dict(choices_of(Specification))
    for name, values in (("seed", (0, 1)), ("prior", (Prior(), Prior("gaussian", 400.0), Prior("votes"), Prior("votes", 2.0)))):
        choice, kind, default = stated[name]
        stated[name] = Declared(Choice(choice.help, reasonable=values), kind, default)
    monkeypatch.setattr("recount.sims.multiverse.combinations.choices_of", lambda owner: stated if owner is Specification else choices_of(owner))
    varied = reasonable_values(base)
    assert math.prod(map(len, varied.values())) == 4 * before
    assert (varied["seed"], varied["prior"]) == (stated["seed"][0].reasonable, stated["prior"][0].reasonable)
    usual = Specification()
    chosen = [usual, usual.but(prior=Prior("votes", 2.0)), usual.but(weights=Weights.pairs()), usual.but(ties=TieRule.DROP, k=1)]
    assert summary_of(chosen, ["US", "CN", "CN", "CN"])["flips"] == "prior=votes prior_amount=2.0, weights=pairs:50"


def rows_of(specifications, countries, leads=None, analyses=None):
    """Rows of one group and metric; where no country is given the usual leader is not ranked, and has no lead."""
    count = range(1, len(specifications) + 1)
    rows = zip(specifications, countries, leads or [1.0] * len(specifications), analyses or count, strict=True)
    about = {"group": "all", "metric": "best", "unit": "points", "n_specifications": 3, "p_usual": 0.9}
    return pd.DataFrame(
        [
            {
                **about,
                **{"analysis": number, **s.as_dict(), "country": country or "CN", "lead": lead},
                **{"comparable": country is not None, "reason": "" if country else "US is not ranked"},
            }
            for s, country, lead, number in rows
        ]
    )


def grid_of(*rows, base=None):
    return multiverse_of(rows_of(*rows), base or Specification(), ("group", "metric"), "country", ())


def summary_of(*rows, base=None):
    return grid_of(*rows, base=base).summary.frame.iloc[0]


def test_summary_counts_analyses_and_flips():
    """Rows of the same analysis count once; the leader is that of the base, not the most frequent one, and so are the flips."""
    usual = Specification()
    specifications = [usual, usual.but(top=10), usual.but(k=1), usual.but(k=5, top=50), usual.but(top=50)]
    row = summary_of(specifications, ["US", "US", "CN", "CN", "FR"], [10.0, 30.0, -5.0, -6.0, -7.0], [1, 2, 3, 4, 5])
    assert (row["leader"], row["n_leads"], row["n_analyses"], row["n_specifications"], row["share_agree"]) == ("US", 2, 5, 15, 0.4)
    assert (row["lead_min"], row["lead_max"], row["others"], row["n_flip"], row["flips"]) == (-7.0, 30.0, "CN in 2; FR in 1", 1, "k=1, top=50")
    copies = summary_of(specifications, ["US", "US", "CN", "CN", "CN"], [10.0, 10.0, -5.0, -5.0, -5.0], [1, 1, 2, 2, 2])
    assert (copies["leader"], copies["n_leads"], copies["n_analyses"], copies["n_specifications"], copies["others"]) == ("US", 1, 2, 15, "CN in 1")
    from_another = summary_of(specifications, ["US", "US", "CN", "CN", "FR"], base=usual.but(k=1))
    assert (from_another["leader"], from_another["n_leads"], from_another["flips"]) == ("CN", 2, "k=3")
    shared = summary_of(specifications, ["CN, US", "US", "CN, US", "US", "CN"])
    assert (shared["leader"], shared["n_leads"], shared["others"], shared["flips"]) == ("CN, US", 2, "US in 2; CN in 1", "top=10, top=50")


def test_who_is_not_ranked_neither_agrees_nor_is_overtaken():
    """Specifications under which the usual leader is not ranked are counted apart, and to leave it out is no way to change who leads."""
    usual = Specification()
    specifications = [usual, usual.but(minimum_votes=1000), usual.but(top=10), usual.but(minimum_votes=1000, top=10), usual.but(top=50, k=1)]
    found = grid_of(specifications, ["US", None, "US", None, "FR"], [2.0, math.nan, 3.0, math.nan, -1.0])
    row = found.summary.frame.iloc[0]
    assert (row["n_leads"], row["n_analyses"], row["n_specifications"], row["n_unranked"], row["others"]) == (2, 3, 9, 6, "FR in 1")
    assert row["share_agree"] == pytest.approx(2 / 3)
    assert (row["n_flip"], row["flips"]) == (2, "top=50 + k=1")
    assert "in 67 % of the specifications (in 2 of 3 analyses; FR in 1); not ranked, or alone, in 6 of 15 specifications" in found.summary.headline
    told = list(of_incomplete(found.specifications.frame, usual, ("group", "metric"), False))
    assert told[0].startswith("all, best: of 15 specifications, in 6 US is not ranked (minimum_votes=1000); these say nothing of the conclusion")
    # Where it alone is ranked it has no lead, which is no agreement.
    lines = found.specifications.frame.assign(country="US", comparable=[True, False, True, False, True])
    alone = multiverse_of(lines, usual, ("group", "metric"), "country", ()).summary.frame.iloc[0]
    assert (alone["share_agree"], alone["n_leads"], alone["n_analyses"]) == (1.0, 3, 3)
    never = grid_of(specifications[:2], ["US", None], [2.0, math.nan])
    assert (never.summary.frame.loc[0, "share_agree"], len(never.changes.frame)) == (1.0, 0)


def test_where_no_country_is_ranked_there_is_a_row_that_says_so():
    """Of the grid nothing is missing: every specification is a row, those that rank nobody are counted apart, with the reason."""
    frame = frame_of(voted(40_000, n=4))
    people = PEOPLE.iloc[:4].set_axis([f"m{i}" for i in range(4)]).assign(country=["US", "CN", "", ""], total_parameters_b=[20.0, 50.0, 1.0, 1.0])
    few = frame[~frame["model_a"].isin(["m0", "m1"]) & ~frame["model_b"].isin(["m0", "m1"])]
    rare = frame[frame["model_a"].isin(["m0", "m1"]) | frame["model_b"].isin(["m0", "m1"])].iloc[:900]
    log = read(pd.concat([few, rare], ignore_index=True))
    usual = analyse(log, n_draws=10, groups=("all", "large"), metrics="best")
    found = usual.multiverse(among(people))
    lines = found.specifications.frame
    s = usual.specification
    for group, rows in lines.groupby("group"):
        varied = reasonable_values(s.but(groups=(group,)))
        assert rows["n_specifications"].sum() == math.prod(map(len, varied.values())) * (1 if group == "large" else 3), group
    nobody = lines[lines["country"].isna()]
    assert set(nobody["reason"]) == {"no model of a known country is in the group"}
    assert not nobody["comparable"].any()
    assert nobody[["lead", "estimate", "gap", "p_usual"]].isna().all().all()
    expected = (lines["minimum_votes"] > 0) | ((lines["group"] == "large") & (lines["size_threshold"] > 50))
    assert (lines["country"].isna() == expected).all()
    # Of 20 and 50 billion parameters one is large from 30 on: it has nobody to lead.
    alone = lines[(lines["group"] == "large") & (lines["size_threshold"] == 30) & (lines["minimum_votes"] == 0)]
    assert len(alone)
    assert not alone["comparable"].any()
    assert alone["p_leads"].isna().all()
    row, n = found.summary.frame.set_index("group").loc["all"], lines[lines["group"] == "all"]["n_specifications"].sum()
    assert (row["n_unranked"], row["n_specifications"]) == (2 * n / 3, n / 3)
    assert any("no model of a known country is in the group (minimum_votes=1000, minimum_votes=5000)" in note for note in found.summary.notes)
    assert each_choice_alone(usual, among(people)).frame["leads"].isna().any()


def test_a_metric_that_does_not_exist_under_the_base_has_no_usual_leader():
    row = summary_of([Specification(k=1), Specification(k=5)], ["US", "CN"])
    assert (row["leader"], row["n_leads"], row["n_analyses"], row["others"], row["flips"]) == (None, 0, 2, "CN in 1; US in 1", "")
    assert math.isnan(row["share_agree"])


def test_what_only_several_choices_change_together():
    """Every way with so few choices is listed, and the summary names the first of them."""
    usual = Specification()
    ways = [{"k": 1, "top": 10}, {"k": 1, "top": 50}, {"k": 5, "top": 10}, {"ties": TieRule.DROP, "k": 1}]
    specifications = [usual, usual.but(k=1), usual.but(top=10), *(usual.but(**way) for way in ways), usual.but(k=5, top=50, ties=TieRule.DROP)]
    found = grid_of(specifications, ["a", "a", "a", "b", "b", "b", "c", "b"])
    words = ["top=10 + k=1", "top=50 + k=1", "top=10 + k=5", "ties=drop + k=1"]
    assert found.changes.frame["change"].tolist() == words
    assert found.changes.frame[["n_choices", "leads"]].to_numpy().tolist() == [[2, "b"], [2, "b"], [2, "b"], [2, "c"]]
    row = found.summary.frame.iloc[0]
    assert (row["n_flip"], row["flips"]) == (2, ", ".join([*words[:3], "and 1 more"]))
    assert "2 other choices can change that, in 4 ways" in found.changes.headline


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
    """Six models, of which no minimum can be asked, and every N is all; they have no parents, are made from no others, and have no variants.

    There are two priors, and two ways to draw. Ratings are by votes weighted by pair or not, which is the same where no pair has more votes than the
    floor; with ties, four rules of ties, with "both bad" as one or not, which is nothing where ties are dropped; without ties, no choice.
    """
    metrics = ("mean of k best", "share of top")
    summary, lines, *_ = (table.to_frame() for table in analyse(frame_of(votes), n_draws=20, metrics=metrics).multiverse(among(PEOPLE)))
    n_groups = {"all": 1, "open weights": 2, "large": 3}
    for row in summary.itertuples():
        assert row.n_analyses == 4 * n_ratings * n_groups[row.group], (row.group, row.metric)
        # No country has three organisations.
        assert row.n_specifications == 4 * 2 * 2 * 2 * 2 * 2 * (81 if row.metric == "mean of k best" else 243)
    same = lines.groupby(["group", "metric", "analysis"])[["country", "estimate", "gap", "gap_lower", "lead", "p_usual"]]
    assert same.nunique(dropna=False).eq(1).all(axis=None)


def alone(source, line, lines):
    """The analysis of a row, from its specification by itself."""
    choices = lines.loc[[line.name], list(Specification().as_dict())].astype(object).to_dict("records")[0]
    chosen = {name: None if value != value else value for name, value in choices.items()}
    return Analysis(source, Specification.from_dict({**chosen, "groups": (line["group"],), "metrics": (line["metric"],)}))


def check_row(line, lines, usual, source, people, base):
    """The row of a specification says what its own ranking says, of who leads and of the usual leader."""
    analysis = alone(source, line, lines)
    if pd.isna(line["country"]):
        with pytest.raises(InputError, match="there is nothing to rank"):
            analysis.countries(people)
        return
    ranked = analysis.countries(people).to_frame()
    leaders = ranked[ranked["rank"] == 1]
    assert line["country"] == ", ".join(leaders["country"])
    first = leaders.iloc[0]
    said = [name for name in QUANTITIES if name in ranked]
    assert line[[name for name in QUANTITIES if name in lines and name not in said]].isna().all()
    # A ranking states no probability where it alone is ranked, or all models are in the top.
    probability = () if pd.isna(first["p_leads"]) else ("p_leads",)
    for name in ("estimate", *probability, "gap", "gap_lower", "gap_upper", *said):
        assert first[name] == line[name] or (pd.isna(first[name]) and pd.isna(line[name])), name
    own = ranked[ranked["country"] == usual]
    assert own.empty == math.isnan(line["p_usual"])
    if len(own):
        assert not probability or own["p_leads"].iloc[0] == line["p_usual"]
        shares = len(leaders) > 1 and usual in set(leaders["country"])
        scale = 1.0
        if line["unit"] == "points":
            both = pd.concat(
                [pd.Series(dict(zip(of.names, of.fit.strengths, strict=True))) for of in (Analysis(source, base), analysis)], axis=1
            ).dropna()
            scale = both[0].std() / both[1].std()
        assert line["scale"] == pytest.approx(scale, abs=1e-9)
        # Of a leader that is not the usual one, the row has its gap to the next and not by how much the usual one is behind.
        if own["rank"].iloc[0] == 1 or len(ranked) < 2:
            assert line["lead"] == pytest.approx(0.0 if shares else own["gap"].iloc[0] * scale, nan_ok=True, abs=1e-9)
        else:
            behind = own["estimate"].iloc[0] - ranked["estimate"].max()
            assert line["lead"] <= 0
            assert line["lead"] == pytest.approx(behind * scale, abs=max(0.25 * (line["lead_upper"] - line["lead_lower"]), 1e-9))
        assert not line["lead_lower"] > line["lead"]
        assert not line["lead_upper"] < line["lead"]


def test_rows_equal_each_specification_alone():
    """To the last bit, with draws and intervals."""
    log = read(frame_of(voted(2000)))
    base = Specification(groups=("open weights", "large"), metrics=("mean of k best", "share of top"), n_draws=40, k=1)
    found = Analysis(log, base).multiverse(among(PEOPLE))
    lines, usual = found.specifications.frame, found.summary.frame.set_index(["group", "metric"])["leader"]
    for place in range(0, len(lines), len(lines) // 30):
        line = lines.iloc[place]
        check_row(line, lines, usual[line["group"], line["metric"]], log, among(PEOPLE), base)


# The 43 posteriors of 129 competitors take most of a minute on a busy core.
@pytest.mark.slow
def test_ten_thousand_specifications_of_the_bundled_votes(arena, catalogue):
    """Which country leads in open weights, by how much: rows equal their specification alone, shares sum to 1, and one choice matters most."""
    base = Specification(groups="open weights", metrics="mean of k best", n_draws=200)
    found = Analysis(arena, base).multiverse(among(catalogue))
    lines, summary, effects = found.specifications.frame, found.summary.frame.iloc[0], found.effects.frame
    assert len(lines) == lines["n_specifications"].sum() == math.prod(map(len, reasonable_values(base).values())) == 10_368
    for place in range(0, len(lines), 411):
        check_row(lines.iloc[place], lines, summary["leader"], arena, among(catalogue), base)
    assert summary["leader"] == "US"
    assert summary["matters"] == "open_weights"
    assert effects["share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert effects["shapley"].sum() == pytest.approx(1.0, abs=1e-12)
    assert set(found.changes.frame["n_choices"]) == {2}


def test_a_specification_that_is_not_possible_is_told_and_not_counted():
    """Nobody has 1,000 votes; with Firth's prior ties have no parameter."""
    only = {"n_draws": 20, "groups": "all", "metrics": "best"}
    summary, *_ = analyse(frame_of(voted()), prior=Prior("firth"), **only).multiverse(among(PEOPLE))
    n_asked = 3 * 2 * 2
    assert summary.frame.loc[0, "n_specifications"] == (3 * 4 * 2 * 2 - 2 * 2 * 2) * n_asked
    told = [note for note in summary.notes if "not possible and" in note]
    assert sum(int(note.split()[0].replace(",", "")) for note in told) == (3 * 4 * 2 * 2 * 2 + 2 * 2 * 2) * n_asked
    assert any("1,728 specifications" in note and "have 1,000 votes" in note for note in told)
    assert any("choices depend on each other" in note for note in summary.notes)
    assert any("Firth" in note for note in told)
    with pytest.raises(InputError, match="fewer than two competitors have 1,000 votes"):
        analyse(frame_of(voted()), minimum_votes=1000).multiverse(among(PEOPLE))


def test_countries_that_share_the_lead():
    """Two models with the same votes: neither the order of names nor that of countries decides who leads."""
    frame = pd.DataFrame(TIED, columns=["model_a", "model_b", "winner"])
    asked = {"n_draws": 20, "groups": "all", "metrics": "best", "k": 1, "existence": "prior"}
    people = PEOPLE.iloc[:3].set_axis(["a", "b", "c"]).assign(country=["US", "CN", "FR"], total_parameters_b=100.0, licence_class="open_source")
    for countries in (["US", "CN", "FR"], ["CN", "US", "FR"]):
        summary, lines, *_ = analyse(frame, **asked).multiverse(among(people.assign(country=countries)))
        best = summary.frame.set_index(["group", "metric"]).loc[("all", "best")]
        assert (best["leader"], best["n_leads"], best["others"]) == ("CN, US", best["n_analyses"], "")
        # Nobody leads alone, so that there is no lead to take apart.
        assert math.isnan(best["lead_min"])
        assert best["matters"] == ""
        assert (lines.frame["gap"][lines.frame["country"] == "CN, US"] == 0).all()
    assert "CN and the US share the lead" in summary.headline
    assert "Nobody has a lead of its own" in summary.headline
    assert best["n_unranked"] == 0
    assert not any("not ranked" in note for note in summary.notes)


TIED = [("a", "c", "model_a")] * 3 + [("b", "c", "model_a")] * 3 + [("a", "c", "model_b"), ("b", "c", "model_b"), ("a", "b", "tie")]


def test_tables_and_notes():
    """An anchor, who may not be rated under every specification, makes no difference."""
    log, only = read(frame_of(voted(2000))), {"n_draws": 20, "groups": "all", "metrics": "best"}
    usual = analyse(log, **only).multiverse(among(PEOPLE))
    assert [table.kind for table in usual] == ["multiverse", "specifications", "choice effects", "changes"]
    assert all(table.notes == usual.summary.notes for table in usual)
    assert not any("have no country" in note for note in usual.summary.notes)
    varied = "the grid varies ties (half, drop, davidson, rao-kupper), both_bad (tie, drop), weights (none, pairs:50), prior (none, gaussian (400"
    assert any(note.startswith(varied) for note in usual.summary.notes)
    anchored = analyse(log, **only, anchor=Anchor("m3", 500.0)).multiverse(among(PEOPLE))
    pd.testing.assert_frame_equal(anchored.summary.to_frame(), usual.summary.to_frame())
    assert any("without an anchor" in note for note in anchored.summary.notes)
