"""Sobol indices of numbers against closed forms, and of real leads against what each number does by itself."""

import numpy as np
import pandas as pd
import pytest

from recount.engine.choices import Prior, Weights
from recount.engine.errors import OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.multiverse.number_ranges import countries_in_ranges, ratings_in_ranges
from recount.sims.multiverse.sobol_indices import numbers_of, sobol_effects
from recount.sims.specification import Specification, WhatIsConcluded
from recount.sims.specification.levels import Level
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import voted
from tests.test_multiverse import PEOPLE


def indices(lead, base):
    return pd.DataFrame(sobol_effects(lead, base, list(numbers_of(base)))).set_index("choices")


def test_numbers_are_those_that_matter():
    """Of what is asked, those of the groups and metrics; of a prior and of weights the amount, where there is one."""

    def names(**choices):
        return [(number.name, number.low, number.high) for number in numbers_of(Specification(**choices))]

    assert names(groups="all", metrics="best") == [("minimum_votes", 0, 5000)]
    assert names(groups="large", metrics=("lag", "number above"), above=Level(80.0)) == [
        ("minimum_votes", 0, 5000),
        ("size_threshold", 7, 70),
        ("above", 50, 200),
        ("lag_tolerance", 0, 25),
    ]
    rated = names(groups="all", metrics="best", prior=Prior("gaussian", 300.0), weights=Weights.decay("tstamp", 10.0))
    assert rated == [("weights", 10, 365), ("prior_amount", 200, 800), ("minimum_votes", 0, 5000)]
    # What was chosen is among the values.
    chosen = names(groups="all", metrics="number in top", top=3, prior=Prior("gaussian", 1000.0))
    assert chosen == [("prior_amount", 200, 1000), ("minimum_votes", 0, 5000), ("top", 3, 50)]
    given = numbers_of(Specification(groups="all", metrics="number in top"), has_votes=False)
    assert [number.name for number in given] == ["top"]
    assert names(groups="all", metrics="number above", above=Level(1200.0, is_absolute=True)) == [("minimum_votes", 0, 5000)]


def test_closed_forms():
    """Variances of a sum are those of its terms; a product of centred numbers is all interaction. Whole numbers are uniform on all of them."""
    base = Specification(groups="all", metrics=("number in top", "mean of k best"))
    found = indices(lambda s: 2.0 * s.k + 0.1 * s.top, base)
    whole = {"k": 4.0 * (5**2 - 1) / 12, "top": 0.01 * (41**2 - 1) / 12, "minimum_votes": 0.0}
    for name, variance in whole.items():
        share = variance / sum(whole.values())
        assert found.loc[name, "share"] == pytest.approx(share, abs=0.05)
        assert found.loc[name, "share_total"] == pytest.approx(share, abs=0.05)
        assert found.loc[name, "share_total_lower"] <= share + 0.02
        assert found.loc[name, "share_total_upper"] >= share - 0.02
    assert found.index[0] == "k"
    assert found["lead_min"].iloc[0] == pytest.approx(2.0 + 1.0, abs=0.3)
    together = indices(lambda s: (s.k - 3) * (s.top - 30), base)
    assert together["share"].to_numpy() == pytest.approx(np.zeros(3), abs=0.12)
    assert together.loc[["k", "top"], "share_total"].to_numpy() == pytest.approx(np.ones(2), abs=0.1)


def test_a_seed_gives_the_same_intervals():
    """Of resampled points too, which scipy's own bootstrap draws anew each time."""
    base = Specification(groups="all", metrics=("number in top", "mean of k best"), seed=7)
    first, again, other = (indices(lambda s: s.k + 0.1 * s.top, given) for given in (base, base, base.but(seed=8)))
    pd.testing.assert_frame_equal(first, again)
    ends = ["share_lower", "share_upper", "share_total_lower", "share_total_upper"]
    assert (first[ends] != other.loc[first.index, ends]).loc[["k", "top"]].all(axis=None)


def test_what_has_no_indices():
    """A lead that is the same everywhere, or not known somewhere, has no variance to share out."""
    base = Specification(groups="all", metrics="number in top")
    numbers = list(numbers_of(base))
    assert sobol_effects(lambda s: 3.0, base, numbers) == []
    assert sobol_effects(lambda s: s.top if s.top > 12 else float("nan"), base, numbers) == []


# Six competitors, of whom every minimum of votes leaves out more.
@pytest.fixture(scope="module")
def votes():
    return frame_of(voted(2000))


def test_leads_while_numbers_vary(votes):
    """Of given ratings only what is asked varies; who has no index is told."""
    rated = analyse(votes).uncertainty
    table = countries_in_ranges(analyse(rated, groups="all", metrics="number above"), among(PEOPLE))
    row = table.frame.iloc[0]
    assert (len(table.frame), row["choices"], row["low"], row["high"]) == (1, "above", 50.0, 200.0)
    # One number makes all of the variance.
    assert row["share_total"] == pytest.approx(1.0, abs=0.1)
    leads = []
    for points in (50.0, 100.0, 200.0):
        asked = {"groups": "all", "metrics": "number above", "above": Level(points), "country_draws": "estimates", "n_draws": 1}
        found = analyse(rated, **asked).countries(among(PEOPLE)).frame.set_index("country")["estimate"]
        leads.append(found[row["leader"]] - found.drop(row["leader"]).max())
    assert row["lead_min"] <= min(leads)
    assert row["lead_max"] >= max(leads)
    assert "Sobol indices from 512 points" in table.notes[-1]


def test_ratings_while_numbers_vary(votes):
    """A prior moves leads by little more than the unit; a minimum of votes goes as far as both are ranked, and is told."""
    pair = WhatIsConcluded(pair=("m0", "m3"))
    analysis = analyse(votes, prior=Prior("gaussian", 400.0))
    table = ratings_in_ranges(analysis, pair)
    told = table.notes[0].split("minimum_votes varies from 0 to ")[1]
    fewest = pd.concat([votes["model_a"], votes["model_b"]]).value_counts()[["m0", "m3"]].min()
    assert told.startswith(f"{fewest} and not from 0 to 5000, because beyond that")
    rows = table.frame.set_index("choices")
    assert set(rows.index) == {"prior_amount", "minimum_votes"}
    assert rows.loc["minimum_votes", "high"] == fewest
    leads = []
    for width in (200.0, 800.0):
        alone = analyse(votes, prior=Prior("gaussian", width))
        scale = analysis.leaderboard().frame["rating"].std() / alone.leaderboard().frame["rating"].std()
        leads.append(scale * abs(float(alone.pair("m0", "m3").frame["difference"].iloc[0])))
    assert rows["lead_min"].iloc[0] <= min(leads) + 0.2
    assert rows["lead_max"].iloc[0] >= max(leads) - 0.2


def test_nothing_to_vary_is_refused(votes):
    rated = analyse(votes).uncertainty
    with pytest.raises(OptionError, match=r"no number makes a lead vary.*numbers that can vary are the N, k"):
        countries_in_ranges(analyse(rated, groups="all", metrics="best"), among(PEOPLE))
    level = pd.DataFrame([("a", "b", "model_a"), ("a", "b", "model_b")], columns=["model_a", "model_b", "winner"])
    with pytest.raises(OptionError, match=r"first place: a and b share the lead.*numbers that can vary are minimum_votes.*give a prior or weights"):
        ratings_in_ranges(analyse(level))
    with pytest.raises(OptionError, match="'nobody' is not rated"):
        ratings_in_ranges(analyse(votes), WhatIsConcluded(pair=("m0", "nobody")))
    with pytest.raises(OptionError, match="first, or the better one of a pair"):
        ratings_in_ranges(analyse(votes), WhatIsConcluded(best=3))
