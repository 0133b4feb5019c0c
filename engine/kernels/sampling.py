"""Independent Poisson counts by inverse tables, and multinomial counts made of them.

Cells of one mean share a table: the cumulative probabilities of a Poisson variable, in 64 bits, and a guide of 2^10 entries. Ten random bits pick a
guide entry, which holds the count where those bits decide it; else further bits decide, by search. Six entries are picked by one random word.

Exact multinomial counts: independent Poisson counts, given their total, are multinomial. Their mean is taken a little too small, and single draws top
them up to the total wanted.
"""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel
from recount.engine.kernels.streams import GOLDEN, mix

GUIDE_BITS = 10
FIELDS = 6


@kernel
def poisson_table(mean: float, smallest: int, thresholds: Any, guide: Any) -> None:
    """Fill `thresholds` (uint64), P(count <= smallest + k) in units of 2^-64, and `guide` (2^10, int32).

    A guide entry is a count, or -1 - k where the search has to start at thresholds[k].
    """
    n = thresholds.size
    mode = min(max(int(mean) - smallest, 0), n - 1)
    share = np.empty(n)
    share[mode] = 1.0
    for k in range(mode + 1, n):
        share[k] = share[k - 1] * mean / (smallest + k)
    for k in range(mode - 1, -1, -1):
        share[k] = share[k + 1] * (smallest + k + 1) / mean
    total = share.sum()
    below = 0.0
    for k in range(n):
        below += share[k] / total
        thresholds[k] = np.uint64(min(below, 1.0 - 2.0**-53) * 2.0**64)
    thresholds[n - 1] = np.uint64(0xFFFFFFFFFFFFFFFF)
    k = 0
    for bucket in range(guide.size):
        bottom = np.uint64(bucket) << np.uint64(64 - GUIDE_BITS)
        top = bottom + ((np.uint64(1) << np.uint64(64 - GUIDE_BITS)) - np.uint64(1))
        while thresholds[k] <= bottom and k < n - 1:
            k += 1
        guide[bucket] = smallest + k if top < thresholds[k] or k == n - 1 else -1 - k


@kernel
def draw_poisson(start: Any, tables: Any, scratch: Any, out: Any) -> Any:
    """Fill `out` (n_cells, int32) with Poisson counts from the stream at `start`; return where the stream goes on.

    tables : entry, (n_cells,) int32, first guide entry of each cell's table; guide, (n_tables * 2^10,) int32; thresholds, uint64, of all tables;
    table_start and smallest, (n_tables,) int32, of each table in `thresholds`, and its smallest count. scratch : words (uint64, n_cells / 6 or more)
    and undecided (int32, n_cells + 1).
    """
    entry, guide, thresholds, table_start, smallest = tables
    words, undecided = scratch
    n_cells = out.size
    n_words = (n_cells + FIELDS - 1) // FIELDS
    for k in range(n_words):
        words[k] = mix(start + np.uint64(k) * GOLDEN)
    for field in range(FIELDS):
        shift = np.uint64(GUIDE_BITS * field)
        here = slice(field * n_words, min((field + 1) * n_words, n_cells))
        entries, counts = entry[here], out[here]
        for k in range(counts.size):
            counts[k] = guide[entries[k] + np.int32((words[k] >> shift) & np.uint64((1 << GUIDE_BITS) - 1))]
    # No branch, here and in the first comparison below: a processor that guesses wrong loses more than it saves.
    n_undecided = 0
    for cell in range(n_cells):
        undecided[n_undecided] = cell
        n_undecided += out[cell] < 0
    state = start + np.uint64(n_words) * GOLDEN
    for at in range(n_undecided):
        cell = undecided[at]
        field = cell // n_words
        bits = (words[cell - field * n_words] >> np.uint64(GUIDE_BITS * field)) & np.uint64((1 << GUIDE_BITS) - 1)
        u = (bits << np.uint64(64 - GUIDE_BITS)) | (mix(state) >> np.uint64(GUIDE_BITS))
        state += GOLDEN
        table = entry[cell] >> GUIDE_BITS
        first = table_start[table]
        k = -1 - out[cell]
        k += 1 if u >= thresholds[first + k] else 0
        while u >= thresholds[first + k] and first + k + 1 < table_start[table + 1]:
            k += 1
        out[cell] = smallest[table] + k
    return state


@kernel
def top_up(state: Any, n_missing: int, singles: Any, out: Any) -> None:
    """Add `n_missing` single draws to `out`, a cell with the chance of its share of all votes.

    singles : votes_before, (n_tables + 1,) int64, votes before those of each table; table_of_votes, int32, the table of vote v << shift; of_each,
    (n_tables,) int64, votes of each cell of a table; members, (n_cells,) int32, cells by table; members_before, (n_tables + 1,) int64; shift.
    """
    votes_before, table_of_votes, of_each, members, members_before, shift = singles
    n_votes = votes_before[votes_before.size - 1]
    for _ in range(n_missing):
        vote = min(int(float(mix(state) >> np.uint64(11)) * 2.0**-53 * n_votes), n_votes - 1)
        state += GOLDEN
        table = table_of_votes[vote >> shift]
        while votes_before[table + 1] <= vote:
            table += 1
        out[members[members_before[table] + (vote - votes_before[table]) // of_each[table]]] += 1


@kernel
def draw_multinomial(start: Any, n_draws: int, tables: Any, singles: Any, scratch: Any, out: Any) -> None:
    """Fill `out` with counts of `n_draws` draws with replacement; the tables are those of a slightly smaller number. Arguments as above."""
    state = start
    total = n_draws + 1
    # A total beyond n_draws is drawn again: totals and shares of independent Poisson counts are independent.
    while total > n_draws:
        state = draw_poisson(state, tables, scratch, out)
        total = 0
        for cell in range(out.size):
            total += out[cell]
    top_up(state, n_draws - total, singles, out)


@kernel
def add_weighted(multiplicity: Any, cell: Any, weight: Any, out: Any) -> None:
    """Fill `out` (n_cells) with rows of votes, each `multiplicity` (n_rows) times its weight."""
    for k in range(out.size):
        out[k] = 0.0
    for row in range(cell.size):
        out[cell[row]] += multiplicity[row] * weight[row]


@kernel
def add_clusters(multiplicity: Any, cluster_start: Any, cell: Any, out: Any) -> None:
    """Fill `out` (n_cells) with the votes of clusters, each `multiplicity` times; the cells of cluster g are cell[start[g]:start[g + 1]]."""
    for k in range(out.size):
        out[k] = 0
    for cluster in range(multiplicity.size):
        times = multiplicity[cluster]
        if times != 0:
            for vote in range(cluster_start[cluster], cluster_start[cluster + 1]):
                out[cell[vote]] += times
