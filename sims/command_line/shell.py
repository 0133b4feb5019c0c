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
    columns: str | None = choice(None, "Columns to show, separated by commas, or all.", metavar="NAME,NAME")


@dataclass(frozen=True)
class Catalogue:
    """The catalogue of models."""

    catalogue: Path | None = choice(None, "Catalogue of models (CSV).", metavar="FILE", unset="the bundled one")


@dataclass(frozen=True)
class Saved:
    """The votes, counted."""

    save_counts: Path | None = choice(None, "Save the counts of the votes in this file (.parquet), which is read in place of them.", metavar="FILE")

    def __post_init__(self) -> None:
        if self.save_counts is not None and self.save_counts.suffix != ".parquet":
            raise OptionError(f"save_counts is {str(self.save_counts)!r}; counts are saved in a file that ends in .parquet")
