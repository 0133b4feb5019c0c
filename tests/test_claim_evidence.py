"""What claims are judged by: boards of the right day and category, votes of a label, and what cannot be judged, told and not dropped."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data import read_board, read_catalogue, read_history
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.claim import Claim
from recount.sims.claims.comparisons import p_contradicted
from recount.sims.claims.evidence import days_between
from recount.sims.claims.judging import check_measures, judge
from recount.sims.specification import Specification
from tests.catalogues import among

BARE = {"id": "one", "quotation": "q", "source": "s", "metric": "best", "country": "US"}
RATINGS = {"us-1": 1300, "us-2": 1200, "cn-1": 1280, "cn-2": 1210, "fr-1": 1250}


@pytest.fixture(scope="module")
def catalogue():
    models = pd.DataFrame({"country": [name[:2].upper() for name in RATINGS], "organisation": list(RATINGS), "base_model": ""}, index=list(RATINGS))
    for name in read_catalogue().models.columns.difference(models.columns):
        models[name] = np.nan if name.endswith("_b") else ""
    return among(models.assign(licence_class="open_source"))


def board(tmp_path, name="2025-08-06.csv", error=5.0, **higher):
    """Write a board."""
    rows = {model: rating + higher.get(model.replace("-", "_"), 0) for model, rating in RATINGS.items()}
    frame = pd.DataFrame({"model": list(rows), "rating": list(rows.values())})
    if error:
        frame = frame.assign(lower=frame["rating"] - 1.96 * error, upper=frame["rating"] + 1.96 * error)
    path = tmp_path / name
    frame.to_csv(path, index=False)
    return path


def only(table):
    (row,) = table.frame.to_dict("records")
    return row


def test_a_claim_is_judged_by_the_board_of_its_time(tmp_path, catalogue):
    for day, more in (("2025-01-05", 0), ("2025-02-03", 10), ("2025-02-20", 50), ("2025-06-01", 200)):
        board(tmp_path, f"{day}.csv", us_1=more)
    boards = read_history(tmp_path)
    claims = [
        Claim(**BARE | {"id": on}, says="above", against="CN", value=1, date=on) for on in ("2025-01-05", "2025-02", "2025-03", "2025-09", "2025")
    ]
    frame = judge(claims, Analysis(boards[-1]), catalogue, boards=boards).frame.set_index("id")
    assert frame["as_of"].tolist() == ["2025-01-05", "2025-02-20", "2025-02-20", "", "2025-06-01"]
    assert frame.loc["2025-09", "why_not"].startswith("the ratings are of 2025-06-01, 92 days from 2025-09")
    assert (frame.loc["2025-02", "least"], frame.loc["2025-02", "most"]) == pytest.approx((30.0, 70.0))
    assert frame.loc["2025-02", "matters"] == "day: 2025-02-20 70, 2025-02-03 30"
    # A year has one last day, which judges, and all its days are specifications.
    assert (frame.loc["2025", "estimate"], frame.loc["2025", "n_specifications"]) == (pytest.approx(220.0, abs=1), 4)
    assert (frame.loc["2025", "least"], frame.loc["2025", "verdict"]) == (pytest.approx(20.0), "holds")
    assert frame.loc["2025-01-05", "caveat"] == ""


def test_days_of_other_months_judge_a_claim_about_a_month(tmp_path, catalogue):
    """One day is of the month; 31 days before it, and 28 after it, the gap is another, and 46 days after it is no specification."""
    claims = [Claim(**BARE | {"id": on}, says="above", against="CN", value=50, date=on) for on in ("2025-02", "2025-02-28")]
    for day, more in (("2025-01-28", 0), ("2025-02-28", 50), ("2025-03-28", 10), ("2025-04-15", 200)):
        board(tmp_path, f"{day}.csv", us_1=more)
    boards = read_history(tmp_path)
    frame = judge(claims, Analysis(boards[-1]), catalogue, boards=boards).frame.set_index("id")
    month, one_day = frame.loc["2025-02"], frame.loc["2025-02-28"]
    assert (month["as_of"], month["verdict"], month["n_specifications"]) == ("2025-02-28", "fragile", 3)
    assert (month["least"], month["most"], month["decides"]) == (pytest.approx(20), pytest.approx(70), "day = 2025-01-28")
    assert (one_day["verdict"], one_day["n_specifications"]) == ("holds", 1)


def test_the_first_months_of_a_year_judge_a_claim_about_it(tmp_path, catalogue):
    """From June on the claim is true; of more days than are taken, some of the whole year are."""
    claim = Claim(**BARE, says="above", against="CN", value=50, date="2025")
    days = pd.date_range("2025-01-03", "2025-12-30", freq="6D").strftime("%Y-%m-%d")
    for day in days:
        board(tmp_path, f"{day}.csv", us_1=200 if day > "2025-06" else 0)
    boards = read_history(tmp_path)
    row = only(judge([claim], Analysis(boards[-1]), catalogue, boards=boards))
    assert (row["verdict"], row["n_specifications"]) == ("fragile", 26)
    assert row["share_true"] == pytest.approx((days > "2025-06").mean(), abs=0.05)


def test_points_are_claimed_of_elo_alone(tmp_path, catalogue):
    """The same board in log-odds says who leads, and nothing of points, levels of them, or a lag within them."""
    path = board(tmp_path)
    frame = pd.read_csv(path)
    frame = frame.set_index("model").sub(1200).div(173.72).reset_index()
    frame.to_csv(tmp_path / "2025-08-05.csv", index=False)
    own = Analysis(read_board(tmp_path / "2025-08-05.csv"))
    asked = [
        ({"says": "leads"}, True),
        ({"against": "CN", "says": "above"}, True),
        ({"metric": "number in top", "says": "at least", "value": 1, "choices": {"top": 3}}, True),
        ({"against": "CN", "says": "above", "value": 5}, False),
        ({"against": "CN", "says": "equals", "tolerance": 5}, False),
        ({"says": "above", "value": 1200}, False),
        ({"metric": "number above", "says": "at least", "value": 1}, False),
        ({"metric": "lead over others", "says": "above", "value": 5}, False),
    ]
    claims = [Claim(**BARE | {"id": str(number)} | words) for number, (words, _) in enumerate(asked)]
    frame = judge(claims, own, catalogue).frame
    assert (frame["verdict"] != "untestable").tolist() == [is_testable for _, is_testable in asked]
    told = "it names points, of Elo, and the ratings of the board are in units of its own; give a board of Elo points"
    assert set(frame.loc[frame["verdict"] == "untestable", "why_not"]) == {told}
    assert (judge(claims, Analysis(read_board(path)), catalogue).frame["verdict"] != "untestable").all()


@pytest.mark.parametrize(("value", "verdict"), [(0, "holds"), (60, "fails")])
def test_a_month_of_which_one_day_speaks_is_undecided(tmp_path, catalogue, value, verdict):
    claims = [Claim(**BARE | {"id": on}, says="above", against="CN", value=value, date=on) for on in ("2025-08", "2025-08-06")]
    frame = judge(claims, Analysis(read_board(board(tmp_path, error=1.0))), catalogue, day=date(2025, 8, 6)).frame
    assert frame["verdict"].tolist() == ["undecided", verdict]
    assert frame["of_one_day"].tolist() == [True, False]
    assert "of 2025-08 it is judged by one day, 2025-08-06, and no ratings of another day judge it" in frame.loc[0, "caveat"]


def test_a_board_without_intervals_is_told_with_its_number(tmp_path, catalogue):
    analysis = Analysis(read_board(board(tmp_path, error=0)))
    row = only(judge([Claim(**BARE, says="above", against="CN", value=10)], analysis, catalogue))
    assert (row["verdict"], row["estimate"]) == ("untestable", pytest.approx(20.0))
    assert row["why_not"] == "these ratings state no intervals, so nobody can say how sure it is; by them the number is 20, and it is true"


def test_days_between_a_day_and_what_is_spoken_of():
    day = date(2025, 8, 6)
    assert [days_between(day, spoken) for spoken in ("2025-08-06", "2025-08", "2025", "2025-07", "2025-09-01", "2024")] == [0, 0, 0, 6, 26, 218]


def test_what_a_board_cannot_show(tmp_path, catalogue):
    analysis = Analysis(read_board(board(tmp_path)))
    claims = [
        Claim(**BARE | {"id": "country", "country": "DE"}, says="leads"),
        Claim(**BARE | {"id": "rival"}, against="DE", says="above"),
        Claim(**BARE | {"id": "top", "metric": "number in top"}, says="above", value=1, choices={"top": 6}),
        Claim(**BARE | {"id": "category"}, says="leads", category="english"),
        Claim(**BARE | {"id": "votes"}, says="leads", choices={"ties": "drop"}),
        Claim(**BARE | {"id": "usual top", "metric": "number in top"}, says="above", value=1),
        Claim(**BARE | {"id": "group"}, says="leads", group="proprietary"),
        Claim(**BARE | {"id": "lag", "metric": "lag"}, says="above", value=1),
        Claim(**BARE | {"id": "size", "metric": "rating at equal size"}, says="above", value=1),
        Claim(id="scores", quotation="q", source="s", metric="best score", benchmark="MMLU", country="US", says="above", value=0.5),
        Claim(id="downloads", quotation="q", source="s", metric="nothing", because="downloads are no ratings"),
    ]
    table = judge(claims, analysis, catalogue)
    frame = table.frame.set_index("id")
    assert set(frame["verdict"]) == {"untestable"}
    for name, said in (
        ("country", "no model of 'DE' is in group 'all'; there are models of 'CN', 'FR', 'US'"),
        ("rival", "no model of 'DE'"),
        ("top", "there are 5 models in group 'all', fewer than the top 6"),
        ("usual top", "fewer than the top 20 that is usual; write the one of which it speaks as top below [claim.choices]"),
        ("category", "no ratings of category 'english'"),
        ("votes", "fixes ties = 'drop', which is a choice about votes"),
        ("group", "no model of group 'proprietary'"),
        ("lag", "when it was released"),
        ("size", "there is no rating at equal size"),
        ("scores", "no benchmark scores are given; give scores"),
        ("downloads", "downloads are no ratings"),
    ):
        assert said in frame.loc[name, "why_not"], frame.loc[name, "why_not"]
        assert any(note.startswith(f"{name}: untestable. ") for note in table.notes)


def test_models_without_country_and_with_two_meanings_are_told(tmp_path, catalogue):
    path = board(tmp_path)
    frame = pd.read_csv(path)
    frame.loc[len(frame)] = ["nobody-knows", 1290, 1280, 1300]
    frame.loc[len(frame)] = ["both", 1270, 1260, 1280]
    frame.to_csv(path, index=False)
    two = among(catalogue.models.assign(spellings=["both", "", "both", "", ""]))
    table = judge([Claim(**BARE, says="leads")], Analysis(read_board(path)), two)
    assert any("2 of 7 competitors have no country in the catalogue: 'nobody-knows', 'both'" in note for note in table.notes)
    assert any("could be several models of the catalogue" in note and "'both'" in note for note in table.notes)
    # Who has no country takes a place all the same.
    claim = Claim(**BARE | {"metric": "number in top"}, says="at most", value=1, choices={"top": 2})
    assert only(judge([claim], Analysis(read_board(path), Specification(country_draws="estimates")), two))["estimate"] == 1.0


def test_categories_of_votes_are_labels(catalogue):
    rng = np.random.default_rng(3)
    rows = []
    for language, gap in (("en", 1.0), ("xx", -1.0)):
        for _ in range(800):
            rows.append(("us-1", "cn-1", "model_a" if rng.random() < 1 / (1 + np.exp(-gap)) else "model_b", language))
    votes = pd.DataFrame(rows, columns=["model_a", "model_b", "winner", "language"])
    analysis = recount.analyse(recount.read(votes), Specification(country_draws="estimates"))
    claims = [
        Claim(**BARE | {"id": "en"}, against="CN", says="above", category="language=en"),
        Claim(**BARE | {"id": "xx"}, against="CN", says="above", category="language=xx"),
        Claim(**BARE | {"id": "both"}, against="CN", says="below", category="language=xx", against_category="language=en"),
        Claim(**BARE | {"id": "none"}, against="CN", says="above", category="english"),
        Claim(**BARE | {"id": "missing"}, against="CN", says="above", category="language=fr"),
    ]
    frame = judge(claims, analysis, catalogue).frame.set_index("id")
    assert frame["verdict"].tolist()[:3] == ["holds", "fails", "holds"]
    wins = votes.assign(first=votes["winner"] == "model_a").groupby("language")["first"].mean()
    gaps = 400 / np.log(10) * np.log(wins / (1 - wins))
    assert frame.loc["en", "estimate"] == pytest.approx(gaps["en"], abs=0.01)
    assert frame.loc["both", "estimate"] == pytest.approx(gaps["xx"] - gaps["en"], abs=0.01)
    errors = 400 / np.log(10) / np.sqrt(800 * wins * (1 - wins))
    assert frame.loc["both", "upper"] - frame.loc["both", "lower"] == pytest.approx(2 * 1.96 * np.hypot(*errors), rel=0.15)
    assert "give it as COLUMN=LABEL" in frame.loc["none", "why_not"]
    assert "no ratings of category 'language=fr'" in frame.loc["missing", "why_not"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"choices": {"top": 5}}, "choices have top = 5, which 'best' of group 'all' does not use"),
        ({"choices": {"open_weights": "osi"}}, "choices have open_weights = 'osi'"),
        ({"choices": {"groups": ["all"]}}, "choices have groups"),
        ({"larger_than": 70}, "larger_than is 70.0, which 'best' does not use"),
        ({"because": "x"}, "because is 'x', which 'best' does not use"),
    ],
)
def test_choices_that_change_nothing_are_refused(fields, said):
    with pytest.raises(InputError, match="claim 'one': ") as error:
        check_measures([Claim(**BARE, says="leads", **fields)])
    assert said in str(error.value)


def test_a_category_is_not_compared_with_itself():
    with pytest.raises(OptionError, match="against_category is 'english', the same as category"):
        Claim(**BARE, says="above", category="english", against_category="english")
    with pytest.raises(OptionError, match="against_category is 'overall', the same as category"):
        Claim(**BARE, says="above", against_category="overall")
    with pytest.raises(OptionError, match="category is 'language=en', and choices have where"):
        Claim(**BARE, says="leads", category="language=en", choices={"where": ["language=en"]})


def test_a_narrow_tolerance_contradicts_nothing(tmp_path, catalogue):
    """20 points of error: that the gap equals 20 within 1 is unlikely of any number, and of none more likely."""
    analysis = Analysis(read_board(board(tmp_path, error=20.0)), Specification(country_draws="estimates"))
    claims = [Claim(**BARE | {"id": str(value)}, against="CN", says="equals", value=value, tolerance=0.5) for value in (20, 140, -100)]
    frame = judge(claims, analysis, catalogue).frame.set_index("id")
    assert (frame["p_true"] < 0.05).all()
    assert frame["verdict"].tolist() == ["undecided", "fails", "fails"]
    exact = only(judge([Claim(**BARE, against="CN", says="equals", value=20)], analysis, catalogue))
    assert exact["verdict"] == "undecided"
    assert "No data can show that it is exactly 20 points." in exact["instead"]
    values = np.array([0.0, 1.0, 5.0, 6.0, 9.0])
    assert p_contradicted(Claim(**BARE, says="equals", value=5, tolerance=1), values) == pytest.approx(0.4)
    assert p_contradicted(Claim(**BARE, says="at least", value=5), values) == pytest.approx(0.4)


def test_growth_beside_another_country(catalogue):
    models = pd.concat(
        [
            catalogue.models.iloc[[0]].assign(country=country, release_date=day)
            for country, n, m in (("CN", 6, 21), ("US", 2, 4))
            for day in [*[f"2024-{1 + i:02d}-05" for i in range(n)], *[f"2025-{1 + i % 12:02d}-{10 + i}" for i in range(m - 1)], "2025-12-31"]
        ]
    )
    models = pd.concat([models, models.iloc[[0]].assign(release_date="2024-01-01", country="FR")])
    models.index = [f"m{i}" for i in range(len(models))]
    listed = among(pd.concat([models, catalogue.models]))
    votes = pd.DataFrame({"model_a": ["us-1", "cn-1"], "model_b": ["cn-1", "us-1"], "winner": ["model_a", "model_a"]})
    claim = {"metric": "growth of releases", "earlier": "2024/2024", "later": "2025/2025"}
    claims = [
        Claim(**BARE | claim | {"id": "a", "country": "CN"}, against="US", says="above"),
        Claim(**BARE | claim | {"id": "b", "country": "CN"}, against="others", says="above"),
        Claim(**BARE | claim | {"id": "c", "country": "CN", "later": "2027/2027"}, says="above", value=1),
        Claim(**BARE | claim | {"id": "d", "country": "DE"}, says="above", value=1),
    ]
    frame = judge(claims, recount.analyse(recount.read(votes)), listed).frame.set_index("id")
    assert frame.loc["a", "estimate"] == pytest.approx((3.5 - 2) * 366 / 365)
    assert "p = 0.62 (Fisher)" in frame.loc["a", "caveat"]
    assert frame["verdict"].tolist() == ["undecided", *["untestable"] * 3]
    assert "one other country" in frame.loc["b", "why_not"]
    assert "are of 2024-01-01 to 2025-12-31" in frame.loc["c", "why_not"]
    assert "know no release" in frame.loc["d", "why_not"]


def test_notes_are_of_the_boards_that_judged(tmp_path, catalogue):
    """Of neither the newest nor any other; where several judged, each note says of which."""
    for day in ("2025-01-05", "2025-06-01", "2026-01-01"):
        path = board(tmp_path, f"{day}.csv")
        if day == "2025-01-05":
            path.write_text(f"{path.read_text()}nobody-knows,1100,1090,1110\n")
    boards = read_history(tmp_path)
    first, second = (Claim(**BARE | {"id": day}, says="above", against="CN", date=day) for day in ("2025-01", "2025-06"))
    notes = judge([first], Analysis(boards[-1]), catalogue, boards=boards).notes
    assert any(note.startswith("1 of 6 competitors have no country") for note in notes)
    assert any(note.startswith("board of 6 models") and "2025-01-05" in note for note in notes)
    assert not any("2025-06-01" in note or "2026-01-01" in note for note in notes)
    notes = judge([first, second], Analysis(boards[-1]), catalogue, boards=boards).notes
    assert any(note.startswith("ratings of 2025-01-05: 1 of 6 competitors have no country") for note in notes)
    assert any(note.startswith("ratings of 2025-06-01: board of 5 models") for note in notes)
    assert not any("2026-01-01" in note for note in notes)
