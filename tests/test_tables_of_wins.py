"""Square tables that are no wins of competitors against each other: with sums, or of percent."""

import numpy as np
import pytest

from recount.data import Columns, read_counts
from recount.engine import InputError

WINS = Columns(layout="wins")


def table_of(names, wins):
    """A square table as text."""
    return "\n".join([",".join(["", *names]), *(",".join([name, *map(str, row)]) for name, row in zip(names, wins, strict=True))]) + "\n"


@pytest.mark.parametrize("name", ["All", "Grand Total", "m12"])
@pytest.mark.parametrize("n", [2, 3, 12])
def test_sums_are_no_competitor(write, name, n):
    rng = np.random.default_rng(n)
    wins = rng.integers(0, 9, (n, n)) * (1 - np.eye(n, dtype=int))
    wins[0, 1] += 10
    names = [f"m{i}" for i in range(n)]
    summed = np.vstack([np.column_stack([wins, wins.sum(axis=1)]), [*wins.sum(axis=0), wins.sum()]])
    assert read_counts(write("wins.csv", table_of(names, wins)), columns=WINS)[0].n_votes == wins.sum()
    tables = [([*names, name], summed), ([name, *names], np.roll(summed, 1, axis=(0, 1)))]
    if n > 2:
        # Nor with nothing where the sum of all would stand.
        tables.append(([*names, name], summed - np.diag([*[0] * n, wins.sum()])))
    for written, table in tables:
        with pytest.raises(InputError, match=f"has '{name}' in its rows and columns, with the sums of all others; remove both"):
            read_counts(write("wins.csv", table_of(written, table)), columns=WINS)
    # A competitor that won nearly as often as all others together is one.
    summed[0, -1] += 1
    summed[-1, -1] = 0
    assert read_counts(write("wins.csv", table_of([*names, name], summed)), columns=WINS)[0].n_competitors == n + 1


def test_win_rates_in_percent_are_no_wins(write):
    rng = np.random.default_rng(0)
    names = list("wxyz")
    shares = np.triu(rng.integers(20, 80, (4, 4)), 1)
    percent = shares + np.tril(100 - shares.T, -1)
    rounded = percent.copy()
    rounded[0, 1] += 1
    told = r"add up to 100 for each pair, and may be percent, .*; or, if every pair has as many votes, .* --layout outcomes"
    for table in (percent, rounded, percent + 50 * np.eye(4, dtype=int)):
        with pytest.raises(InputError, match=told):
            read_counts(write("wins.csv", table_of(names, table)), columns=WINS)
    percent[0, 1] += 2
    assert read_counts(write("wins.csv", table_of(names, percent)), columns=WINS)[0].n_votes == 602
