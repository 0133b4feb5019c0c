"""Claims: files of them, what they say of numbers, verdicts, and what is measured, against slow obvious computations."""

import re
import textwrap
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data import ARENA_VOTES, read_catalogue
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.claims.bundled import path_of, sets
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.claim_template import template
from recount.sims.claims.comparisons import is_true
from recount.sims.claims.judging import check_measures, judge
from recount.sims.claims.specifications import Point, elsewhere
from recount.sims.claims.verdicts import MEANINGS, Found, verdict
from recount.sims.countries.drawing import drawn
from recount.sims.countries.facts import facts_of
from recount.sims.specification import Specification
from tests.catalogues import among

BARE = {"id": "one", "quotation": "q", "source": "s", "metric": "best", "country": "US"}
GOOD = """\
# a comment
[[claim]]
id = "one"
quotation = "q"
source = "s"
metric = "best"
country = "US"
says = "leads"

[[claim]]
id = "two"
quotation = "q"
source = "s"
date = 2024-08-14
metric = "number in top"
country = "CN"
says = "at least"
value = 3
[claim.choices]
top = 5
"""


@pytest.fixture(scope="module")
def analysis():
    return recount.analyse(recount.read(ARENA_VOTES))


def written(tmp_path, text):
    path = tmp_path / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read(tmp_path):
    one, two = read_claims(written(tmp_path, GOOD))
    assert (one.id, one.rival, one.bound) == ("one", "others", 0.0)
    assert (two.date, two.value, dict(two.choices)) == ("2024-08-14", 3, {"top": 5})


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('metric = "best"', 'metrik = "best"', 6, "there is no field 'metrik'; did you mean 'metric'?"),
        ('says = "leads"', 'says = "wins"', 8, "says is 'wins'; give one of 'leads'"),
        ('metric = "best"', 'metric = "best"\ngroup = "tiny"', 7, "group is 'tiny'; give one of 'all'"),
        ("value = 3", 'value = "three"', 18, "value is 'three'"),
        ("value = 3", "", 10, "value is missing"),
        ("value = 3", "value = [3]", 18, "value is a list"),
        ("top = 5", "top = 0", 20, "top is 0"),
        ("top = 5", "tip = 5", 20, "there is no choice 'tip'; did you mean 'top'?"),
        ("top = 5", 'top = "5x"', 20, "top is '5x'"),
        ('id = "two"', 'id = "one"', 11, "id 'one' is there twice"),
        ('id = "two"', 'id = ""', 11, "id is missing or empty"),
        ('source = "s"\ndate', "date", 10, "source is missing or empty"),
        ('country = "US"\n', 'country = "US"\nagainst = "US"\n', 8, "against is 'US'"),
        ('says = "leads"', 'says = "leads"\nvalue = 2', 8, "says is 'leads'"),
        ("value = 3", "value = 3\ntolerance = 1", 19, "tolerance is 1"),
        ("date = 2024-08-14", 'date = "last year"', 14, "date is 'last year'; give a day"),
        ("# a comment", 'kind = "x"', 1, "'kind' belongs to no claim"),
    ],
)
def test_errors_point_at_line_and_field(tmp_path, old, new, line, said):
    assert old in GOOD
    with pytest.raises(InputError) as error:
        read_claims(written(tmp_path, GOOD.replace(old, new, 1)))
    assert f"claims.toml, line {line}: " in str(error.value)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "said"), [("id = = 3", "at line 1, column 6"), ("", "holds no claim"), ("claim = 3", "holds no claim")])
def test_what_is_no_file_of_claims(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        read_claims(written(tmp_path, text))
    with pytest.raises(InputError, match="cannot be read"):
        read_claims(tmp_path / "none.toml")


def test_metrics_are_known_and_take_what_is_given():
    with pytest.raises(InputError, match=r"metric is 'bst'; did you mean 'best'\?"):
        check_measures([Claim(**BARE | {"metric": "bst"}, says="leads")])
    with pytest.raises(InputError, match="answers is 12, which 'best' does not use"):
        check_measures([Claim(**BARE, says="leads", answers=12)])


@pytest.mark.parametrize(
    ("says", "true"),
    [
        ("above", [False, False, True]),
        ("at least", [False, True, True]),
        ("equals", [False, True, False]),
        ("at most", [True, True, False]),
        ("below", [True, False, False]),
    ],
)
def test_what_a_claim_says_of_numbers(says, true):
    """Rounding does not decide: 0.1 + 0.2 equals 0.3."""
    claim = Claim(**BARE, says=says, value=0.3)
    assert is_true(claim, np.array([0.25, 0.1 + 0.2, 0.35])).tolist() == true
    assert is_true(claim, np.array([np.nan])).tolist() == [False]


def test_equals_within_a_tolerance():
    claim = Claim(**BARE, says="equals", value=0.4, tolerance=0.02)
    assert is_true(claim, np.array([0.379, 0.38, 0.42, 0.421])).tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("found", "judged"),
    [
        (Found(p_true=0.97), "holds"),
        (Found(p_true=0.97, share_true=0.96), "holds"),
        (Found(p_true=0.97, share_true=0.94), "fragile"),
        (Found(p_true=0.94, share_true=1.0), "undecided"),
        (Found(p_true=0.06, p_contradicted=0.94, share_true=0.0), "undecided"),
        (Found(p_true=0.02, p_contradicted=0.98, share_true=0.0), "fails"),
        (Found(p_true=0.02, p_contradicted=0.98, share_true=0.2, share_contradicted=0.8), "fragile"),
        # As likely too high as too low: its tolerance is narrow, which contradicts nothing.
        (Found(p_true=0.02, p_contradicted=0.5, share_true=0.0), "undecided"),
        (Found(p_true=0.99, why_not="no data"), "untestable"),
        (Found(), "untestable"),
    ],
)
def test_scale_of_verdicts(found, judged):
    assert verdict(found) == judged


def test_numbers_are_those_of_a_slow_computation(analysis):
    """Of the top twenty, and of the best models, draw by draw."""
    catalogue = read_catalogue()
    claims = [
        Claim(**BARE, says="above", against="CN", value=60),
        Claim(**BARE | {"id": "two", "metric": "share of top"}, says="at least", value=0.7, choices={"top": 20}),
    ]
    table = judge(claims, analysis, catalogue).frame.set_index("id")
    countries = catalogue.models.loc[list(analysis.names), "country"].tolist()
    gaps, shares = [], []
    for draw in drawn(analysis, facts_of(analysis.names, catalogue)).values[1:]:
        ranked = sorted(zip(draw, countries, strict=True), reverse=True)
        best = {country: max(x for x, of in ranked if of == country) for country in ("US", "CN")}
        gaps.append(400 / np.log(10) * (best["US"] - best["CN"]))
        shares.append(sum(of == "US" for _, of in ranked[:20]) / 20)
    gaps, shares = np.array(gaps), np.array(shares)
    for name, values, true in (("one", gaps, gaps > 60), ("two", shares, shares >= 0.7 - 1e-9)):
        row = table.loc[name]
        assert row["estimate"] == pytest.approx(np.sort(values)[(values.size - 1) // 2])
        assert row["p_true"] == pytest.approx(true.mean())
        within = np.mean((values >= row["lower"] - 1e-9) & (values <= row["upper"] + 1e-9))
        # Shares are steps of a twentieth.
        assert 0.949 < within < (0.951 if name == "one" else 1.01)


def test_other_specifications_are_those_run_alone(analysis):
    """The range, and the share that agree, over all specifications, each fitted anew; what changes nothing here is not counted.

    Whose a model is; what "both bad" is where ties are left out; and a number of votes that all who stay have anyway.
    """
    claim = Claim(**BARE | {"country": "CN"}, says="leads", group="open weights")
    row = judge([claim], analysis, read_catalogue()).frame.iloc[0]
    leads: dict[str, list[float]] = {"headquarters": [], "parent": [], "base model": []}
    analyses: dict[tuple[object, ...], float] = {}
    from recount.sims.multiverse import grid

    for specification in grid(analysis.specification.but(groups="open weights", metrics="best")):
        # Variants of a model are as good as its best, and estimates are not drawn.
        if (specification.variants, specification.country_draws) == ("apart", "posterior") and (
            specification.attribution == "headquarters" or (specification.minimum_votes, specification.ties) == (0, "half")
        ):
            frame = recount.analyse(analysis.log, specification.but(n_draws=2, country_draws="estimates")).countries().frame
            ranked = frame[(frame["group"] == "open weights") & (frame["metric"] == "best")].set_index("country")["estimate"]
            leads[specification.attribution].append(ranked["CN"] - ranked.drop("CN").max())
            if specification.attribution == "headquarters":
                same = frame.loc[frame["group"] == "open weights", ["country", "n_models", "estimate"]].round(4)
                analyses[tuple(same.sort_values("country").itertuples(index=False))] = leads["headquarters"][-1]
    assert set(leads["headquarters"]) >= set(leads["parent"]) == set(leads["base model"])
    assert len(leads["headquarters"]) == 288
    assert row["n_specifications"] == len(analyses) == 168
    leads = np.array([*analyses.values()])
    assert (row["least"], row["most"]) == pytest.approx((min(leads), max(leads)), abs=1e-6)
    assert row["share_true"] == np.mean(leads > 0)
    assert row["verdict"] == "fragile"
    assert row["matters"].startswith("open_weights: any ")


def test_what_ratings_cannot_say(analysis):
    catalogue = read_catalogue()
    claims = [
        Claim(**BARE | {"id": "a", "metric": "share of top", "group": "open weights"}, says="above", value=0.3, choices={"top": 100}),
        Claim(**BARE | {"id": "b", "country": "XX"}, says="leads"),
        Claim(**BARE | {"id": "d", "metric": "mean of k best", "country": "FR"}, says="leads"),
        Claim(id="e", quotation="q", source="s", metric="survey", says="above", value=0.65),
        Claim(id="f", quotation="q", source="s", metric="nothing"),
    ]
    frame = judge(claims, analysis, catalogue).frame.set_index("id")
    assert set(frame["verdict"]) == {"untestable"}
    for name, said in (("a", "82 models"), ("b", "no model of 'XX'"), ("d", "fewer than 3 organisations"), ("e", "no sample")):
        assert said in frame.loc[name, "why_not"]
        assert said in frame.loc[name, "instead"]


def test_ratings_of_another_time_do_not_judge(analysis):
    claims = [Claim(**BARE | {"id": day or "none"}, says="leads", date=day) for day in ("", "2024-08-14", "2024-09", "2024", "2025-02-01", "2023")]
    frame = judge(claims, analysis, read_catalogue(), date(2024, 8, 14)).frame.set_index("id")
    assert frame["verdict"].tolist() == ["holds"] * 4 + ["untestable"] * 2
    assert "171 days from 2025-02-01" in frame.loc["2025-02-01", "why_not"]
    undated = Analysis(analysis.uncertainty, analysis.specification)
    told = judge(claims, undated, read_catalogue())
    assert set(told.frame["verdict"]) == {"holds"}
    assert any("day of these ratings is not known" in note for note in told.notes)


def test_the_bundled_votes_know_their_day():
    """In Python as on the command line; and bundled sets are read by their names."""
    about = Claim(**BARE, says="leads", date="2025-02-01")
    assert "171 days from 2025-02-01" in judge([about], recount.analyse(), read_catalogue()).frame["why_not"].iloc[0]
    assert len(read_claims("article")) > 10


def test_growth_and_surveys():
    """As tests/test_trends.py has them, by the words of a claim."""
    catalogue = pd.DataFrame(
        {
            "organisation": "O",
            "country": "CN",
            "licence_class": "open_source",
            "total_parameters_b": 100.0,
            "release_date": [*[f"2024-0{1 + i}-05" for i in range(6)], *[f"2025-{1 + i % 9:02d}-05" for i in range(20)], "2025-03", "2023", ""],
        },
        index=[f"m{i}" for i in range(29)],
    )
    votes = pd.DataFrame({"model_a": ["m1", "m2", "m1"], "model_b": ["m2", "m1", "m2"], "winner": ["model_a", "model_a", "tie"]})
    periods = {"earlier": "2024-01-01/2024-12-31", "later": "2025-01-01/2025-12-31"}
    same = {"quotation": "q", "source": "s"}
    claims = [
        Claim(id="a", **same, metric="growth of releases", country="CN", group="large", says="above", value=1.2, **periods),
        Claim(id="b", **same, metric="survey", says="above", value=0.65, share=0.7, answers=900),
        Claim(id="c", **same, metric="survey", says="above", value=0.65, share=0.7, answers=900, design_effect=9.0),
    ]
    frame = judge(claims, recount.analyse(recount.read(votes)), among(catalogue)).frame.set_index("id")
    # 2024 is a leap year; the last release that is listed is of day 248 of 2025.
    longer = 366 / 248
    assert frame.loc["a", "estimate"] == pytest.approx(21 / 6 * longer)
    assert (round(frame.loc["a", "lower"] / longer, 1), round(frame.loc["a", "upper"] / longer, 1)) == (1.4, 10.6)
    # As numbers; and as if the model without a day were of 2024.
    assert frame.loc["a", "least"] == pytest.approx(21 / 7)
    assert "the list ends 117 days before the later period ends" in frame.loc["a", "caveat"]
    assert frame["verdict"].tolist() == ["holds", "holds", "undecided"]


def test_bundled_sets_are_whole():
    for name in sets():
        claims = read_claims(path_of(name))
        check_measures(claims)
        assert claims
    with pytest.raises(InputError, match="did you mean 'article'"):
        path_of("artikel")


def test_the_template_is_a_file_of_claims(tmp_path):
    (claim,) = read_claims(written(tmp_path, template()))
    check_measures([claim])
    assert claim.value == 3
    commented = "\n".join(line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in template().splitlines())
    with pytest.raises((InputError, OptionError), match=r"does not use|tolerance"):
        check_measures(read_claims(written(tmp_path, commented)))


def test_the_page_walks_to_its_verdict(recount, tmp_path):
    page = (Path(__file__).parents[1] / "docs" / "claims.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?:^    .*\n)+", page, re.M)
    path = written(tmp_path, textwrap.dedent(blocks[0]))
    said = recount("claims", path)
    assert said.code == 0
    assert blocks[1].strip() in said.err.splitlines()
    for name, means in MEANINGS.items():
        assert f"| {name} | {means}" in page


def test_a_number_said_to_equal_another_fails_only_if_other_specifications_put_it_on_the_same_side():
    claim = Claim(id="a", quotation="q", source="s", metric="best", country="CN", says="equals", value=10.0, tolerance=1.0)
    usual = Specification()
    sides = [Point({"ties": word}, estimate, word) for word, estimate in (("half", 14.0), ("drop", 15.0), ("davidson", 6.0))]
    found = elsewhere(claim, sides, 14.0, usual, 0.01)
    assert (found.share_true, found.share_contradicted) == (0.0, pytest.approx(2 / 3))
    assert (found.decides, found.otherwise) == ("ties = davidson", 6.0)
    assert verdict(Found(p_true=0.01, p_contradicted=0.99, **found._asdict())) == "fragile"
    same = elsewhere(claim, sides[:2], 14.0, usual, 0.01)
    assert verdict(Found(p_true=0.01, p_contradicted=0.99, **same._asdict())) == "fails"
