"""Leads on the usual scale: what a choice does to all ratings alike moves no lead."""

import itertools

import numpy as np
import pandas as pd
import pytest

from recount.engine import fit
from recount.sims.analysis.analysing import analyse
from recount.sims.multiverse.rated_conclusions import ratings_across_specifications
from recount.sims.multiverse.usual_scale import on_usual_scale, usual_over_other
from tests.reference import pair_counts

STRENGTHS = dict(zip("abcdef", (0.6, 0.4, 0.1, -0.1, -0.4, -0.6), strict=True))


@pytest.fixture(scope="module")
def counts():
    """Votes in exactly the proportions of Davidson's model, of which some 40 % are ties."""
    rows = []
    for one, other in itertools.combinations(STRENGTHS, 2):
        d = STRENGTHS[one] - STRENGTHS[other]
        wins, ties, losses = np.exp(d / 2), 1.4, np.exp(-d / 2)
        rows.append((one, other, *(round(20_000 * part / (wins + ties + losses)) for part in (wins, losses, ties)), 0))
    return pair_counts("abcdef", rows)


def test_the_unit_of_a_model_of_ties_moves_no_lead(counts):
    """By half-wins all ratings are nearly those of the model, shrunk by the ties: so is the lead, and on one scale it is the same."""
    half, drop, davidson = (fit(counts, ties=ties) for ties in ("half", "drop", "davidson"))
    raw = [one.strengths[0] - one.strengths[1] for one in (half, drop, davidson)]
    assert raw[1] == pytest.approx(0.2, abs=1e-3)
    assert raw[0] < 0.7 * raw[1]
    for one, lead in zip((drop, davidson), raw[1:], strict=True):
        assert usual_over_other(half, one) == pytest.approx(np.std(half.strengths) / np.std([*STRENGTHS.values()]), rel=1e-3)
        assert usual_over_other(half, one) * lead == pytest.approx(raw[0], rel=0.02)
    assert usual_over_other(half, half) == 1.0


def test_who_is_rated_by_both(counts):
    """The spread is that of the common ones, by their names; of two it would be their lead."""
    one = fit(counts)
    other = fit(counts.only(np.isin(np.array(counts.names), list("bdf"))), ties="drop")
    common = [one.names.index(name) for name in other.names]
    assert usual_over_other(one, other) == pytest.approx(np.std(one.strengths[common]) / np.std(other.strengths), rel=1e-12)
    assert usual_over_other(one, fit(counts.only(np.isin(np.array(counts.names), list("bd"))), ties="drop")) == 1.0
    level = fit(pair_counts("abc", [("a", "b", 2, 2, 0, 0), ("b", "c", 2, 2, 0, 0)]))
    assert usual_over_other(one, level) == usual_over_other(level, one) == 1.0


def test_only_points_have_a_scale():
    row = {"lead": 2.0, "lead_lower": 1.0, "lead_upper": 3.0, "p_usual": 0.9}
    half = {"unit": "points", "p_usual": 0.9, "scale": 0.5, "lead": 1.0, "lead_lower": 0.5, "lead_upper": 1.5}
    assert on_usual_scale({"unit": "points"} | row, 0.5) == half
    assert on_usual_scale({"unit": "share"} | row, 0.5) == {"unit": "share", "scale": 1.0} | row


def test_the_choice_that_matters_is_not_the_one_of_the_unit():
    """Pairs differ in how often they meet and in who wins: weights by pair move the lead; rules of ties only stretch it, by more than a third."""
    rows = []
    for one, other in itertools.combinations(STRENGTHS, 2):
        d, often = STRENGTHS[one] - STRENGTHS[other], 6 if {one, other} == {"a", "c"} else 1
        d += 0.3 if often > 1 else 0.0
        wins, ties, losses = np.exp(d / 2), 1.4, np.exp(-d / 2)
        for winner, part in (("model_a", wins), ("tie", ties), ("model_b", losses)):
            rows += [(one, other, winner)] * round(80 * often * part / (wins + ties + losses))
    log = pd.DataFrame(rows, columns=["model_a", "model_b", "winner"])
    found = ratings_across_specifications(analyse(log, n_draws=5))
    lines, summary = found.specifications.frame, found.summary.frame.iloc[0]
    assert (summary["leader"], summary["matters"]) == ("a", "weights")
    # In points of their own it would be the rule of ties.
    own = (lines["lead"] / lines["scale"]).groupby(lines["ties"]).mean()
    assert own["davidson"] > 1.4 * own["half"]
    of_ties = lines["lead"].groupby(lines["ties"]).mean()
    assert of_ties["davidson"] == pytest.approx(of_ties["half"], rel=0.03)
    assert found.effects.frame["share"].sum() == pytest.approx(1.0, abs=1e-12)
    assert any(note.startswith("leads in points are on the scale of the usual specification") for note in found.summary.notes)
