"""Second and third moments of influence, and score products, over votes and over clusters of votes.

A vote in a cell with scores u (by its lead) and v (by the parameter of ties) and covariates x moves a contrast by u x (row of the cell's first - row
of its second + x . rows of the effects) + v x row of the parameter of ties. Parameters stand in this order: n strengths, m effects, gamma if there is
one.

In what follows `cells` are first and second (n_cells,) int32, x (m, n_cells), by_lead and by_tie (n_cells,), the scores u and v of each cell;
`clusters` are start (n_clusters + 1,), cell and weight (n_votes,): the votes of cluster g are in cell[start[g]:start[g + 1]].
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
def add_influence(cell: int, weight: float, cells: Any, rows: Any, n: int, out: Any) -> None:
    """Add to `out` (k,) what one vote of a cell moves each of k contrasts; rows : (p, k), influence of a unit of score of each parameter."""
    first, second, x, by_lead, by_tie = cells
    m = x.shape[0]
    u, v = weight * by_lead[cell], weight * by_tie[cell]
    mine, other = rows[first[cell]], rows[second[cell]]
    if rows.shape[0] > n + m:
        tie_row = rows[n + m]
        for c in range(out.size):
            out[c] += u * (mine[c] - other[c]) + v * tie_row[c]
    else:
        for c in range(out.size):
            out[c] += u * (mine[c] - other[c])
    for k in range(m):
        score, row = u * x[k, cell], rows[n + k]
        for c in range(out.size):
            out[c] += score * row[c]


@kernel
def cell_moments(squares: Any, cubes: Any, cells: Any, rows: Any, n: int, scratch: Any, second: Any, third: Any) -> None:
    """Fill `second` and `third` (k,) with the sums of l^2 and l^3 over votes; squares, cubes : (n_cells,), sums of their weights to these powers."""
    for c in range(second.size):
        second[c] = 0.0
        third[c] = 0.0
    for cell in range(squares.size):
        if squares[cell] > 0.0:
            for c in range(scratch.size):
                scratch[c] = 0.0
            add_influence(cell, 1.0, cells, rows, n, scratch)
            for c in range(second.size):
                square = scratch[c] * scratch[c]
                second[c] += squares[cell] * square
                third[c] += cubes[cell] * square * scratch[c]


@kernel
def sum_of_forms(first: Any, second: Any, x: Any, forms: Any, n: int, out: Any) -> None:
    """Fill `out` (p, p) with the sum over cells of J^T A J.

    J (2, p) are the slopes of a cell's lead and of gamma, and A is [[forms[0], forms[1]], [forms[1], forms[2]]] of the cell; forms : (3, n_cells).
    """
    m, p = x.shape[0], out.shape[0]
    for a in range(p):
        for b in range(p):
            out[a, b] = 0.0
    for cell in range(first.size):
        i, j, of_lead, mixed, of_gamma = first[cell], second[cell], forms[0, cell], forms[1, cell], forms[2, cell]
        out[i, i] += of_lead
        out[j, j] += of_lead
        out[i, j] -= of_lead
        out[j, i] -= of_lead
        for k in range(m):
            product = of_lead * x[k, cell]
            out[i, n + k] += product
            out[j, n + k] -= product
            out[n + k, i] += product
            out[n + k, j] -= product
            for other in range(m):
                out[n + k, n + other] += product * x[other, cell]
        if n + m < p:
            out[i, p - 1] += mixed
            out[j, p - 1] -= mixed
            out[p - 1, i] += mixed
            out[p - 1, j] -= mixed
            for k in range(m):
                out[n + k, p - 1] += mixed * x[k, cell]
                out[p - 1, n + k] += mixed * x[k, cell]
            out[p - 1, p - 1] += of_gamma


@kernel
def cluster_moments(clusters: Any, cells: Any, rows: Any, n: int, scratch: Any, second: Any, third: Any) -> None:
    """Fill `second` and `third` (k,) with the sums of l^2 and l^3 over clusters; scratch : (k,)."""
    start, cell, weight = clusters
    for c in range(second.size):
        second[c] = 0.0
        third[c] = 0.0
    for cluster in range(start.size - 1):
        for c in range(scratch.size):
            scratch[c] = 0.0
        for vote in range(start[cluster], start[cluster + 1]):
            add_influence(cell[vote], weight[vote], cells, rows, n, scratch)
        for c in range(second.size):
            square = scratch[c] * scratch[c]
            second[c] += square
            third[c] += square * scratch[c]


@kernel
def cluster_score_products(clusters: Any, cells: Any, n: int, scratch: Any, out: Any) -> None:
    """Fill `out` (p, p) with the sum over clusters of the cluster's score times its transpose; scratch : (p,) float64 and twice (p,) int32."""
    start, cell, weight = clusters
    first, second, x, by_lead, by_tie = cells
    total, met, touched = scratch
    m, p = x.shape[0], total.size
    for i in range(p):
        met[i] = -1
        for j in range(p):
            out[i, j] = 0.0
    for cluster in range(start.size - 1):
        n_touched = p - n
        for k in range(n, p):
            touched[k - n] = k
            total[k] = 0.0
        for vote in range(start[cluster], start[cluster + 1]):
            at = cell[vote]
            score = weight[vote] * by_lead[at]
            for k in range(m):
                total[n + k] += score * x[k, at]
            if n + m < p:
                total[p - 1] += weight[vote] * by_tie[at]
            for side in range(2):
                i = first[at] if side == 0 else second[at]
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


@kernel
def largest_leverages(clusters: Any, cells: Any, information: Any, inverse: Any, n: int, n_steps: int, chosen: Any, scratch: Any, out: Any) -> None:
    """Fill `out` (n_clusters,), where `chosen`, with the largest eigenvalue of the cluster's information times `inverse` (p, p).

    It is found by the power method. cells : first, second, x. information : (3, n_cells), of a vote's lead, of lead and gamma, of gamma. scratch :
    (2, p) float64 and twice (p,) int32.
    """
    start, cell, weight = clusters
    first, second, x = cells
    (vector, image), met, touched = scratch
    m, p = x.shape[0], inverse.shape[0]
    for i in range(p):
        met[i] = -1
    for cluster in range(out.size):
        if not chosen[cluster]:
            continue
        n_touched = p - n
        for k in range(n, p):
            touched[k - n] = k
        for vote in range(start[cluster], start[cluster + 1]):
            for side in range(2):
                i = first[cell[vote]] if side == 0 else second[cell[vote]]
                if met[i] != cluster:
                    met[i] = cluster
                    touched[n_touched] = i
                    n_touched += 1
        # A start without symmetry, which no eigenvector of note is orthogonal to.
        for a in range(n_touched):
            vector[touched[a]] = 1.0 + 0.7 * a - 1.3 * (a % 3)
        size = 0.0
        for _ in range(n_steps):
            for a in range(n_touched):
                image[touched[a]] = 0.0
            for vote in range(start[cluster], start[cluster + 1]):
                at = cell[vote]
                i, j = first[at], second[at]
                lead = vector[i] - vector[j]
                for k in range(m):
                    lead += x[k, at] * vector[n + k]
                by_lead = weight[vote] * information[0, at] * lead
                if n + m < p:
                    by_lead += weight[vote] * information[1, at] * vector[p - 1]
                    image[p - 1] += weight[vote] * (information[1, at] * lead + information[2, at] * vector[p - 1])
                image[i] += by_lead
                image[j] -= by_lead
                for k in range(m):
                    image[n + k] += by_lead * x[k, at]
            size = 0.0
            for a in range(n_touched):
                row, total = inverse[touched[a]], 0.0
                for b in range(n_touched):
                    total += row[touched[b]] * image[touched[b]]
                vector[touched[a]] = total
                size = max(size, abs(total))
            for a in range(n_touched):
                vector[touched[a]] /= size
            if size == 0.0:
                break
        out[cluster] = size


@kernel
def cluster_shares(clusters: Any, first: Any, second: Any, of_lead: Any, scratch: Any, most: Any, total: Any) -> None:
    """Fill `most` and `total` (n,) with the largest information of a cluster on each competitor, and with that of all.

    of_lead : (n_cells,), information of a vote on the lead of `first` over `second`. scratch : (n,) float64, and twice (n,) int32.
    """
    start, cell, weight = clusters
    own, met, touched = scratch
    for i in range(most.size):
        met[i] = -1
        most[i] = 0.0
        total[i] = 0.0
    for cluster in range(start.size - 1):
        n_touched = 0
        for vote in range(start[cluster], start[cluster + 1]):
            for side in range(2):
                i = first[cell[vote]] if side == 0 else second[cell[vote]]
                if met[i] != cluster:
                    met[i] = cluster
                    own[i] = 0.0
                    touched[n_touched] = i
                    n_touched += 1
                own[i] += weight[vote] * of_lead[cell[vote]]
        for a in range(n_touched):
            i = touched[a]
            most[i] = max(most[i], own[i])
            total[i] += own[i]
