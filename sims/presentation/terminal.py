"""Tables in lines of characters that fit a width; rich is imported when the first one is drawn."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from recount.engine.plurals import plural
from recount.sims.presentation.bars import Bar
from recount.sims.presentation.cells import Block, Shown
from recount.sims.presentation.wording import clean, writable

if TYPE_CHECKING:
    from rich.console import Console

# Longer names are folded.
WIDEST_CELL = 40
GAP = 2
NARROWEST_BAR = 12
WIDEST_BAR = 40
# How to see what is not shown; of a command that writes no file only the first.
MORE_COLUMNS = "--columns all shows every column"
MORE = f"{MORE_COLUMNS}; -o FILE writes every row and column"


def in_lines(headline: str, blocks: Sequence[Block], notes: Sequence[str], width: int) -> str:
    """Return a headline, blocks and notes in lines of at most `width` characters, without colours."""
    from rich.console import Console

    text = io.StringIO()
    _print(Console(file=text, width=width, force_terminal=False, color_system=None, legacy_windows=False), headline, blocks, notes)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def print_table(stream: TextIO, headline: str, blocks: Sequence[Block], notes: Sequence[str], title: str, n_columns: int, more: str) -> None:
    """Print a headline, blocks and notes on a terminal, and `more` on how to see the rest of a table of `n_columns` columns."""
    from rich.console import Console

    console = Console(file=stream)
    shown = [_n_fitting(block.columns, block.n_kept, console.width) for block in blocks]
    cut = any(block.n_left for block in blocks) or min(shown, default=n_columns) < n_columns
    _print(console, headline, blocks, (*notes, *([more] if cut else [])), title)


def _print(console: "Console", headline: str, blocks: Sequence[Block], notes: Sequence[str], title: str = "") -> None:
    """Print the headline first and the notes last."""
    if headline:
        _print_line(console, headline)
    for number, block in enumerate(blocks):
        if number or headline:
            console.print()
        _print_block(console, block, block.title or clean(title))
    if not blocks:
        _print_line(console, "no rows", "dim")
    if notes:
        console.print()
    for note in notes:
        _print_line(console, note, "dim")


def _print_line(console: "Console", text: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(writable(text, console.encoding), style=style, overflow="fold"))


def _print_block(console: "Console", block: Block, title: str) -> None:
    """Print as many columns of a block as fit, and how much is left out."""
    from rich.table import Table
    from rich.text import Text

    columns = [_writable(column, console.encoding) for column in block.columns]
    n_fitting = _n_fitting(columns, block.n_kept, console.width)
    kept = columns[:n_fitting]
    widths = _shrunk([_width(column) for column in kept], console.width)
    if block.bar is not None and (drawn := _drawn(block.bar, console.width - sum(widths) - GAP * len(widths), console.encoding)):
        kept.insert(block.n_kept, drawn)
        widths.insert(block.n_kept, len(drawn.cells[0]))
    caption = Text(writable(title, console.encoding), style="bold") if title else None
    table = Table(title=caption, title_justify="left", header_style="bold", box=None, padding=(0, GAP, 0, 0), pad_edge=False)
    for column, width in zip(kept, widths, strict=True):
        table.add_column(Text(column.label), justify="right" if column.is_number else "left", overflow="fold", width=width)
    for row in zip(*(column.cells for column in kept), strict=True):
        table.add_row(*map(Text, row))
    console.print(table)
    more = [plural(n, f"more {what}") for n, what in ((block.n_left, "row"), (len(columns) - n_fitting, "column")) if n]
    if more:
        _print_line(console, f"{' and '.join(more)}", "dim")


def _writable(column: Shown, encoding: str) -> Shown:
    return Shown(writable(column.label, encoding), [writable(cell, encoding) for cell in column.cells], column.is_number)


def _width(column: Shown) -> int:
    """Width of a column; its label may be folded between words."""
    from rich.cells import cell_len

    return max(1, min(WIDEST_CELL, max(map(cell_len, [*column.label.split(), *column.cells]), default=1)))


def _n_fitting(columns: Sequence[Shown], n_kept: int, width: int) -> int:
    """Number of columns that fit, from the left, and at least `n_kept`."""
    n, total = 0, -GAP
    for column in columns:
        total += _width(column) + GAP
        if total > width and n >= n_kept:
            break
        n += 1
    return n


def _shrunk(widths: list[int], width: int) -> list[int]:
    """Make the widest columns narrower until they fit."""
    widths = list(widths)
    while sum(widths) + GAP * (len(widths) - 1) > width and max(widths) > 1:
        widths[widths.index(max(widths))] -= 1
    return widths


def _drawn(bar: Bar, room: int, encoding: str) -> Shown | None:
    if room < NARROWEST_BAR or not bar.value.size:
        return None
    cells = [writable(cell, encoding) for cell in bar.draw(min(room, WIDEST_BAR))]
    return Shown("", cells, False) if all(map(len, cells)) else None
