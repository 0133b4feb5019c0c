"""Whether a claim can be measured as it says: its metric, the fields and choices that this uses, values that it could have, periods."""

from dataclasses import fields

from recount.data.catalogue.iso_3166 import COUNTRIES
from recount.engine.choices import choices_of
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.measures import ALWAYS, MEASURES, unused_choices
from recount.sims.claims.specifications import with_choices
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import Specification
from recount.sims.specification.blocs import KNOWN
from recount.sims.trends.release_lists import period_of

# Of which no number is beyond 1, nor the difference of two.
SHARES = {"best score", "mean of k best scores", "mean score", "agreement of orders", "survey"}
SHARES |= {name for name, metric in METRICS.items() if metric.unit in ("share", "index")}


def check_measurable(claim: Claim) -> None:
    """Raise `OptionError`, whose message begins with the field, if a claim cannot be measured as it says."""
    if claim.metric not in MEASURES:
        raise OptionError(f"metric is {claim.metric!r}; {did_you_mean(claim.metric, MEASURES, len(MEASURES))}")
    takes = {*MEASURES[claim.metric].takes, *ALWAYS}
    for one in fields(Claim):
        default = choices_of(Claim)[one.name].default if one.name in choices_of(Claim) else {}
        if one.name not in takes and getattr(claim, one.name) != default:
            raise OptionError(f"{one.name} is {getattr(claim, one.name)!r}, which {claim.metric!r} does not use; leave it out")
    for name in unused_choices(claim):
        raise OptionError(
            f"choices have {name} = {claim.choices[name]!r}, which {claim.metric!r} of group {claim.group!r} does not use; leave it out"
        )
    _check_blocs(claim)
    if claim.metric in SHARES and abs(claim.bound) > 1:
        raise OptionError(f"value is {claim.bound:g}, and {claim.metric!r} is at most 1; write a share, as {min(claim.bound / 100, 1.0):g}")
    periods = []
    for name in ("earlier", "later"):
        if text := getattr(claim, name):
            try:
                periods.append(period_of(text))
            except InputError as error:
                raise OptionError(f"{name} is {error}") from error
    if len(periods) == 2 and periods[1].first <= periods[0].last:
        raise OptionError(f"later is {claim.later!r}, which begins before {claim.earlier!r} ends; releases would count in both: give another")


def _check_blocs(claim: Claim) -> None:
    """Raise `OptionError` if a claim speaks of countries that count in one of its blocs, or of blocs that overlap."""
    try:
        blocs = with_choices(Specification(), claim).blocs
    except OptionError as error:
        raise OptionError(f"country is {claim.country!r}, and of the blocs that the claim needs {error}") from error
    for name in ("country", "against"):
        place = getattr(claim, name)
        for bloc in blocs:
            if place in bloc.members:
                raise OptionError(f"{name} is {place!r}, which counts in the bloc {bloc.name!r} of this claim; name a country outside it")


def check_places(claim: Claim) -> None:
    """Raise `OptionError`, whose message begins with the field, if a country is no code of ISO 3166, nor a bloc."""
    if claim.choices.get("entity", "country") != "country":
        return
    blocs = {*KNOWN, *(bloc.name for bloc in with_choices(Specification(), claim).blocs)}
    for name in ("country", "against"):
        place = getattr(claim, name)
        if place and place != OTHERS and place not in COUNTRIES | blocs:
            raise OptionError(f"{name} is {place!r}, which is no code of ISO 3166-1 and no bloc; give a code, as CN, or EU, EEA or one of blocs")
