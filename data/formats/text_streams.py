"""Files as streams: of bytes without compression, and of text in UTF-8, whatever its encoding."""

import codecs
import re
from collections.abc import Callable

import pyarrow as pa

from recount.data.further_columns import MARKING
from recount.data.places.remote_files import Place, opened
from recount.engine.errors import InputError

# Of text that is parsed, or looked at, at once; no line of CSV may be longer.
BLOCK = 1 << 22
CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
# The mark at the start says which of its two orders of bytes it is.
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
UTF_16 = "utf-16"
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a]")
UTF_32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def compression_of(path: Place) -> str | None:
    """Return how a file is compressed, by its first bytes; None if it is not."""
    with opened(path) as file:
        start = file.read(4)
    return next((codec for mark, codec in CODECS.items() if start.startswith(mark)), None)


def open_bytes(path: Place) -> tuple[pa.NativeFile, pa.NativeFile]:
    """Open a file; return it, and the stream of its bytes, decompressed if it begins as compressed files do."""
    codec = compression_of(path)
    raw = opened(path)
    return raw, pa.CompressedInputStream(raw, codec) if codec else raw


def open_text(path: Place, look: Callable[[bytes], None] | None = None) -> tuple[pa.NativeFile, pa.NativeFile]:
    """Open a file; return it, and the stream of its text in UTF-8 without a mark at the start, at each piece of which `look` may look."""
    encoding = encoding_of(head_of(path, 4))
    decoder = codecs.getincrementaldecoder(encoding)(MARKING)
    raw, stream = open_bytes(path)
    is_start = True

    def valid(piece: pa.Buffer) -> pa.Buffer | bytes:
        nonlocal is_start, decoder
        # Arrow reads ahead in a thread of its own; after an error it has to find an end, or it would hang an interpreter that ends.
        if raw.closed:
            return b""
        text = bytes(piece)
        if encoding != UTF_16 and not decoder.getstate()[0] and text.isascii():
            if is_start:
                # A mark that comes later is a character.
                decoder = codecs.getincrementaldecoder("utf-8")(MARKING)
            is_start = False
            if look is not None:
                look(text)
            return piece
        is_start = False
        text = decoder.decode(piece, final=piece.size == 0).encode()
        if look is not None:
            look(text)
        return text

    return raw, pa.TransformInputStream(stream, valid)


def head_of(path: Place, n_bytes: int = BLOCK) -> bytes:
    """Return the first decompressed bytes of a file."""
    raw, stream = open_bytes(path)
    with raw, stream:
        pieces: list[bytes] = []
        while (n_missing := n_bytes - sum(map(len, pieces))) and (piece := stream.read(n_missing)):
            pieces.append(piece)
        return b"".join(pieces)


def too_long() -> str:
    """Say that a line is too long."""
    return f"a line is longer than {BLOCK >> 20} MB, or a quotation mark is not closed"


def encoding_of(head: bytes) -> str:
    """Return the encoding of text that begins with these bytes."""
    if head.startswith(UTF_32_MARKS):
        raise InputError("holds text in UTF-32; save it as UTF-8")
    return UTF_16 if head.startswith(UTF_16_MARKS) else "utf-8-sig"


def check_text(first_line: bytes) -> None:
    """Raise if the first line is not text, or UTF-16 without a mark, of which every second byte is 0."""
    if CONTROL.search(first_line):
        raise InputError("holds no text in UTF-8, but UTF-16 without its mark or no text at all; save it as UTF-8")
