"""Who is shown to voters, and when, as values that are checked when they are made."""

from dataclasses import dataclass
from typing import Literal

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.sims.arenas.parts import MOST_CODES, MOST_ELO, refuse_idle


@dataclass(frozen=True)
class Sampling:
    """Pairs are drawn at random, or in rounds by what the votes before say (Chiang et al. 2024, arXiv 2403.04132; Liu et al. 2026)."""

    rule: Literal["random", "ci-width", "a-optimal"] = choice(
        "random",
        "Pairs: drawn by popularity alone (random), or after a first round by how much a vote would narrow its interval of win rates (ci-width), "
        "or lower the variance of all strengths (a-optimal).",
        name="sampling",
    )
    n_rounds: int = choice(10, "Rounds, before each of which the votes so far are looked at.", least=2, most=1000)

    def __post_init__(self) -> None:
        check(self)
        if self.rule == "random":
            refuse_idle(self, "sampling", self.rule, ("rule",))


@dataclass(frozen=True)
class Providers:
    """Providers of the competitors, some of whose competitors are shown more often (Singh et al. 2025, arXiv 2504.20879).

    Raises
    ------
    OptionError
        If more are favoured than there are, or a choice has no effect.
    """

    n: int = choice(0, "Providers, to whom competitors belong in turn; 0 for none.", least=0, most=MOST_CODES, name="n_providers", option="providers")
    favoured: int = choice(
        0, "Providers, the first ones, whose competitors are shown more often.", least=0, most=MOST_CODES, name="favoured_providers"
    )
    factor: float = choice(1.0, "How many times as often those are shown, against the same opponent.", above=0.0, most=1e6, name="favoured_sampling")

    def __post_init__(self) -> None:
        check(self)
        if self.favoured > self.n:
            raise OptionError(f"favoured_providers is {self.favoured}, but there are {plural(self.n, 'provider')}; give more n_providers")
        if bool(self.favoured) != (self.factor != 1.0):
            raise OptionError(
                f"favoured_providers is {self.favoured} and favoured_sampling is {self.factor:g}; give both, the second other than 1, or neither"
            )


@dataclass(frozen=True)
class Stays:
    """Competitors that enter after the first day, and that are retired before the last (Singh et al. 2025: silent deprecation).

    Days are whole ones, all as likely. Newcomers stand among those who stay all the time.
    """

    late: float = choice(0.0, "Share of competitors that enter after the first day.", least=0.0, most=1.0, name="late_share")
    retired: float = choice(0.0, "Share of competitors that are retired before the last day.", least=0.0, most=1.0, name="retired_share")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class PrivateVariants:
    """Competitors of which several variants are tested in private, and the best is published (Singh et al. 2025).

    The log holds the votes of the published variant, those of its test among them; the others leave no trace.

    Raises
    ------
    OptionError
        If a choice has no effect.
    """

    n_published: int = choice(0, "Competitors beside the others that are the best of their private variants.", least=0, most=MOST_CODES)
    n_variants: int = choice(10, "Private variants of each.", least=1, most=MOST_CODES)
    test_votes: int = choice(1000, "Votes by which each variant is tested.", least=1, most=MOST_CODES)
    fresh_votes: int = choice(0, "Votes of the published variant after its test.", least=0, most=MOST_CODES)
    spread: float = choice(
        0.0,
        "Standard deviation of the strengths of variants around that of their competitor, in Elo.",
        least=0.0,
        most=MOST_ELO,
        name="variant_spread",
    )

    def __post_init__(self) -> None:
        check(self)
        if not self.n_published:
            refuse_idle(self, "n_published", 0, ("n_published",))

    @property
    def votes_of_each(self) -> int:
        """Number of votes of each variant."""
        return self.test_votes + self.fresh_votes
