"""Published tables of results, which tests fit."""

import numpy as np
from scipy.special import xlogy

from tests.reference import pair_counts

# Stigler (1994), "Citation patterns in the journals of statistics and probability": rows cited, columns citing.
JOURNALS = ("Biometrika", "Comm. Statist.", "JASA", "JRSS-B")


CITATIONS = np.array([[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]])


def citations():
    pairs = [(i, j) for i in range(4) for j in range(i + 1, 4)]
    return pair_counts(JOURNALS, [(JOURNALS[i], JOURNALS[j], CITATIONS[i, j], CITATIONS[j, i], 0, 0) for i, j in pairs])


# Agresti, Categorical Data Analysis: American League 1987, rows at home, home wins-away wins, own column left out.
TEAMS = ("Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore")


BASEBALL = """4-3 4-2 4-3 6-1 4-2 6-0; 3-3 4-2 4-3 6-0 6-1 4-3; 2-5 4-3 2-4 4-3 4-2 6-0; 3-3 5-1 2-5 4-3 4-2 6-1;
5-1 2-5 3-3 4-2 5-2 6-0; 2-5 3-3 3-4 4-3 4-2 2-4; 2-5 1-5 1-6 2-4 1-6 3-4"""


def baseball_rows():
    for home, row in zip(TEAMS, BASEBALL.split(";"), strict=True):
        for away, result in zip((team for team in TEAMS if team != home), row.split(), strict=True):
            yield home, away, *map(int, result.split("-")), 0, 0


def deviance(rows, strengths):
    """Twice the distance of the log-likelihood from that of the observed shares, over binomial rows."""
    total = 0.0
    for first, second, wins, losses, *_ in rows:
        p = 1 / (1 + np.exp(strengths[second] - strengths[first]))
        n = wins + losses
        total += 2 * (xlogy(wins, wins / n) + xlogy(losses, losses / n) - wins * np.log(p) - losses * np.log(1 - p))
    return total


# Davidson (1970), "On extending the Bradley-Terry model to accommodate ties", chocolate puddings: i, j, wins of i, wins of j, ties.
PUDDINGS = """1 2 19 22 16; 1 3 16 19 12; 2 3 19 19 10; 1 4 18 23 13; 2 4 23 19 9; 3 4 19 20 15; 1 5 13 19 18; 2 5 16 20 12;
3 5 16 15 17; 4 5 17 14 16; 1 6 18 21 12; 2 6 22 20 12; 3 6 13 18 10; 4 6 14 19 18; 5 6 11 21 12"""


def puddings():
    rows = [row.split() for row in PUDDINGS.split(";")]
    return pair_counts([str(i) for i in range(1, 7)], [(i, j, *map(int, votes), 0) for i, j, *votes in rows])
