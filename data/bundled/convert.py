"""Make the bundled Arena votes: ``python -m data.bundled.convert leaderbot-0.4.3-py3-none-any.whl``.

The wheel's file (BSD-3-Clause) lists index pairs and, for each, the wins of the first, of the second, ties and ties that were both bad.
"""

import json
import sys
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq

from recount.data.bundled import ARENA_VOTES
from recount.engine.votes import OUTCOMES

MEMBER = "leaderbot/data/chatbotarena_20240814.json"


def write_bundled_votes(wheel: str) -> None:
    """Write the saved counts, one row a pair and outcome."""
    with zipfile.ZipFile(wheel) as archive:
        log = json.loads(archive.read(MEMBER))
    names = log["models"]
    rows = [
        (names[i], names[j], outcome, n)
        for (i, j), counts in zip(log["X"], log["Y"], strict=True)
        for outcome, n in zip(OUTCOMES, counts, strict=True)
        if n
    ]
    table = pa.table(dict(zip(("model_a", "model_b", "winner", "count"), zip(*rows, strict=True), strict=True)))
    pq.write_table(table, ARENA_VOTES, compression="zstd")


if __name__ == "__main__":
    write_bundled_votes(sys.argv[1])
