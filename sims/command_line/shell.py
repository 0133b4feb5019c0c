"""Choices of the shell only: files to read and write, and how tables are shown."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recount.engine.choices import choice
from recount.engine.errors import OptionError


@dataclass(frozen=True)
class Shown:
    """The output file and form of a table."""

    output: Path | None = choice(None, "File to write (.csv .parquet .json), with a manifest beside it.", short="-o", metavar="FILE")
    format: Literal["markdown", "latex", "csv", "json", "spreadsheet"] | None = choice(
        None, "Print the table in this form; spreadsheet is CSV in which text is no formula."
    )
    quiet: bool = choice(False, "Say nothing but the result and errors: no notes, no progress.")
    columns: str | None = choice(None, "Columns to show, separated by commas, or all.", metavar="NAME,NAME")


@dataclass(frozen=True)
class OwnTables:
    """Tables of one's own over the bundled catalogue."""

    catalogue: tuple[Path, ...] = choice(
        (),
        "Table (CSV) of models (key, ...), organisations (name, country, ...) or licences (name, licence_class), over the bundled catalogue; may be "
        "given several times.",
        metavar="FILE",
    )


@dataclass(frozen=True)
class Published:
    """A published board in place of votes."""

    board: tuple[Path, ...] = choice(
        (),
        "Published board (.csv .json .parquet) in place of votes: its ratings, with their intervals if it states some. Several, and folders of them, "
        "where all are ranked through time.",
        metavar="FILE",
    )
    category: str | None = choice(None, "Category of the board.", unset="that of all votes")
    date: str | None = choice(None, "Day of the board, as 2026-08-19, or latest.", unset="the latest")
    subset: str | None = choice(None, "Which board of several in the file, such as text or text_style_control.")
    board_columns: str | None = choice(
        None,
        "What columns of the board hold: name, rating, and lower and upper, variance, error, interval, votes, organisation, licence, category, date.",
        unset="as known boards have them",
        metavar="PART=COLUMN,...",
    )


@dataclass(frozen=True)
class Saved:
    """The votes, counted."""

    save_counts: Path | None = choice(None, "Save the counts of the votes in this file (.parquet), which is read in place of them.", metavar="FILE")

    def __post_init__(self) -> None:
        if self.save_counts is not None and self.save_counts.suffix != ".parquet":
            raise OptionError(f"save_counts is {str(self.save_counts)!r}; counts are saved in a file that ends in .parquet")
