"""The best of many private variants (Singh et al. 2025): ``python -m benchmarks.reproductions.best_of_many`` (a minute)."""

from typing import NamedTuple

import numpy as np
from scipy.integrate import quad
from scipy.stats import norm

from benchmarks.pages import table
from recount.engine import ELO, count, fit
from recount.engine.votes import Floats
from recount.sims.arenas import Arena, Outcomes, Pairs, PrivateVariants, Strengths, Voters, simulate
from recount.sims.arenas.best_of_variants import of_the_test

SEED = 20240814
TEST_VOTES = 3000
N_VARIANTS = (5, 20, 50)
N_ESTABLISHED, ESTABLISHED_VOTES = 20, 2_000_000
# Published competitors of each kind: in all, and in one arena, so that there are at most 1,000 variants in it.
N_PUBLISHED, MOST_VARIANTS = 200, 1000
FRESH_VOTES = (0, 1000, 3000, 9000)
TIES = (0.0, 0.345)
# Elo: the standard deviation that Singh et al. take, and what of it is no noise at 3,000 votes without ties.
THEIR_SIGMA = 26.8
TEXT = """\
## The best of many private variants (Singh et al. 2025, arXiv 2504.20879)

They report: who tests N variants in private and publishes the best gains e_N sigma, e_N being the mean of the largest of N standard normal
variables (1.163, 1.867, 2.249 for N = 5, 20, 50). The critics and the Arena agree on that and differ on sigma: 26.8 Elo make 50 points of 20
variants, 4.9 Elo make 9.

We get, with variants that are all alike, {test_votes:,} votes for the test of each against {n_established} competitors of the same strength with
{established:,} votes, ties as halves (`Arena(private=PrivateVariants(n_published, N, {test_votes}))`; {n_published} published competitors a row; ± is
the Monte-Carlo standard error; Elo). Sigma is that of the votes: 400 / ln 10 x 2 sqrt((1 - ties) / {test_votes}).

{gains}

What is left after fresh votes, N = 20, without ties: m / (m + F) of it after F fresh votes beside the m of the test, which stay in the log:

{decay}

Variants that differ in truth by a standard deviation of {differing:.1f} Elo, so that their ratings differ by {their_sigma}, N = 20: the published one
stands {whole} above the mean of its variants, of which {noise} are noise and {real} are true.

Why they differ: over what varies. At 3,000 votes chance alone is worth 5 to 6 Elo a variant, the Arena's figure, and 9 to 12 points at the best
of 20. Ratings of variants that differ by 26.8 Elo differ by what the variants are, and then all but 2 to 3 of the 50 points are no illusion: the best
variant is better. What is illusion goes with fresh votes, and stays at its full size where none come.

`python -m benchmarks.reproductions.best_of_many`
"""


class Gained(NamedTuple):
    """What published competitors gained, Elo: (n_published,) each.

    Attributes
    ----------
    noise : array
        Error of the rating after the test, above the mean of the variants'.
    real : array
        True strength above that of the competitor that they are variants of.
    left : (len(FRESH_VOTES), n_published) array
        Error of the rating after fresh votes, from the votes of what is published alone.
    """

    noise: Floats
    real: Floats
    left: Floats


def largest_of(n: int) -> float:
    """Return the mean of the largest of n standard normal variables."""
    return float(quad(lambda x: x * n * norm.pdf(x) * norm.cdf(x) ** (n - 1), -12, 12, epsabs=1e-12)[0])


def sigma(tie_share: float, n_votes: int = TEST_VOTES) -> float:
    """Return the standard error of a rating by votes against known equals, Elo, ties as halves."""
    return float(ELO * 2 * np.sqrt((1 - tie_share) / n_votes))


def gained(n_variants: int, tie_share: float, spread: float = 0.0, n_published: int = N_PUBLISHED, fresh: tuple[int, ...] = (0,)) -> Gained:
    """Publish the best of so many variants again and again."""
    found: list[Gained] = []
    at_once = max(1, min(n_published, MOST_VARIANTS // n_variants))
    for k in range(-(-n_published // at_once)):
        private = PrivateVariants(at_once, n_variants, TEST_VOTES, max(fresh), spread)
        # The law without ties of a parameter that would be solved for.
        arena = Arena(
            n_competitors=N_ESTABLISHED,
            n_votes=ESTABLISHED_VOTES + at_once * private.votes_of_each,
            strengths=Strengths.equal(),
            pairs=Pairs.uniform(),
            outcomes=Outcomes.davidson(tie_share),
            voters=Voters(0),
            private=private,
        )
        made = simulate(arena, seed=SEED + k)
        strengths = ELO * made.parameters.strengths
        level = strengths[:N_ESTABLISHED].mean()
        left = []
        for n in fresh:
            rated = ELO * fit(count(made.votes.only(of_the_test(made.votes, N_ESTABLISHED, TEST_VOTES + n)))).strengths
            left.append((rated - rated[:N_ESTABLISHED].mean() - strengths + level)[N_ESTABLISHED:])
        found.append(Gained(np.array(made.parameters.test_gains), strengths[N_ESTABLISHED:] - level, np.array(left)))
    return Gained(*(np.concatenate(part, axis=-1) for part in zip(*found, strict=True)))


def with_error(values: Floats) -> str:
    """Write a mean with its Monte-Carlo standard error."""
    return f"{values.mean():.2f} ± {values.std(ddof=1) / np.sqrt(values.size):.2f}"


def of_gains() -> str:
    """Gains by number of variants, beside e_N sigma."""
    lines = []
    for tie_share in TIES:
        for n in N_VARIANTS:
            expected = largest_of(n) * sigma(tie_share)
            lines.append(
                [
                    f"{tie_share:.1%}",
                    f"{n}",
                    f"{largest_of(n):.3f}",
                    f"{sigma(tie_share):.2f}",
                    f"{expected:.2f}",
                    with_error(gained(n, tie_share).noise),
                ]
            )
    return table(["ties", "N", "e_N", "sigma", "e_N sigma", "gain"], lines)


def of_decay() -> str:
    """What is left after fresh votes, beside the share of the votes that were of the test."""
    left = gained(20, 0.0, fresh=FRESH_VOTES).left
    expected = largest_of(20) * sigma(0.0)
    lines = [[f"{n:,}", f"{expected * TEST_VOTES / (TEST_VOTES + n):.2f}", with_error(values)] for n, values in zip(FRESH_VOTES, left, strict=True)]
    return table(["fresh votes", "e_N sigma m / (m + F)", "left"], lines)


def section() -> str:
    """Return the section in Markdown."""
    differing = float(np.sqrt(THEIR_SIGMA**2 - sigma(0.0) ** 2))
    found = gained(20, 0.0, differing)
    return TEXT.format(
        test_votes=TEST_VOTES,
        n_established=N_ESTABLISHED,
        established=ESTABLISHED_VOTES,
        n_published=N_PUBLISHED,
        gains=of_gains(),
        decay=of_decay(),
        differing=differing,
        their_sigma=THEIR_SIGMA,
        whole=with_error(found.noise + found.real),
        noise=with_error(found.noise),
        real=with_error(found.real),
    )


if __name__ == "__main__":
    print(section(), end="")
