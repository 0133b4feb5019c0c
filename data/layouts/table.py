"""The layouts by name, and how one is asked for."""

from collections.abc import Mapping

from recount.data.layouts.count_tables import counted_pairs, outcomes_of_pairs, wins_of_rows
from recount.data.layouts.declaring import Layout
from recount.data.layouts.judged_games import arena_hard_games, judged_pairs, mt_bench_games
from recount.data.layouts.matches import ordered_pairs, ranked_pairs, scored_pairs
from recount.engine.errors import OptionError

VERDICTS = "A>>B=first:3,A>B=first,A=B=tie,B>A=second,B>>A=second:3"
GAMES = "model_1=first,model_2=second,first=first,second=second,tie=tie,tie (inconsistent)=tie,error=skip"
# Labels that a layout gives are no names.
OWN_LABELS = "sides"
LAYOUTS: Mapping[str, Layout] = {
    "arena-hard": Layout(arena_hard_games, "BASELINE", "two games with the sides swapped, of model against BASELINE", outcomes=VERDICTS),
    "mt-bench": Layout(mt_bench_games, "", "two games of model_1 and model_2 with the sides swapped", 0, outcomes=GAMES),
    "judges": Layout(judged_pairs, "COLUMN,...", "verdicts of several judges in these columns", has_names=True),
    "ranks": Layout(ranked_pairs, "COLUMN,COLUMN,...", "a match of many, with the rank of each competitor in its column", 2, OWN_LABELS),
    "scores": Layout(scored_pairs, "COLUMN,COLUMN,...", "the same with scores", 2, OWN_LABELS),
    "order": Layout(ordered_pairs, "COLUMN,...", "a match of many, the names from best to worst in a list or in columns", outcomes=OWN_LABELS),
    "wins": Layout(wins_of_rows, "", "a square table, of how often the row won against the column", 0, OWN_LABELS, "count"),
    "outcomes": Layout(
        outcomes_of_pairs,
        "COLUMN,COLUMN,...",
        "a pair a row, counted: wins of the first, of the second, ties, both bad",
        2,
        OWN_LABELS,
        "count",
        True,
    ),
    "leaderbot": Layout(counted_pairs, "", "models, and counts Y of pairs X of them", 0, OWN_LABELS, "count"),
}


def layout_and_words(text: str) -> tuple[Layout, tuple[str, ...]] | None:
    """Read a layout and what it is told from text, as in arena-hard:gpt-4 or ranks:alice,bob; None if there is none.

    Raises
    ------
    OptionError
        If there is no such layout, or it is told too little or too much.
    """
    if not text:
        return None
    name, colon, rest = text.partition(":")
    layout = LAYOUTS.get(name)
    several = layout is not None and "," in layout.words
    words = tuple(word.strip() for word in (rest.split(",") if several else [rest])) if colon else ()
    if layout is None or not all(words) or len(words) < layout.fewest or (words and not layout.words) or len({*words}) < len(words):
        ways = ", ".join(_written(known) for known in (LAYOUTS if layout is None else [name]))
        raise OptionError(f"layout is {text!r}; give {'one of ' if layout is None else ''}{ways}")
    return layout, words


def _written(name: str) -> str:
    words = LAYOUTS[name].words
    return f"{name}:{words}" if words else name


def layouts_in_words() -> str:
    """Say which layouts there are."""
    return "; ".join(f"{_written(name)}, {layout.help}" for name, layout in LAYOUTS.items())
