"""Min et al. 2025, vote rigging: ``python -m benchmarks.reproductions.vote_rigging`` (about two minutes)."""

import time
from collections.abc import Sequence

import numpy as np

import recount
from benchmarks.markdown_tables import markdown
from benchmarks.reproductions.places import places_of
from recount.engine.votes import Ints, PairCounts
from recount.sims.perturbations.drawing_votes import drawn

# The target of their demonstration, and the default of their code.
TARGETS = ("phi-3-small-8k-instruct", "phi-3-mini-4k-instruct-june-2024")
# They rig beside nine tenths of the votes, drawn at random; the others are honest votes to come.
HISTORICAL = 0.9
N_BATTLES = (1000, 3000, 9000, 27_000)
IDENTIFICATION = (1.0, 0.9, 0.75, 0.5)
N_SEEDS = 5
TEXT = """\
## Vote rigging (Min et al. 2025, arXiv 2501.17858)

They report: on about 1.7 million votes of 129 models, phi-3-small-8k-instruct rises 15 places under some 27,000 omnipresent votes, and one place
under as many honest ones; target-only rigging needs more than 10,000 battles a place. Every vote is chosen by trying its outcomes with refits on
a GPU, some 80,000 in all.

We get, on the bundled votes (`recount.perturb(log, "rigging", target=..., n_battles=..., strategy=..., identification=...)`; as in their code,
beside {historical:.0%} of the votes, drawn at random, and in battles of all pairs alike), places gained, the mean of {n_seeds} seeds:

{table}

{n_honest:,} honest votes of those that were held out move {first_target}, which stands {place}rd, by {honest:+.1f} places. A run of 27,000
omnipresent votes takes {seconds:.1f} s of one core: the sign of one influence says which outcome is best, which is the one that refits choose for
every pair of models (`tests/test_rigging.py`), and the board is refitted after every 100 battles.

Why they differ: in omnipresent rigging hardly; which tenth is held out and which battles are shown is chance. Target-only rigging is cheaper here
than they say, 2,600 to 4,400 battles a place for these two targets: what a place costs depends on how close the models above stand, and these two
stand in the crowded half of the board. Recognition counts for more than they show: where half of the battles are mistaken, omnipresent rigging
gains less than half as many places, because the mistaken votes are thrown at pairs at random; it is then no better than target-only rigging that
recognises everybody and casts a sixtieth of the votes.

`python -m benchmarks.reproductions.vote_rigging`
"""


def places_gained(counts: PairCounts, target: str, seed: int, **choices: object) -> float:
    """Return how many places a model gains by rigging."""
    rigged = recount.perturb(counts, "rigging", seed=seed, target=target, **choices)
    before, after = (int(places_of(votes, (target,))[0]) for votes in (counts, rigged))
    return before - after


def historical(counts: PairCounts, seed: int) -> PairCounts:
    """Return the votes beside which votes are rigged."""
    return recount.perturb(counts, "subsample", seed=seed, share=HISTORICAL)


def honest_gain(counts: PairCounts, target: str, n: int, seed: int) -> float:
    """Return how many places a model gains by as many votes of those that are held out."""
    before = historical(counts, seed)
    rest: Ints = counts.counts.copy()
    place = {pair: k for k, pair in enumerate(zip(counts.first.tolist(), counts.second.tolist(), strict=True))}
    rest[[place[pair] for pair in zip(before.first.tolist(), before.second.tolist(), strict=True)]] -= before.counts
    more = drawn(rest.ravel(), n, np.random.default_rng(seed)).reshape(rest.shape)
    after = before + PairCounts(counts.names, counts.first, counts.second, more)
    return float(places_of(before, (target,))[0] - places_of(after, (target,))[0])


def curve(counts: PairCounts, target: str, seeds: Sequence[int], n_battles: Sequence[int], **choices: object) -> list[float]:
    """Return the mean of the places gained after each number of battles."""
    return [float(np.mean([places_gained(historical(counts, s), target, s, n_battles=n, **choices) for s in seeds])) for n in n_battles]


def section() -> str:
    """Return the section in Markdown."""
    counts, seeds, lines = recount.read().counts, range(N_SEEDS), []
    for target in TARGETS:
        for strategy in ("omnipresent", "target only"):
            for identification in IDENTIFICATION:
                gained = curve(counts, target, seeds, N_BATTLES, strategy=strategy, identification=identification)
                lines.append([target, strategy, f"{identification:g}", *(f"{g:.1f}" for g in gained)])
    honest = np.mean([honest_gain(counts, TARGETS[0], N_BATTLES[-1], seed) for seed in seeds])
    started = time.process_time()
    recount.perturb(counts, "rigging", target=TARGETS[0], n_battles=N_BATTLES[-1])
    seconds = time.process_time() - started
    return TEXT.format(
        historical=HISTORICAL,
        n_seeds=N_SEEDS,
        table=markdown(["target", "strategy", "recognised", *(f"{n:,} battles" for n in N_BATTLES)], lines),
        n_honest=N_BATTLES[-1],
        first_target=TARGETS[0],
        honest=honest,
        place=int(places_of(counts, TARGETS[:1])[0]),
        seconds=seconds,
    )


if __name__ == "__main__":
    print(section(), end="")
