"""Analyses with covariates: the table of effects, country rankings, and categories."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, stdtrit

from recount.engine import ELO, OptionError
from recount.engine.choices import Style
from recount.sims.analysis.analysing import analyse
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import random_log

STYLES = (Style("length_a", "length_b"), Style("bold_a", "bold_b", "difference"))
# TEMPORARY: the engine has no uncertainty of an analysis with covariates yet.


@pytest.fixture(scope="module")
def log():
    """Two votes have no length."""
    frame = frame_of(random_log(2, n_votes=1200))
    frame.loc[8:9, "length_a"] = None
    return frame


@pytest.mark.parametrize("clusters", [(), ("voter",)])
def test_effects(log, clusters):
    """Estimates, errors and what is known of the covariates, one a row."""
    analysis = analyse(log, position=True, styles=STYLES, ties="davidson", clusters=clusters, confidence_level=0.9)
    table = analysis.effects()
    frame, estimated = table.to_frame(), analysis.uncertainty.effects
    assert table.kind == "effects"
    assert frame.effect.tolist() == ["position", "(length_a - length_b) / (length_a + length_b)", "bold_a - bold_b"]
    assert frame.estimate.tolist() == analysis.fit.coefficients.tolist()
    assert frame.standard_error.tolist() == estimated.standard_errors().tolist()
    quantile = 1.6448536 if not clusters else stdtrit(estimated.degrees_of_freedom, 0.95)
    assert (frame.upper - frame.lower).to_numpy() == pytest.approx(2 * quantile * frame.standard_error.to_numpy(), rel=1e-6)
    assert frame.points.to_numpy() == pytest.approx(ELO * frame.estimate.to_numpy())
    assert frame.decided_win_probability.to_numpy() == pytest.approx(expit(frame.estimate.to_numpy()))
    known = log.dropna(subset="length_a")
    bold = known.bold_a - known.bold_b
    assert frame.n_votes.tolist()[::2] == [1198, (bold != 0).sum()]
    assert frame.deviation[2] == pytest.approx(bold.std(ddof=0))
    assert frame.n_missing.sum() == 2
    assert [note.partition(":")[0] for note in table.notes] == [f"effect {name}" for name in frame.effect]


def test_countries_by_ratings_with_covariates(log):
    catalogue = pd.DataFrame(
        {"organisation": list("ppqqrs"), "country": ["US", "US", "US", "CN", "CN", "CN"], "licence_class": "open_source", "total_parameters_b": 70.0},
        index=[f"m{i}" for i in range(6)],
    )
    analysis = analyse(log, position=True, styles=STYLES, country_draws="estimates")
    frame = analysis.countries(among(catalogue)).to_frame()
    best = frame[(frame["group"] == "all") & (frame["metric"] == "best")].set_index("country")
    of_us = [i for i, name in enumerate(analysis.names) if catalogue.country[name] == "US"]
    strengths = np.vstack([analysis.fit.strengths, analysis.uncertainty.draws()])
    of_cn = [i for i in range(6) if i not in of_us]
    gap = strengths[:, of_us].max(axis=1) - strengths[:, of_cn].max(axis=1)
    assert best.loc["US", "estimate"] - best.loc["CN", "estimate"] == pytest.approx(ELO * gap[0])
    assert best.loc["US", "p_leads"] == pytest.approx((gap[1:] > 0).mean())


def test_categories_with_covariates(log):
    """Each as if alone, up to the mean of the ratings."""
    frame = analyse(log, position=True, styles=STYLES, by="category", ties="davidson").leaderboard().to_frame()
    for level, part in log.groupby("category"):
        alone = analyse(part.reset_index(drop=True), position=True, styles=STYLES, ties="davidson")
        own = frame[frame.category == level].set_index("competitor").loc[list(alone.names)]
        assert own.rating.to_numpy() - own.rating.mean() == pytest.approx(ELO * alone.fit.strengths, abs=1e-5)
        assert own.standard_error.to_numpy() == pytest.approx(ELO * alone.uncertainty.standard_errors(), rel=1e-6)


def test_no_effects_without_covariates(log):
    with pytest.raises(OptionError, match="no effects without covariates"):
        analyse(log).effects()
