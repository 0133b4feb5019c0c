"""What a simulated arena is made of, as values that are checked when they are made; free of numpy, so that help is quick."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

from recount.engine.choices import check, choice, choices_of
from recount.engine.errors import OptionError
from recount.engine.plurals import plural

MOST_CODES = 2**31 - 1
# Elo; more cannot be told from certainty.
MOST_ELO = 10_000.0
# Ratings of the bundled Arena votes have a standard deviation of 106 Elo, logarithms of numbers of votes one of 1.1; 35 % are ties or both bad.
SPREAD = 100.0
POPULARITY = 1.1
SKEWNESS = 1.0
TIE_SHARE = 0.3


@dataclass(frozen=True)
class Strengths:
    """Strengths of the competitors: `normal`, `skewed`, `clusters`, `equal` and `given` make them.

    Raises
    ------
    OptionError
        If a number is out of its bounds, or has no effect on strengths of this kind.
    """

    kind: Literal["normal", "skewed", "clusters", "equal", "given"] = choice(
        "normal",
        "Strengths: drawn from a normal or a skewed (gamma) distribution, in clusters (means normal), all equal, or given with --ratings.",
        name="strengths",
    )
    spread: float = choice(SPREAD, "Standard deviation of strengths, or of the means of clusters, in Elo.", least=0.0, most=MOST_ELO)
    skewness: float = choice(SKEWNESS, "Skewness of skewed strengths: above 0 a few are far ahead, below 0 far behind.", least=-10.0, most=10.0)
    n_clusters: int = choice(5, "Clusters of strengths, of equally many competitors.", least=1, most=MOST_CODES)
    within: float = choice(10.0, "Standard deviation of strengths within a cluster, in Elo.", least=0.0, most=MOST_ELO)
    values: tuple[float, ...] = ()
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check(self)
        of_kind = {"normal": ("spread",), "skewed": ("spread", "skewness"), "clusters": ("spread", "n_clusters", "within")}
        refuse_idle(self, "strengths", self.kind, of_kind.get(self.kind, ()))
        if (self.kind == "given") != bool(self.values):
            raise OptionError(
                f"strengths is {self.kind!r} with {plural(len(self.values), 'value')}; Strengths.given(values) takes them, in a shell --ratings FILE"
            )
        if self.names and len(self.names) != len(self.values):
            raise OptionError(f"strengths have {plural(len(self.names), 'name')} for {plural(len(self.values), 'value')}; give one name a value")
        if len(set(self.names)) < len(self.names):
            raise OptionError(f"strengths name {max(self.names, key=self.names.count)!r} twice; give one value a competitor")
        if not all(name.strip() for name in self.names):
            raise OptionError("strengths have a value without a name; name its competitor")
        if any(not abs(value) < float("inf") for value in self.values):
            raise OptionError("strengths hold a value that is not finite; give ratings in Elo")

    @classmethod
    def normal(cls, spread: float = SPREAD) -> "Strengths":
        """Normal, with this standard deviation in Elo."""
        return cls("normal", spread=spread)

    @classmethod
    def skewed(cls, spread: float = SPREAD, skewness: float = SKEWNESS) -> "Strengths":
        """Gamma distribution, moved and scaled (Pearson's type III), with this standard deviation in Elo."""
        return cls("skewed", spread=spread, skewness=skewness)

    @classmethod
    def clusters(cls, n_clusters: int, within: float, spread: float = SPREAD) -> "Strengths":
        """Clusters whose means are normal (`spread`), with normal strengths around them (`within`), in Elo."""
        return cls("clusters", spread=spread, n_clusters=n_clusters, within=within)

    @classmethod
    def equal(cls) -> "Strengths":
        """Everybody is as strong as everybody else."""
        return cls("equal")

    @classmethod
    def given(cls, values: Sequence[float], names: Sequence[str] = ()) -> "Strengths":
        """Ratings in Elo, whose mean does not matter; newcomers last."""
        return cls("given", values=tuple(map(float, values)), names=tuple(names))


@dataclass(frozen=True)
class Pairs:
    """Which pairs meet: `uniform`, `skewed` and `like` make them."""

    kind: Literal["uniform", "skewed", "like"] = choice(
        "skewed",
        "Which pairs meet: all alike (uniform), by popularities whose logarithms are normal (skewed), or as in the log given with --like (like).",
        name="pairs",
    )
    popularity: float = choice(POPULARITY, "Standard deviation of the logarithm of popularity.", least=0.0, most=20.0)
    # `PairCounts` of the engine, whose import would cost help a second.
    counts: Any = None

    def __post_init__(self) -> None:
        check(self)
        refuse_idle(self, "pairs", self.kind, ("popularity",) if self.kind == "skewed" else ())
        if (self.kind == "like") != (self.counts is not None):
            raise OptionError(f"pairs is {self.kind!r}; Pairs.like(counts) takes those of a log, in a shell --like FILE")

    @classmethod
    def uniform(cls) -> "Pairs":
        """Every pair is as likely."""
        return cls("uniform")

    @classmethod
    def skewed(cls, popularity: float = POPULARITY) -> "Pairs":
        """A pair meets in proportion to the product of two popularities, whose logarithms have this standard deviation."""
        return cls("skewed", popularity=popularity)

    @classmethod
    def like(cls, counts: Any) -> "Pairs":
        """Ordered pairs meet in proportion to their votes in a log (`PairCounts`), between its competitors."""
        return cls("like", counts=counts)


@dataclass(frozen=True)
class Newcomers:
    """Competitors with few votes, each exactly so many, against opponents by their popularity."""

    n: int = choice(0, "Competitors beside the others that have few votes.", least=0, most=MOST_CODES, name="n_newcomers", option="newcomers")
    votes: tuple[int, ...] = choice(
        (4,), "Votes of each newcomer; named several times, newcomers take them in turn.", least=1, name="newcomer_votes", unset="4"
    )

    def __post_init__(self) -> None:
        check(self)
        if not self.votes:
            raise OptionError("newcomer_votes is (); give at least one number of votes")
        if not self.n:
            refuse_idle(self, "n_newcomers", 0, ("n",))
        elif len(self.votes) > self.n:
            raise OptionError(
                f"newcomer_votes are {', '.join(map(str, self.votes))} for {plural(self.n, 'newcomer')}; give at most one number for each"
            )

    @property
    def votes_of_each(self) -> tuple[int, ...]:
        """Number of votes of each newcomer."""
        return tuple(self.votes[k % len(self.votes)] for k in range(self.n))


Law = Literal["davidson", "rao-kupper", "thurstone"]


@dataclass(frozen=True)
class Outcomes:
    """The law of a vote given the lead: `davidson`, `rao_kupper` and `thurstone` make it."""

    law: Law = choice(
        "davidson", "Law of votes: Davidson's, Rao and Kupper's, or the normal distribution, which has no ties (thurstone).", name="law"
    )
    tie_share: float | None = choice(None, "Expected share of ties, before any become both bad.", least=0.0, below=1.0, unset=f"{TIE_SHARE:g}")
    tie_parameter: float | None = choice(
        None, "In place of a share of ties: Davidson's nu (0 or more), or Rao and Kupper's threshold (1 or more).", least=0.0, most=1e9
    )

    def __post_init__(self) -> None:
        check(self)
        if self.tie_share is not None and self.tie_parameter is not None:
            raise OptionError(f"tie_share is {self.tie_share:g} and tie_parameter is {self.tie_parameter:g}; give one of them")
        if self.law == "thurstone" and (self.tie_share or self.tie_parameter):
            raise OptionError("law='thurstone' has no ties; leave out tie_share and tie_parameter")
        if self.law == "rao-kupper" and self.tie_parameter is not None and self.tie_parameter < 1:
            raise OptionError(f"tie_parameter is {self.tie_parameter:g}; the threshold of Rao and Kupper is 1 or more")

    @classmethod
    def davidson(cls, tie_share: float | None = None, nu: float | None = None) -> "Outcomes":
        """Davidson (1970), with a share of ties, or with nu."""
        return cls("davidson", tie_share, nu)

    @classmethod
    def rao_kupper(cls, tie_share: float | None = None, threshold: float | None = None) -> "Outcomes":
        """Rao and Kupper (1967), with a share of ties, or with the threshold."""
        return cls("rao-kupper", tie_share, threshold)

    @classmethod
    def thurstone(cls) -> "Outcomes":
        """Thurstone (1927), case V: the normal distribution, as steep as the logistic one at 0."""
        return cls("thurstone")


@dataclass(frozen=True)
class BothBad:
    """Votes for neither: a share of ties, whoever stands in them, or a share of all votes."""

    share: float = choice(0.0, "Share of both-bad votes: of what would be ties, or of all.", least=0.0, most=1.0, name="both_bad_share")
    of: Literal["ties", "all"] = choice("ties", "Of what both-bad votes are a share: of ties (ties), or of all votes (all).", name="both_bad_of")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Voters:
    """Who votes how often, and with which taste."""

    n: int = choice(10_000, "Voters; 0 for a log without them.", least=0, most=MOST_CODES, name="n_voters", option="voters")
    activity: Literal["equal", "lognormal", "zipf"] = choice(
        "lognormal", "Activity of voters: all alike (equal), log-normal (lognormal), or 1 / rank to a power (zipf)."
    )
    inequality: float = choice(1.5, "Standard deviation of log activity, or the power of the rank.", least=0.0, most=20.0)
    tastes: float = choice(0.0, "Standard deviation of what a voter adds to the strength of each competitor, in Elo.", least=0.0, most=MOST_ELO)

    def __post_init__(self) -> None:
        check(self)
        if self.activity == "equal":
            refuse_idle(self, "activity", self.activity, ("n", "tastes"))
        if self.tastes and not self.n:
            raise OptionError(f"tastes is {self.tastes:g}, but there are no voters; give n_voters")


@dataclass(frozen=True)
class Prompts:
    """Prompts, all as frequent, each with strengths of its own around the common ones."""

    n: int = choice(0, "Prompts; 0 for a log without them.", least=0, most=MOST_CODES, name="n_prompts", option="prompts")
    tastes: float = choice(
        0.0, "Standard deviation of what a prompt adds to the strength of each competitor, in Elo.", least=0.0, most=MOST_ELO, name="prompt_tastes"
    )

    def __post_init__(self) -> None:
        check(self)
        if self.tastes and not self.n:
            raise OptionError(f"prompt_tastes is {self.tastes:g}, but there are no prompts; give n_prompts")


def refuse_idle(made: Any, of: str, kind: object, used: tuple[str, ...]) -> None:
    """Raise `OptionError` if a choice that is not `used` departs from its default; `of` and `kind` say why it has no effect."""
    defaults = {one.name: one.default for one in fields(made)}
    for name, (stated, _, _) in choices_of(type(made)).items():
        value = getattr(made, name)
        if name not in ("kind", "activity", *used) and value != defaults[name]:
            said = f"{value:g}" if isinstance(value, int | float) else f"{value!r}"
            raise OptionError(f"{stated.name or name} is {said}, which has no effect with {of}={kind!r}; leave it out")
