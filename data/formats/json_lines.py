"""JSON lines, as chunks: parsed by Arrow a block at a time, and line by line where that does not do."""

import itertools
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.json

from recount.data.choices import Columns
from recount.data.columns import KEPT, Chunk, chunk_of_batch, chunk_of_records, numbers_from
from recount.data.count_columns import KEY, names_of_values
from recount.data.formats import batches, text_streams
from recount.data.formats.json_keys import KeysTwice, ReadKeys, read_keys
from recount.data.formats.records import CountsColumn, Row, with_values
from recount.data.further_columns import ARROW_TYPES, MARKING
from recount.data.nested_arrays import type_of_first
from recount.data.places.remote_files import Place
from recount.data.rejects import UnparsableLines
from recount.engine.errors import InputError

LONGEST_LINE = 1 << 26
NEW_LINE, QUOTE, COLON = b'\n":'
# By which keys are told apart: their last letters.
LETTERS_OF_A_KEY, N_CODES = 8, 1 << 12


def json_lines_chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    """Read the votes of JSON lines; a line that is not a JSON object goes to `unparsable`. Row numbers are line numbers.

    Raises
    ------
    InputError
        If no line has a column of the vote, or one that is to be kept; or counts begin after lines without one.
    """
    yield from with_values(_chunks(path, columns, keep, unparsable), columns, keep)


class _Block(NamedTuple):
    """Whole lines, each ending in a newline; the lines before it; and how much was read after it."""

    text: bytes
    n_lines: int
    n_before: int
    share: float


def _chunks(path: Place, columns: Columns, keep: Sequence[str] | None, unparsable: UnparsableLines) -> Iterator[Chunk]:
    counts, wanted = CountsColumn(columns, keep), KEPT if keep is None else keep
    blocks = _blocks(path)
    first = next(blocks, None)
    if first is None:
        return
    # It has to be there from the start.
    name = counts.among(_perhaps_counts(first), 0)
    kept = [one for one in wanted if one != name]
    read = read_keys([*columns.names(), *([name] if name else []), *kept])

    def parsed(block: _Block) -> tuple[_Block, list[str], Chunk | None]:
        return block, [] if name else _perhaps_counts(block), _parsed_at_once(block, columns, kept, name)

    for block, names, at_once in batches.mapped_ahead(parsed, itertools.chain([first], blocks)):
        if block.n_before:
            counts.among(names, block.n_before)
        chunk = at_once
        if chunk is None:
            rows = list(_parsed_by_line(block, unparsable, read))
            numbers = np.array([row.number for row in rows], np.int64)
            chunk = chunk_of_records([row.record for row in rows], columns, kept, name, numbers.__getitem__, block.share)
        yield chunk


def json_lines_rows(path: Place, columns: Columns, unparsable: UnparsableLines) -> Iterator[Row]:
    """Read JSON lines as records."""
    for block in _blocks(path):
        yield from _parsed_by_line(block, unparsable, None)


def _blocks(path: Place) -> Iterator[_Block]:
    raw, stream = text_streams.open_text(path)
    n_before = 0
    with raw, stream:
        for text in _line_blocks(stream):
            n_lines = int(np.count_nonzero(np.frombuffer(text, np.uint8) == NEW_LINE))
            yield _Block(text, n_lines, n_before, raw.tell() / raw.size())
            n_before += n_lines


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


def _perhaps_counts(block: _Block) -> list[str]:
    """Names in the lines of a block, if some of them may be those of counts."""
    text = block.text
    found = dict.fromkeys(_names_of_values(text[: text.index(b"\n")]))
    # Where all lines have the keys of the first there is no other name, and looking for names takes longer than reading.
    for line in text.split(b"\n") if not _have_keys_of_first(block) and KEY.search(text) else ():
        if KEY.search(line):
            found.update(dict.fromkeys(_names_of_values(line)))
    return list(found)


def _names_of_values(line: bytes) -> list[str]:
    return list(names_of_values(_record(line) or {}))


def _have_keys_of_first(block: _Block) -> bool:
    """Whether the lines of a block have as many keys of each ending as if each had those of the first line, each once."""
    characters = np.frombuffer(block.text, np.uint8)
    ends = np.flatnonzero((characters[:-1] == QUOTE) & (characters[1:] == COLON))
    codes, is_key = np.zeros(ends.size, np.int64), np.ones(ends.size, bool)
    for place in range(1, LETTERS_OF_A_KEY + 1):
        letters = characters[ends - place]
        is_key &= letters != QUOTE
        codes = np.where(is_key, codes * 31 + letters, codes)
    codes %= N_CODES
    of_first = np.bincount(codes[: np.searchsorted(ends, block.text.index(b"\n"))], minlength=N_CODES)
    return bool((np.bincount(codes, minlength=N_CODES) == of_first * block.n_lines).all())


def _parsed_at_once(block: _Block, columns: Columns, kept: Sequence[str], counts: str | None) -> Chunk | None:
    """Parse a block in Arrow, with the types of its first line; None if lines have to be parsed one by one."""
    first = _record(block.text[: block.text.index(b"\n")]) or {}
    wanted = list(dict.fromkeys([*columns.names(), *([counts] if counts else []), *kept]))
    schema = type_of_first(wanted, first, lambda value: ARROW_TYPES.get(type(value), pa.string()))
    if schema is None:
        return None
    try:
        table = pyarrow.json.read_json(
            pa.BufferReader(block.text),
            # Blocks are parsed side by side.
            read_options=pyarrow.json.ReadOptions(block_size=len(block.text) + 1, use_threads=False),
            # Inference would follow nested values down without a limit.
            parse_options=pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
        if table.num_rows == block.n_lines:
            return chunk_of_batch(table.combine_chunks().to_batches()[0], columns, kept, counts, numbers_from(block.n_before), block.share)
    except (pa.ArrowInvalid, InputError):
        pass
    return None


def _parsed_by_line(block: _Block, unparsable: UnparsableLines, read: ReadKeys | None) -> Iterator[Row]:
    """Parse a block line by line, so that a bad line loses only itself; one in which a key that is read stands twice is bad, as it is to Arrow."""
    keys = KeysTwice()
    for number, line in enumerate(block.text.split(b"\n")[:-1], block.n_before + 1):
        if not line.strip():
            continue
        keys.clear()
        record = _record(line, keys)
        twice = keys.among(read) if record else None
        if record is None or twice is not None:
            unparsable.add(number, (f"{twice} stands twice in " if twice else "") + line[:200].decode(errors=MARKING))
            unparsable.check()
        else:
            yield Row(number, record, block.share)


def _record(line: bytes, keys: KeysTwice | None = None) -> dict[str, Any] | None:
    """Return the object in a line; None if it holds none."""
    try:
        record = json.loads(line, object_pairs_hook=None if keys is None else keys.object_of)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None
