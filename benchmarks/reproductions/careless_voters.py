"""Careless, adversarial and rigging voters (Zhao et al. 2024): ``python -m benchmarks.reproductions.careless_voters`` (a minute)."""

from typing import NamedTuple

import numpy as np

import recount
from benchmarks.pages import table
from recount.engine import ELO, count, fit
from recount.engine.votes import Floats, PairCounts
from recount.sims.arenas import Arena, Conduct, Pairs, Rigging, Strengths, Voters, simulate

SEED = 20240814
N_VOTES = (100_000, 1_000_000)
SHARES = (0.0, 0.05, 0.1, 0.2, 0.3)
N_SEEDS = 10
N_VOTERS = 20_000
# Votes of a competitor, of all, from which on its place is looked at: half of what is usual.
LEAST_SHARE = 0.5
KINDS = ("careless", "adversarial", "rigging")
TEXT = """\
## Voters who do not say what they think (Zhao, Rush and Goyal 2024, arXiv 2412.04363)

They report: 10 % of the votes cast by apathetic (random) or adversarial (for one model) annotators move a model by up to 5 places.

We get, in arenas whose truth is known: {n_models} competitors with the strengths and the pairs of the bundled votes, {n_voters:,} voters that come as
often, of whom a share is careless, votes against what it thinks (`Arena(conduct=...)`), or lifts the model in the middle wherever it meets it
and votes at random elsewhere (`Arena(rigging=...)`). Places are those of the {n_usual} competitors with at least half of the usual number of
votes, among themselves, in the mean of {n_seeds} arenas a cell: by how many places the one that is moved most is off the truth, how many places
the average one is off, and the slope of ratings on true ones (1 for honest voters).

{table}

The target of the riggers gains, in places (mean of the arenas, beside what it gains with none):

{rigged}

Why they differ: over what a place is compared with. At {few:,} votes the competitor that is furthest off its true place is off by {honest_few:.1f}
with honest votes alone, and at {many:,} votes by {honest_many:.1f}; 10 % careless or adversarial voters make that {bad_few:.1f} at most and
{bad_many:.1f}. Careless voters take away the votes that they cast, and draw ratings together, which changes no place; one who reverses what he thinks
takes away two. Votes for one model are another matter: all in one direction, they move it by about 14 places at 10 %, which more votes do not take
back. "Up to 5 places" is what chance does at their number of votes, or a small part of what riggers do.

`python -m benchmarks.reproductions.careless_voters`
"""


class Moved(NamedTuple):
    """How far ratings are off the truth: largest and mean number of places, slope, and places that the middle one gained."""

    largest: float
    mean: float
    slope: float
    gained: float


def choices_of(kind: str, share: float) -> dict[str, Conduct | Rigging]:
    """What some voters do."""
    if not share:
        return {}
    return {"rigging": Rigging(share)} if kind == "rigging" else {"conduct": Conduct(**{kind: share})}


def arena_like(counts: PairCounts, n_votes: int, kind: str, share: float) -> Arena:
    """The bundled arena with some voters who do not say what they think."""
    strengths = fit(counts, ties="davidson")
    return Arena(
        n_votes=n_votes,
        strengths=Strengths.given((ELO * strengths.strengths).tolist(), strengths.names),
        pairs=Pairs.like(counts),
        voters=Voters(N_VOTERS, "equal"),
        **choices_of(kind, share),
    )


def usual(counts: PairCounts) -> np.ndarray:
    """Which competitors have at least half of the usual number of votes, (n,)."""
    each = counts.votes_of_each()
    return np.asarray(each >= LEAST_SHARE * np.median(each))


def places(strengths: Floats) -> Floats:
    """Place of each, (n,), 1 for the best."""
    return 1.0 + (strengths[None, :] > strengths[:, None]).sum(axis=1)


def moved(counts: PairCounts, n_votes: int, kind: str, share: float, n_seeds: int = N_SEEDS) -> Moved:
    """Mean over arenas of how far ratings are off."""
    found, looked_at = [], usual(counts)
    for seed in range(n_seeds):
        made = simulate(arena_like(counts, n_votes, kind, share), seed=SEED + seed)
        truth = made.parameters.strengths
        middle = int(np.argsort(-truth, kind="stable")[(truth.size + 1) // 2 - 1])
        rated = fit(count(made.votes), ties="davidson", existence="prior").strengths
        off = places(truth[looked_at]) - places(rated[looked_at])
        of_middle = (truth > truth[middle]).sum() - (rated > rated[middle]).sum()
        found.append([np.abs(off).max(), np.abs(off).mean(), rated @ truth / (truth @ truth), of_middle])
    return Moved(*np.mean(found, axis=0))


def section() -> str:
    """Return the section in Markdown."""
    counts = recount.read().counts
    lines, rigged, largest = [], [], {}
    for n_votes in N_VOTES:
        honest = moved(counts, n_votes, "", 0.0)
        for kind in KINDS:
            of_shares = [honest, *(moved(counts, n_votes, kind, share) for share in SHARES[1:])]
            lines.append([f"{n_votes:,}", kind, *(f"{one.largest:.1f}, {one.mean:.2f}, {one.slope:.2f}" for one in of_shares)])
            largest |= {(n_votes, kind, share): one.largest for share, one in zip(SHARES, of_shares, strict=True)}
            if kind == "rigging":
                rigged.append([f"{n_votes:,}", *(f"{one.gained:+.1f}" for one in of_shares)])
    shares = [f"{share:.0%}" for share in SHARES]
    return TEXT.format(
        n_models=counts.n_competitors,
        n_voters=N_VOTERS,
        n_usual=int(usual(counts).sum()),
        n_seeds=N_SEEDS,
        few=N_VOTES[0],
        many=N_VOTES[1],
        honest_few=largest[N_VOTES[0], "careless", 0.0],
        honest_many=largest[N_VOTES[1], "careless", 0.0],
        bad_few=max(largest[N_VOTES[0], kind, 0.1] for kind in KINDS[:2]),
        bad_many=max(largest[N_VOTES[1], kind, 0.1] for kind in KINDS[:2]),
        table=table(["votes", "voters", *shares], lines),
        rigged=table(["votes", *shares], rigged),
    )


if __name__ == "__main__":
    print(section(), end="")
