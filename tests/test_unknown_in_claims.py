"""What is not known is no evidence: claims are not confident of boards of one style, of undated or unsized models, or of a list that is cut off."""

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data import read_board, read_catalogue
from recount.engine.errors import OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.known_day import day_of_last_vote
from recount.sims.claims.claim import Claim
from recount.sims.claims.judging import judge
from recount.sims.countries.by_country import rank_countries
from recount.sims.countries.facts import Stated, facts_of, stated_by
from recount.sims.specification import Specification
from tests.catalogues import among

BARE = {"id": "one", "quotation": "q", "source": "s", "metric": "best", "country": "US"}
AT_MOST = {"says": "at most", "value": 4}
RATINGS = {"us-1": 1400, "us-2": 1200, "cn-1": 1300, "cn-2": 1210, "fr-1": 1250}


def facts(**columns):
    """A catalogue of the models, in which these columns are as given."""
    models = pd.DataFrame({"country": [name[:2].upper() for name in RATINGS], "organisation": list(RATINGS), "base_model": ""}, index=list(RATINGS))
    for name in read_catalogue().models.columns.difference(models.columns):
        models[name] = np.nan if name.endswith("_b") else ""
    return among(models.assign(**{"licence_class": "open_source", **columns}))


def analysis(tmp_path, rows=None, name="board.csv", subset="", errors=5.0):
    rows = rows or [("text", model, rating) for model, rating in RATINGS.items()]
    frame = pd.DataFrame(rows, columns=["board", "model", "rating"]).assign(category="full")
    frame = frame.assign(rating_lower=frame["rating"] - 1.96 * errors, rating_upper=frame["rating"] + 1.96 * errors)
    frame[["board", "category", "model", "rating", "rating_lower", "rating_upper"]].to_csv(tmp_path / name, index=False)
    return Analysis(read_board(tmp_path / name, subset=subset))


def judged(about, catalogue, **claim):
    (row,) = judge([Claim(**BARE | claim)], about, catalogue).frame.to_dict("records")
    return row


def test_the_board_without_control_for_style_is_a_reasonable_choice(tmp_path):
    other = RATINGS | {"cn-1": 1500}
    rows = [("text_style_control", *one) for one in RATINGS.items()] + [("text", *one) for one in other.items()]
    row = judged(analysis(tmp_path, rows, subset="text_style_control"), facts(), says="leads")
    assert (row["verdict"], row["share_true"], row["n_specifications"]) == ("fragile", 0.5, 2)
    assert (row["decides"], row["otherwise"]) == ("board = text", pytest.approx(-100))
    alone = judged(analysis(tmp_path, rows[: len(RATINGS)], "alone.csv"), facts(), says="leads")
    assert alone["verdict"] == "holds"


def test_who_has_the_frontier_has_no_lag_and_who_has_no_number_is_named(tmp_path):
    dates = ["", "2024-01-01", "2025-01-01", "2024-06-01", ""]
    about, catalogue = analysis(tmp_path), facts(release_date=dates)
    first = judged(about, catalogue, metric="lag", says="at most", value=0)
    assert (first["verdict"], first["estimate"]) == ("holds", 0.0)
    second = judged(about, catalogue, metric="lag", country="CN", says="leads")
    assert second["verdict"] == "fails"
    assert "the others are without 'FR', as it is not defined for countries whose best model has mostly no known release" in second["caveat"]
    assert judged(about, catalogue, metric="lag", country="FR", says="at most", value=6)["verdict"] == "untestable"


def test_a_lag_that_is_mostly_unknown_is_neither_long_nor_short(tmp_path):
    """The best of the country is in most draws a model without a date."""
    about = analysis(tmp_path, [("text", model, rating) for model, rating in (RATINGS | {"cn-2": 1301}).items()], errors=20.0)
    catalogue = facts(release_date=["2024-01-01", "2024-01-01", "", "2025-01-01", "2025-01-01"])
    for says, value in (("at most", 6), ("at least", 1)):
        row = judged(about, catalogue, metric="lag", country="CN", says=says, value=value)
        assert row["verdict"] in ("undecided", "untestable")
        assert not row["lower"] < 0


def test_models_of_unknown_release_may_have_been_first(tmp_path):
    """us-1, which is better than cn-1 and of unknown release, may have come out when cn-2 did, 12 months before."""
    catalogue = facts(release_date=["", "2024-12-01", "2025-01-01", "2024-01-01", "2024-06-01"])
    about = analysis(tmp_path)
    undated = judged(about, catalogue, metric="lag", country="CN", **AT_MOST)
    assert (undated["verdict"], undated["decides"]) == ("fragile", "models without a day of release = before all others")
    assert (undated["estimate"], undated["otherwise"]) == (0.0, pytest.approx(12.0, abs=0.05))
    assert judged(about, catalogue, metric="lag", country="CN", says="at least", value=0)["verdict"] == "holds"
    # Of a model that is worse it is of no matter.
    weaker = judged(about, facts(release_date=["2024-10-01", "2024-12-01", "2025-01-01", "2024-01-01", ""]), metric="lag", country="CN", **AT_MOST)
    assert (weaker["verdict"], weaker["n_specifications"]) == ("holds", 1)


def test_who_stands_on_a_board_was_out_by_its_day(tmp_path):
    rows = pd.DataFrame({"model": list(RATINGS), "rating": list(RATINGS.values()), "date": "2024-12-20"}).assign(rating_lower=1000, rating_upper=1600)
    rows.to_csv(tmp_path / "2024-12-20.csv", index=False)
    board = read_board(tmp_path / "2024-12-20.csv")
    found = facts_of(board.names, facts(release_date=["2024-10-01", "", "2025-01-01", "2024", "2024-06-01"]), stated_by(board))
    assert found.frame["release_date"].tolist() == ["2024-10-01", "", "2024-12-20", "2024", "2024-06-01"]
    assert (
        "1 model stands on the board of 2024-12-20 before the catalogue's day of release, for which that of the board is taken: 'cn-1'" in found.notes
    )


def test_models_of_an_organisation_that_the_catalogue_does_not_know_are_of_one(tmp_path):
    stated = Stated({"x-1": "New Lab", "x-2": "New Lab ", "x-3": "", "x-4": "-"}, {})
    assert facts_of(("x-1", "x-2", "x-3", "x-4"), facts(), stated).frame["organisation"].tolist() == ["New Lab", "New Lab", "x-3", "x-4"]


def test_models_of_unknown_size_may_belong_to_the_group(tmp_path):
    sizes = {"total_parameters_b": [np.nan, 70.0, 70.0, 70.0, 70.0]}
    about = analysis(tmp_path)
    row = judged(about, facts(**sizes), group="large", country="CN", says="leads")
    assert (row["verdict"], row["decides"]) == ("fragile", "models of unknown size = in the group")
    assert row["otherwise"] == pytest.approx(-100)
    headline = rank_countries(about.under(Specification(groups=("large",), metrics=("best",))), facts(**sizes)).headline
    assert "and a model of unknown size is rated above all of these: 'us-1', so how far the best of CN is ahead is an upper bound" in headline


@pytest.mark.parametrize(
    ("group", "fact", "column"),
    [("large", "size", "total_parameters_b"), ("open weights", "licence", "licence_class"), ("all", "country", "country")],
)
def test_models_that_could_change_a_lead_are_counted(tmp_path, group, fact, column):
    """Ratings are us-1 1400, cn-1 1300, fr-1 1250, cn-2 1210 and us-2 1200; not all can change a lead."""

    def told(*unknown):
        known = {"total_parameters_b": 70.0, "licence_class": "open_source", "country": [name[:2].upper() for name in RATINGS]}
        models = pd.DataFrame(known, index=list(RATINGS))
        models.loc[list(unknown), column] = np.nan if fact == "size" else ""
        table = rank_countries(about.under(Specification(groups=(group,), metrics=("best",))), facts(**{name: models[name] for name in known}))
        return table.frame["group_meaning"].iloc[0].partition(" is known")[2]

    about, of, ahead = analysis(tmp_path), f"of unknown {fact}", "so how far the best of"
    assert told("us-2") == told("cn-2") == ""
    assert told("cn-1") == f", and a model {of} is rated above the best of FR: 'cn-1', {ahead} the US is ahead is an upper bound"
    # Whose model is not known may be of the leader.
    so = f"{ahead} CN is ahead is {'not known' if fact == 'country' else 'an upper bound'}"
    assert told("us-1") == f", and a model {of} is rated above all of these: 'us-1', {so}"
    assert told("us-1", "fr-1") == f", and 2 models {of} are rated above the best of the US, 1 of them above all of these, 'us-1' first, {so}"


def test_a_lead_is_not_known_where_the_leader_may_have_a_better_model(tmp_path):
    """cn-2, of the leader and of unknown size, is rated above all; fr-1 between the best of known size of the first two."""
    about = analysis(tmp_path, [("text", name, rating) for name, rating in (RATINGS | {"us-1": 1100, "cn-2": 1500}).items()])
    catalogue = facts(total_parameters_b=[70.0, 70.0, 70.0, np.nan, np.nan])
    headline = rank_countries(about.under(Specification(groups=("large",), metrics=("best",))), catalogue).headline
    said = "2 models of unknown size are rated above the best of the US, 1 of them above all of these, 'cn-2' first"
    assert f"{said}, so how far the best of CN is ahead is not known" in headline


def test_what_a_group_is_does_not_depend_on_who_leads_it(tmp_path):
    """One country has the best large model, another more of them, and models of unknown size are rated between both."""
    catalogue = facts(country=["US", "CN", "US", "CN", "US"], total_parameters_b=[70.0, 70.0, np.nan, 70.0, np.nan])
    about = analysis(tmp_path).under(Specification(groups=("large",), metrics=("best", "number in top")))
    frame = rank_countries(about, catalogue).frame
    assert frame[frame["rank"] == 1]["country"].tolist() == ["US", "CN"]
    assert set(frame["group_meaning"]) == {"models with 30 billion parameters or more, of the 3 of 5 whose size is known"}


def test_a_level_below_the_last_model_of_a_board(tmp_path):
    about, within = analysis(tmp_path), {"choices": {"above": "best-500"}}
    for says, verdict in (("at least", "holds"), ("at most", "untestable"), ("equals", "untestable")):
        assert judged(about, facts(), metric="number above", says=says, value=2, **within)["verdict"] == verdict
    assert judged(about, facts(), metric="number above", says="at most", value=2, choices={"above": "best-150"})["verdict"] == "holds"
    table = rank_countries(about.under(Specification.from_dict({"above": "best-500", "metrics": ["number above"]})), facts())
    assert any("number above counts all models: the last of the board is above the level" in note for note in table.notes)


def test_a_board_is_ranked_by_windows_of_releases(tmp_path):
    catalogue = facts(release_date=["2024-01-01"] * 2 + ["2025-01-01"] * 3)
    assert judged(analysis(tmp_path), catalogue, says="leads", country="CN", choices={"released_since": "2025-01-01"})["verdict"] == "holds"


@pytest.mark.parametrize("day", ["2024-02-30", "2023-02-29", "2024-13", "24-01-01"])
def test_a_day_that_is_in_no_calendar(day):
    with pytest.raises(OptionError, match="give a day, a month or a year"):
        Claim(**BARE, says="leads", date=day)


def test_votes_are_of_the_day_of_the_last():
    times = pd.date_range("2025-01-01", periods=400, freq="12h")
    votes = pd.DataFrame(
        {"model_a": "us-1", "model_b": "cn-1", "winner": ["model_a", "model_b"] * 200, "tstamp": times.astype("datetime64[s]").astype("int64")}
    )
    about = recount.analyse(recount.read(votes))
    assert day_of_last_vote(about) == times[-1].date() == date(2025, 7, 19)
    assert day_of_last_vote(recount.analyse(recount.read(votes.drop(columns="tstamp")))) is None
    assert "the ratings are of 2025-07-19, 2,027 days from 2019, of which it speaks" in judged(about, facts(), says="leads", date="2019")["why_not"]
    undated = recount.analyse(recount.read(votes.drop(columns="tstamp")))
    assert "the claim is of 2019, and of which day the ratings are is not known" in judged(undated, facts(), says="leads", date="2019")["caveat"]


def test_countries_tell_the_lead_at_equal_size_as_claims_take_it(tmp_path):
    """If models of these sizes could have been others, the lead is less sure than their ratings are."""
    rng = np.random.default_rng(2)
    names = [f"{country}-{i}" for country in ("us", "cn") for i in range(8)]
    sizes = np.exp(rng.normal(3, 1, 16))
    ratings = 1000 + 40 * np.log(sizes) + 60 * rng.standard_normal(16)
    models = pd.DataFrame({"country": [name[:2].upper() for name in names], "organisation": names, "base_model": ""}, index=names)
    for name in read_catalogue().models.columns.difference(models.columns):
        models[name] = np.nan if name.endswith("_b") else ""
    catalogue = among(models.assign(total_parameters_b=sizes, licence_class="open_source"))
    about = analysis(tmp_path, [("text", *one) for one in zip(names, ratings, strict=True)])
    table = rank_countries(about.under(Specification(metrics=("rating at equal size",), groups=("all",))), catalogue)
    first, second = table.frame["country"].tolist()
    (note,) = [note for note in table.notes if "if others could have been made" in note]
    lead, lower, upper = map(float, re.search(rf"{first} leads {second} by (-?\d+) points, (-?\d+) to (-?\d+)", note.replace("−", "-")).groups())
    row = judged(about, catalogue, metric="rating at equal size", country=first, against=second, says="above", value=0)
    assert (lead, lower, upper) == pytest.approx((row["estimate"], row["lower"], row["upper"]), abs=0.1 * (row["upper"] - row["lower"]))
    assert upper - lower > 1.5 * (table.frame["gap_upper"] - table.frame["gap_lower"]).iloc[0]


def test_a_board_of_one_model_keeps_its_interval(tmp_path):
    row = judged(analysis(tmp_path, [("text", "us-1", 1400)]), facts(), says="at least", value=1399)
    assert (row["verdict"], row["lower"], row["upper"]) == ("undecided", pytest.approx(1390.2, abs=0.6), pytest.approx(1409.8, abs=0.6))
    assert row["p_true"] == pytest.approx(0.579, abs=0.03)


def test_names_of_one_model_are_told():
    catalogue = facts()
    catalogue = among(catalogue.models.assign(spellings=["best | us one", "", "", "", ""]))
    found = facts_of(("us-1", "us one", "cn-1"), catalogue)
    assert "names of one model by the catalogue, which count as so many models: 'us-1' and 'us one'" in found.notes
