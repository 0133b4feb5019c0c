"""What is asked of countries: which models are ranked, whose they are, in which groups, and by what."""

from dataclasses import dataclass
from typing import Literal, cast, get_args

from recount.engine.choices import check, choice
from recount.engine.errors import OptionError
from recount.sims.specification.blocs import Bloc, check_blocs
from recount.sims.specification.levels import Level
from recount.sims.specification.releases import Releases

OpenRule = Literal["any", "commercial", "osi"]
Attribution = Literal["headquarters", "parent", "base model"]
CountryGroup = Literal["all", "open weights", "proprietary", "open source", "restricted weights", "noncommercial weights", "large", "small"]
CountryMetric = Literal[
    "best",
    "mean of k best",
    "share of top",
    "number in top",
    "Elo-weighted share of top",
    "rank-probability mass",
    "number above",
    "organisations above",
    "concentration in top",
    "lead over others",
    "chance against others",
    "lag",
    "rating at equal size",
    "number on efficiency frontier",
]
EVERY = "every"
USUAL_GROUPS = ("all", "open weights", "large")
USUAL_METRICS = ("best", "mean of k best", "share of top", "number in top")


@dataclass(frozen=True, kw_only=True)
class OfCountries:
    """What is asked of countries.

    Attributes
    ----------
    groups : tuple of str
        Groups of models, or every one.
    metrics : tuple of str
        What countries are ranked by, or everything.
    entity : {"country", "organisation"}
        Who is ranked.
    blocs : tuple of Bloc
        Countries that are ranked as one.
    attribution : {"headquarters", "parent", "base model"}
        Whose a model is: of the organisation that made it, its parent's, or that of the model it was made from.
    counting : {"whole", "fractional"}
        How a model of several countries counts.
    variants : {"apart", "merged"}
        Whether variants of a model are one, which is as good as the best of them.
    retired : {"in", "out"}
        Whether models that are no longer served are ranked.
    released : Releases
        When models were released.
    parameters : {"total", "active"}
        Which parameters are a model's size.
    parameters_from : float, optional
        Least size of a model, in billions.
    open_weights : {"any", "commercial", "osi"}
        Which weights count as open: all public ones, those that may be used commercially, or those under an OSI-approved licence.
    size_threshold : float
        Size, in billions, from which a model is large.
    top : int
        N of the metrics of the top N.
    k : int
        Number of best models, one an organisation, in a country's mean.
    above : Level
        The rating of "number above" and "organisations above".
    lag_tolerance : float
        In a lag, models that are worse by no more than so many points are as good.
    country_draws : {"posterior", "estimates"}
        Of what countries' metrics are computed: strengths given the estimates, or estimates around the estimates.

    Raises
    ------
    OptionError
        If a choice is invalid, or two of them do not go together.
    """

    groups: tuple[CountryGroup | Literal["every"], ...] = choice(
        USUAL_GROUPS, "Group of models to rank; give it several times for more.", option="group", unset="all, open weights, large"
    )
    metrics: tuple[CountryMetric | Literal["every"], ...] = choice(
        USUAL_METRICS, "What to rank by; give it several times for more.", option="metric", unset="best, mean of k best, share of top, number in top"
    )
    entity: Literal["country", "organisation"] = choice("country", "Rank countries, or organisations.")
    blocs: tuple[Bloc, ...] = choice(
        (), "Rank these countries as one: EU, EEA, or NAME=CODE,CODE.", option="bloc", metavar="BLOC", example="Bloc.parse('EU')"
    )
    attribution: Attribution = choice(
        "headquarters",
        "Whose a model is: of the organisation that made it, by its head office (headquarters); of that organisation's parent, if any (parent); of "
        "who made the model that it was made from, if it was (base model).",
        reasonable=("headquarters", "parent", "base model"),
    )
    counting: Literal["whole", "fractional"] = choice(
        "whole", "A model of several countries counts as one for each (whole), or as a part for each, in numbers and shares (fractional)."
    )
    variants: Literal["apart", "merged"] = choice(
        "apart",
        "Variants of a model (dated checkpoints, previews, amounts of thinking) are models each (apart), or one as good as their best (merged).",
        reasonable=("apart", "merged"),
    )
    retired: Literal["in", "out"] = choice("in", "Models that the catalogue says are retired are ranked (in), or left out (out).")
    released: Releases = choice(Releases(), "When models were released.", example="Releases(since='2025-01-01')")
    parameters: Literal["total", "active"] = choice("total", "A model's size: all its parameters (total), or those active for a token (active).")
    parameters_from: float | None = choice(
        None,
        "Rank only models with at least so many billions of parameters; those whose size is not known are left out.",
        above=0.0,
        most=1e12,
        example="7",
    )
    open_weights: OpenRule = choice(
        "any",
        "Which weights count as open: any public ones (any), those for commercial use (commercial), or those under an OSI licence (osi).",
        reasonable=("any", "commercial", "osi"),
    )
    size_threshold: float = choice(
        30.0,
        "Parameters, in billions, from which a model is large; below it is small.",
        above=0.0,
        most=1e12,
        reasonable=(7.0, 30.0, 70.0),
        span=(7.0, 70.0),
    )
    top: int = choice(20, "N of the metrics of the top N: shares, numbers, concentration.", least=1, reasonable=(10, 20, 50), span=(10, 50))
    k: int = choice(3, "Number of best models, one an organisation, in the mean of k best.", least=1, reasonable=(1, 3, 5), span=(1, 5))
    above: Level = choice(
        Level(100.0),
        "Rating of number above and organisations above: best-POINTS, so far below the group's best model; or a rating, with --anchor or --board.",
        metavar="LEVEL",
        example="Level.parse('best-100')",
        reasonable=(Level(50.0), Level(100.0), Level(200.0)),
    )
    lag_tolerance: float = choice(
        0.0,
        "In a lag, a model that is worse by no more than so many points is as good.",
        least=0.0,
        most=1e6,
        reasonable=(0.0, 10.0, 25.0),
        span=(0.0, 25.0),
    )
    country_draws: Literal["posterior", "estimates"] = choice(
        "posterior",
        "Countries are ranked by strengths given the estimates (posterior), or by estimates around the estimates (estimates), whose maxima are too "
        "high and too sure.",
        reasonable=("posterior", "estimates"),
    )

    @property
    def asked_groups(self) -> tuple[CountryGroup, ...]:
        """The groups that are ranked, each once."""
        return cast(tuple[CountryGroup, ...], get_args(CountryGroup) if EVERY in self.groups else tuple(dict.fromkeys(self.groups)))

    @property
    def asked_metrics(self) -> tuple[CountryMetric, ...]:
        """The metrics that countries are ranked by, each once."""
        return cast(tuple[CountryMetric, ...], get_args(CountryMetric) if EVERY in self.metrics else tuple(dict.fromkeys(self.metrics)))

    def __post_init__(self) -> None:
        check(self)
        check_blocs(self.blocs)
        for name in ("groups", "metrics"):
            if not getattr(self, name):
                raise OptionError(f"{name} is empty; name one, or {EVERY!r}")
        if self.entity == "organisation" and (self.blocs or self.counting == "fractional"):
            raise OptionError(
                "entity='organisation' takes no countries together and none apart; leave out `blocs` and `counting`, or take entity='country'"
            )
