"""What a claim can be measured by."""

from collections.abc import Callable
from typing import NamedTuple

from recount.engine.choices import choices_of
from recount.sims.claims.claim import NOT_MEASURED, Claim
from recount.sims.claims.evidence import Evidence
from recount.sims.claims.of_benchmarks import BEST, BEST_K, LAG, MEAN, found_in_orders, found_in_scores
from recount.sims.claims.of_ratings import found_in_ratings
from recount.sims.claims.of_releases import found_in_releases
from recount.sims.claims.of_surveys import found_in_survey
from recount.sims.claims.verdicts import Found
from recount.sims.countries.groups import GROUPS, OF_EVERY_GROUP
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import OfCountries


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
    varies_by : tuple of str
        Choices about countries that it uses, besides those of the group.
    """

    find: Callable[[Claim, Evidence], Found]
    means: str
    takes: tuple[str, ...]
    varies_by: tuple[str, ...] = ()


OF_RATINGS = ("group", "country", "against", "tolerance", "category", "against_category")
OF_SCORES = ("group", "country", "against", "tolerance", "benchmark")


def _not_measured(claim: Claim, evidence: Evidence) -> Found:
    return Found(why_not=claim.because or "ratings, scores, releases and surveys do not measure it")


MEASURES: dict[str, Measure] = {
    **{
        name: Measure(
            found_in_ratings,
            f"{(metric.compute.__doc__ or '').partition(';')[0].strip().rstrip('.')}, by country ({metric.unit})",
            OF_RATINGS,
            metric.varies_by,
        )
        for name, metric in METRICS.items()
    },
    BEST: Measure(found_in_scores, "Best score on a benchmark, by country (share of its items, 0 to 1)", OF_SCORES),
    BEST_K: Measure(found_in_scores, "Mean of the k best scores, one an organisation, by country", OF_SCORES, METRICS["mean of k best"].varies_by),
    LAG: Measure(
        found_in_scores,
        "Months by which the country's best score came after the first as good of anybody",
        OF_SCORES,
        ("lag_tolerance",),
    ),
    MEAN: Measure(found_in_scores, "Mean score of all models that have one, by country", OF_SCORES),
    "agreement of orders": Measure(
        found_in_orders, "Kendall's tau between scores on a benchmark and ratings, of models that have both", ("benchmark", "tolerance")
    ),
    "growth of releases": Measure(
        found_in_releases,
        "Releases a day in the later period over those in the earlier one (3.5 is +250 %); with against, minus that of the other country",
        ("group", "country", "against", "earlier", "later", "larger_than", "tolerance"),
    ),
    "survey": Measure(found_in_survey, "A share in a survey, 0 to 1", ("share", "answers", "design_effect", "tolerance")),
    NOT_MEASURED: Measure(_not_measured, "What these data do not measure, such as adoption: kept, and said to be untestable", ("because",)),
}
# Choices of other answers, or that fields of a claim make.
NOT_OF_CLAIMS = ("groups", "metrics", "p_top", "by", "shrink", "confidence_level", "n_draws", "seed")
# Fields that every claim has.
ALWAYS = ("id", "quotation", "source", "provenance", "date", "metric", "says", "value", "not_tested", "choices")


def unused_choices(claim: Claim) -> list[str]:
    """Return the choices of a claim that change nothing of what it is measured by, or that fields of a claim make."""
    used = {*OF_EVERY_GROUP, *MEASURES[claim.metric].varies_by, *(GROUPS[claim.group].varies_by if "group" in MEASURES[claim.metric].takes else ())}
    return [name for name in claim.choices if name in NOT_OF_CLAIMS or (name in choices_of(OfCountries) and name not in used | {"country_draws"})]
