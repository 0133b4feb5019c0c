"""The grid against each specification alone and against its definition; summaries by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest

from recount.data import read_catalogue
from recount.engine.choices import Anchor, Choice, Prior, TieRule, Weights, choices_of
from recount.engine.choices.declaring import Declared
from recount.engine.vote_law import QUANTITIES
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import read
from recount.sims.multiverse import grid
from recount.sims.multiverse.stability import specification_summary
from recount.sims.specification import Specification


@pytest.fixture(scope="module")
def arena():
    return read()


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def test_the_grid_by_definition():
    """In this order, the last field fastest; what is not varied stays."""
    base = Specification(confidence_level=0.9, weights=Weights.pairs(), seed=3)
    published = {
        "ties": ("half", "drop"),
        "both_bad": ("tie", "drop"),
        "minimum_votes": (0, 1000, 5000),
        "open_weights": ("any", "commercial", "osi"),
        "size_threshold": (7.0, 30.0, 70.0),
        "top": (10, 20, 50),
        "k": (1, 3, 5),
    }
    combinations = (dict(zip(published, values, strict=True)) for values in itertools.product(*published.values()))
    assert list(grid(base)) == [base.but(**chosen) for chosen in combinations if (chosen["ties"], chosen["both_bad"]) != ("drop", "drop")]


def test_a_field_with_reasonable_values_joins_the_grid(monkeypatch):
    """Also one that is spread over several plain names; the summary tells departures by them."""
    before = len(list(grid(Specification())))
    stated = dict(choices_of(Specification))
    for name, values in (("weights", (Weights.none(), Weights.pairs())), ("prior", (Prior(), Prior("votes"), Prior("votes", 2.0)))):
        choice, kind, default = stated[name]
        stated[name] = Declared(Choice(choice.help, reasonable=values), kind, default)
    monkeypatch.setattr("recount.sims.multiverse.combinations.choices_of", lambda owner: stated)
    specifications = list(grid(Specification()))
    assert len(specifications) == 6 * before
    assert {(s.weights, s.prior) for s in specifications} == set(itertools.product(stated["weights"][0].reasonable, stated["prior"][0].reasonable))
    usual = Specification()
    chosen = [usual, usual.but(prior=Prior("votes", 2.0)), usual.but(weights=Weights.pairs()), usual.but(ties=TieRule.DROP, k=1)]
    lines = [
        {"group": "all", "metric": "best", **s.as_dict(), "country": c, "gap": 1.0} for s, c in zip(chosen, ["US", "CN", "CN", "CN"], strict=True)
    ]
    assert specification_summary(pd.DataFrame(lines), usual)["flips"].tolist() == ["weights=pairs:50, prior=votes prior_amount=2.0"]


@pytest.mark.slow
def test_grid_lines_equal_each_specification_alone(arena, catalogue):
    base = Specification(n_draws=200)
    table = Analysis(arena, base).multiverse(catalogue)[1].to_frame()
    specifications = list(grid(base))
    assert len(set(specifications)) == len(specifications) == table["specification"].nunique() >= 100
    for number in (1, 77, 300, 512, len(specifications)):
        alone = Analysis(arena, specifications[number - 1]).countries(catalogue).to_frame()
        first = alone[alone["rank"] == 1].set_index(["group", "metric"])
        lines = table[table["specification"] == number].set_index(["group", "metric"])
        assert list(first.index) == list(lines.index)
        said = ["expected_score" if specifications[number - 1].ties == "half" else "decided_win_probability"]
        assert lines[[name for name in QUANTITIES if name in lines and name not in said]].isna().all(axis=None)
        for name in ("country", "estimate", "p_leads", "gap", "gap_lower", "gap_upper", *said):
            pd.testing.assert_series_equal(first[name], lines[name], check_exact=True)


def test_specifications_that_leave_too_few(catalogue):
    """A short log has no competitor with 1,000 votes; the grid says so, and gives the others."""
    names = ["gpt-4-0613", "claude-1", "mistral-large-2407", "yi-large"]
    rng = np.random.default_rng(7)
    rows = [(*rng.choice(names, 2, replace=False), rng.choice(["model_a", "model_b", "tie"])) for _ in range(400)]
    analysis = analyse(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]), n_draws=20)
    summary, lines = analysis.multiverse(catalogue)
    assert set(lines.to_frame()["minimum_votes"]) == {0}
    n, n_all = lines.to_frame()["specification"].nunique(), len(list(grid(analysis.specification)))
    assert n == n_all / len(choices_of(Specification)["minimum_votes"][0].reasonable)
    assert summary.to_frame()["n_specifications"].max() == n
    assert f"{n_all - n} of {n_all} specifications rank nobody: fewer than two competitors have minimum_votes (1,000, 5,000)" in summary.notes


def test_summary_counts_and_flips():
    """Two choices, one of which changes the leader."""
    usual = Specification()
    lines = [
        {"group": "all", "metric": "best", **usual.as_dict(), "country": "US", "gap": 10.0},
        {"group": "all", "metric": "best", **Specification(top=10).as_dict(), "country": "US", "gap": 30.0},
        {"group": "all", "metric": "best", **Specification(k=1).as_dict(), "country": "CN", "gap": 5.0},
        {"group": "all", "metric": "best", **Specification(k=5, top=50).as_dict(), "country": "CN", "gap": 6.0},
        {"group": "all", "metric": "best", **Specification(top=50).as_dict(), "country": "US", "gap": 20.0},
    ]
    row = specification_summary(pd.DataFrame(lines), usual).iloc[0]
    assert (row["leader"], row["n_leads"], row["n_specifications"], row["gap_min"], row["gap_max"]) == ("US", 3, 5, 10.0, 30.0)
    assert row["flips"] == "k=1"


def test_what_only_several_choices_change_together():
    usual = Specification()
    specifications = [usual, usual.but(k=1), usual.but(top=10), usual.but(k=1, top=10)]
    lines = [{"group": "all", "metric": "best", **s.as_dict(), "country": c, "gap": 1.0} for s, c in zip(specifications, "aaab", strict=True)]
    assert specification_summary(pd.DataFrame(lines), usual)["flips"].tolist() == ["by several together"]


def test_tables_and_notes(catalogue):
    """Who is not rated under every specification may be the anchor: points are then those without one."""
    usual, lines = (analyse(n_draws=20).multiverse(catalogue)[part] for part in (0, 1))
    assert (usual.kind, lines.kind) == ("multiverse", "specifications")
    assert usual.notes == lines.notes
    assert usual.notes[0].startswith("2 of 129 competitors have no country in the catalogue")
    assert "the grid varies ties (half, drop), both_bad (tie, drop), minimum_votes (0, 1000, 5000)" in usual.notes[1]
    counts = analyse().log.counts
    rare = counts.names[int(counts.votes_of_each().argmin())]
    anchored, _ = analyse(n_draws=20, anchor=Anchor(rare, 500.0)).multiverse(catalogue)
    pd.testing.assert_frame_equal(anchored.to_frame(), usual.to_frame())
    assert "without an anchor" in anchored.notes[-1]
