"""Sentences that could be printed in place of claims: their numbers, what decides, the fewest votes, and what nothing decides."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from recount.data import read_catalogue
from recount.sims.analysis.analysing import analyse
from recount.sims.claims.bundled import path_of
from recount.sims.claims.careful import as_given, careful_sentences, claimed, said_apart, what_was_tested
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.judging import judge
from recount.sims.claims.measured_words import in_words, rated_in_words
from recount.sims.claims.specifications import Point, what_decides
from recount.sims.claims.verdicts import Found, verdict
from recount.sims.countries.facts import facts_of
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import Specification, WhatIsConcluded
from tests.option_logs import write_logs

BARE = {"id": "a", "quotation": "q", "source": "s", "metric": "best", "country": "US"}


def about(**fields):
    return Claim(**BARE | fields)


@pytest.mark.parametrize("metric", METRICS)
def test_the_words_of_a_metric_name_whom_and_every_number(metric):
    names = ("gpt-4o-2024-05-13", "qwen2-72b-instruct")
    numbers = {"top": 17, "k": 7, "above": "best-43", "lag_tolerance": 13, "parameters": "active"}
    s = Specification.from_dict(numbers | {"attribution": "parent", "open_weights": "osi"})
    fixed = {name: numbers[name] for name in METRICS[metric].varies_by}
    claim = about(metric=metric, against="CN", says="above", group="open weights", choices=fixed)
    words, among = in_words(claim, s), rated_in_words(claim, s, names, facts_of(names), "text")
    assert words.count("the US") == 1
    assert "minus that of CN" in words
    assert "{" not in words
    for name in METRICS[metric].varies_by:
        assert str(numbers[name]).removeprefix("best-") in words
    assert "under a licence that the Open Source Initiative approves" in among
    assert "attributed by parent" in among
    assert among.endswith("by ratings of text")


def test_choices_that_a_claim_fixes_are_told():
    names = ("gpt-4o-2024-05-13", "qwen2-72b-instruct")
    fixed = {"variants": "merged", "blocs": ["Gulf=AE,SA", "EU"], "attribution": "base model"}
    claim = about(says="leads", choices=fixed, category="english", against_category="overall")
    assert in_words(claim, Specification.from_dict(fixed)) == (
        "the rating of the best model of the US, minus the highest of any other country, in category english, minus the same of all votes"
    )
    among = rated_in_words(claim, Specification.from_dict(fixed), names, facts_of(names), "")
    assert among == "among all rated models, attributed by base model, with variants = merged, with blocs = Gulf=AE,SA"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.425, "0.425"),
        (0.0005, "0.0005"),
        (3.5, "3.5"),
        (80.0, "80"),
        (-700, "−700"),
        (1330.0, "1,330"),
        (0.05, "0.05"),
        (0.0, "0"),
        (1e-15, "1e-15"),
    ],
)
def test_numbers_are_those_of_the_claim(value, text):
    assert as_given(value) == text


def test_numbers_have_as_many_decimals_as_the_claim():
    found = Found(estimate=0.4321, lower=0.4, upper=0.45, p_true=0.3, p_contradicted=0.5, unit="share", measured="the share")
    claim = about(metric="share of top", says="equals", value=0.425, tolerance=0.0004)
    assert careful_sentences(claim, found, "undecided", Specification()) == (
        "The share is 0.4321 (95 % interval 0.4000 to 0.4500). The probability that it is within 0.0004 of 0.425 is 30 %; that it is higher, 50 %."
    )
    assert claimed(about(says="at least", value=80), "points") == "at least 80 points"
    assert claimed(about(says="equals", value=20), "points") == "exactly 20 points"
    assert claimed(about(says="leads"), "points") == "above 0"
    assert claimed(about(says="above", value=1), "ratio") == "above 1"


@pytest.mark.parametrize(
    ("p_true", "error", "said"),
    [
        (0.9525, 0.0045, "is 95.2 ± 0.9 %, too near to 95 % for these draws to decide"),
        (0.0475, 0.0045, "is 4.8 ± 0.9 %, too near to 5 % for these draws to decide"),
        (0.9525, 0.0005, "is 95 %."),
        (0.9, 0.0045, "is 90 %."),
    ],
)
def test_undecided_beside_95_says_why(p_true, error, said):
    found = Found(estimate=1, lower=-1, upper=2, p_true=p_true, p_contradicted=1 - p_true, p_error=error, unit="points", measured="it")
    assert said in careful_sentences(about(says="above", value=0), found, verdict(found), Specification())
    assert ("too near" in said) == (verdict(found) == "undecided" and max(p_true, 1 - p_true) >= 0.95)


def test_more_draws_are_asked_for_where_they_decide():
    """Of two models, with as many votes as make the lead about as sure as is asked."""
    n, wins = 1000, 527
    votes = pd.DataFrame({"model_a": ["u"] * n, "model_b": ["c"] * n, "winner": ["model_a"] * wins + ["model_b"] * (n - wins)})
    models = read_catalogue().models.iloc[:2].assign(country=["US", "CN"])
    models.index = ["u", "c"]
    from tests.catalogues import among

    for seed in range(20):
        table = judge([about(says="leads")], analyse(votes, seed=seed, country_draws="estimates", n_draws=500), among(models))
        row = table.frame.iloc[0]
        told = any(note == "a: more `n_draws` tell its probability from 95 %" for note in table.notes)
        assert told == ("± " in row["instead"]) == (0.95 <= row["p_true"] < 0.95 + 2 * row["p_error"])
        if told:
            assert row["verdict"] == "undecided"
            return
    pytest.fail("no seed was near to 95 %")


def test_what_decides_is_the_fewest_choices_by_trying_all():
    usual = Specification()
    rng = np.random.default_rng(5)
    values = {"ties": ("half", "drop", "davidson"), "attribution": ("headquarters", "parent"), "minimum_votes": (0, 1000), "day": ("1", "2")}
    start = (usual.ties.word if hasattr(usual.ties, "word") else "half", "headquarters", 0, "1")
    claim = about(says="above", value=0)
    for _ in range(40):
        found = [
            Point({"ties": t, "attribution": a, "minimum_votes": m, "day": d}, float(rng.normal(1.2)), None)
            for d in values["day"]
            for t in values["ties"]
            for a in values["attribution"]
            for m in values["minimum_votes"]
        ]
        decides, otherwise = what_decides(claim, found, usual, 1.2, True)
        wrong = [(sum(x != y for x, y in zip(p.chosen.values(), start, strict=True)), p) for p in found if p.estimate <= 0]
        if not wrong:
            assert decides == ""
            continue
        fewest = min(n for n, _ in wrong)
        at = next(p.estimate for p in found if tuple(p.chosen.values()) == start)
        expected = max((p for n, p in wrong if n == fewest), key=lambda p: abs(p.estimate - at))
        assert otherwise == expected.estimate
        changed = [f"{name} = {value}" for (name, value), own in zip(expected.chosen.items(), start, strict=True) if value != own]
        assert decides == (" and ".join(changed) or "country_draws = estimates")


def test_a_fragile_claim_says_what_decides():
    found = Found(
        estimate=75, lower=70, upper=81, p_true=0.01, p_contradicted=0.99, share_true=0.75, n_specifications=4, least=72, most=101, unit="points",
        measured="the gap", decides="ties = drop", otherwise=101.3, n_overturn=29,
    )  # fmt: skip
    claim = about(says="at least", value=80, against="CN")
    assert careful_sentences(claim, found, "fragile", Specification()) == (
        "The gap is 75 points (95 % interval 70 to 81). The probability that it is at least 80 points is less than 1 %. By the estimated ratings "
        "themselves it is at least 80 points under 3 of 4 reasonable specifications; it ranges from 72 to 101. With ties left out it would be 101 "
        "points. By the estimated ratings it would be otherwise without 29 votes; whether without fewer is not known."
    )

    beyond = replace(found, estimate=-3, share_true=1, least=72)
    said = "under 4 of 4 reasonable specifications; it ranges from 72 to 101; the number above is of strengths given them."
    assert said in careful_sentences(claim, beyond, "undecided", Specification())


CLAIMS = """
[[claim]]
id = "lead"
metric = "best"
country = "US"
says = "leads"
[[claim]]
id = "no-lead"
metric = "best"
country = "CA"
says = "leads"
[[claim]]
id = "apart"
metric = "best"
country = "US"
against = "CA"
says = "at least"
value = 40
[[claim]]
id = "in-top"
metric = "number in top"
country = "US"
says = "at least"
value = 3
choices = { top = 3 }
"""


def test_the_fewest_votes_are_those_of_influence(tmp_path):
    """For claims that are true by the estimate, and for those that are not."""
    write_logs(tmp_path)
    frame = pd.read_csv(tmp_path / "log.csv")
    path = tmp_path / "own.toml"
    path.write_text(CLAIMS.replace("[[claim]]", '[[claim]]\nquotation = "q"\nsource = "s"'))
    analysis = analyse(frame, n_draws=50)
    rows = judge(read_claims(path), analysis, read_catalogue()).frame.set_index("id")
    for name, row in rows.iterrows():
        found = analysis.influence(WhatIsConcluded(claim=f"{path}:{name}")).found
        if name == "in-top":
            assert found is None
            assert np.isnan(row["n_overturn"])
            continue
        assert row["n_overturn"] == found.n_changed
        assert f"otherwise without {found.n_changed:,} vote" in row["instead"]


def test_what_exact_tests_leave_to_neither_is_told():
    found = Found(estimate=1.9, lower=-5, upper=12, p_true=0.48, p_contradicted=0.14, unit="difference of ratios", measured="growth")
    said = careful_sentences(about(says="above", value=0), found, verdict(found), Specification())
    assert said.endswith("The probability that it is above 0 is between 48 and 86 %.")


def test_a_count_can_be_shown_to_be_exactly_so_many():
    found = Found(estimate=3, lower=3, upper=3, p_true=0.997, p_contradicted=0.003, unit="models", measured="the number")
    claim = about(metric="number in top", says="equals", value=3)
    assert "The probability that it is exactly 3 is more than 99 %" in careful_sentences(claim, found, verdict(found), Specification())
    ratings = Found(estimate=3, lower=2, upper=4, p_true=0.0, p_contradicted=0.5, unit="points", measured="the rating")
    assert "No data can show that it is exactly 3 points." in careful_sentences(
        about(says="equals", value=3), ratings, verdict(ratings), Specification()
    )


def test_sentences_are_short_enough_to_print(tmp_path):
    """A reader takes each in at once: no more than about 35 words beside the days of periods, in every bundled set that can be tested."""
    rows = [row for name in ("article", "lag") for row in judge(read_claims(path_of(name)), analyse(), read_catalogue()).frame.to_dict("records")]
    judged = [row for row in rows if row["verdict"] != "untestable"]
    assert len(judged) >= 4
    for row in judged:
        without_days = re.sub(r" \([-\d]+ to [-\d]+\)", "", row["instead"])
        assert all(len(one.split()) <= 38 for one in re.split(r"(?<=\.) (?=[A-Z])", without_days)), row["instead"]


def test_what_was_tested_stands_beside_the_words_and_what_was_not():
    """A number that a quotation names and nothing here counts has no verdict."""
    claim = about(metric="number in top", against="CN", group="open weights", says="above", not_tested="the numbers 174 and 135")
    found = Found(p_true=0.99, unit="models", measured="the number, minus that of CN", among="among them", caveat="of one day; of two")
    assert what_was_tested(claim, found) == "among models with open weights, the number, minus that of CN, is above 0"
    assert what_was_tested(claim, Found(why_not="no data")) == ""
    row = {"verdict": "holds", "not_tested": claim.not_tested, "caveat": found.caveat}
    assert said_apart(row) == "Not tested: the numbers 174 and 135. Of one day. Of two."
    assert said_apart(row | {"verdict": "untestable", "caveat": ""}) == ""
    bundled = {claim.id: claim for claim in read_claims(path_of("article"))}
    assert "174 and 135" in bundled["more-at-the-top"].not_tested
