"""What a claim can be measured by."""

from collections.abc import Callable
from typing import NamedTuple

from recount.sims.claims.claim import NOT_MEASURED, Claim
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.of_ratings import found_in_ratings
from recount.sims.claims.of_releases import found_in_releases
from recount.sims.claims.of_surveys import found_in_survey
from recount.sims.claims.verdicts import Found
from recount.sims.countries.metrics import METRICS


class Measure(NamedTuple):
    """A metric of claims.

    Attributes
    ----------
    find : callable
        A claim and the evidence to what was found.
    means : str
        What it is, for the template and the docs.
    takes : tuple of str
        Fields of a claim that it uses, besides those that every claim has.
    """

    find: Callable[[Claim, Evidence], Found]
    means: str
    takes: tuple[str, ...]


OF_RATINGS = ("group", "country", "against", "tolerance")


def _not_measured(claim: Claim, evidence: Evidence) -> Found:
    return Found(why_not="ratings, scores, releases and surveys do not measure it")


MEASURES: dict[str, Measure] = {
    **{
        name: Measure(
            found_in_ratings, f"{(metric.compute.__doc__ or '').partition(';')[0].strip().rstrip('.')}, by country ({metric.unit})", OF_RATINGS
        )
        for name, metric in METRICS.items()
    },
    "growth of releases": Measure(
        found_in_releases,
        "Releases a day in the later period over those in the earlier one (3.5 is +250 %)",
        ("group", "country", "earlier", "later", "tolerance"),
    ),
    "survey": Measure(found_in_survey, "A share in a survey, 0 to 1", ("share", "answers", "design_effect", "tolerance")),
    NOT_MEASURED: Measure(_not_measured, "What these data do not measure, such as adoption: kept in the list, and said to be untestable", ()),
}
# Fields that every claim has.
ALWAYS = ("id", "quotation", "source", "provenance", "date", "metric", "says", "value", "choices")
