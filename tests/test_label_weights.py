"""Labels with a weight, as a strong preference: the vote counts so much, in everything that votes go into, and nowhere in silence for one."""

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.data.choices import Reading
from recount.engine import OptionError, Votes, Weights, count, covariance, decay_weights, fit, pair_weights
from recount.engine.choices import Prior
from recount.engine.errors import InputError
from recount.engine.weighting import weighted, weights_of_votes
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from tests.logs import HEADER

VERDICTS = {"A>>B": ("first", 3), "A>B": ("first", 1), "A=B": ("tie", 1), "B>A": ("second", 1), "B>>A": ("second", 3)}
OUTCOMES = ",".join(f"{label}={meaning}:{weight}" if weight != 1 else f"{label}={meaning}" for label, (meaning, weight) in VERDICTS.items())
COLUMNS = Columns(outcomes=OUTCOMES)
CODE = {"first": 0, "second": 1, "tie": 2}


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(2)
    first = rng.integers(0, 5, 900)
    second = (first + rng.integers(1, 5, 900)) % 5
    verdict = rng.choice(list(VERDICTS), 900)
    log = pd.DataFrame({"model_a": np.array(list("vwxyz"))[first], "model_b": np.array(list("vwxyz"))[second], "winner": verdict})
    return log.assign(judge=rng.choice(list("pqrstuvw"), 900), topic=rng.choice(["code", "prose"], 900), tstamp=1.7e9 + rng.permutation(900) * 6000.0)


@pytest.fixture(scope="module")
def by_hand(frame):
    """The votes without weights, and a weight for each."""
    names = tuple("vwxyz")
    codes = [np.array([names.index(name) for name in frame[side]]) for side in HEADER[:2]]
    outcome = np.array([CODE[VERDICTS[label][0]] for label in frame["winner"]])
    return Votes(names, *codes, outcome, {"tstamp": frame["tstamp"].to_numpy()}), np.array([float(VERDICTS[label][1]) for label in frame["winner"]])


def analysed(frame, **choices):
    present = set(frame["winner"])
    given = ",".join(part for part in OUTCOMES.split(",") if part.rpartition("=")[0] in present)
    return analyse(read(frame, reading=Reading(Columns(outcomes=given))), **choices)


def strengths(fitted):
    return dict(zip(fitted.names, fitted.strengths, strict=True))


def test_votes_carry_their_weights(frame, by_hand):
    votes, _ = read_votes(frame, columns=COLUMNS)
    assert votes.weight.tolist() == by_hand[1].tolist()
    assert votes.only(np.arange(7)).weight.tolist() == by_hand[1][:7].tolist()
    inside = votes.among(np.array([name in "vwx" for name in votes.names]))
    assert inside.weight.tolist() == by_hand[1][frame[["model_a", "model_b"]].isin(list("vwx")).all(axis=1)].tolist()
    assert read_votes(frame, columns=Columns(outcomes=OUTCOMES.replace(":3", "")))[0].weight is None
    with pytest.raises(InputError, match="there are 2 weights for 900 votes"):
        Votes(votes.names, votes.first, votes.second, votes.outcome, {}, np.ones(2))


def test_weights_of_the_winner_by_name_and_of_missing_labels():
    log = pd.DataFrame([("a", "b", "a"), ("b", "a", None), ("a", "b", "both"), ("b", "a", "a")], columns=list(HEADER))
    votes, quarantine = read_votes(log, columns=Columns(outcomes="names,both=tie:2,=both_bad:0.5"))
    assert quarantine.rejects.empty
    assert votes.outcome.tolist() == [0, 3, 2, 1]
    assert votes.weight.tolist() == [1, 0.5, 2, 1]


def test_ratings_and_errors_by_hand(frame, by_hand):
    analysis = analysed(frame)
    expected = fit(weighted(*by_hand))
    assert strengths(analysis.fit) == pytest.approx(strengths(expected), abs=1e-9)
    assert analysis.uncertainty.standard_errors() == pytest.approx(covariance(expected).standard_errors(), rel=1e-8)
    # Three votes of one weight are less sure than one vote that counts three times.
    thrice = frame.loc[frame.index.repeat(by_hand[1].astype(int))]
    repeated = analyse(read(thrice, reading=Reading(Columns(outcomes=OUTCOMES.replace(":3", "")))))
    assert strengths(repeated.fit) == pytest.approx(strengths(analysis.fit), abs=1e-9)
    assert (repeated.uncertainty.standard_errors() < 0.95 * analysis.uncertainty.standard_errors()).all()
    assert analysis.log.counts.n_votes == 900
    assert any(note.startswith("weighted: 900 votes are worth") for note in analysis.notes())


@pytest.mark.parametrize("weights", [Weights.pairs(70), Weights.decay("tstamp", 20)], ids=str)
def test_weights_multiply(frame, by_hand, weights):
    votes, own = by_hand
    others = pair_weights(count(votes), 70) if weights.kind == "pairs" else decay_weights(votes, "tstamp", 20)
    expected = fit(weighted(votes, own * weights_of_votes(others, votes)))
    assert strengths(analysed(frame, weights=weights).fit) == pytest.approx(strengths(expected), abs=1e-9)


def test_they_have_mean_1_over_all_votes(frame, by_hand):
    """So that a prior counts as usual; in a category they are those of the whole log."""
    votes, own = by_hand
    expected = fit(weighted(votes, own / own.mean()), prior=Prior("votes", 20.0))
    assert strengths(analysed(frame, prior=Prior("votes", 20.0)).fit) == pytest.approx(
        dict(zip(expected.names, expected.strengths, strict=True)), abs=1e-9
    )
    rows = (frame["topic"] == "code").to_numpy()
    alone = fit(weighted(votes.only(rows), (own / own.mean())[rows]), prior=Prior("votes", 20.0))
    board = analysed(frame, by="topic", prior=Prior("votes", 20.0)).leaderboard().to_frame()
    ratings = board[board["category"] == "code"].set_index("competitor")["rating"]
    difference = ratings["v"] - ratings["w"]
    place = {name: i for i, name in enumerate(alone.names)}
    assert difference == pytest.approx(400 / np.log(10) * (alone.strengths[place["v"]] - alone.strengths[place["w"]]), abs=1e-6)


@pytest.mark.parametrize(
    "answer",
    [
        lambda frame, **kind: analysed(frame, clusters=("judge",), **kind).leaderboard(),
        lambda frame, **kind: analysed(frame, position=True, **kind).effects(),
        lambda frame, **kind: analysed(frame, **kind).quality(),
        lambda frame, **kind: analysed(frame, **kind).influence().summary,
        lambda frame, **kind: analysed(frame, **kind).pairs(),
    ],
)
def test_every_answer_takes_them(frame, answer):
    """Other numbers than without weights."""
    unweighted = frame.assign(winner=frame["winner"].str.replace(">>", ">"))
    one, other = answer(frame).to_frame(), answer(unweighted).to_frame()
    assert not one.equals(other)


def test_where_there_are_no_weights_they_are_refused(frame, recount, tmp_path):
    with pytest.raises(OptionError, match="`outcomes` gives labels weights, which need single votes"):
        read_counts(frame, columns=COLUMNS)
    with pytest.raises(OptionError, match=r"fisher.*outcomes"):
        analysed(frame, intervals="fisher").leaderboard()
    with pytest.raises(OptionError, match="shrunken ratings take no weights"):
        analysed(frame, by="topic", shrink=True).leaderboard()
    frame.to_csv(tmp_path / "log.csv", index=False)
    for options in ((), ("--order", "random"), ("--system", "glicko2")):
        said = recount("elo", tmp_path / "log.csv", "--outcomes", OUTCOMES, *options)
        assert said.code == 2
        assert "--outcomes gives labels weights" in said.err
    saved = frame[list(HEADER)].value_counts().reset_index()
    saved.to_csv(tmp_path / "saved.csv", index=False)
    said = recount("rate", tmp_path / "saved.csv", "--outcomes", OUTCOMES)
    assert said.code == 2
    assert "holds counts, which have lost the single votes" in said.err
    assert recount("rate", tmp_path / "log.csv", "--outcomes", OUTCOMES).code == 0
    assert recount("check", tmp_path / "log.csv", "--outcomes", OUTCOMES).code == 0
