"""The saturation index of 60 benchmarks: ``python -m benchmarks.reproductions.saturation_index FILE``, the CSV of evaleval/benchmark-saturation."""

import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm, spearmanr

import recount
from benchmarks.pages import table
from recount.sims.benchmark_scores.saturated_benchmarks import EXPONENTS, saturation_index
from recount.sims.benchmark_scores.saturation_choices import SATURATED, OfSaturation

HEADING = "Saturation of 60 benchmarks (Evaluating Evaluations, arXiv 2602.16763)"
N_BENCHMARKS = 60
ITEMS, STATED = "Quantity of test samples", "Saturation Index"


def as_the_authors_count(path: Path) -> pd.DataFrame:
    """Return the indices of the authors' own columns of numbers: name, n_items, stated, and ours by exponent."""
    frame = pd.read_csv(path).iloc[:N_BENCHMARKS]
    n_items = frame[ITEMS].str.replace(",", "").astype(float)
    shares = frame[["top model 1", "top model 5"]].to_numpy(float) / 100
    ours = {
        exponent: [saturation_index(best, fifth, (n, n), exponent) for (best, fifth), n in zip(shares, n_items, strict=True)]
        for exponent in EXPONENTS
    }
    columns = {f"S {exponent:g}": [index for _, index in found] for exponent, found in ours.items()}
    distances = (shares[:, 0] - shares[:, 1]) / np.array([error for error, _ in ours[1.0]])
    return pd.DataFrame({"name": frame["Name"].str.strip(), "n_items": n_items, "stated": frame[STATED], "z": distances} | columns)


def section(path: Path) -> str:
    """Write the section."""
    authors, scores = as_the_authors_count(path), recount.read_scores(path)
    distance = (authors["S 0.5"] - authors["stated"]).abs().max()
    lines = []
    for exponent in EXPONENTS:
        read = {best_of: recount.saturation_of(scores, OfSaturation(exponent, best_of)).frame for best_of in ("scores", "models")}
        counts = [f"{int(frame['is_saturated'].sum())} of {len(frame)}" for frame in read.values()]
        reported = "29 of 60" if exponent == 0.5 else ""
        lines.append([f"n^{exponent:g}", reported, f"{int((authors[f'S {exponent:g}'] >= SATURATED).sum())} of {len(authors)}", *counts])
    told = table(["n items count as", "they report", "their columns", "any five scores", "five models"], lines)
    doubts = scores.doubts[scores.doubts["topic"] == "scores"]
    slips = "\n".join(f"- {item}: {value}." for _, item, value in doubts.itertuples(index=False))
    level = float(norm.ppf(0.975))
    apart = authors["z"] > level
    sizes = authors["n_items"]
    correlation = float(spearmanr(sizes, authors["S 1"]).statistic)
    return f"""
They report that 29 of 60 benchmarks are saturated: S = exp(-R²) of 0.7 or more, where R is the distance between the best and the fifth best score
over its standard error, n items counting as the root of n.

We get (`recount saturation FILE`, `--size-exponent`, `--best-of`)

{told}

From the authors' columns of numbers all 60 indices are theirs to {distance:.0e}. The choice of the exponent makes the headline: no sampling of items
gives a benchmark of n items the error of one of n^0.5. With n as it is, the best and the fifth best are apart by more than {level:.2f} standard
errors of scores on different items on {int(apart.sum())} of 60, with a median of {sizes[apart].median():,.0f} items; the others have one of
{sizes[~apart].median():,.0f} (Spearman correlation of S with the number of items: {correlation:.2f}). On the same items errors are smaller still
(next section).

Why they differ: names and scores stand in one column of the file, and numbers, of which their index is computed, in five others. `recount check`
tells where these are not the same:

{slips}

Numbers that are rounded, or out of order, move S by less than 0.002; the fifth score of the last is a copy of the fourth. On {_n_few(scores)} more
the five best scores are of fewer than five models, with other prompts or tools; five models have the column to the right.

`python -m benchmarks.reproductions.saturation_index FILE`
"""


def _n_few(scores: recount.Scores) -> int:
    """Of the benchmarks with five scores, how many have them of fewer models."""
    frame = recount.saturation_of(scores).frame
    return int((frame["n_models"] < frame["n_scores"].clip(upper=5)).sum())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    print(f"## {HEADING}\n{section(parser.parse_args().file)}")
