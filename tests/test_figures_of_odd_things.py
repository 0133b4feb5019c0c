"""Figures of tables that lack something, of sizes that none has, of one row: one line that says what is wrong, or a figure."""

import inspect
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recount
from recount import figures
from recount.engine.errors import OptionError, RecountError
from recount.sims.multiverse.alone import each_choice_alone
from recount.sims.presentation import Table
from tests.pages import KNOWN, vote_frame

FIGURES = {name: getattr(figures, name) for name in figures.__all__ if inspect.isfunction(getattr(figures, name))}
ODD = (None, 2.5, -1, 0, float("nan"), "a", Path("a"), object(), [], [object()], {"a": 1}, pd.DataFrame(), pd.Series(dtype=float), np.zeros((2, 2)))


@pytest.fixture(scope="module")
def usual():
    """For each figure what it is drawn of."""
    analysis = recount.analyse(vote_frame(KNOWN, 2000), n_draws=50)
    board, countries, alone = analysis.leaderboard(), analysis.countries(), each_choice_alone(analysis)
    facts = pd.DataFrame({"country": "US", "total_parameters_b": np.arange(1.0, len(board.frame) + 1)}, index=board.frame["competitor"])
    claims = pd.DataFrame({"id": ["a", "b"], "verdict": ["holds", "fails"], "p_true": [0.99, 0.01], "share_true": [1.0, np.nan], "tested": ""})
    through = pd.DataFrame({"date": ["2024-01-31", "2024-02-29"] * 2, "country": ["US", "US", "CN", "CN"], "rank": [1, 2, 2, 1]})
    through = through.assign(source="s", group="all", metric="best", unit="points", estimate=[1.0, 2, 0, 3], lower=0.0, upper=4.0, p_leads=0.5)
    of_one = {"group": alone.frame["group"].iloc[0], "metric": "best"}
    grid = alone.frame[(alone.frame["group"] == of_one["group"]) & (alone.frame["metric"] == "best")]
    grid = grid.assign(analysis=range(len(grid)), ties=["half" if i % 2 else "drop" for i in range(len(grid))])
    return {
        "rating_intervals": {"leaderboard": board, "countries": facts["country"], "n": 3},
        "all_ratings": {"leaderboard": board, "countries": {KNOWN[0]: "US"}},
        "win_probabilities": {"pairs": analysis.pairs(), "n": 4},
        "size_against_rating": {"leaderboard": board, "facts": facts, "column": "total_parameters_b"},
        "country_metrics": {"countries": countries, "group": "all"},
        "share_stacks": {"countries": countries},
        "frontier_through_time": {"table": Table("through time", through.assign(gap=1.0, best_model="m")), "n": 2},
        "votes_over_time": {"times": np.array(["2024-01-01", "2024-01-02"], "datetime64[D]")},
        "pair_coverage": {"counts": analysis.log.counts, "order": list(KNOWN)},
        "claim_verdicts": {"claims": Table("claims", claims)},
        "removals": {"summaries": analysis.influence().summary},
        "choice_tornado": {"table": alone, **of_one},
        "specification_curve": {"specifications": Table("specifications", grid), **of_one},
    }


def check_one_line(draw, what):
    """Draw, or say in one line why not."""
    try:
        said = draw().sentence
    except RecountError as error:
        said = str(error)
    assert said
    assert "\n" not in said, what


def test_every_figure_is_here(usual):
    assert usual.keys() == FIGURES.keys()
    for name, arguments in usual.items():
        assert isinstance(FIGURES[name](**arguments), figures.DrawnFigure), name


@pytest.mark.parametrize("name", FIGURES)
def test_wrong_kinds_and_sizes(usual, name):
    for argument in usual[name]:
        for odd in ODD:
            check_one_line(lambda odd=odd, argument=argument: FIGURES[name](**{**usual[name], argument: odd}), f"{name} {argument} {odd!r}")


@pytest.mark.parametrize("name", FIGURES)
def test_tables_without_a_column_or_rows(usual, name):
    for argument, table in usual[name].items():
        if not isinstance(table, Table):
            continue

        def draw(frame, argument=argument, table=table):
            return FIGURES[name](**{**usual[name], argument: replace(table, frame=frame)})

        with pytest.raises(OptionError, match="is empty, so there is nothing to draw"):
            draw(table.frame.iloc[:0])
        check_one_line(lambda draw=draw, table=table: draw(table.frame.iloc[:1]), f"{name}: one row")
        refused = []
        for column in table.frame:
            try:
                draw(table.frame.drop(columns=column))
            except OptionError as error:
                refused.append((column, str(error)))
        assert refused
        for column, said in refused:
            assert repr(column) in said or any(others in said for others in ("name one conclusion", "told apart", "say nothing of the outcome")), said


@pytest.mark.parametrize("n", [0, -1, 2.5, "a", True])
def test_how_many_are_drawn(usual, n):
    for name in ("rating_intervals", "win_probabilities", "frontier_through_time"):
        with pytest.raises(OptionError, match=r"^n is .*; give a whole number"):
            FIGURES[name](**{**usual[name], "n": n})
    with pytest.raises(OptionError, match="n is 1; give a whole number from 2 on"):
        figures.win_probabilities(usual["win_probabilities"]["pairs"], 1)


def test_the_best_one_alone(usual):
    board = usual["rating_intervals"]["leaderboard"]
    assert figures.rating_intervals(board, n=1).sentence.startswith(f"The rating of the best of {len(KNOWN)}, with 95 % intervals")


def test_facts_that_are_none(usual):
    board, facts = usual["size_against_rating"]["leaderboard"], usual["size_against_rating"]["facts"]
    for odd, said in (
        (pd.DataFrame(), "facts have no column 'total_parameters_b'"),
        (facts[["total_parameters_b"]], "facts have no column 'country'"),
        (facts.assign(total_parameters_b="many"), "facts have a 'total_parameters_b' that is no number"),
        (pd.concat([facts, facts]), "facts have '.*' twice"),
    ):
        with pytest.raises(OptionError, match=said):
            figures.size_against_rating(board, odd)
    with pytest.raises(OptionError, match="countries is 'US'; give a mapping, or a Series"):
        figures.rating_intervals(board, countries="US")
    with pytest.raises(OptionError, match=r"countries have .* twice"):
        figures.rating_intervals(board, countries=pd.concat([facts["country"]] * 2))


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "-044-03-15", "20240-01-01"])
def test_days_when_nobody_voted(day):
    """One typo among the times of a log."""
    with pytest.raises(OptionError, match=f"a vote is of {day}, when nobody voted"):
        figures.votes_over_time(np.array(["2024-01-01", day], "datetime64[D]"))
    assert figures.votes_over_time(np.array(["2024-01-01", "1000-01-01"], "datetime64[D]")).sentence.startswith("2 votes from 1000-01-01")


def test_orders_of_pairs(usual):
    counts = usual["pair_coverage"]["counts"]
    for order, said in (([], "order has 0 competitors; give two or more"), ([KNOWN[0]] * 2, "twice"), ("ab", "order is 'ab'; give a list of")):
        with pytest.raises(OptionError, match=said):
            figures.pair_coverage(counts, order)
    assert figures.pair_coverage(counts, ["x", "y"]).sentence == "No two of these competitors have met."
