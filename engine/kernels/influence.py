"""Second and third moments of influence, and score products, over votes and over clusters of votes."""

from typing import Any

from engine.kernels.accelerate import kernel


@kernel
def vote_moments(rows: Any, squares: Any, cubes: Any, second: Any, third: Any) -> None:
    """Fill `second` and `third` (m,) with the sums of l^2 and l^3 over votes.

    rows : (n, m), the influence of a unit of score of each competitor on each contrast. squares, cubes : (n_pairs,) of the triangle, the sums of
    the squared and cubed scores of a pair's votes.
    """
    n, m = rows.shape
    for c in range(m):
        second[c] = 0.0
        third[c] = 0.0
    pair = 0
    for i in range(n):
        for j in range(i + 1, n):
            square, cube = squares[pair], cubes[pair]
            pair += 1
            if square > 0.0:
                mine, other = rows[i], rows[j]
                for c in range(m):
                    difference = mine[c] - other[c]
                    second[c] += square * difference * difference
                    third[c] += cube * difference * difference * difference


@kernel
def cluster_moments(
    rows: Any, cluster_start: Any, cell: Any, pair_first: Any, pair_second: Any, scores: Any, influence: Any, second: Any, third: Any
) -> None:
    """Fill `second` and `third` (m,) with the sums of l^2 and l^3 over clusters of votes.

    The cells of the votes of cluster g are cell[start[g]:start[g + 1]]; pair_first, pair_second : (n_pairs,) of the triangle; scores : (3 n_pairs,),
    of the first of a pair in each cell; `influence` (m,) is scratch; `rows` as in `vote_moments`.
    """
    m = second.size
    n_pairs = pair_first.size
    for c in range(m):
        second[c] = 0.0
        third[c] = 0.0
    for cluster in range(cluster_start.size - 1):
        for c in range(m):
            influence[c] = 0.0
        for vote in range(cluster_start[cluster], cluster_start[cluster + 1]):
            pair = cell[vote] % n_pairs
            score = scores[cell[vote]]
            mine, other = rows[pair_first[pair]], rows[pair_second[pair]]
            for c in range(m):
                influence[c] += score * (mine[c] - other[c])
        for c in range(m):
            square = influence[c] * influence[c]
            second[c] += square
            third[c] += square * influence[c]


@kernel
def cluster_score_products(
    cluster_start: Any, cell: Any, pair_first: Any, pair_second: Any, scores: Any, total: Any, met: Any, touched: Any, out: Any
) -> None:
    """Fill `out` (n, n) with the sum over clusters of the cluster's score times its transpose.

    `total` (n,), `met`, `touched` (n, int32) are scratch; the rest as in `cluster_moments`.
    """
    n = total.size
    n_pairs = pair_first.size
    for i in range(n):
        met[i] = -1
        for j in range(n):
            out[i, j] = 0.0
    for cluster in range(cluster_start.size - 1):
        n_touched = 0
        for vote in range(cluster_start[cluster], cluster_start[cluster + 1]):
            pair = cell[vote] % n_pairs
            score = scores[cell[vote]]
            for side in range(2):
                i = pair_first[pair] if side == 0 else pair_second[pair]
                if met[i] != cluster:
                    met[i] = cluster
                    total[i] = 0.0
                    touched[n_touched] = i
                    n_touched += 1
                total[i] += score if side == 0 else -score
        for a in range(n_touched):
            i = touched[a]
            for b in range(n_touched):
                out[i, touched[b]] += total[i] * total[touched[b]]
