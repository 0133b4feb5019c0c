"""JSON lines, as chunks: parsed by Arrow a block at a time, and line by line where that does not do."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json

from recount.data.choices import Columns
from recount.data.columns import KEPT, Chunk, chunk_of_batch, chunk_of_records, numbers_from
from recount.data.count_columns import FREQUENT_KEYS, KEY
from recount.data.formats import text_streams
from recount.data.formats.json_keys import KeysTwice, ReadKeys, read_keys
from recount.data.formats.records import CountsColumn, Row, with_values
from recount.data.further_columns import ARROW_TYPES, MARKING
from recount.data.nested_arrays import type_of_first
from recount.data.places.remote_files import Place
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError

LONGEST_LINE = 1 << 26


def json_lines_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of JSON lines; a line that is not a JSON object goes to `unparsable`. Row numbers are line numbers.

    Raises
    ------
    InputError
        If no line has a column of the vote, or one that is to be kept; or counts begin after lines without one.
    """
    yield from (with_values(_chunks(path, columns, keep, unparsable), columns, keep))


def _chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    counts, wanted = CountsColumn(columns, keep), KEPT if keep is None else keep
    for block, n_before, share in _blocks(path):
        name = counts.among(_perhaps_counts(block), n_before)
        kept = [one for one in wanted if one != name]
        chunk = _parsed_at_once(block, columns, kept, name, n_before, share)
        if chunk is None:
            read = read_keys([*columns.names(), *([name] if name else []), *kept])
            rows = list(_parsed_by_line(block, n_before, share, unparsable, read))
            numbers = np.array([row.number for row in rows], np.int64)
            chunk = chunk_of_records([row.record for row in rows], columns, kept, name, numbers.__getitem__, share)
        yield chunk


def json_lines_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read JSON lines as records."""
    for block, n_before, share in _blocks(path):
        yield from _parsed_by_line(block, n_before, share, unparsable, None)


def _blocks(path: Place) -> Iterator[tuple[bytes, int, float]]:
    """Draw blocks of whole lines, each ending in a newline, with the lines before it and how much was read."""
    raw, stream = text_streams.open_text(path)
    n_before = 0
    with raw, stream:
        for block in _line_blocks(stream):
            yield block, n_before, raw.tell() / raw.size()
            n_before += block.count(b"\n")


def _line_blocks(stream: pa.NativeFile) -> Iterator[bytes]:
    pieces: list[bytes] = []
    while piece := stream.read(text_streams.BLOCK):
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
    schema = type_of_first(wanted, first, lambda value: ARROW_TYPES.get(type(value), pa.string()))
    if schema is None:
        return None
    try:
        table = pyarrow.json.read_json(
            pa.BufferReader(block),
            read_options=pyarrow.json.ReadOptions(block_size=len(block) + 1),
            # Inference would follow nested values down without a limit.
            parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows == block.count(b"\n"):
            return chunk_of_batch(table.combine_chunks().to_batches()[0], columns, kept, counts, numbers_from(n_before), share)
    except (pa.ArrowInvalid, InputError):
        pass
    return None


def _parsed_by_line(block: bytes, n_before: int, share: float, unparsable: UnparsableLines, read: ReadKeys | None) -> Iterator[Row]:
    """Parse a block line by line, so that a bad line loses only itself; one in which a key that is read stands twice is bad, as it is to Arrow."""
    keys = KeysTwice()
    for number, line in enumerate(block.split(b"\n")[:-1], n_before + 1):
        if not line.strip():
            continue
        keys.clear()
        record = _record(line, keys)
        twice = keys.among(read) if record else None
        if record is None or twice is not None:
            unparsable.add(number, (f"{twice} stands twice in " if twice else "") + line[:200].decode(errors=MARKING))
            unparsable.check()
        else:
            yield Row(number, record, share)


def _record(line: bytes, keys: KeysTwice | None = None) -> dict[str, Any] | None:
    """Return the object in a line; None if it holds none."""
    try:
        record = json.loads(line, object_pairs_hook=None if keys is None else keys.object_of)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
