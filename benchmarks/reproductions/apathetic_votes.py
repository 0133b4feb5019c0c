"""Zhao et al. 2024, one vote in ten is careless: ``python -m benchmarks.reproductions.apathetic_votes`` (some seconds)."""

import numpy as np

import recount
from benchmarks.markdown_tables import markdown
from benchmarks.reproductions.places import places_of
from recount.engine.votes import Floats, PairCounts

SHARES = (0.05, 0.1, 0.2, 0.3)
N_SEEDS = 100
# About as many votes as the largest log with single votes that was public then.
THEIRS = 100_000
TEXT = """\
## Careless votes (Zhao, Rush and Goyal 2024, arXiv 2412.04363)

They report: 10 % of apathetic (random) or adversarial votes change the places of models by up to 5.

We get, on the bundled votes and on {theirs:,} of them drawn at random (`recount.perturb(log, "careless", share=...)`), the largest change of
place of any model, and the mean of all, each the mean of {n_seeds} seeds; beside it what as many votes dropped at random do, which has the chance
in it and not the carelessness:

{table}

Why they differ: they do not, at the size of the Arena. The largest change depends on how close models stand together, and so on the size of the
log more than on the carelessness. Random votes draw all ratings toward their mean by nearly the same factor, {shrinkage:.3f} at 10 % (slope of
the perturbed ratings on the others), which by itself changes no place. What changes places is chance: in a log of 100,000 votes leads between
neighbours are smaller than chance, and as many votes dropped do {beside} of what careless ones do.

`python -m benchmarks.reproductions.apathetic_votes`
"""


def changes(before: PairCounts, name: str, share: float) -> Floats:
    """Return the largest and the mean change of place of a model, (2,), in the mean of seeds."""
    places = places_of(before, before.names)
    moved = []
    for seed in range(N_SEEDS):
        after = recount.perturb(before, name, seed=seed, share=share)
        stayed = np.array([name in after.names for name in before.names])
        by = np.abs(places_of(after, after.names) - places[stayed])
        moved.append([by.max(), by.mean()])
    return np.mean(moved, axis=0)


def shrinkage(counts: PairCounts, share: float) -> float:
    """Return the slope of ratings with careless votes on those without."""
    before, after = (recount.fit(votes).strengths for votes in (counts, recount.perturb(counts, "careless", share=share)))
    return float(before @ after / (before @ before))


def section() -> str:
    """Return the section in Markdown."""
    counts = recount.read().counts
    few = recount.perturb(counts, "subsample", share=THEIRS / counts.n_votes)
    lines, ratios = [], []
    for votes in (counts, few):
        for share in SHARES:
            careless, dropped = changes(votes, "careless", share), changes(votes, "drop", share)
            ratios.append(dropped[1] / careless[1])
            lines.append([f"{votes.n_votes:,}", f"{share:.0%}", *(f"{value:.1f}" for value in (*careless, *dropped))])
    head = ["votes", "share", "careless: largest", "mean", "dropped: largest", "mean"]
    beside = f"{min(ratios):.0%} to {max(ratios):.0%}"
    return TEXT.format(theirs=THEIRS, n_seeds=N_SEEDS, table=markdown(head, lines), shrinkage=shrinkage(counts, 0.1), beside=beside)


if __name__ == "__main__":
    print(section(), end="")
