"""Claims about growth: releases of models of a country in two periods, with the exact interval of the ratio of their rates."""

import numpy as np
import pandas as pd

from recount.data.catalogue import codes_in
from recount.engine.choices import choices_of
from recount.engine.errors import InputError
from recount.engine.votes import Bools
from recount.sims.claims.claim import Claim
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.verdicts import Found
from recount.sims.countries.groups import GROUPS
from recount.sims.multiverse.combinations import combined, reasonable_values
from recount.sims.specification import Specification
from recount.sims.specification.flat import plain
from recount.sims.trends.release_growth import growth

# Draws of the ratio, for a claim that speaks of its size.
N_DRAWS = 20_000


def found_in_releases(claim: Claim, evidence: Evidence) -> Found:
    """Count releases in both periods, under the usual specification and every other that decides which models count."""
    if not claim.country or not claim.earlier or not claim.later:
        return Found(why_not="it names no country or no periods; give country, earlier and later", unit="ratio")
    usual = evidence.analysis.specification
    if claim.choices:
        usual = Specification.from_dict({**usual.as_dict(), **claim.choices})
    periods = [_period(claim, "earlier"), _period(claim, "later")]
    counted = _counts(claim, evidence.catalogue.models, usual, periods)
    if not sum(counted):
        return Found(why_not=f"the catalogue knows no release of {claim.country} in group {claim.group!r} in either period", unit="ratio")
    lengths = (periods[0][1] - periods[0][0]).days + 1, (periods[1][1] - periods[1][0]).days + 1
    found = growth(*counted, lengths, usual.confidence_level)
    rng = np.random.default_rng(usual.seed)
    # Jeffreys' priors of both rates.
    drawn = (rng.gamma(counted[1] + 0.5, size=N_DRAWS) / lengths[1]) / (rng.gamma(counted[0] + 0.5, size=N_DRAWS) / lengths[0])
    from recount.sims.claims.comparisons import is_true

    of_group = reasonable_values(usual.but(groups=claim.group))
    varied = {name: of_group[name] for name in GROUPS[claim.group].varies_by if name in of_group and name not in claim.choices}
    ratios, chosen = [], []
    for specification in combined(usual, varied):
        again = _counts(claim, evidence.catalogue.models, specification, periods)
        if sum(again):
            ratios.append(growth(*again, lengths).ratio)
            chosen.append(", ".join(f"{name} {plain(getattr(specification, name))}" for name in varied))
    true = is_true(claim, np.array(ratios))
    return Found(
        estimate=found.ratio,
        lower=found.lower,
        upper=found.upper,
        p_true=float(is_true(claim, drawn).mean()),
        share_true=float(true.mean()) if len(ratios) > 1 else float("nan"),
        least=min(ratios),
        most=max(ratios),
        n_specifications=len(ratios),
        matters=""
        if min(ratios) == max(ratios)
        else f"{chosen[int(np.argmin(ratios))]}: {min(ratios):.3g}; {chosen[int(np.argmax(ratios))]}: {max(ratios):.3g}",
        unit="ratio",
        measured=f"releases of {claim.country} a day, {counted[1]} in {lengths[1]} days over {counted[0]} in {lengths[0]} days",
    )


def _counts(claim: Claim, catalogue: pd.DataFrame, specification: Specification, periods: list[tuple[pd.Timestamp, pd.Timestamp]]) -> tuple[int, int]:
    """Count the releases of the country in the group, in each period; one known by its month or year counts if all of that does."""
    sizes = [f"{which}_parameters_b" for which in ("total", "active")]
    text = catalogue[["country", "licence_class"]].fillna("").astype(object).join(catalogue.reindex(columns=sizes))
    of_country = np.array([claim.country in codes_in(cell) for cell in text["country"]], np.bool_)
    member: Bools = GROUPS[claim.group].holds(text, specification) & of_country
    released = catalogue["release_date"].fillna("").to_numpy(str)[member]
    spans = [(pd.Period(date).start_time, pd.Period(date).end_time.normalize()) for date in released if date]
    first, second = (sum(start <= one and end >= other for one, other in spans) for start, end in periods)
    return first, second


def _period(claim: Claim, name: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Read a period, FROM/TO."""
    value = getattr(claim, name)
    try:
        start, end = (pd.Period(part.strip()) for part in value.split("/"))
    except ValueError as error:
        raise InputError(f"claim {claim.id!r}: {name} is {value!r}; give it as FROM/TO, such as {choices_of(Claim)[name].choice.example}") from error
    if end.end_time < start.start_time:
        raise InputError(f"claim {claim.id!r}: {name} is {value!r}, which ends before it begins")
    return start.start_time, end.end_time.normalize()
