"""Voters that may be nobody, or several: words for nothing, one with most votes, numbers that lost digits."""

import numpy as np
import pandas as pd
import pytest

from recount.data.confusables import shortened, words_for_missing
from recount.engine.choices import Weights
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from tests.logs import HEADER

N = 300


def log_of(voters):
    """Votes between four by these voters."""
    rng = np.random.default_rng(0)
    pairs = np.array([("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c")])[rng.integers(0, 5, N)]
    frame = pd.DataFrame(pairs, columns=list(HEADER[:2])).assign(winner=rng.choice(["model_a", "model_b", "tie"], N))
    return frame.assign(voter=voters)


def third_of(label, among):
    """That label for every third vote, and others in turn."""
    return [label if i % 3 == 0 else among[i % len(among)] for i in range(N)]


def notes_of(frame, **choices):
    return [note for note in analyse(read(frame), **choices).notes() if "voter" in note]


TEXT = [f"v{i}" for i in range(59)]


@pytest.mark.parametrize("label", [r"\N", "#NULL!", "-", "?", "unknown", "Anonymous", "0", "-1", "00000000-0000-0000-0000-000000000000", "xyz"])
def test_a_voter_with_most_votes_is_named(label):
    said = notes_of(log_of(third_of(label, TEXT)), clusters=("voter",))
    assert f"of 300 votes by 'voter', {label!r} has 100, and no other more than 4; leave it empty if it stands for none" in said
    is_word = label not in ("0", "-1", "xyz")
    assert any("some programs write for a missing value" in note and repr(label) in note for note in said) is is_word
    weighted = analyse(read(log_of(third_of(label, TEXT))), weights=Weights.voters("voter")).notes()
    assert any(f"{label!r} has 100" in note for note in weighted)
    told = check(read(log_of(third_of(label, TEXT)))).frame
    assert told["value"].str.contains(f"{label!r} is written by some programs for none", regex=False).any() == is_word


@pytest.mark.parametrize("label", [0, -1])
def test_numbers_and_several(label):
    voters = np.array(third_of(label, range(1, 60)))
    assert any(f"'{label}' has 100, and no other" in note for note in notes_of(log_of(voters), clusters=("voter",)))
    gaps = np.where(np.arange(N) < 30, np.nan, voters.astype(float))
    assert any(f"'{label}' has 90, and no other" in note for note in notes_of(log_of(gaps), clusters=("voter",)))
    two = np.where(np.arange(N) % 3 == 1, r"\N", voters.astype(str))
    assert any(f"'{label}' has 100, '\\\\N' has 100, and no other" in note for note in notes_of(log_of(two), clusters=("voter",)))


def test_no_number_of_a_voter_is_negative():
    """However many votes the busiest have; of 0 nobody knows."""
    busy = np.array(third_of("-1", [f"v{i}" for i in range(7)]))
    assert any("'-1' has 100, and no other more than" in note for note in notes_of(log_of(busy), clusters=("voter",)))
    assert not any("has 100" in note for note in notes_of(log_of(np.where(busy == "-1", "0", busy)), clusters=("voter",)))


@pytest.mark.parametrize(
    "voters",
    [
        TEXT * 6,
        # Two judges, one of which has nearly all votes.
        ["gpt-4"] * 295 + ["claude"] * 5,
        # Busy voters, as there are on every arena.
        np.repeat(TEXT, [60, 30, 20, 15, 12, *[3] * 52, 4, 3]),
    ],
)
def test_other_voters_are_not(voters):
    assert not any("no other more than" in note for note in notes_of(log_of(list(voters)[:N]), weights=Weights.voters("voter")))


def test_numbers_that_lost_digits():
    whole = [1000997209935789256 + 7 * i for i in range(60)]
    lost = [repr(float(number)) for number in whole]
    assert lost[0] == "1.0009972099357893e+18"
    assert shortened([*lost[:1], *map(str, whole), "1.23457E+12", "1e5", "7e+18x", "v1", "1.5"]) == ("1.0009972099357893e+18", "1.23457E+12")
    beyond = [f"{2**53 + 2 * i}.0" for i in range(60)]
    for voters in (third_of(lost[0], list(map(str, whole))), np.array(whole * 5, float), third_of("1.23457E+12", TEXT), beyond * 5):
        said = notes_of(log_of(voters), weights=Weights.voters("voter"))
        assert any("'voter' are numbers of which only the first digits are there" in note for note in said)
        told = check(read(log_of(voters))).frame
        assert told["value"].str.contains("only the first digits are there").any()
    for voters in (list(map(str, whole)) * 5, whole * 5, np.arange(N) + 0.0, np.where(np.arange(N) < 9, np.nan, 1.0)):
        assert not any("digits" in note for note in notes_of(log_of(voters), weights=Weights.voters("voter")))
        assert not check(read(log_of(voters))).frame["value"].str.contains("digits").any()


def test_numbers_that_a_spreadsheet_shortened_to_whole_ones():
    """1.23457E+15 is a whole number, and its last digits are zeros, which those of all voters seldom are."""
    shown = [f"{1.2e15 + 3e12 * i:.5E}" for i in range(60)]
    for voters in (shown * 5, np.array(shown * 5, float)):
        said = notes_of(log_of(voters), weights=Weights.voters("voter"))
        assert any("'voter' are numbers of which only the first digits are there" in note for note in said)
    assert not any("digits" in note for note in notes_of(log_of([str(10**15 + 7 * i) for i in range(60)] * 5), weights=Weights.voters("voter")))


def test_words_for_nothing():
    assert words_for_missing([r"\N", "#NULL!", "-", "?", "Unknown", "N/A", "[null]", "gpt", "-1", "0"]) == tuple(
        sorted([r"\N", "#NULL!", "-", "?", "Unknown", "N/A", "[null]"])
    )
