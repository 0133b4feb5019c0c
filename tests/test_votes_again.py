"""Single votes that are there twice are found in any order of the rows; votes that are alike as times are coarse, or pages long, are no copies."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

import recount
from benchmarks.alike_votes import ALIKE
from recount.engine.voters.votes_of_one_time import KNOWN, LEAST_DIFFERENCE, equal_votes
from recount.engine.votes import Votes
from recount.sims.analysis.checking import check
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import FALSE_ALARMS
from recount.sims.auditing.of_voters import repeated_votes
from recount.sims.specification import Specification
from tests.logs import frame_of


def log_of(seed, n_votes=3000, n_voters=100, n=8):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, n, n_votes)
    second = (first + rng.integers(1, n, n_votes)) % n
    names = np.array([f"m{k}" for k in range(n)], object)
    winner = np.array(["model_a", "model_b", "tie"], object)[rng.integers(0, 3, n_votes)]
    voter = [f"v{k}" for k in rng.integers(0, n_voters, n_votes)]
    return pd.DataFrame(
        {
            "model_a": names[first],
            "model_b": names[second],
            "winner": winner,
            "voter": voter,
            "tstamp": 1.7e9 + 60 * np.sort(rng.random(n_votes)) * n_votes,
        }
    )


class Looked(NamedTuple):
    """What the probe says by itself; found is what stands after the adjustment for twelve others, too."""

    is_found: bool
    size: float
    says: str


def looked(frame):
    found = repeated_votes(Evidence(recount.read(frame), Specification()))
    is_found = found.p_value <= FALSE_ALARMS / 13
    return Looked(is_found, found.size, found.says if is_found else found.otherwise or found.says)


def told_by_check(frame):
    lines = check(recount.read(frame), Specification()).frame.set_index("item")["value"]
    return lines["there twice"]


@pytest.mark.parametrize("order", ["by time", "shuffled", "by pair"])
@pytest.mark.parametrize("share", [0.05, 1.0])
def test_single_copies_are_found_in_any_order(order, share):
    frame = log_of(1)
    twice = pd.concat([frame, frame.sample(frac=share, random_state=1)])
    rows = {"by time": ["tstamp"], "by pair": ["model_a", "model_b", "winner"], "shuffled": []}[order]
    twice = twice.sort_values(rows) if rows else twice.sample(frac=1, random_state=2)
    found = looked(twice)
    assert found.is_found
    assert found.size == share * 3000
    assert found.says.startswith(f"{share * 3000:,.0f} votes are like an earlier one in 'voter', 'tstamp', pair and outcome")
    assert f"{share * 3000:,.0f} votes are like an earlier one" in told_by_check(twice)
    assert "honest" not in told_by_check(twice)
    nothing = looked(frame)
    assert not nothing.is_found
    assert "no two votes on a pair are alike in 'voter', 'tstamp'" in nothing.says


@pytest.mark.parametrize("by", [["model_a", "model_b", "winner"], ["voter", "model_a", "model_b", "winner"], ["winner"]])
def test_a_sorted_log_has_no_repeated_runs(by):
    """Stretches of one pair agree in their outcomes because they are sorted."""
    frame = log_of(6).drop(columns="tstamp").sort_values(by)
    assert not looked(frame).is_found
    assert not looked(frame.drop(columns="voter")).is_found


def test_without_voters_or_times():
    """Copies are seen by their times alone; without times it is said that they are not looked for."""
    frame = log_of(2)
    twice = pd.concat([frame, frame]).sample(frac=1, random_state=1)
    assert looked(twice.drop(columns="voter")).is_found
    bare = looked(twice.drop(columns="tstamp"))
    assert not bare.is_found
    assert "without times single votes that are there twice cannot be told" in bare.says
    odd = looked(twice.assign(tstamp="soon"))
    assert "single votes that are there twice are not looked for: column 'tstamp'" in odd.says
    assert "cannot be told" in told_by_check(twice.drop(columns="tstamp"))


@pytest.mark.parametrize("n_again", [1, 10])
def test_few_copies_are_told_and_not_found(n_again):
    frame = log_of(3)
    found = looked(pd.concat([frame, frame[:n_again]]).sort_values("tstamp"))
    assert not found.is_found
    said = "1 vote is like an earlier one" if n_again == 1 else "10 votes are like an earlier one"
    assert said in found.says
    assert found.says.endswith("as those of honest voters may")


def test_a_number_of_each_row_is_no_reason_to_call_votes_different():
    """But the question or turn is: a judge who puts several questions on a pair at one time casts several votes."""
    frame = log_of(4)
    twice = pd.concat([frame, frame]).sample(frac=1, random_state=1).reset_index(drop=True)
    assert looked(twice.assign(id=np.arange(6000))).is_found
    assert not looked(twice.assign(id=np.arange(6000) // 2)).is_found
    turns = pd.concat([frame.assign(turn=1), frame.assign(turn=2)]).sample(frac=1, random_state=3)
    assert not looked(turns).is_found
    assert looked(pd.concat([turns, turns]).sample(frac=1, random_state=1)).is_found
    assert "'turn'" in looked(turns).says


def test_copies_of_rows_that_name_the_winner_first():
    frame = log_of(5).query("winner != 'tie'")
    lost = frame["winner"] == "model_b"
    frame = frame.assign(
        model_a=frame["model_a"].where(~lost, frame["model_b"]), model_b=frame["model_b"].where(~lost, frame["model_a"]), winner="model_a"
    )
    assert looked(pd.concat([frame, frame]).sample(frac=1, random_state=1)).is_found
    days = frame.assign(tstamp=frame["tstamp"] // 86_400 * 86_400, voter="one")
    assert not looked(days).is_found


@pytest.mark.parametrize("kind", ALIKE)
def test_votes_that_are_alike_are_no_copies(kind):
    """Of five logs of each kind; `docs/audit.md` has more. The test promises less than 5 %, and has far less."""
    p_values = []
    for seed in range(5):
        votes = ALIKE[kind](seed)
        assert seed or not looked(frame_of(votes)).is_found
        p_values.append(equal_votes(votes, occasions(votes), seed=seed).p_value)
    assert min(p_values) > 0.0025


def occasions(votes):
    columns = [np.unique(held.codes if hasattr(held, "codes") else held, return_inverse=True)[1] for held in votes.columns.values()]
    return np.unique(np.column_stack(columns), axis=0, return_inverse=True)[1].ravel()


def test_equal_votes_by_hand():
    """Pairs by place; votes 0 and 1 are alike, 2 and 3 but for the outcome, 4 is alone, 5 to 7 are alike, 8 is of no known occasion."""
    first, second = np.array([0, 0, 1, 1, 0, 2, 2, 2, 0]), np.array([1, 1, 2, 2, 1, 0, 0, 0, 1])
    outcome, occasion = np.array([0, 0, 1, 2, 1, 0, 0, 0, 0]), np.array([0, 0, 1, 1, 2, 3, 3, 3, -1])
    found = equal_votes(Votes(("a", "b", "c"), first, second, outcome), occasion, seed=1)
    assert (found.n_again, found.n_matched, found.n_agree) == (3, 3, 2)
    # Couples of votes on a pair and those of one outcome: (a, b) 6, 3; (b, c) 1, 0; (c, a) 3, 3.
    usual = 1 - 6 / 10
    differ = [(3 + KNOWN * usual) / (6 + KNOWN), (1 + KNOWN * usual) / (1 + KNOWN), (0 + KNOWN * usual) / (3 + KNOWN)]
    assert found.p_value == pytest.approx(binom.sf(1, 3, 1 - LEAST_DIFFERENCE * np.mean(differ)))
    nobody = equal_votes(Votes(("a", "b"), np.zeros(0), np.zeros(0) + 1, np.zeros(0)), np.zeros(0, int), seed=1)
    assert nobody == (0, 0, 0, 1.0)
    # A voter who always says the same agrees with itself whatever the pair.
    stubborn = equal_votes(Votes(("a", "b", "c"), first, second, outcome), occasion, np.array([0, 0, 1, 1, 1, 0, 0, 0, 0]), seed=1)
    assert stubborn.p_value > found.p_value
