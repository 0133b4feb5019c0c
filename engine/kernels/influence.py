"""Second and third moments of influence, and score products, over votes and over clusters of votes.

A vote in a cell with scores u (by the lead) and v (by the parameter of ties) moves a contrast by u x (row of its pair's first - row of its second) +
v x tie row.
"""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def vote_moments(rows: Any, tie_row: Any, moments: Any, second: Any, third: Any) -> None:
    """Fill `second` and `third` (m,) with the sums of l^2 and l^3 over votes.

    rows : (n, m), the influence of a unit of score of each competitor on each contrast; tie_row : (m,), that of the parameter of ties. moments :
    (7, n_pairs) of the triangle, sums over a pair's votes of uu, uv, vv, uuu, uuv, uvv, vvv.
    """
    n, m = rows.shape
    for c in range(m):
        second[c] = 0.0
        third[c] = 0.0
    pair = 0
    for i in range(n):
        for j in range(i + 1, n):
            uu, uv, vv = moments[0, pair], 2.0 * moments[1, pair], moments[2, pair]
            uuu, uuv, uvv, vvv = moments[3, pair], 3.0 * moments[4, pair], 3.0 * moments[5, pair], moments[6, pair]
            pair += 1
            if uu > 0.0 or vv > 0.0:
                mine, other = rows[i], rows[j]
                for c in range(m):
                    d, t = mine[c] - other[c], tie_row[c]
                    second[c] += d * (uu * d + uv * t) + vv * t * t
                    third[c] += d * (d * (uuu * d + uuv * t) + uvv * t * t) + vvv * t * t * t


@kernel
def cluster_moments(
    rows: Any,
    tie_row: Any,
    cluster_start: Any,
    cell: Any,
    weight: Any,
    pair_first: Any,
    pair_second: Any,
    by_lead: Any,
    by_tie: Any,
    influence: Any,
    second: Any,
    third: Any,
) -> None:
    """Fill `second` and `third` (m,) with the sums of l^2 and l^3 over clusters of votes.

    The cells of the votes of cluster g are cell[start[g]:start[g + 1]], `weight` is beside them; pair_first, pair_second : (n_pairs,) of the
    triangle; by_lead, by_tie : (3 n_pairs,), scores u and v of each cell; `influence` (m,) is scratch; `rows`, `tie_row` as in `vote_moments`.
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
            u, v = weight[vote] * by_lead[cell[vote]], weight[vote] * by_tie[cell[vote]]
            mine, other = rows[pair_first[pair]], rows[pair_second[pair]]
            for c in range(m):
                influence[c] += u * (mine[c] - other[c]) + v * tie_row[c]
        for c in range(m):
            square = influence[c] * influence[c]
            second[c] += square
            third[c] += square * influence[c]


@kernel
def cluster_score_products(
    cluster_start: Any,
    cell: Any,
    weight: Any,
    pair_first: Any,
    pair_second: Any,
    by_lead: Any,
    by_tie: Any,
    n: int,
    total: Any,
    met: Any,
    touched: Any,
    out: Any,
) -> None:
    """Fill `out` (p, p) with the sum over clusters of the cluster's score times its transpose; n of the p parameters are strengths.

    `total`, `met`, `touched` (p; float64, int32, int32) are scratch; the rest as in `cluster_moments`.
    """
    p = total.size
    for i in range(p):
        met[i] = -1
        for j in range(p):
            out[i, j] = 0.0
    for cluster in range(cluster_start.size - 1):
        n_touched = 0
        if p > n:
            touched[0] = n
            total[n] = 0.0
            n_touched = 1
        for vote in range(cluster_start[cluster], cluster_start[cluster + 1]):
            pair = cell[vote] % pair_first.size
            score = weight[vote] * by_lead[cell[vote]]
            if p > n:
                total[n] += weight[vote] * by_tie[cell[vote]]
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
