"""Claims about surveys and about growth of releases, against exact laws: Beta's tails, and the binomial test."""

import math

import pandas as pd
import pytest
from scipy.stats import beta, binomtest

import recount
from recount.sims.claims.claim import Claim
from recount.sims.claims.judging import judge
from tests.catalogues import among

VOTES = pd.DataFrame({"model_a": ["m1", "m2", "m1"], "model_b": ["m2", "m1", "m2"], "winner": ["model_a", "model_a", "tie"]})
PERIODS = {"earlier": "2024-01-01/2024-12-31", "later": "2025-01-01/2025-12-31"}


def judged(*claims, released=("2024-02-01", "2025-02-01")):
    catalogue = pd.DataFrame(
        {
            "organisation": "O",
            "country": [country for country, _ in released] if isinstance(released[0], tuple) else "CN",
            "licence_class": "open_source",
            "total_parameters_b": 100.0,
            "release_date": [one[1] if isinstance(one, tuple) else one for one in released],
        },
        index=[f"m{i}" for i in range(len(released))],
    )
    return judge(claims, recount.analyse(recount.read(VOTES)), among(catalogue)).frame.set_index("id")


@pytest.mark.parametrize(
    ("says", "value", "tolerance", "share", "answers", "verdict"),
    [
        ("above", 0.65, None, 0.5, 1000, "fails"),
        ("equals", 0.42, 0.02, 0.5, 20_000, "fails"),
        ("equals", 0.42, 0.02, 0.42, 20_000, "holds"),
        ("at least", 0.65, None, 0.677, 1000, "holds"),
        ("at least", 0.65, None, 0.673, 1000, "undecided"),
        ("at most", 0.65, None, 0.5, 1000, "holds"),
        ("below", 0.4, None, 0.5, 1000, "fails"),
        # Of shares of 0.9499, 13 % of surveys find all of 40.
        ("at least", 0.95, None, 1.0, 40, "undecided"),
        ("at most", 0.05, None, 0.0, 40, "undecided"),
        ("at most", 0.05, None, 0.0, 60, "holds"),
        ("equals", 0.42, None, 0.42, 4000, "undecided"),
    ],
)
def test_a_survey_is_judged_by_exact_tests(says, value, tolerance, share, answers, verdict):
    given = {} if tolerance is None else {"tolerance": tolerance}
    about = Claim(id="s", quotation="q", source="s", metric="survey", says=says, value=value, share=share, answers=answers, **given)
    row = judged(about).loc["s"]

    def sure(than, by):
        return 1 - binomtest(round(share * answers), answers, than, {"above": "greater", "below": "less"}[by]).pvalue

    lowest, highest = value - (tolerance or 0), value + (tolerance or 0)
    if says == "equals":
        assert row["p_true"] == pytest.approx(max(sure(lowest, "above") + sure(highest, "below") - 1, 0), abs=1e-9)
        assert row["p_contradicted"] == pytest.approx(max(sure(highest, "above"), sure(lowest, "below")), abs=1e-9)
    else:
        is_above = says in ("above", "at least")
        assert row["p_true"] == pytest.approx(sure(value, "above" if is_above else "below"), abs=1e-9)
        assert row["p_contradicted"] == pytest.approx(sure(value, "below" if is_above else "above"), abs=1e-9)
    assert row["p_error"] == 0
    assert row["verdict"] == verdict
    assert "nan" not in row["instead"]


def test_what_exact_tests_leave_open_of_an_equal_share_is_told():
    """15 of 30: that a half is within 0.05 has any probability that the laws of Clopper and Pearson's two ends allow, of which Jeffreys' is one."""
    about = Claim(id="s", quotation="q", source="s", metric="survey", says="equals", value=0.5, tolerance=0.05, share=0.5, answers=30)
    said = judged(about).loc["s", "instead"]
    least, most = (100 * p for p in (2 * beta.cdf(0.55, 16, 15) - 1, 2 * beta.cdf(0.55, 15, 16) - 1))
    assert f"between {least:.0f} and {most:.0f} %" in said
    assert least < 100 * (2 * beta.cdf(0.55, 15.5, 15.5) - 1) < most


@pytest.mark.parametrize(("earlier", "later"), [(0, 3), (1, 5), (2, 9), (6, 21), (9, 1), (4, 4), (0, 9)])
@pytest.mark.parametrize("says", ["above", "below"])
def test_growth_holds_where_the_exact_test_says_so(earlier, later, says):
    """One-sided, at 5 %; and the estimate stands inside its interval, which is that of Clopper and Pearson."""
    released = (
        [f"2024-{1 + i:02d}-05" for i in range(earlier)]
        + [f"2025-{1 + i % 12:02d}-{5 + i // 12:02d}" for i in range(later - 1)]
        + ["2025-12-31", "2023-12-31"]
    )
    about = Claim(id="g", quotation="q", source="s", metric="growth of releases", country="CN", says=says, value=1.0, **PERIODS)
    row = judged(about, released=released).loc["g"]
    share = 365 / (366 + 365)
    p_above, p_below = (binomtest(later, earlier + later, share, alternative).pvalue for alternative in ("greater", "less"))
    p, p_of_opposite = (p_above, p_below) if says == "above" else (p_below, p_above)
    assert row["p_true"] == pytest.approx(1 - p, abs=0.012)
    assert row["p_contradicted"] == pytest.approx(1 - p_of_opposite, abs=0.012)
    expected = "holds" if p < 0.04 else "fails" if p_of_opposite < 0.04 else "undecided" if min(p, p_of_opposite) > 0.06 else row["verdict"]
    assert row["verdict"] in (expected, "fragile")
    ends = binomtest(later, earlier + later).proportion_ci(0.95, "exact")
    assert row["lower"] == pytest.approx(ends.low / (1 - ends.low) * 366 / 365)
    assert row["lower"] <= row["estimate"] <= row["upper"]
    released_a_day = "The number of models that CN released a day, the later period over the earlier"
    counted = f"{later} in 365 days (2025-01-01 to 2025-12-31) over {earlier} in 366 days (2024-01-01 to 2024-12-31)"
    assert row["instead"].startswith(f"{released_a_day}, is ")
    assert f"This is {counted}, among all models of the catalogue, attributed by headquarters." in row["instead"]
    assert math.isinf(row["estimate"]) == (earlier == 0)
    if earlier == 0:
        assert "is infinite (95 % interval" in row["instead"]
        assert "or more)" in row["instead"]


def test_growth_beside_that_of_another_country():
    """A difference has no `times`; from nothing there is none; and what grew by luck does not hold."""
    cn = [("CN", f"2025-{1 + i:02d}-05") for i in range(3)]
    us = [("US", f"2024-{1 + i:02d}-05") for i in range(3)]
    same = {
        "quotation": "q",
        "source": "s",
        "metric": "growth of releases",
        "country": "CN",
        "against": "US",
        "says": "above",
        "value": 0.0,
        **PERIODS,
    }
    fringe = [("FR", "2023-12-31"), ("FR", "2025-12-31")]
    row = judged(Claim(id="g", **same), released=[*cn, *us, *fringe]).loc["g"]
    assert row["verdict"] == "untestable"
    assert "growth from nothing is no number" in row["why_not"]
    row = judged(Claim(id="g", **same), released=[*cn, ("CN", "2024-05-05"), *us, ("US", "2025-05-05"), *fringe]).loc["g"]
    assert row["estimate"] == pytest.approx((3 - 1 / 3) * 366 / 365)
    assert row["lower"] < row["estimate"] < row["upper"]
    assert row["verdict"] == "undecided"
    assert "times" not in row["instead"]


def test_models_without_a_day_may_turn_growth():
    """What holds of the dated models alone is fragile where the others could turn it, and they are told."""
    dated = [
        *(("CN", f"2024-{1 + i % 12:02d}-05") for i in range(30)),
        *(("CN", f"2025-{1 + i % 12:02d}-05") for i in range(9)),
        ("CN", "2025-12-31"),
    ]
    fell = Claim(id="g", quotation="q", source="s", metric="growth of releases", country="CN", says="below", value=1.0, **PERIODS)
    row = judged(fell, released=dated).loc["g"]
    assert row["verdict"] == "holds"
    assert "without a day" not in row["caveat"]
    row = judged(fell, released=[*dated, *[("CN", "")] * 40]).loc["g"]
    assert row["verdict"] == "fragile"
    assert "40 models of CN without a day of release count in neither period" in row["caveat"]
    assert row["most"] == pytest.approx(50 / 30, rel=0.01)


def test_a_choice_that_changes_nothing_decides_nothing():
    """Growth by the counts is above what is claimed, more probably it is not; they come from no draws, so no choice of draws says otherwise."""
    released = ["2023-12-31", *(f"2024-{2 * i:02d}-05" for i in range(1, 5)), *(f"2025-{2 * i:02d}-05" for i in range(1, 5)), "2025-12-31"]
    row = judged(
        Claim(id="g", quotation="q", source="s", metric="growth of releases", country="CN", says="above", value=1.2, **PERIODS), released=released
    ).loc["g"]
    assert row["estimate"] > 1.2
    assert row["p_true"] < 0.5
    assert row["decides"] == ""
    assert math.isnan(row["otherwise"])
