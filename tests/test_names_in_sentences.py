"""Names in sentences: each can be told from the words around it."""

from types import SimpleNamespace

import pandas as pd
import pytest

from recount import figures
from recount.engine.errors import OptionError
from recount.engine.showing import listed
from recount.sims.presentation import Table
from recount.sims.presentation.columns import COLUMNS
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.wording import begun
from recount.sims.report.leaderboard_section import SIZE, _of_sizes
from recount.sims.report.page import with_options
from recount.sims.report.right_to_left import isolated, set_apart, whole_names
from recount.sims.report.svg_in_page import as_element
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of


def test_names_that_could_be_numbers_or_several_names_stand_in_quotation_marks():
    frame = pd.DataFrame(
        {"rank": [1, 2, 3, 4], "competitor": ["80", "Nakamura, Hikaru", "Gukesh D", "7.5"], "rating": [3.0, 2, 1, 0], "lower": [2.0, 1, 0, -1]}
    ).assign(upper=[4.0, 3, 2, 1], rank_best=1, rank_worst=4)
    said = headline("leaderboard", frame)
    assert said == "'80' is first with 3 ± 1 (95 %); it cannot be told from 'Nakamura, Hikaru', Gukesh D and '7.5'."
    assert headline("leaderboard", frame.iloc[2:3]) == "Gukesh D is the only competitor."


def test_no_more_is_said_of_one_name():
    assert listed(["a", "b", "c"], 2) == "'a', 'b', 'c'"
    assert listed(["a", "b", "c", "d"], 2) == "'a', 'b' and 2 more"


def test_names_from_right_to_left_stand_in_the_order_of_the_sentence():
    """Each by itself: without that a browser shows a list of them, commas and all, from right to left."""
    one, other = "\N{HEBREW LETTER ALEF}\N{HEBREW LETTER BET}7b \N{HEBREW LETTER GIMEL}", "\N{ARABIC LETTER BEH}-2"
    assert isolated(f"not told from {one}, {other} and <x>.") == f"not told from <bdi>{one}</bdi>, <bdi>{other}</bdi> and &lt;x&gt;."
    assert isolated("a & b") == "a &amp; b"
    assert with_options(f"{other}: give --ties") == f'<bdi>{other}</bdi>: give <span class="line">--ties</span>'


def test_a_known_name_is_isolated_as_a_whole():
    """With its digits and brackets, in HTML and in titles, which have no elements; a name within a name is none."""
    word, letter = "\N{ARABIC LETTER FEH}\N{ARABIC LETTER REH}", "\N{ARABIC LETTER BEH}"
    names = whole_names([f"{word} 2024 ({letter})", letter, "<GPT> 4", f"a&b {letter}"])
    text = f"{letter}, {word} 2024 ({letter}) and a&b {letter}: <GPT> 4"
    assert isolated(text, names) == f"<bdi>{letter}</bdi>, <bdi>{word} 2024 ({letter})</bdi> and <bdi>a&amp;b {letter}</bdi>: &lt;GPT&gt; 4"
    assert set_apart(text, names).split("\u2068")[1:] == [f"{letter}\u2069, ", f"{word} 2024 ({letter})\u2069 and ", f"a&b {letter}\u2069: <GPT> 4"]
    assert isolated("\u2068a", names) == "a"


def test_names_in_a_figure_are_set_apart():
    row = {"conclusion": "the best are \N{ARABIC LETTER BEH}, \N{ARABIC LETTER FEH}", "change": "drop", "result": "", "n_changed": 2, "n_units": 40}
    told = pd.DataFrame([{**row, "share": 0.05, "unit": "vote", "n_votes_changed": 2, "fewest": True, "n_votes": 40}])
    svg = as_element(figures.removals(Table("influence summary", told)), "x", set_apart)
    assert svg.count("\u2068\N{ARABIC LETTER BEH}\u2069, \u2068\N{ARABIC LETTER FEH}\u2069") == 2


def test_a_file_keeps_its_letters_where_a_sentence_begins():
    assert [begun(text) for text in ("log.csv: has no column", "logs/x has none", "no votes.", "half of them: 2.5")] == [
        "log.csv: has no column",
        "logs/x has none",
        "No votes.",
        "Half of them: 2.5",
    ]


def test_what_columns_mean_is_said_without_options():
    """A reader of a page has none; choices are explained as where they are made."""
    assert [column.name for column in COLUMNS if "--" in column.meaning and column.name not in options_of(Specification)] == []


def test_of_nobody_known_it_says_none():
    material = SimpleNamespace(facts=SimpleNamespace(frame=pd.DataFrame({SIZE: [float("nan")]})))
    with pytest.raises(OptionError, match="the size of none of these models is known"):
        _of_sizes(material)
