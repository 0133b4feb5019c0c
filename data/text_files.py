"""CSV and JSON lines, also compressed, as chunks."""

import codecs
import csv
import io
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.json

from recount.data.choices import NO_COUNT, Columns
from recount.data.columns import KEPT, Chunk, Ints, chunk_of_batch, column_of_values, joined, numbers_from
from recount.data.count_columns import FREQUENT_KEYS, KEY
from recount.data.further_columns import ARROW_TYPES, MARKING, array_of_values
from recount.data.layouts import layout_of
from recount.data.places.remote_files import Place, opened
from recount.data.quarantine import shown
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError

# Arrow parses CSV a block at a time, reads up to 32 blocks ahead, and no line may be longer than one.
BLOCK = 1 << 22
SECONDS_TO_END = 0.1
# Of JSON lines.
LONGEST_LINE = 1 << 26
TOO_LONG = f"a line is longer than {BLOCK >> 20} MB, or a quotation mark is not closed"
CODECS = {".gz": "gzip", ".zst": "zstd"}
TEXT = pa.dictionary(pa.int32(), pa.string())


def csv_header(path: Place) -> list[str]:
    """Return the names in the first line of a CSV file."""
    raw, stream = _open(path)
    with raw, stream:
        try:
            first = stream.read(BLOCK)
            names = next(csv.reader(io.StringIO(first.decode(errors="replace"), newline="")), [])
        except csv.Error as error:
            raise InputError(f"the first line is no CSV header ({error})") from error
        if len(first) == BLOCK and b"\n" not in first and b"\r" not in first:
            raise InputError(TOO_LONG)
    _check_text("".join(names).encode())
    return names


def csv_chunks(path: Place, columns: Columns, kept: Sequence[str], counts: str | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read a CSV file; blank lines are no rows, and rows with too many or too few fields go to `unparsable`."""
    # Text in which a quotation mark seems to have swallowed lines: nobody could say how many votes were in them.
    swallowed: list[str] = []

    def set_aside(row: Any) -> str:
        text = row.text or ""
        # Arrow counts the header as row 1.
        unparsable.add(row.number - 1, text)
        if "\n" in text and text.count('"') % 2 and not swallowed:
            swallowed.append(text)
        return "error" if unparsable.too_many else "skip"

    wanted = [*columns.names(), *([counts] if counts else []), *kept]
    raw, stream = _open(path)
    with raw, stream:
        n_read = 0
        for batch in _csv_batches(stream, wanted, set_aside, unparsable):
            chunk = chunk_of_batch(batch, columns, counts, _numbers_past(n_read, unparsable), raw.tell() / raw.size())
            if not swallowed:
                swallowed += [str(value) for part in (chunk.first, chunk.second, chunk.outcome) for value in part.values if "\n" in str(value)][:1]
            n_read += batch.num_rows
            yield chunk
    if swallowed:
        raise InputError(f"a quotation mark is closed lines after it is opened, or never, at {shown(swallowed[0])}; repair the log")


def _csv_batches(
    stream: pa.NativeFile, wanted: Sequence[str], set_aside: Callable[[Any], str], unparsable: UnparsableLines
) -> Iterator[pa.RecordBatch]:
    try:
        yield from pyarrow.csv.open_csv(
            stream,
            # Rows are numbered by one thread only.
            read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=set_aside),
            convert_options=pyarrow.csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(wanted, TEXT), include_columns=wanted, strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        # Arrow's thread that reads ahead needs a moment to find the end; an interpreter that ends before that hangs.
        time.sleep(SECONDS_TO_END)
        unparsable.check()
        if "straddling" in str(error):
            raise InputError(TOO_LONG) from error
        # A header without a line end.
        if "Empty CSV file" not in str(error):
            raise


def _numbers_past(n_before: int, unparsable: UnparsableLines) -> Callable[[Ints], Ints]:
    """Row numbers of a chunk that follows `n_before` good rows; unparsable rows lie between them."""

    def numbers(positions: Ints) -> Ints:
        skipped = np.array(unparsable.rows, np.int64)
        good = positions.astype(np.int64) + n_before + 1
        return good + np.searchsorted(skipped - np.arange(skipped.size), good, side="right")

    return numbers


def jsonl_chunks(
    path: Place, columns: Columns, keep: Sequence[str] | None, counts_among: Callable[[Sequence[str]], str | None], unparsable: UnparsableLines
) -> Iterator[Chunk]:
    """Read JSON lines; a line that is not a JSON object goes to `unparsable`. Row numbers are line numbers.

    `counts_among` gives the name of the column of counts among names.

    Raises
    ------
    InputError
        If no line has a column of the vote, or one that is to be kept; or counts begin after lines without one.
    """
    kept = KEPT if keep is None else keep
    raw, stream = _open(path)
    n_before = n_parsed = 0
    seen: set[str] = set()
    counts: str | None = None
    with raw, stream:
        for block in _line_blocks(stream):
            if not n_before:
                _check_text(block[: block.index(b"\n")])
            share = raw.tell() / raw.size()
            counts, counts_before = counts or counts_among([] if columns.layout else _perhaps_counts(block)), counts
            if counts and n_before and not counts_before:
                raise InputError(f"lines up to {n_before} have no {counts!r}, and later ones have; give --count {NO_COUNT} if every line is one vote")
            read = columns, kept, counts, n_before, share
            chunk = (None if columns.layout else _parsed_at_once(block, *read)) or _parsed_by_line(block, *read, unparsable)
            # Of an outcome in several columns, whether there is one.
            vote = zip((*columns.names()[:2], columns.outcome), (chunk.first, chunk.second, chunk.outcome), strict=True)
            further = {name: array for name, array in chunk.kept.items() if array.null_count < len(array)}
            seen.update(further, (name for name, column in vote if any(value is not None for value in column.values)))
            n_before += block.count(b"\n")
            n_parsed += chunk.n_rows
            yield replace(chunk, kept=further)
    for name in (*columns.names()[:2], columns.outcome, *(keep or ())):
        if n_parsed and name not in seen:
            raise InputError(f"no line has a value of {name!r}; is that the column's name?")


def _line_blocks(stream: pa.NativeFile) -> Iterator[bytes]:
    """Cut a stream into blocks of whole lines, each ending in a newline."""
    pieces: list[bytes] = []
    while piece := stream.read(BLOCK):
        cut = piece.rfind(b"\n") + 1
        if cut:
            yield b"".join([*pieces, piece[:cut]])
            pieces = []
        pieces.append(piece[cut:])
        if sum(map(len, pieces)) > LONGEST_LINE:
            raise InputError(f"a line is longer than {LONGEST_LINE >> 20} MB")
    if any(pieces):
        yield b"".join([*pieces, b"\n"])


def _perhaps_counts(block: bytes) -> list[str]:
    """Names in the lines of a block, if some of them may be those of counts; names inside nested values are none."""
    first, small = _record(block[: block.index(b"\n")]) or {}, block.lower()
    # As many keys as if all lines were like the first: there is hardly another name, and looking for all of them takes longer than reading.
    alike = block.count(b'":') == len(first) * block.count(b"\n") and not any(key in small for key in FREQUENT_KEYS)
    found: dict[str, None] = dict.fromkeys(first)
    for line in block.split(b"\n") if not alike and KEY.search(block) else ():
        if KEY.search(line):
            found.update(dict.fromkeys(_record(line) or ()))
    return list(found)


def _parsed_at_once(block: bytes, columns: Columns, kept: Sequence[str], counts: str | None, n_before: int, share: float) -> Chunk | None:
    """Parse a block in Arrow, with the types of its first line; None if lines have to be parsed one by one."""
    first = _record(block[: block.index(b"\n")]) or {}
    wanted = list(dict.fromkeys([*columns.names(), *([counts] if counts else []), *kept]))
    schema = pa.schema([(name, ARROW_TYPES.get(type(first.get(name)), pa.string())) for name in wanted])
    try:
        table = pyarrow.json.read_json(
            pa.BufferReader(block),
            read_options=pyarrow.json.ReadOptions(block_size=len(block) + 1),
            # Inference would follow nested values down without a limit.
            parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows == block.count(b"\n"):
            return chunk_of_batch(table.combine_chunks().to_batches()[0], columns, counts, numbers_from(n_before), share)
    except (pa.ArrowInvalid, InputError):
        pass
    return None


def _parsed_by_line(
    block: bytes, columns: Columns, kept: Sequence[str], counts: str | None, n_before: int, share: float, unparsable: UnparsableLines
) -> Chunk:
    """Parse a block line by line, so that a bad line loses only itself."""
    layout = layout_of(columns.layout)
    records: list[dict[str, object]] = []
    numbers: list[int] = []
    for number, line in enumerate(block.split(b"\n")[:-1], n_before + 1):
        if not line.strip():
            continue
        record = _record(line)
        if record is not None:
            of_row = [record] if layout is None else layout.records(record)
            records += of_row
            numbers += [number] * len(of_row)
        else:
            unparsable.add(number, line[:200].decode(errors=MARKING))
            unparsable.check()
    rows = np.array(numbers, np.int64)
    first, second, *outcome = (column_of_values([record.get(name) for record in records]) for name in columns.names())
    n_of_row = column_of_values([record.get(counts) for record in records]) if counts else None
    held = {name: array_of_values([record.get(name) for record in records]) for name in kept}
    return Chunk(first, second, joined(outcome), n_of_row, held, lambda positions: rows[positions], share)


def _record(line: bytes) -> dict[str, object] | None:
    """Return the object in a line; None if it holds none."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def open_bytes(path: Place) -> tuple[pa.NativeFile, pa.NativeFile]:
    """Open a file; return it, and the stream of its decompressed bytes."""
    raw = opened(path)
    codec = CODECS.get(path.suffix.lower())
    return raw, pa.CompressedInputStream(raw, codec) if codec else raw


def _open(path: Place) -> tuple[pa.NativeFile, pa.NativeFile]:
    """Open a file; return it, and the stream of its decompressed text in UTF-8 without a mark at the start."""
    raw, stream = open_bytes(path)
    decoder = codecs.getincrementaldecoder("utf-8-sig")(MARKING)

    def valid(piece: pa.Buffer) -> bytes:
        # Arrow reads ahead in a thread of its own; after an error it has to find an end, or it would hang an interpreter that ends.
        if raw.closed:
            return b""
        return decoder.decode(piece, final=piece.size == 0).encode()

    return raw, pa.TransformInputStream(stream, valid)


def _check_text(first_line: bytes) -> None:
    """Raise if the first line is not text, or UTF-16, of which every second byte is 0."""
    if b"\0" in first_line:
        raise InputError("holds no text in UTF-8, but UTF-16 or no text at all; save it as UTF-8")
