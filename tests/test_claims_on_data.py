"""Figures of published reports that the shared data can show, against slow, obvious computations from the files; skipped where there are none."""

import csv
import json
from datetime import date

import numpy as np
import pytest

import recount
from recount.data import read_catalogue, read_history, read_scores
from recount.engine.errors import InputError
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.bundled import path_of, sets
from recount.sims.claims.careful import said_apart
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.judging import judge
from recount.sims.claims.of_releases import counts, lists_of
from recount.sims.countries.facts import facts_of
from recount.sims.specification import Specification
from recount.sims.trends.release_growth import growth, p_of_equal_growth
from recount.sims.trends.release_lists import period_of

BARE = {"quotation": "q", "source": "s"}
EU = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE".split()
AS_STATED = Specification(country_draws="estimates", n_draws=200)


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def slow_gap(path, category):
    """Best US rating minus best Chinese one, by the rows of a file and the catalogue's or the board's own organisation."""
    catalogue = read_catalogue()
    best = {"US": -np.inf, "CN": -np.inf}
    for row in (
        json.loads(path.read_text(encoding="utf-8"))["rows"]
        if path.suffix == ".json"
        else csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ):
        if row.get("category", category) != category:
            continue
        key = catalogue.key_of(row["model_name"])
        country = catalogue.models["country"].get(key, "") if key else ""
        organisation = catalogue.organisation_of(row.get("organization") or "")
        country = country or (catalogue.organisations["country"].get(organisation, "") if organisation else "")
        if country in best:
            best[country] = max(best[country], float(row["rating"]))
    return best["US"] - best["CN"]


def gap_claim(**more):
    return Claim(**BARE | {"id": "g", "metric": "best", "country": "US", "against": "CN", "says": "above", "value": 0} | more)


@pytest.mark.parametrize(
    ("subset", "category", "gap"),
    [
        ("text", "overall", 22.1),
        ("text_style_control", "overall", 17.7),
        ("text_style_control", "english", 13.6),
        ("text_style_control", "non_english", 21.0),
        ("text_style_control", "chinese", 16.1),
        ("text_style_control", "russian", 26.2),
        ("text_style_control", "coding", 8.1),
        ("text_style_control", "math", 46.0),
    ],
)
def test_gaps_of_2026_08(shared, catalogue, subset, category, gap):
    path = shared / "arena_2026" / "2026-08-22" / f"{subset}.json"
    analysis = Analysis(recount.read_board(path), AS_STATED)
    row = judge([gap_claim(category="" if category == "overall" else category)], analysis, catalogue).frame.iloc[0]
    assert row["estimate"] == pytest.approx(slow_gap(path, category), abs=1e-6)
    assert round(row["estimate"], 1) == gap


def test_the_gap_is_not_smaller_outside_english(shared, catalogue):
    """7.4 points larger by the ratings; so the claim of the article is far from shown."""
    path = shared / "arena_2026" / "2026-08-22" / "text_style_control.json"
    claim = gap_claim(category="non_english", against_category="english", says="below")
    stated = judge([claim], Analysis(recount.read_board(path), AS_STATED), catalogue).frame.iloc[0]
    assert round(stated["estimate"], 1) == 7.4
    usual = judge([claim], Analysis(recount.read_board(path)), catalogue).frame.iloc[0]
    assert usual["verdict"] == "undecided"
    assert usual["p_true"] < 0.5
    assert "taken as independent" in usual["caveat"]


def test_gaps_of_the_ai_index(shared, catalogue):
    """23 points of February 2025 are of its first half; the history has other points for January 2024."""
    path = shared / "leaderboards" / "nakasyou" / "result.csv"
    wide = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    slow = {}
    for row in wide[1:]:
        day = f"{row[0][:4]}-{row[0][4:6]}-{row[0][6:8]}" if "-" not in row[0] else row[0]
        best = {"US": 0.0, "CN": 0.0}
        for name, text in zip(wide[0][1:], row[1:], strict=True):
            key = catalogue.key_of(name, day)
            country = catalogue.models["country"].get(key, "") if key else ""
            if country in best and text:
                best[country] = max(best[country], float(text))
        slow[day] = best["US"] - best["CN"]
    boards = read_history(path)
    claims = [gap_claim(id=day, date=day) for day in slow if day[:7] in ("2024-01", "2025-02")]
    frame = judge(claims, Analysis(boards[-1]), catalogue, boards=boards).frame.set_index("id")
    assert frame["estimate"].to_dict() == pytest.approx({claim.id: slow[claim.id] for claim in claims})
    assert set(frame["verdict"]) == {"untestable"}
    assert frame["why_not"].str.startswith("these ratings state no intervals").all()
    assert frame["estimate"]["2025-02-09"] == pytest.approx(23, abs=1)
    assert frame["estimate"]["2025-02-21"] == pytest.approx(41, abs=1)
    index = judge(read_claims(path_of("ai-index")), Analysis(boards[-1]), catalogue, boards=boards).frame.set_index("id")
    near = [gap for day, gap in slow.items() if abs((date(2025, 2, 27) - date.fromisoformat(day)).days) <= 45]
    assert (index.loc["gap-2025-02", "least"], index.loc["gap-2025-02", "most"]) == pytest.approx((min(near), max(near)))
    assert index.loc["gap-2026-03", "why_not"].startswith("the ratings are of 2025-02-27, 367 days from 2026-03")


def slow_number(models, n, countries):
    """Models (rating, country, ...) of countries among the n best; those that tie for last places share them. NaN if there are fewer than n."""
    if len(models) < n:
        return np.nan
    last = sorted((one[0] for one in models), reverse=True)[n - 1]
    above, level = [one for one in models if one[0] > last], [one for one in models if one[0] == last]
    part = (n - len(above)) / len(level)
    return sum(one[1] in countries for one in above) + part * sum(one[1] in countries for one in level)


def test_shares_at_each_date(shared, catalogue):
    """Top five, top 100 with open weights by China and the EU, and top 20 proprietary by the US: sorted lists, counted."""
    boards = read_history(shared / "leaderboards" / "monthly")
    shares = {
        "five": {"metric": "number in top", "country": "CN", "choices": {"top": 5}},
        "open": {"metric": "share of top", "group": "open weights", "country": "CN", "choices": {"top": 100}},
        "eu": {"metric": "share of top", "group": "open weights", "country": "EU", "choices": {"top": 100, "blocs": ["EU"]}},
        "us": {"metric": "share of top", "group": "proprietary", "country": "US", "choices": {"top": 20}},
    }
    seen = set()
    for board in boards:
        facts = facts_of(board.names, catalogue, recount.sims.countries.facts.stated_by(board)).frame
        claims = [Claim(**BARE | {"id": name, "says": "above", "value": 0} | fields) for name, fields in shares.items()]
        frame = judge(claims, Analysis(board, AS_STATED), catalogue).frame.set_index("id")
        models = [(rating, *facts.loc[name, ["country", "licence_class"]]) for rating, name in zip(board.ratings, board.names, strict=True)]
        opened = [one for one in models if one[2] not in ("", "proprietary")]
        closed = [one for one in models if one[2] == "proprietary"]
        slow = {
            "five": slow_number(models, 5, ["CN"]),
            "open": slow_number(opened, 100, ["CN"]) / 100,
            "eu": slow_number(opened, 100, EU) / 100,
            "us": slow_number(closed, 20, ["US"]) / 20,
        }
        if board.date == "2025-08-06":
            assert slow["five"] == 1
            assert slow_number(opened, 5, ["CN"]) == 5
        for name, expected in slow.items():
            if np.isnan(expected):
                assert frame.loc[name, "why_not"].startswith("there are ")
            elif frame.loc[name, "verdict"] == "untestable":
                assert expected == 0
                assert frame.loc[name, "why_not"].startswith("no model of 'EU'")
            else:
                assert frame.loc[name, "estimate"] == pytest.approx(expected), (board.date, name)
                seen.add(name)
    assert seen == set(shares)


def test_releases_as_published(shared, catalogue):
    """Over 70 B with open weights, 2024 to 2025-10-24: China 6 to 21, the US 2 to 4; counted in the files."""
    slow = {}
    for place in (shared / "benchmark_scores" / "data" / "organizations").glob("*/models/*/model.json"):
        model = json.loads(place.read_text(encoding="utf-8"))
        country = json.loads((place.parents[2] / "organization.json").read_text(encoding="utf-8"))["country"]
        is_open = bool(model["source_weights_link"]) or model["license_id"] not in ("proprietary", "unknown", None)
        if is_open and (model["param_count"] or 0) > 70e9 and model["release_date"]:
            slow[country, model["release_date"][:4]] = slow.get((country, model["release_date"][:4]), 0) + 1
    evidence = Evidence(Analysis(recount.read(recount.data.ARENA_VOTES)), catalogue, scores=read_scores(shared / "benchmark_scores"))
    periods = period_of("2024/2024"), period_of("2025-01-01/2025-10-24")
    claim = Claim(
        **BARE,
        id="r",
        metric="growth of releases",
        group="open weights",
        country="CN",
        larger_than=70,
        value=1,
        earlier="2024/2024",
        later="2025/2025",
    )
    found = {name: counts(claim, name, lists_of(evidence)[0], Specification(), periods)[:2] for name in ("CN", "US")}
    assert found == {name: (slow[name, "2024"], slow[name, "2025"]) for name in ("CN", "US")}
    assert found == {"CN": (6, 21), "US": (2, 4)}
    china, america = growth(*found["CN"]), growth(*found["US"])
    assert [round(end, 1) for end in (china.ratio, china.lower, china.upper)] == [3.5, 1.4, 10.6]
    assert (round(america.lower, 1), round(america.upper)) == (0.3, 22)
    assert round(p_of_equal_growth(found["CN"], found["US"]), 2) == 0.62


@pytest.fixture(scope="module")
def verdicts(shared, catalogue):
    """Verdicts on every claim of the four sets, by the monthly boards and the scores."""
    boards, scores = read_history(shared / "leaderboards" / "monthly"), read_scores(shared / "benchmark_scores")
    found = {}
    for name in sets():
        found |= (
            judge(read_claims(path_of(name)), Analysis(boards[-1]), catalogue, scores=scores, boards=boards).frame.set_index("id").to_dict("index")
        )
    return found


@pytest.mark.parametrize(
    ("name", "verdict", "said"),
    [
        ("open-weights-lead", "holds", "77 points"),
        ("174-models", "untestable", "fewer than the top 309"),
        ("three-of-five", "fails", "is 1 (95 %"),
        ("three-of-five-open", "holds", "is 5."),
        ("share-of-top-100", "fails", "0.34"),
        ("proprietary-us", "fails", "as of 2025-08-06"),
        ("mmlu-china", "fails", "90.2 % (kimi-k2-0905)"),
        ("mmlu-us", "fails", "92.5 % (gpt-5-2025-08-07)"),
        ("mmlu-parity", "undecided", "Two one-sided tests of these two"),
        ("humaneval-ahead", "undecided", "94.5 % (kimi-k2-0905) and 93.7 % (claude-3-5-sonnet-20241022)"),
        ("releases-faster", "undecided", "p = 0.62 (Fisher)"),
        ("gap-outside-english", "untestable", "no ratings of category 'non_english'"),
        ("developers", "untestable", "no sample"),
        ("gap-in-percent", "untestable", "depends on where the scale of ratings begins"),
        ("epoch-longest", "holds", "The yardstick is these ratings"),
        ("fine-tunes", "untestable", "which models others build on"),
    ],
)
def test_verdicts_on_the_bundled_sets(verdicts, name, verdict, said):
    sentences = f"{verdicts[name]['instead']} {said_apart(verdicts[name])}"
    assert (verdicts[name]["verdict"], said in sentences) == (verdict, True), sentences


def test_every_bundled_claim_has_a_provenance_and_a_sentence(verdicts):
    assert {one["provenance"] for one in verdicts.values()} == {"primary", "reported", "untraceable"}
    assert all(one["instead"].endswith(".") and "nan" not in one["instead"] for one in verdicts.values())
    untestable = [one for one in verdicts.values() if one["verdict"] == "untestable"]
    assert all(one["why_not"] for one in untestable)
    assert len(untestable) < len(verdicts) / 2


def test_orders_agree_as_far_as_scipy_says(shared, catalogue):
    from scipy.stats import kendalltau

    board = recount.read_board(shared / "leaderboards" / "monthly" / "2025-08-06.csv")
    scores = read_scores(shared / "benchmark_scores")
    claim = Claim(**BARE, id="t", metric="agreement of orders", benchmark="MMLU", says="above", value=0.3)
    row = judge([claim], Analysis(board), catalogue, scores=scores).frame.iloc[0]
    of_model = dict(
        zip(
            scores.frame.loc[scores.frame["benchmark"] == "mmlu", "model"],
            scores.frame.loc[scores.frame["benchmark"] == "mmlu", "share"],
            strict=True,
        )
    )
    of_rating = {catalogue.key_of(name) or name: rating for name, rating in reversed(list(zip(board.names, board.ratings, strict=True)))}
    both = {}
    for name in sorted(of_model, reverse=True):
        key = catalogue.key_of(name) or name
        if key in of_rating:
            both[key] = of_model[name], of_rating[key]
    tau = kendalltau(*zip(*both.values(), strict=True)).statistic
    assert f"of {len(both)} models" in row["measured"]
    assert row["least"] == pytest.approx(tau)
    assert row["lower"] < row["estimate"] < row["upper"]


def test_a_benchmark_that_is_not_there(shared, catalogue):
    scores = read_scores(shared / "benchmark_scores")
    claim = Claim(**BARE, id="t", metric="best score", benchmark="MMLUU", country="CN", says="above", value=0.3)
    row = judge([claim], Analysis(recount.read(recount.data.ARENA_VOTES)), catalogue, scores=scores).frame.iloc[0]
    assert "no score on 'MMLUU'" in row["why_not"]
    with pytest.raises(InputError, match="benchmark is 'MMLU', which 'best' does not use"):
        judge([gap_claim(benchmark="MMLU")], Analysis(recount.read(recount.data.ARENA_VOTES)), catalogue)
