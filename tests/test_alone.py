"""Choices made otherwise one at a time, against rankings under each of these specifications."""

import math

import pandas as pd
import pytest

import recount
from recount.engine.errors import InputError
from recount.sims.multiverse.alone import N_DRAWS, departures_from, each_choice_alone
from recount.sims.presentation.headlines import headline
from tests.pages import KNOWN, vote_frame


@pytest.fixture(scope="module")
def analysis():
    return recount.analyse(vote_frame(KNOWN, 3000))


@pytest.fixture(scope="module")
def frame(analysis):
    return each_choice_alone(analysis).frame


def test_every_departure_is_a_ranking(analysis, frame):
    """Leads are the gaps of rankings under the same specification: with the usual ratings by the usual draws, with others by fewer.

    Nobody was called bad, so that to leave such votes out changes no rating.
    """
    for change, but in (
        ("", {}),
        ("ties=davidson", {"ties": "davidson"}),
        ("both_bad=drop", {"both_bad": "drop"}),
        ("minimum_votes=1000", {"minimum_votes": 1000}),
        ("attribution=base model", {"attribution": "base model"}),
        ("country_draws=estimates", {"country_draws": "estimates"}),
    ):
        n_draws = {"n_draws": N_DRAWS} if but.keys() & {"ties", "minimum_votes"} else {}
        try:
            ranked = analysis.under(analysis.specification.but(**but, **n_draws)).countries().frame
        except InputError:
            assert frame.loc[frame["change"] == change, "leads"].isna().all()
            continue
        for row in frame[frame["change"] == change].to_dict("records"):
            of = ranked[(ranked["group"] == row["group"]) & (ranked["metric"] == row["metric"])].reset_index(drop=True)
            leaders = of.loc[of["rank"] == 1, "country"].tolist()
            # Nobody leads where nobody is ranked.
            assert row["leads"] == ", ".join(leaders) or (pd.isna(row["leads"]) and of.empty)
            if row["leads"] == row["leader"] and len(leaders) == 1 and len(of) > 1:
                here, there = (one.leaderboard().frame["rating"].std() for one in (analysis, analysis.under(analysis.specification.but(**but))))
                scale = here / there if row["unit"] == "points" else 1.0
                assert row["lead"] == pytest.approx(scale * of["gap"][0], abs=1e-9)
                # A ranking states none where all models are in the top.
                assert row["p_usual"] == pytest.approx(1.0 if pd.isna(of["p_leads"][0]) else of["p_leads"][0], abs=1e-12)


def test_a_lead_is_the_same_wherever_it_stands(analysis, frame):
    """The usual row has the numbers of the ranking, end by end."""
    ranked = analysis.countries().frame
    for row in frame[frame["change"] == ""].to_dict("records"):
        of = ranked[(ranked["group"] == row["group"]) & (ranked["metric"] == row["metric"]) & (ranked["rank"] == 1)]
        if len(of) == 1 and not math.isnan(row["lead"]):
            assert [row["lead"], row["lead_lower"], row["lead_upper"]] == of[["gap", "gap_lower", "gap_upper"]].iloc[0].tolist()
            assert row["scale"] == 1


def test_the_usual_specification_comes_first(frame):
    for _, rows in frame.groupby(["group", "metric"], sort=False):
        assert rows["choices"].iloc[0] == "" or math.isnan(rows["lead"].iloc[0])
        assert (rows["choices"] == "").sum() <= 1


def test_a_choice_is_shown_where_it_matters(frame):
    """An N matters to metrics of the top N alone, a size threshold to groups by size."""
    assert set(frame.loc[frame["choices"] == "top", "metric"]) == {"share of top", "number in top"}
    assert set(frame.loc[frame["choices"] == "size_threshold", "group"]) == {"large"}
    assert set(frame.loc[frame["choices"] == "open_weights", "group"]) == {"open weights"}
    assert set(frame.loc[frame["choices"] == "ties", "group"]) == set(frame["group"])


def test_what_is_not_possible_is_told(tmp_path):
    """Somebody who never won without ties cannot be rated where ties are left out."""
    votes = vote_frame(KNOWN[:5], 400)
    tied = votes["model_a"].eq(KNOWN[4]) | votes["model_b"].eq(KNOWN[4])
    votes.loc[tied, "winner"] = "tie"
    told = each_choice_alone(recount.analyse(votes))
    assert any(note.startswith("ties=drop is not possible and not shown") for note in told.notes)
    assert "ties=drop" not in set(told.frame["change"])


def test_the_same_seed_gives_the_same_table(analysis, frame):
    again = each_choice_alone(recount.analyse(vote_frame(KNOWN, 3000))).frame
    assert frame.equals(again)


def test_rules_of_what_no_vote_is_are_no_choice(analysis):
    """Nobody was called bad, which is said nowhere; without ties no rule of ties is, either; ties by "both bad" are."""
    votes = vote_frame(KNOWN, 900)
    none, bad = recount.analyse(votes[votes["winner"] != "tie"]), recount.analyse(votes.replace({"winner": {"tie": "tie (bothbad)"}}))
    varied = {name: {field for field, *_ in departures_from(one)} & {"ties", "both_bad"} for name, one in (("t", analysis), ("", none), ("b", bad))}
    assert varied == {"t": {"ties"}, "": set(), "b": {"ties", "both_bad"}}
    half = "A tie counts half a win for each side"
    assert [one.basis() for one in (analysis, none, bad)] == [f"{half}.", "", f'{half}; "both bad" counts as a tie.']
    left_out = recount.analyse(votes.replace({"winner": {"tie": "tie (bothbad)"}}), both_bad="drop")
    assert left_out.basis() == '"both bad" is left out.'
    assert none.leaderboard().headline == headline("leaderboard", none.leaderboard().frame)


def test_a_top_that_is_everybody_is_no_other_choice(analysis):
    """Of a group with no more than 10 models, a top 10 holds all of them, however they are rated; a top 3 does not."""
    few = analysis.under(analysis.specification.but(groups=("all",), metrics=("best", "number in top"), top=3))
    n = len(few.names)
    changes = each_choice_alone(few).frame.query("metric == 'number in top' and choices == 'top'")["change"].tolist()
    assert n < 20
    assert changes == [f"top={top}" for top in (10, 20) if top < n]
