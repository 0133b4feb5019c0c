"""Probabilities that were said, in bins, beside the share that came true."""

import numpy as np
import pandas as pd

# A bin in which fewer are expected, or fewer not, has no normal law.
FEWEST = 3.0


def in_bins(table: pd.DataFrame) -> pd.DataFrame:
    """Say, for each of 10 bins of what was said: statements, mean of what was said, share that came true, its binomial error, z."""
    rows = []
    for start, each in table.groupby(np.minimum((table["said"] * 10).astype(int), 9)):
        said, right, n = each["said"].sum(), each["right"].sum(), len(each)
        deviation = np.sqrt((each["said"] * (1 - each["said"])).sum())
        z = (right - said) / deviation if min(said, n - said) >= FEWEST else np.nan
        rows.append((start, n, 100 * said / n, 100 * right / n, 100 * deviation / n, z))
    return pd.DataFrame(rows, columns=["bin", "n", "said", "right", "error", "z"])
