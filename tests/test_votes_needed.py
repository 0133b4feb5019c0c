"""Votes that settle a question: closed forms of two competitors, the best allocation, and arenas whose truth is known."""

import re

import numpy as np
import pandas as pd
import pytest

from benchmarks import votes_needed
from recount.data import read_catalogue
from recount.engine import ELO, InputError, OptionError, Prior, covariance, fit
from recount.engine.choices import Weights
from recount.engine.planning.new_votes import information_of_new_votes, laplacian, plan_of
from recount.engine.planning.settling import MOST_VOTES, Settling, Sides, deciding_plan, plan_as_before
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.specification import Specification, WhatIsSettled
from tests.catalogues import among
from tests.logs import frame_of
from tests.random_logs import voted
from tests.reference import pair_counts

Z = 1.959963984540054


def two(wins=60, losses=55, ties=0, **options):
    fitted = fit(pair_counts("ab", [("a", "b", wins, losses, ties, 0)]), **options)
    return fitted, covariance(fitted).covariance


def test_of_two_with_a_known_truth():
    """With estimate and truth at the same lead d, v = 1 / (w h), the lead is settled where d + noise > z sd: a normal probability."""
    fitted, of_errors = two(300, 260)
    d = fitted.strengths[0] - fitted.strengths[1]
    truths = np.tile(fitted.strengths, (40_000, 1))
    settling = Settling(fitted, of_errors, truths, Sides(np.arange(2)), plan_of(np.ones((2, 2))))
    h = 300 * 260 / 560**2
    for n in (0, 100, 1000, 3000):
        sd, noise = 1 / np.sqrt((560 + n) * h), np.sqrt(n / h) / (560 + n)
        from scipy.stats import norm

        expected = float(d > Z * sd) if n == 0 else norm.sf((Z * sd - d) / noise) + norm.cdf((-Z * sd - d) / noise)
        assert settling.outlook(n).p_settled == pytest.approx(expected, abs=0.01)
    found = settling.fewest(0.8)
    assert settling.outlook(int(0.98 * found.n_votes)).p_settled < 0.8 <= found.p_settled


@pytest.mark.parametrize("ties", ["half", "drop", "davidson", "rao-kupper"])
def test_what_one_vote_says(ties):
    """Expected information and the variance of the score, by summing over outcomes that are drawn; half-wins vary less by a quarter of the ties."""
    fitted = fit(pair_counts("abc", [("a", "b", 60, 40, 30, 0), ("b", "c", 50, 50, 30, 0), ("a", "c", 60, 40, 30, 0)]), ties=ties)
    plan = plan_of(np.ones((3, 3)))
    information, variance = information_of_new_votes(fitted, plan, 0.2)
    p = 1 / (1 + np.exp(-(fitted.strengths[plan.first] - fitted.strengths[plan.second])))
    if ties in ("half", "drop"):
        assert information == pytest.approx(p * (1 - p))
        assert variance == pytest.approx(p * (1 - p) - (0.05 if ties == "half" else 0))
    else:
        # The information equality of a model that is right.
        assert variance == pytest.approx(information)


def test_direct_votes_say_most_of_a_pair():
    """Of all pairs, a vote between the two lowers the variance of their difference most."""
    rng = np.random.default_rng(0)
    rows = [(a, b, *rng.integers(20, 60, 2), 0, 0) for a, b in ("ab", "ac", "bc", "bd", "cd", "ad")]
    fitted = fit(pair_counts("abcd", rows))
    plan = plan_of(np.ones((4, 4)))
    information, _ = information_of_new_votes(fitted, plan, 0.0)
    whole = np.linalg.pinv(fitted.likelihood.bread(fitted.parameters))
    c = np.array([1.0, -1.0, 0, 0])
    left = []
    for pair in range(6):
        one = slice(pair, pair + 1)
        more = whole + 50 * laplacian(plan.first[one], plan.second[one], information[one], 4)
        left.append(c @ np.linalg.pinv(more) @ c)
    assert np.argmin(left) == 0


def test_plans():
    """Each pair's share of draws in which it is the best and the best of another side; largest remainders."""
    truths = np.array([[3.0, 2, 1, 0], [3, 2, 1, 0], [0, 3, 2, 1], [3, 0, 2, 1]])
    plan = deciding_plan(truths, Sides(np.arange(4)))
    assert {(i, j): share for i, j, share in zip(plan.first, plan.second, plan.share, strict=True)} == {(0, 1): 0.5, (0, 2): 0.25, (1, 2): 0.25}
    of_countries = deciding_plan(truths, Sides(np.array([0, 0, 1, -1])))
    assert list(zip(of_countries.first, of_countries.second, of_countries.share, strict=True)) == [(0, 2, 0.75), (1, 2, 0.25)]
    assert plan.counts(7).sum() == 7
    assert plan.counts(0).sum() == 0
    before = plan_as_before(fit(pair_counts("abc", [("a", "b", 3, 1, 0, 0), ("b", "c", 3, 3, 2, 0)])).contests)
    assert before.share.tolist() == [4 / 12, 8 / 12]


def test_what_cannot_be_settled():
    fitted, of_errors = two()
    level = np.zeros((100, 2))
    settling = Settling(fitted, of_errors, level, Sides(np.arange(2)), plan_of(np.ones((2, 2))), seed=3)
    outlook = settling.fewest(0.8)
    # A truth that is level is settled in about one case of twenty.
    assert (outlook.n_votes, outlook.p_settled < 0.2) == (MOST_VOTES, True)


@pytest.mark.parametrize("question", votes_needed.QUESTIONS)
def test_of_arenas(question):
    """As often as is said, within Monte-Carlo error; the study of `benchmarks/votes_needed.py`, small."""
    found = [one for seed in range(1000, 1060) if (one := votes_needed.one_arena(seed, 8, 800, 80.0, question)) is not None]
    assert len(found) > 10
    said, settled = (np.array([getattr(one, name) for one in found], float) for name in ("said", "settled"))
    assert abs(settled.mean() - said.mean()) < 3 * np.sqrt(0.16 / len(found))
    assert np.mean([one.right for one in found if one.settled]) > 0.85


# From an analysis


def test_of_the_arena():
    """Places four and five are 1.6 points apart and open; first place is settled."""
    analysis = analyse()
    assert analysis.votes_needed().outlook.n_votes == 0
    assert analysis.votes_needed().summary.headline == "The votes so far settle who is first, at 95 %: 'chatgpt-4o-latest'."
    ranked = [analysis.names[i] for i in np.argsort(-analysis.fit.strengths)]
    gap = ELO * np.ptp(analysis.fit.strengths[[analysis.names.index(name) for name in ranked[3:5]]])
    found = analysis.votes_needed(WhatIsSettled(pair=(ranked[3], ranked[4])))
    row = found.to_frame().iloc[0]
    assert row["p_settled"] == pytest.approx(0.8, abs=0.01)
    assert not row["settled"]
    assert found.by_pair.to_frame()["n_needed"].tolist() == [row["n_needed"]]
    # A lead of this size alone takes (z / d)^2 (h - t / 4) / h^2 votes between the two, less what others say of it.
    assert row["n_needed"] > (Z * ELO / gap) ** 2
    as_before = analysis.votes_needed(WhatIsSettled(pair=(ranked[3], ranked[4]), allocation="as before"))
    assert as_before.outlook.n_votes > 20 * found.outlook.n_votes


def test_clusters_make_votes_say_less():
    log = frame_of(voted(n_votes=600))
    about = WhatIsSettled(pair=("m0", "m1"))
    apart, together = (analyse(log, clusters=clusters).votes_needed(about) for clusters in ((), ("voter",)))
    assert any("variances are" in note for note in together.summary.notes)
    assert not any("variances are" in note for note in apart.summary.notes)


@pytest.mark.parametrize(
    ("about", "choices", "message"),
    [
        ({"pair": ("m0", "nobody")}, {}, "'nobody' is not among the 6 rated competitors"),
        ({"pair": ("m0", "m0")}, {}, "named twice"),
        ({"pair": ("m0", "m1"), "country_lead": "all"}, {}, "are different questions"),
        ({"probability": 1.0}, {}, "probability is 1.0"),
        ({"country_lead": "all"}, {}, "fewer than two known countries"),
        ({}, {"position": True}, "the votes have covariates"),
        ({}, {"weights": Weights.pairs()}, "the votes have weights"),
        ({}, {"ties": "davidson-by-pair"}, "needs one law of ties for all pairs"),
    ],
)
def test_what_is_refused(about, choices, message):
    with pytest.raises((InputError, OptionError), match=message):
        analyse(frame_of(voted(n_votes=300)), **choices).votes_needed(WhatIsSettled(**about))


def test_countries():
    """Of two models of one country, near each other, either settles its lead."""
    models = read_catalogue().models
    us, cn = (models.index[models["country"] == country] for country in ("US", "CN"))
    rows = []
    for a, b, wins, losses in ((us[0], us[1], 50, 50), (us[0], cn[0], 60, 40), (us[1], cn[0], 60, 40)):
        rows += [(a, b, "model_a")] * wins + [(a, b, "model_b")] * losses
    log = pd.DataFrame(rows, columns=["model_a", "model_b", "winner"])
    found = analyse(log).votes_needed(WhatIsSettled(country_lead="all"), among(models))
    assert found.to_frame()["question"].iloc[0] == "which country has the best model of group 'all'"
    assert found.to_frame()["leader"].iloc[0] == "US"
    pairs = found.by_pair.to_frame()
    assert all({row.first, row.second} != {us[0], us[1]} for row in pairs.itertuples())
    leader = analyse(log).votes_needed()
    assert leader.outlook.n_votes > found.outlook.n_votes


def votes_of(*rows):
    return pd.DataFrame([row[:3] for row in rows for _ in range(row[3])], columns=["model_a", "model_b", "winner"])


def test_ties_alone_settle_nothing():
    """If all further votes are ties, as all votes so far, nobody ever gets ahead."""
    for log in (votes_of(("a", "b", "tie", 50)), votes_of(("a", "b", "tie", 9), ("b", "c", "tie", 9), ("a", "c", "tie", 9))):
        with pytest.raises(InputError, match="votes are ties, so all further ones are taken to be ties too, of which no number settles who is first"):
            analyse(log).votes_needed()
    # With a decided vote each way some further ones are decided, though few.
    nearly = analyse(votes_of(("a", "b", "tie", 50), ("a", "b", "model_a", 1), ("a", "b", "model_b", 1))).votes_needed()
    assert nearly.outlook.n_votes > 5000


def test_level_leaders_are_told_as_level():
    log = votes_of(("a", "b", "model_a", 6), ("a", "b", "model_b", 6), ("a", "c", "model_a", 4), ("b", "c", "model_a", 4), ("c", "a", "model_a", 1))
    log = pd.concat([log, votes_of(("c", "b", "model_a", 1))])
    for about in (WhatIsSettled(), WhatIsSettled(pair=("b", "a"))):
        found = analyse(log).votes_needed(about)
        row = found.to_frame().iloc[0]
        assert (row["leader"], bool(row["level"])) == ("'a', 'b'", True)
        assert found.summary.headline.endswith("; by the votes so far 'a', 'b' are level.")
    people = pd.DataFrame({"organisation": ["p", "q", "r"], "country": ["US", "CN", "FR"]}, index=["a", "b", "c"])
    of_countries = analyse(log).votes_needed(WhatIsSettled(country_lead="all"), among(people))
    assert set(of_countries.to_frame()["leader"].iloc[0].split(", ")) == {"US", "CN"}


def test_a_prior_is_no_vote():
    fitted, of_errors = two(6, 2, prior=Prior("votes", 2.0))
    settling = Settling(fitted, of_errors, np.tile(fitted.strengths, (500, 1)), Sides(np.arange(2)), plan_of(np.ones((2, 2))))
    assert 0 < settling.fewest(0.5).n_votes < 1000


def test_the_number_is_told_with_its_error():
    """As far as the draws know it: other seeds lie within; for so high a probability that no draw speaks against it there is no upper end."""
    rng = np.random.default_rng(6)
    first = rng.integers(0, 3, 400)
    second = (first + rng.integers(1, 3, 400)) % 3
    strengths = np.array([0.25, 0.0, -0.6])
    won = rng.random(400) < 1 / (1 + np.exp(strengths[second] - strengths[first]))
    log = read(pd.DataFrame({"model_a": first, "model_b": second, "winner": np.where(won, "model_a", "model_b")}).astype(str))

    def told(probability, seed):
        found = analyse(log, Specification(seed=seed)).votes_needed(WhatIsSettled(probability=probability))
        (note,) = [note for note in found.summary.notes if "two standard errors" in note]
        return int(found.summary.frame["n_needed"].iloc[0]), note

    number, note = told(0.8, 0)
    low, high = (int(end.replace(",", "")) for end in re.search(r"\), ([\d,]+) to ([\d,]+) votes", note).groups())
    assert low <= number <= high
    others = [told(0.8, seed)[0] for seed in range(1, 6)]
    # Both have errors.
    assert all(low - (number - low) <= other <= high + (high - number) for other in others)
    assert len({*others}) > 1
    assert "or more votes settle it" in told(0.9995, 0)[1]
