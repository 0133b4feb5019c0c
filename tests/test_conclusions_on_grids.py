"""First place, pairs and claims under every specification, against each specification by itself."""

import math

import numpy as np
import pandas as pd
import pytest

from recount.engine.choices import Prior
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.claims.claim import Claim
from recount.sims.claims.claim_curves import claims_across_specifications
from recount.sims.claims.judging import judge
from recount.sims.multiverse.number_ranges import ratings_in_ranges
from recount.sims.multiverse.rated_conclusions import ratings_across_specifications
from recount.sims.specification import Specification, WhatIsConcluded
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import voted
from tests.test_multiverse import PEOPLE

NAMES = list(Specification().as_dict())


@pytest.fixture(scope="module")
def log():
    return read(frame_of(voted(2000)))


def specification_of(row):
    return Specification.from_dict({name: None if value != value else value for name, value in row[NAMES].to_dict().items()})


def spread(analysis):
    return analysis.leaderboard().frame["rating"].std()


def test_first_place_and_pairs_are_those_of_each_leaderboard(log):
    usual = analyse(log, n_draws=50)
    first, second = usual.leaderboard().frame["competitor"].iloc[:2]
    of_first = ratings_across_specifications(usual)
    of_pair = ratings_across_specifications(usual, WhatIsConcluded(pair=(second, first)))
    assert of_first.summary.frame.loc[0, "leader"] == of_pair.summary.frame.loc[0, "leader"] == first
    lines = of_first.specifications.frame
    # Nobody has 1,000 votes.
    assert len(lines) == len(of_pair.specifications.frame) == 4 * 2 * 2 * 2
    for place in range(0, len(lines), 3):
        row, pair = lines.iloc[place], of_pair.specifications.frame.iloc[place]
        alone = usual.under(specification_of(row))
        board = alone.leaderboard().frame
        assert row["competitor"] == board["competitor"].iloc[0]
        assert row["p_usual"] == pytest.approx(board.set_index("competitor").loc[first, "p_best"], abs=1e-9)
        said = alone.pair(first, second).frame.iloc[0]
        assert pair["p_usual"] == pytest.approx(said["p_better"], abs=1e-9)
        assert pair["scale"] == pytest.approx(spread(usual) / spread(alone), rel=1e-9)
        for name, column in (("lead", "difference"), ("lead_lower", "difference_lower"), ("lead_upper", "difference_upper")):
            assert pair[name] == pytest.approx(pair["scale"] * said[column], abs=1e-9), name
    assert of_first.effects.frame["share"].sum() == pytest.approx(1.0, abs=1e-12)


def test_who_is_not_rated_under_all():
    """Where a minimum of votes leaves one of the two out nothing is said of them: neither that they agree, nor that it changes who leads."""
    frame = frame_of(voted(40_000, n=4))
    few = frame[(frame["model_a"] != "m3") & (frame["model_b"] != "m3")]
    rare = frame[(frame["model_a"] == "m3") | (frame["model_b"] == "m3")].iloc[:600]
    found = ratings_across_specifications(analyse(read(pd.concat([few, rare])), n_draws=10), WhatIsConcluded(pair=("m3", "m0")))
    lines = found.specifications.frame
    assert lines.loc[lines["minimum_votes"] > 0, "lead"].isna().all()
    assert lines.loc[lines["minimum_votes"] == 0, "lead"].notna().all()
    assert (lines["comparable"] == (lines["minimum_votes"] == 0)).all()
    row = found.summary.frame.iloc[0]
    assert (row["share_agree"], row["n_specifications"], row["n_unranked"], row["others"]) == (1.0, len(lines) / 3, 2 * len(lines) / 3, "")
    assert found.changes.frame.empty
    assert any("m3 is not ranked (minimum_votes=1000, minimum_votes=5000); these say nothing" in note for note in found.summary.notes)


def test_level_leaders_lead_where_the_same_ones_do():
    """Of two with a vote each nobody is ahead, whatever is chosen; that is one conclusion, of which nobody is missing."""
    frame = pd.DataFrame([("a", "b", "model_a"), ("a", "b", "model_b")], columns=["model_a", "model_b", "winner"])
    found = ratings_across_specifications(analyse(read(frame), n_draws=10))
    row = found.summary.frame.iloc[0]
    assert (row["leader"], row["share_agree"], row["n_leads"], row["n_unranked"]) == ("a, b", 1.0, row["n_analyses"], 0)
    assert not any("not ranked" in note for note in found.summary.notes)
    assert "a and b share first place in every specification. Nobody has a lead of its own" in found.summary.headline


def test_what_is_refused(log):
    for ask in (ratings_across_specifications, ratings_in_ranges):
        with pytest.raises(OptionError, match="analysis is a Log; give an Analysis"):
            ask(log)
    with pytest.raises(OptionError, match="analysis is a Log; give an Analysis"):
        claims_across_specifications([claim_of(says="leads")], log, among(PEOPLE))
    with pytest.raises(OptionError, match="ratings were given in their place"):
        ratings_across_specifications(analyse(analyse(log).uncertainty))
    with pytest.raises(OptionError, match="'nobody' is not rated under the usual specification"):
        ratings_across_specifications(analyse(log), WhatIsConcluded(pair=("m0", "nobody")))
    with pytest.raises(OptionError, match="'m0' is given twice"):
        ratings_across_specifications(analyse(log), WhatIsConcluded(pair=("m0", "m0")))
    with pytest.raises(OptionError, match="first, or the better one of a pair"):
        ratings_across_specifications(analyse(log), WhatIsConcluded(best=2))


def claim_of(**stated):
    return Claim(**{"id": "a", "quotation": "q", "source": "s", "metric": "best", "country": "US"} | stated)


@pytest.mark.parametrize(
    ("stated", "sign"),
    [
        ({"says": "leads"}, 1),
        ({"says": "at most", "value": 20.0, "against": "CN"}, -1),
        ({"says": "equals", "value": 10.0, "tolerance": 15.0, "against": "FR"}, 0),
    ],
    ids=["leads", "at most", "equals"],
)
def test_a_claim_on_the_grid_is_the_claim_as_judged(log, stated, sign):
    claim, usual, people = claim_of(**stated), analyse(log, n_draws=40), among(PEOPLE)
    lines = claims_across_specifications([claim], usual, people).specifications.frame
    # Four rules of ties, both bad, weights, priors; whose a model is, variants, draws.
    assert len(lines) == 4 * 2 * 2 * 2 * 3 * 2 * 2
    for place in (0, 100, len(lines) - 1):
        row = lines.iloc[place]
        judged = judge([claim], usual.under(specification_of(row)), people).frame.iloc[0]
        assert row["estimate"] == pytest.approx(judged["estimate"], abs=1e-9)
        assert row["p_true"] == pytest.approx(judged["p_true"], abs=1e-12)
        away = row["estimate"] - claim.bound
        scale = spread(usual) / spread(usual.under(specification_of(row))) if stated["says"] == "leads" else 1.0
        assert row["scale"] == pytest.approx(scale, rel=1e-9)
        assert row["lead"] == pytest.approx(scale * sign * away if sign else claim.tolerance - abs(away), abs=1e-9)
        assert (row["verdict"] == "true") == (row["lead"] > 0)
    agrees = lines["p_true"] if lines["verdict"].iloc[0] == "true" else 1 - lines["p_true"]
    assert np.allclose(lines["p_usual"], agrees)


def test_claims_that_ratings_do_not_measure_are_told(log):
    usual, people = analyse(log, n_draws=10, prior=Prior("gaussian", 400.0)), among(PEOPLE)
    of_survey = claim_of(id="b", metric="survey", country="", says="above", value=0.5)
    with pytest.raises(InputError, match="measure none of the claims: b: left out"):
        claims_across_specifications([of_survey], usual, people)
    found = claims_across_specifications([of_survey, claim_of(says="leads")], usual, people)
    assert found.summary.frame["conclusion"].tolist() == ["a"]
    assert found.summary.notes[0].startswith("b: left out")
    assert not math.isnan(found.summary.frame.loc[0, "share_agree"])
