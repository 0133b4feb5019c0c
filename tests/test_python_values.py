"""Values from Python that are of another kind, or under another name, than what they are given for: one line that says what to give."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import recount
from recount import Columns, DailyCap, Folds, Reading, Style, Weights, Where, Window
from recount.data import read_counts, read_votes
from recount.engine.choices import CategoryEffect, choices_of
from recount.engine.errors import InputError, OptionError
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of
from tests.commands import one_line, runner
from tests.logs import SPELLED, some_votes


@pytest.fixture(scope="module")
def log():
    votes = some_votes(400)
    frame = pd.DataFrame(votes, columns=["model_a", "model_b", "winner"])
    return frame.assign(
        voter=[f"v{i % 17}" for i in range(len(votes))], turn=[1 + i % 2 for i in range(len(votes))], first=[i % 2 == 0 for i in range(400)]
    )


@pytest.fixture(scope="module")
def analysis(log):
    return recount.analyse(log)


WRONG_KINDS = {
    "specification is 3; give a Specification": lambda log, a: recount.analyse(log, specification=3),
    "specification is 'usual'; give a Specification": lambda log, a: a.under("usual"),
    "reading is Columns(": lambda log, a: recount.read(log, reading=Columns()),
    "executor is 4; give an Executor": lambda log, a: recount.analyse(log, executor=4),
    "progress is 4; give a function": lambda log, a: recount.read(log, progress=4),
    "anchor is 'x'; give an Anchor, for example Anchor('gpt-4', 1000)": lambda log, a: recount.analyse(log, anchor="x"),
    "anchor is a DataFrame; give an Anchor": lambda log, a: recount.analyse(log, anchor=log),
    "since is 2024; give text, for example '2024-12-31'": lambda log, a: Window(since=2024),
    "folds is 'votes'; give a Folds": lambda log, a: a.quality("votes"),
    "folds is 5; give a Folds": lambda log, a: a.comparison(5),
    "about is 'first'; give a WhatIsConcluded": lambda log, a: a.influence("first"),
    "catalogue is 'own.csv'; give a Catalogue": lambda log, a: a.countries("own.csv"),
    "competitor is 1; give text": lambda log, a: a.pair(1, 2),
    "earlier is 3; give a Path, or a DataFrame, or a Table": lambda log, a: a.moves_since(3),
    "log is 'votes.csv'; give a Log": lambda log, a: recount.check("votes.csv"),
    "log is 'votes.csv'; give a Log, or a FilteredLog": lambda log, a: recount.suspects("votes.csv"),
    "voter_column is 3; give text": lambda log, a: recount.check(recount.read(log), voter_column=3),
    "analysis is 'votes.csv'; give an Analysis": lambda log, a: recount.save_counts("votes.csv", "counts.parquet"),
    "source is a Log; give a PairCounts, or a WeightedCounts, or a Votes": lambda log, a: recount.fit(recount.read(log)),
    "columns is 'model_a'; give a Columns": lambda log, a: read_votes(log, columns="model_a"),
    "columns is ['model_a']; give a Columns": lambda log, a: read_counts(log, columns=["model_a"]),
    "path is 3; give text, or a Path": lambda log, a: recount.read_board(3),
    "path is [1]; give text, or a Path": lambda log, a: recount.read_replicates([1]),
    "name is 3; give text": lambda log, a: recount.fetch_data(3),
    "the kind of weights is 'pair'; did you mean 'pairs'? allowed are": lambda log, a: Weights("pair"),
    "the floor of weights is '50'; give a number": lambda log, a: Weights.pairs("50"),
    "the half-life of weights is None; give a number": lambda log, a: Weights.decay("tstamp", None),
    "weights names a column 3; give its name as text": lambda log, a: Weights.voters(3),
    "style names a column 1; give its name as text": lambda log, a: Style(1, 2),
    "category_effect names a column 1; give its name as text": lambda log, a: CategoryEffect(1),
    "daily_cap names a column 4; give its name as text": lambda log, a: DailyCap(3, 4),
    "held_out names a column 3; give its name as text": lambda log, a: Folds.voters(3),
    "where names a column 1; give its name as text": lambda log, a: Where(1, "x"),
    "where is the label 1.5; give text, a whole number, True or False": lambda log, a: Where("turn", 1.5),
    "where is the label nan; give text": lambda log, a: Where("turn", math.nan),
    "where is the label ['English']; give text": lambda log, a: Where("language", ["English"]),
}


@pytest.mark.parametrize("message", WRONG_KINDS)
def test_a_value_of_another_kind_is_refused_in_one_line(message, log, analysis):
    with pytest.raises(OptionError) as refused:
        WRONG_KINDS[message](log, analysis)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


OF_OTHER_CHOICES = [option for option in options_of(Specification).values() if option.name not in choices_of(Specification)]


@pytest.mark.parametrize("option", OF_OTHER_CHOICES, ids=[option.name for option in OF_OTHER_CHOICES])
@pytest.mark.parametrize("ask", ["analyse", "but"])
def test_every_name_of_the_shell_says_where_it_belongs_in_python(option, ask, log):
    with pytest.raises(OptionError) as refused:
        recount.analyse(log, **{option.name: 1}) if ask == "analyse" else Specification().but(**{option.name: 1})
    assert f"{option.name!r} is part of the choice {option.field!r} in Python; give {option.field}=" in str(refused.value)
    assert f"({option.inner}=...)" in str(refused.value)


@pytest.mark.parametrize("name", list(options_of(Reading)))
def test_how_votes_are_read_is_said_to_belong_to_reading(name, log):
    value = options_of(Reading)[name].default
    with pytest.raises(OptionError, match=f"'{name}' says how votes are read; give it to recount.read, in reading=recount.Reading") as refused:
        recount.analyse(log, **{name: value})
    # What it says works.
    assert eval(str(refused.value).partition("reading=")[2]) == recount.Reading()


def test_a_name_that_nothing_has_is_refused_wherever_it_is_given(log):
    for ask in (lambda: recount.analyse(log, tis="drop"), lambda: Specification().but(tis="drop")):
        with pytest.raises(OptionError, match="there is no choice 'tis'; did you mean 'ties'"):
            ask()


def test_labels_that_are_numbers_or_truth_values_filter(log):
    for column, label, text in (
        ("turn", 1, "1"),
        ("turn", 2.0, "2"),
        ("turn", np.int64(2), "2"),
        ("first", True, "True"),
        ("first", np.bool_(False), "False"),
    ):
        assert Where(column, label) == Where(column, text)
        kept = log[log[column] == label]
        assert recount.analyse(log, where=Where(column, label)).log.counts.n_votes == len(kept) < len(log)


def test_an_amount_is_written_in_full():
    for weights in (Weights.pairs(1234567.25), Weights.decay("t", 1 / 3), Weights.pairs(1e-7), Weights.pairs(1e22)):
        assert Weights.parse(str(weights)) == weights
    assert str(Weights.pairs()) == "pairs:50"


OF_THE_VOTE = [
    ({"where": Where("winner", SPELLED[2])}, "'winner' says who won", "`outcomes` with LABEL=skip"),
    ({"where": Where("model_a", "a")}, "'model_a' says who was shown first", "`only` or `without`"),
    ({"clusters": ("model_b",)}, "'model_b' says who was shown second", "`only` or `without`"),
    ({"by": "winner"}, "'winner' says who won", "name another"),
    ({"distinct": ("voter", "model_a")}, "'model_a' says who was shown first", "name another"),
    ({"weights": Weights.voters("winner")}, "'winner' says who won", "name another"),
    ({"category_effects": ("winner",)}, "'winner' says who won", "name another"),
    ({"daily_cap": DailyCap(2, "model_a", "voter")}, "'model_a' says who was shown first", "name another"),
]


@pytest.mark.parametrize("form", ["frame", "csv", "json lines"])
@pytest.mark.parametrize(("choices", "what", "remedy"), OF_THE_VOTE, ids=[what + str(choices) for choices, what, _ in OF_THE_VOTE])
def test_the_vote_is_no_column_beside_it(choices, what, remedy, form, log, tmp_path):
    source = log
    if form == "csv":
        source = tmp_path / "log.csv"
        log.to_csv(source, index=False)
    if form == "json lines":
        source = tmp_path / "log.jsonl"
        log.to_json(source, orient="records", lines=True)
    with pytest.raises(InputError) as refused:
        recount.analyse(source, **choices).leaderboard()
    assert str(refused.value).startswith(f"column {what}")
    assert remedy in str(refused.value)


def test_columns_of_the_vote_are_known_under_the_names_that_they_have(log):
    renamed = log.rename(columns={"model_a": "left", "winner": "verdict"}).assign(winner="final")
    reading = Reading(Columns(first="left", outcome="verdict"))
    assert recount.analyse(recount.read(renamed, reading=reading), where=Where("winner", "final")).log.counts.n_votes == len(log)
    with pytest.raises(InputError, match="column 'verdict' says who won"):
        recount.analyse(recount.read(renamed, reading=reading), where=Where("verdict", "tie")).leaderboard()


def test_the_command_says_what_was_typed(log, tmp_path, monkeypatch, capsys):
    log.to_csv(tmp_path / "log.csv", index=False)
    run = runner(monkeypatch, capsys)
    assert one_line(run("rate", tmp_path / "log.csv", "--where", "language").err) == "error: --where is 'language'; give COLUMN=LABEL"
    assert "choose competitors by --only or --without" in one_line(run("rate", tmp_path / "log.csv", "--where", "model_a=x").err)
    for arguments in (("--top", "1_0"), ("--top", "١٠"), ("--confidence-level", "0.9_5"), ("--ridge", "٣")):
        assert f"{arguments[1]!r} is not a valid" in one_line(run("rate", tmp_path / "log.csv", *arguments).err)
    assert "--weights is 'pairs:1_0'; give" in one_line(run("rate", tmp_path / "log.csv", "--weights", "pairs:1_0").err)


def test_what_is_given_rightly_is_taken(log):
    with ThreadPoolExecutor(1) as pool:
        assert recount.analyse(log, executor=pool).log.counts.n_votes == len(log)
