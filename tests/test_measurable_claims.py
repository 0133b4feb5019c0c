"""Claims that cannot be as they stand, by line and field; verdicts that another seed would not give; signs and levels of what is measured."""

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data import read_catalogue
from recount.engine.errors import InputError
from recount.sims.claims.careful import _percent
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.comparisons import monte_carlo_error
from recount.sims.claims.judging import judge
from recount.sims.claims.verdicts import Found, verdict
from tests.catalogues import among

BARE = {"id": "a", "quotation": "q", "source": "s", "metric": "best", "country": "US", "says": "above", "value": 1000}
GROWTH = {"metric": "growth of releases", "value": 2, "earlier": "2024-01-01/2024-06-30", "later": "2024-07-01/2024-12-31"}


def written(path, fields, choices=""):
    lines = [f"{name} = {value!r}".replace("'", '"') for name, value in fields.items()]
    path.write_text("\n".join(["[[claim]]", *lines, *(["[claim.choices]", choices] if choices else [])]))
    return path


@pytest.mark.parametrize(
    ("fields", "choices", "message"),
    [
        ({"metric": "bset"}, "", r"line 5: metric is 'bset'; did you mean 'best'\?"),
        ({"benchmark": "MMLU"}, "", "line 9: benchmark is 'MMLU', which 'best' does not use"),
        ({"metric": "share of top", "value": 65}, "", "line 8: value is 65, and 'share of top' is at most 1; write a share, as 0.65"),
        ({"metric": "best score", "benchmark": "MMLU", "value": 88.5}, "", "line 8: value is 88.5"),
        ({"country": "China"}, "", "line 6: country is 'China', which is no code of ISO 3166-1 and no bloc"),
        ({"against": "Europe"}, "", "line 9: against is 'Europe'"),
        ({}, "confidence_level = 0.5", "choices have confidence_level = 0.5, which 'best' of group 'all' does not use"),
        (GROWTH | {"earlier": "lately"}, "", "line 9: earlier is 'lately', which is no period"),
        (GROWTH | {"later": "2024-03-01/2024-08-31"}, "", "line 10: later is '2024-03-01/2024-08-31', which begins before"),
    ],
)
def test_what_cannot_be_is_refused_by_line_and_field(tmp_path, fields, choices, message):
    with pytest.raises(InputError, match=message):
        read_claims(written(tmp_path / "c.toml", BARE | fields, choices))


def test_blocs_and_organisations_are_places_too(tmp_path):
    assert read_claims(written(tmp_path / "c.toml", BARE | {"country": "EU"}))
    assert read_claims(written(tmp_path / "c.toml", BARE | {"country": "Nordic"}, 'blocs = ["Nordic=SE,NO"]'))
    assert read_claims(written(tmp_path / "c.toml", BARE | {"country": "openai"}, 'entity = "organisation"'))


def test_a_lag_leads_by_how_much_less_it_is_and_says_so():
    analysis, catalogue = recount.analyse(), read_catalogue()
    fields = BARE | {"metric": "lag", "value": None}
    claims = [Claim(**fields | {"says": "leads"}), Claim(**fields | {"id": "b", "against": "others", "says": "below"})]
    lead, difference = judge(claims, analysis, catalogue).frame.to_dict("records")
    assert lead["estimate"] == -difference["estimate"] > 0
    phrase = "the time from the first model as good as the best of {}, within 0 points, to the release of that best one"
    assert lead["among"] == difference["among"] == "among all rated models, attributed by headquarters"
    assert lead["measured"] == f"the lowest of any other country minus that of the US, of {phrase.format('a country')}"
    assert difference["measured"] == f"{phrase.format('the US')}, minus the lowest of any other country"


def test_near_the_limit_no_seed_decides():
    assert verdict(Found(p_true=0.96, p_error=0.004)) == "holds"
    assert verdict(Found(p_true=0.96, p_error=0.006)) == "undecided"
    assert verdict(Found(p_true=0.04, p_contradicted=0.96, p_error=0.006)) == "undecided"
    assert verdict(Found(p_true=1.0, p_error=0.0)) == "holds"


def test_error_of_a_probability():
    """Of independent draws it is the binomial one; of draws that repeat each other it is larger."""
    rng = np.random.default_rng(3)
    claim = Claim(**BARE | {"value": 0.0})
    found = [monte_carlo_error(claim, rng.normal(size=1600)) for _ in range(200)]
    assert np.sqrt(np.mean(np.square(found))) == pytest.approx(np.sqrt(0.25 / 1600), rel=0.1)
    alike = [monte_carlo_error(claim, np.repeat(rng.normal(size=16), 100)) for _ in range(200)]
    assert np.sqrt(np.mean(np.square(alike))) == pytest.approx(np.sqrt(0.25 / 16), rel=0.1)


@pytest.mark.parametrize(("p", "shown"), [(0.94675, "94.7"), (0.9497, "94.97"), (0.95, "95"), (0.0503, "5.03"), (0.0497, "5"), (0.5, "50")])
def test_a_probability_is_shown_on_its_side_of_the_limit(p, shown):
    assert _percent(p) == shown


def test_the_eu_and_the_eea_are_blocs_by_themselves(tmp_path):
    """As if the claim gave them; and a country that counts in one of them is no rival of it."""
    analysis, catalogue = recount.analyse(), read_catalogue()
    fields = BARE | {"country": "EU", "against": "US", "says": "below", "value": 0}
    claims = [
        Claim(**fields),
        Claim(**fields | {"id": "b"}, choices={"blocs": ["EU"]}),
        Claim(**fields | {"id": "c", "country": "US", "against": "EEA", "says": "above"}),
    ]
    alone, given, other = judge(claims, analysis, catalogue).frame.to_dict("records")
    assert alone["verdict"] == other["verdict"] == "holds"
    assert (alone["estimate"], alone["lower"], alone["p_true"]) == (given["estimate"], given["lower"], given["p_true"])
    for fields, choices, message in (
        ({"country": "EU", "against": "FR"}, "", "against is 'FR', which counts in the bloc 'EU' of this claim; name a country outside it"),
        ({"country": "EU", "against": "EEA"}, "", "country is 'EU', and of the blocs that the claim needs .* without a country in common"),
        ({"country": "EU"}, 'blocs = ["Nordic=SE,NO"]', "country is 'EU', and of the blocs that the claim needs"),
        ({"country": "DE"}, 'blocs = ["EU"]', "country is 'DE', which counts in the bloc 'EU'"),
    ):
        with pytest.raises(InputError, match=message):
            read_claims(written(tmp_path / "c.toml", BARE | fields, choices))


def test_a_level_on_the_scale_of_an_anchor_has_the_error_of_the_anchor():
    """Of a competitor with 30 votes as anchor nobody knows what 1100 is worth: the interval is that of the difference from it."""
    rng = np.random.default_rng(4)
    a, b = rng.choice(["us-1", "us-2", "cn-1", "cn-2"], (4000, 2)).T
    met = a != b
    rows = pd.DataFrame({"model_a": a[met], "model_b": b[met], "winner": rng.choice(["model_a", "model_b"], met.sum())})
    rare = pd.DataFrame({"model_a": "rare", "model_b": "us-1", "winner": ["model_a"] * 10 + ["model_b"] * 20})
    names = ["us-1", "us-2", "cn-1", "cn-2", "rare"]
    models = pd.DataFrame({"country": ["US", "US", "CN", "CN", "FR"], "organisation": names, "base_model": ""}, index=names)
    for name in read_catalogue().models.columns.difference(models.columns):
        models[name] = np.nan if name.endswith("_b") else ""
    about = recount.analyse(recount.read(pd.concat([rows, rare])), anchor=recount.Anchor("rare", 1000))
    (pair,) = about.pairs(["us-1", "rare"]).frame.to_dict("records")
    fields = {"id": "a", "quotation": "q", "source": "s", "country": "US", "says": "at least"}
    best, number = judge(
        [Claim(**fields, metric="best", value=1050), Claim(**fields | {"id": "b"}, metric="number above", value=1, choices={"above": "1050"})],
        about,
        among(models),
    ).frame.to_dict("records")
    assert best["upper"] - best["lower"] == pytest.approx(pair["difference_upper"] - pair["difference_lower"], rel=0.1)
    assert best["verdict"] == number["verdict"] == "undecided"
    assert best["p_true"] == pytest.approx(number["p_true"], abs=1e-12)
    assert "ratings are differences from 'rare', whose error the interval holds" in best["caveat"]
