"""Tables of scores in which columns have names: a row a score, or a row a model with a column for each benchmark."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from recount.data.scores.stated import NOT_STATED, Stated, day_of, header_of, rows_of, score_of, text_of, truth_of
from recount.data.scores.tidy_scores import MODEL_COLUMNS, SCORE_COLUMNS
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural

LONG = ("model", "benchmark", "score")
DATES = ("date", "release_date")
TRUTHS = ("self_reported", "open_weights", "lower_is_better")
MADE = ("share", "n_items_from")


def is_named_columns(path: Path) -> bool:
    """Whether a CSV or Parquet file has the columns model, benchmark and score."""
    return set(LONG) <= set(columns_of(path))


def columns_of(path: Path) -> Sequence[str]:
    """Names of the columns of a CSV or Parquet file; none if it is no such file."""
    return _columns_of_parquet(path) if path.suffix.lower() == ".parquet" else header_of(path)


def read_named_columns(path: Path, columns: Mapping[str, str], benchmarks: Sequence[str], maximum: float | None) -> Stated:
    """Read a CSV or Parquet file.

    Parameters
    ----------
    path : Path
    columns : mapping of str to str
        Column of the file for each column of `Scores` that has another name there.
    benchmarks : sequence of str
        Columns that each hold the scores of a benchmark, if a row is a model.
    maximum : float or None
        Of scores for which the file states none.

    Raises
    ------
    OptionError
        If `columns` names what is no column of `Scores`.
    InputError
        If a column is missing, or the file cannot be read.
    """
    allowed = [name for name in dict.fromkeys([*SCORE_COLUMNS, *MODEL_COLUMNS]) if name not in MADE]
    for name in columns:
        if name not in allowed:
            raise OptionError(f"columns has {name!r}, which is no column of scores; there are {', '.join(allowed)}")
    stated = Stated()
    names = {name: columns.get(name, name) for name in allowed}
    needed = [names["model"], *(benchmarks or (names["benchmark"], names["score"]))]
    unread: defaultdict[str, list[str]] = defaultdict(list)
    for number, row in _rows(path, needed):
        common = {name: _value(name, row[place], unread) for name, place in names.items() if place in row and not (benchmarks and name in LONG[1:])}
        stated.models.append({name: common[name] for name in MODEL_COLUMNS if name in common})
        cells = {name: row[name] for name in benchmarks} or {common["benchmark"]: row[names["score"]]}
        for benchmark, cell in cells.items():
            # An empty cell of a wide table is no row that was lost.
            if benchmarks and text_of(cell) is None:
                continue
            one = {"maximum": maximum} | common | {"benchmark": benchmark, "file": path, "row": number}
            made = score_of(cell)
            stated.scores.append(one | made if "maximum" in made or one["maximum"] is not None else one | made | {"maximum": maximum})
    for name, texts in unread.items():
        instead = "higher is better" if name == "lower_is_better" else "not stated"
        stated.notes.append(
            (name, f"{plural(len(texts), 'value that is none', 'values that are none')}, such as {texts[0]!r}", f"taken for {instead}")
        )
    return stated


def _columns_of_parquet(path: Path) -> tuple[str, ...]:
    """Names of the columns of a Parquet file; none if it is no such file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # Opened here, because pyarrow takes no names that are no text.
        with path.open("rb") as file:
            return tuple(pq.read_schema(file).names)
    except (OSError, pa.ArrowException):
        return ()


def _rows(path: Path, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the rows of a file, the first with number 1; raise `InputError` unless it has the columns that are needed."""
    if path.suffix.lower() == ".parquet":
        import pandas as pd
        import pyarrow as pa

        try:
            frame = pd.read_parquet(path)
        except (OSError, ValueError, pa.ArrowException) as error:
            raise InputError(f"{str(path)!r} cannot be read: {str(error).partition(chr(10))[0]}") from error
        found: Sequence[str] = list(map(str, frame.columns))
        records = frame.astype(object).rename(columns=str).to_dict("records")
        rows: Iterator[tuple[int, Any]] = enumerate(records, start=1)
    else:
        found, rows = header_of(path), rows_of(path)
    for name in needed:
        if name not in found:
            raise InputError(f"{str(path)!r} has no column {name!r}; it has {', '.join(map(repr, found[:20])) or 'none'}; name others with `columns`")
    yield from rows


def _value(name: str, cell: object, unread: defaultdict[str, list[str]]) -> Any:
    """Return what a cell says; what is neither a day nor true or false where it should be is noted as unread."""
    text = text_of(cell)
    if name not in DATES + TRUTHS:
        return text
    value = day_of(cell) if name in DATES else truth_of(cell)
    if value is None and text is not None and text.casefold() not in NOT_STATED:
        unread[name].append(text)
    return value
