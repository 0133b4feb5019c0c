"""Hostile vote logs of every format, and damage to any file, from a seed."""

import gzip
import io
import json
import random
from collections.abc import Callable

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

ENDINGS = (".csv", ".jsonl", ".parquet", ".tsv", ".json", ".arrow", ".csv.gz", ".jsonl.zst", ".parquet.gz", ".json.gz")
NAMES = ("gpt-4-0613", "command-r-plus", "mixtral-8x7b-instruct-v0.1", "yi-34b-chat", "llama-2-70b-chat")
OUTCOMES = ("model_a", "model_b", "tie", "tie (bothbad)")
COLUMNS = ("model_a", "model_b", "winner", "voter", "tstamp")
CELLS = (
    *(
        "",
        " ",
        "nan",
        "None",
        "NA",
        "\x00",
        "\x1b[31mred\x1b[0m",
        '"',
        '""',
        "'",
        ",",
        "a" * 2000,
        "=1+1",
        "\ufeffa",
        "e\u0301",
        "\u200b",
        "\u202egpt",
    ),
    *(
        "1",
        "0.5",
        "-1",
        "1e999",
        "99999999999999999999",
        "model_a",
        "model_b",
        "[bold]",
        "<b>x</b>",
        "\ud83e\udd8a",
        "a\nb",
        "a\r\nb",
        "\\",
        "\\u0000",
    ),
)
PIECES = (
    b'"',
    b"\n",
    b"\r",
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe9",
    b",",
    b"{",
    b"}",
    b"[" * 500,
    b"\\",
    b"9" * 400,
    b"a,b,tie\n",
    b"\n" * 50,
)


def votes(rng: random.Random, n: int) -> list[list[str]]:
    """Votes as rows of text."""
    rows = []
    for _ in range(n):
        first, second = rng.sample(NAMES, 2)
        rows.append([first, second, rng.choice(OUTCOMES), f"v{rng.randrange(30)}", str(1_700_000_000 + rng.randrange(10**6))])
    return rows


def plain_log(rng: random.Random, ending: str, rows: list[list[str]] | None = None, header: tuple[str, ...] = COLUMNS) -> bytes:
    """A log as a file of the kind that its ending says."""
    rows = votes(rng, 300) if rows is None else rows
    if ending.startswith((".csv", ".tsv")):
        separator = "," if ending.startswith(".csv") else "\t"
        text = "\n".join([separator.join(header), *(separator.join(row) for row in rows)]) + "\n"
        plain = text.encode("utf-8", "surrogatepass")
    elif ending.startswith(".json"):
        lines = [json.dumps(dict(zip(header, row, strict=False)), ensure_ascii=False) for row in rows]
        text = "".join(f"{line}\n" for line in lines) if ending.startswith(".jsonl") else f"[{', '.join(lines)}]"
        plain = text.encode("utf-8", "surrogatepass")
    else:
        columns = [pa.array([row[i].encode("utf-8", "replace").decode() for row in rows]) for i in range(len(header))]
        plain = _columnar(pa.table(columns, names=list(header)), rng, ending)
    return _compressed(plain, ending)


def hostile_file(rng: random.Random, ending: str) -> bytes:
    """A log with something wrong: in its cells, its columns, its types or its bytes."""
    return rng.choice((_cells, _columns, _types if _is_columnar(ending) else _cells, _bytes, _bytes, _nothing))(rng, ending)


def mangled(rng: random.Random, whole: bytes) -> bytes:
    """A file with flipped bytes, cut, doubled, or with something put in."""
    data = bytearray(whole)

    def flip() -> None:
        for _ in range(rng.choice((1, 1, 3, 30))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)

    def cut() -> None:
        del data[rng.randrange(len(data)) :]

    def leave_out() -> None:
        start = rng.randrange(len(data))
        del data[start : start + rng.randrange(1, 200)]

    def double() -> None:
        start = rng.randrange(len(data))
        data[start:start] = data[start : start + rng.randrange(1, 500)]

    def put_in() -> None:
        place = rng.randrange(len(data) + 1)
        data[place:place] = rng.choice(PIECES)

    def zero() -> None:
        start = rng.randrange(len(data))
        data[start : start + 64] = bytes(len(data[start : start + 64]))

    damages: tuple[Callable[[], None], ...] = (flip, flip, flip, cut, leave_out, double, put_in, zero)
    while bytes(data) == whole:
        rng.choice(damages)()
    return bytes(data)


def _cells(rng: random.Random, ending: str) -> bytes:
    """Cells that are no names, outcomes, labels or times; rows too short or too long."""
    rows = votes(rng, 200)
    for _ in range(rng.choice((1, 5, 60))):
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(CELLS)
    if not _is_columnar(ending):
        for _ in range(rng.choice((0, 0, 3))):
            row = rng.choice(rows)
            row += rng.choice(([], ["more"], ["x"] * 40))
    return plain_log(rng, ending, rows)


def _columns(rng: random.Random, ending: str) -> bytes:
    """Columns that are missing, doubled, renamed, or of no use."""
    header = list(COLUMNS)
    for _ in range(rng.randrange(1, 3)):
        header[rng.randrange(len(header))] = rng.choice((*COLUMNS, *CELLS[:12], "count", "COUNT", "n", "index"))
    return plain_log(rng, ending, header=tuple(header))


def _types(rng: random.Random, ending: str) -> bytes:
    """Columns of types that hold no votes."""
    n = 100
    kinds: tuple[Callable[[], pa.Array], ...] = (
        lambda: pa.array([rng.randrange(5) for _ in range(n)]),
        lambda: pa.array([rng.random() for _ in range(n)]),
        lambda: pa.nulls(n, rng.choice((pa.null(), pa.string(), pa.int64()))),
        lambda: pa.array([rng.choice(NAMES).encode() + rng.choice((b"", b"\xff")) for _ in range(n)], pa.binary()),
        lambda: pa.array([[rng.choice(NAMES)] * rng.randrange(3) for _ in range(n)]),
        lambda: pa.array([{"x": rng.choice(NAMES)} for _ in range(n)]),
        lambda: pa.array([rng.randrange(2**62) for _ in range(n)], pa.timestamp("ns")),
        lambda: pa.array([rng.choice(NAMES) for _ in range(n)], pa.large_string()),
        lambda: pa.array([rng.choice(NAMES) for _ in range(n)]).dictionary_encode(),
        lambda: pa.array([rng.random() < 0.5 for _ in range(n)]),
    )
    columns = [pa.array(column) for column in zip(*votes(rng, n), strict=True)]
    for _ in range(rng.choice((1, 2, 5))):
        columns[rng.randrange(len(columns))] = rng.choice(kinds)()
    return _compressed(_columnar(pa.table(columns, names=list(COLUMNS)), rng, ending), ending)


def _bytes(rng: random.Random, ending: str) -> bytes:
    """Damage to the bytes, before or after compression."""
    if rng.random() < 0.5 and ending.endswith((".gz", ".zst")):
        return _compressed(mangled(rng, plain_log(rng, "." + ending.split(".")[1])), ending)
    return mangled(rng, plain_log(rng, ending))


def _nothing(rng: random.Random, ending: str) -> bytes:
    """Hardly anything."""
    plain = rng.choice(
        (b"", b"\n", b"\x00" * 100, b"\n" * 1000, b"model_a,model_b,winner\n", b"model_a,model_b,winner", b"{}\n", b"[]\n", b"PAR1PAR1", b"x")
    )
    return _compressed(plain, ending) if rng.random() < 0.7 else plain


def _is_columnar(ending: str) -> bool:
    return ending.startswith((".parquet", ".arrow"))


def _columnar(table: pa.Table, rng: random.Random, ending: str) -> bytes:
    """A table as Parquet, or as Arrow, a file or a stream."""
    sink = io.BytesIO()
    if ending.startswith(".arrow"):
        with (pa.ipc.new_file if rng.random() < 0.7 else pa.ipc.new_stream)(sink, table.schema) as writer:
            writer.write_table(table, rng.choice((50, 1000)))
        return sink.getvalue()
    pq.write_table(
        table,
        sink,
        row_group_size=rng.choice((50, 1000)),
        write_page_checksum=rng.random() < 0.5,
        compression=rng.choice(("none", "snappy", "zstd")),
        use_dictionary=rng.random() < 0.8,
    )
    return sink.getvalue()


def _compressed(plain: bytes, ending: str) -> bytes:
    return gzip.compress(plain, mtime=0) if ending.endswith(".gz") else zstandard.compress(plain) if ending.endswith(".zst") else plain
