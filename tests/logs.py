"""Vote logs for tests, written and counted without any of the project's readers."""

import csv
import gzip
import io
import json
from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from recount.data.choices import Columns
from recount.data.outcomes import OutcomeCodes
from recount.engine.votes import OUTCOMES, Factor

HEADER = ("model_a", "model_b", "winner")
COMPRESS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}
NAMES = ("gpt-4", "claude 2", 'the "best"', "<b>bold</b>", "名前 😀", "a,b", "=1+1")
SPELLED = ("model_a", "model_b", "tie", "tie (bothbad)")


def some_votes(n=200, seed=3):
    """Votes among `NAMES`, as (first, second, outcome)."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, len(NAMES), n)
    second = (first + rng.integers(1, len(NAMES), n)) % len(NAMES)
    return [(NAMES[i], NAMES[j], SPELLED[k]) for i, j, k in zip(first, second, rng.integers(0, 4, n), strict=True)]


def meant(votes):
    """The same votes with the outcomes as the engine calls them."""
    return [(first, second, OUTCOMES[OutcomeCodes(Columns()).code(outcome)]) for first, second, outcome in votes]


def cells(votes):
    """Count by hand."""
    return Counter(meant(votes))


def cells_of(counts):
    """What `PairCounts` hold, in the form of `cells`."""
    pairs = zip(counts.first, counts.second, counts.counts, strict=True)
    return Counter({(counts.names[i], counts.names[j], o): int(n) for i, j, row in pairs for o, n in zip(OUTCOMES, row, strict=True) if n})


def rows_of(votes):
    """What `Votes` hold, in the form of `meant`."""
    columns = zip(votes.first, votes.second, votes.outcome, strict=True)
    return [(votes.names[i], votes.names[j], OUTCOMES[k]) for i, j, k in columns]


def table(votes, header=HEADER):
    """Votes as an Arrow table."""
    return pa.table(dict(zip(header, map(list, zip(*votes, strict=True)), strict=True)))


def in_bytes(kind, votes, header=HEADER):
    """Votes as a file of the kind ".parquet", ".csv" or ".jsonl"."""
    if kind == ".parquet":
        sink = io.BytesIO()
        pq.write_table(table(votes, header), sink, row_group_size=64)
        return sink.getvalue()
    if kind == ".csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *votes])
        return text.getvalue().encode()
    return "".join(json.dumps(dict(zip(header, vote, strict=True))) + "\n" for vote in votes).encode()


def frame_of(votes):
    """`Votes` as the table of a log, labels as text; a vote without a label has None."""
    names = np.array(votes.names, dtype=object)
    columns = {
        name: np.array([*column.levels, None], dtype=object)[column.codes] if isinstance(column, Factor) else column
        for name, column in votes.columns.items()
    }
    outcome = np.array(["model_a", "model_b", "tie", "tie (bothbad)"], dtype=object)[votes.outcome]
    return pd.DataFrame({"model_a": names[votes.first], "model_b": names[votes.second], "winner": outcome, **columns})


def with_effects(rated):
    """The uncertainty of strengths, and that of effects."""
    return rated, rated.effects
