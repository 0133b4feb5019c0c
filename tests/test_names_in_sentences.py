"""Names in sentences: each can be told from the words around it."""

import pandas as pd

from recount.engine.showing import listed
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.wording import begun
from recount.sims.report.page import isolated, with_options


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


def test_a_file_keeps_its_letters_where_a_sentence_begins():
    assert [begun(text) for text in ("log.csv: has no column", "logs/x has none", "no votes.", "half of them: 2.5")] == [
        "log.csv: has no column",
        "logs/x has none",
        "No votes.",
        "Half of them: 2.5",
    ]
