"""Every outcome by its name, as plans write it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from recount.data.catalogue.iso_3166 import COUNTRIES
from recount.engine.choices import choices_of
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.countries.mattering import what_matters_to
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import OfCountries, Specification, WhichModel, WhichVotes
from recount.sims.specification.blocs import KNOWN
from recount.sims.studies.answer_outcomes import saturation_of, score_error, told_apart
from recount.sims.studies.country_outcomes import claim_of, country_gap, lead_kept, p_country_leads, verdict_kept
from recount.sims.studies.order_outcomes import (
    first_kept,
    interval_width,
    largest_move,
    n_rated,
    overlap_of,
    places_gained,
    rating_change,
    rating_error,
    tau_of,
    top_kept,
)
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.overturning_outcomes import (
    votes_to_lose_first,
    votes_to_lose_lead,
    votes_to_lose_order,
    votes_to_lose_top,
    votes_to_overturn_claim,
)
from recount.sims.studies.seen import Measured
from recount.sims.studies.truth_outcomes import boost_of_private, boost_of_rigged, coverage_of, first_too_high, rank_sets_hold

Kind = Literal["number", "kept"]


class Measure(NamedTuple):
    """How an outcome is measured.

    Attributes
    ----------
    find : callable
        Of the outcome and what is seen: `Seen`, or what its kind of run has to show besides.
    unit : str
    takes : tuple of str
        Fields of `Outcome` that it uses.
    needs : tuple of str
        Those without which there is no such outcome.
    uses : tuple of str
        Fields of the specification that it depends on, besides those of the model and of which votes are rated.
    kind : {"number", "kept"}
        "kept" is 1 where the run says what the reference says, and 0 where it does not.
    of_truth, of_countries, of_votes : bool
        Whether it needs a known truth, models of known countries, or votes.
    of_planted : str
        Choice about the arena without which there is nothing to measure.
    of_scale : bool
        Whether ratings and strengths have to be on the same scale, that of log-odds.
    of_answers : bool
        Whether it needs answers to the items of a benchmark.
    """

    find: Callable[[Outcome, Any], Measured]
    unit: str = ""
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    kind: Kind = "number"
    of_truth: bool = False
    of_countries: bool = False
    of_votes: bool = False
    of_planted: str = ""
    of_scale: bool = False
    of_answers: bool = False

    @property
    def of_analysis(self) -> bool:
        """Whether it needs more of an analysis than its ratings."""
        return bool(self.uses) or self.of_votes or self.of_countries

    @property
    def means(self) -> str:
        """One sentence, for documents."""
        return (self.find.__doc__ or "").strip()


OF_INTERVALS = ("intervals", "clusters", "confidence_level")
OF_DRAWS = ("intervals", "clusters", "n_draws", "country_draws")
OF_RANKING = ("group", "metric")
OUTCOMES: Mapping[str, Measure] = MappingProxyType(
    {
        "kendall tau": Measure(tau_of, "tau"),
        "top k overlap": Measure(overlap_of, "share", ("k",)),
        "top k kept": Measure(top_kept, "share", ("k",), kind="kept"),
        "first place kept": Measure(first_kept, "share", kind="kept"),
        "largest move": Measure(largest_move, "places"),
        "places gained": Measure(places_gained, "places", ("competitor",), ("competitor",)),
        "rating change": Measure(rating_change, "points", ("competitor",), ("competitor",), of_scale=True),
        "rating error": Measure(rating_error, "points", of_scale=True),
        "interval width": Measure(interval_width, "points", uses=OF_INTERVALS),
        "coverage": Measure(coverage_of, "share", uses=OF_INTERVALS, of_truth=True, of_scale=True),
        "rank sets hold": Measure(rank_sets_hold, "share", uses=(*OF_INTERVALS, "n_draws"), kind="kept", of_truth=True),
        "first too high": Measure(first_too_high, "points", of_truth=True, of_scale=True),
        "boost of private variants": Measure(boost_of_private, "points", of_truth=True, of_planted="n_published", of_scale=True),
        "boost of the rigged": Measure(boost_of_rigged, "points", of_truth=True, of_planted="riggers", of_scale=True),
        "score error": Measure(score_error, "share", of_answers=True),
        "saturation index": Measure(saturation_of, "index", ("size_exponent",), of_answers=True),
        "pairs told apart": Measure(told_apart, "share", ("k",), of_answers=True),
        "competitors rated": Measure(n_rated, "competitors"),
        "votes to lose first place": Measure(votes_to_lose_first, "votes", ("change",), of_votes=True),
        "votes to lose the top k": Measure(votes_to_lose_top, "votes", ("k", "change"), of_votes=True),
        "votes to lose the order": Measure(votes_to_lose_order, "votes", ("kendall_tau", "change"), ("kendall_tau",), of_votes=True),
        "votes to lose the country lead": Measure(votes_to_lose_lead, "votes", ("group", "change"), of_countries=True, of_votes=True),
        "votes to overturn the claim": Measure(
            votes_to_overturn_claim, "votes", ("claims", "claim", "change"), ("claims", "claim"), of_countries=True, of_votes=True
        ),
        "country gap": Measure(country_gap, "unit of the metric", (*OF_RANKING, "country", "against"), ("country",), of_countries=True),
        "p leads": Measure(p_country_leads, "probability", (*OF_RANKING, "country"), ("country",), OF_DRAWS, of_countries=True),
        "country lead kept": Measure(lead_kept, "share", OF_RANKING, kind="kept", of_countries=True),
        "claim verdict kept": Measure(
            verdict_kept, "share", ("claims", "claim"), ("claims", "claim"), (*OF_INTERVALS, *OF_DRAWS), "kept", of_countries=True
        ),
    }
)


def check_outcome(outcome: Outcome) -> None:
    """Raise `OptionError`, whose message begins with the field, unless an outcome can be measured as it says."""
    if outcome.name not in OUTCOMES:
        raise OptionError(f"name is {outcome.name!r}, which is no outcome; {did_you_mean(outcome.name, OUTCOMES)}")
    measure = OUTCOMES[outcome.name]
    for one in fields(Outcome):
        given = getattr(outcome, one.name)
        if one.name in measure.needs and given in ("", None):
            raise OptionError(f"{one.name} is missing; {outcome.name!r} needs it, for example {choices_of(Outcome)[one.name].choice.example}")
        if one.name not in ("name", *measure.takes) and given != one.default:
            raise OptionError(f"{one.name} is {given!r}, which {outcome.name!r} does not use; leave it out")
    if outcome.name == "pairs told apart" and outcome.k < 2:
        raise OptionError(f"k is {outcome.k}, and a pair has two; give a larger one")
    if outcome.country and outcome.country == outcome.against:
        raise OptionError(f"against is {outcome.against!r}, the same as country; name another")
    if "claim" in measure.takes:
        try:
            claim_of(outcome)
        except InputError as error:
            # Which of the two is wrong, the message says.
            raise OptionError(str(error) if str(error).startswith("claim ") else f"claims is {outcome.claims!r}: {error}") from error


def check_places(outcome: Outcome, specification: Specification) -> None:
    """Raise `OptionError`, whose message begins with the field, if a country is no code of ISO 3166, nor a bloc; organisations have any name."""
    if specification.entity != "country":
        return
    blocs = {*KNOWN, *(bloc.name for bloc in specification.blocs)}
    for name in ("country", "against"):
        place = getattr(outcome, name)
        if place and place not in COUNTRIES | blocs:
            raise OptionError(f"{name} is {place!r}, which is no code of ISO 3166-1 and no bloc; give a code, as CN, or EU, EEA or one of blocs")


def what_is_used(outcomes: Iterable[Outcome]) -> set[str]:
    """Return the fields of the specification that outcomes depend on."""
    used = {*choices_of(WhichModel), *choices_of(WhichVotes)}
    for outcome in outcomes:
        measure = OUTCOMES[outcome.name]
        used |= {*measure.uses}
        if measure.of_countries:
            # How strengths are drawn matters to what is drawn.
            used |= _asked_of_countries(outcome) - ({"country_draws"} - {*measure.uses})
    return used


def _asked_of_countries(outcome: Outcome) -> set[str]:
    """Return what is asked of countries on which an outcome depends: of a claim about ratings what it does not fix itself."""
    claim = claim_of(outcome) if outcome.claim else None
    if claim is not None and claim.metric not in METRICS:
        return {*choices_of(OfCountries)}
    group, metric, fixed = (outcome.group, outcome.metric, ()) if claim is None else (claim.group, claim.metric, claim.choices)
    return {*what_matters_to((group,), (metric,)), "parameters"} - {*fixed}
