"""What a claim is measured by, in words that could be printed: of whom, among which models, attributed how, with which numbers."""

from collections.abc import Iterator, Sequence

from recount.sims.claims.claim import OTHERS, OVERALL, Claim
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import GROUPS, meaning_of_group, of_the_known
from recount.sims.countries.metrics import METRICS, Metric, meaning_of_metric
from recount.sims.countries.metrics.all_metrics import WHO
from recount.sims.countries.metrics.sizes import OF_SIZES
from recount.sims.presentation.wording import the_country
from recount.sims.specification import Specification
from recount.sims.specification.blocs import KNOWN

# Choices that the words have by themselves.
SAID = ("attribution", "entity", "open_weights", "size_threshold")


def in_words(claim: Claim, s: Specification) -> str:
    """Say what is measured of competitors."""
    return ", ".join((of_whom(claim, meaning_of_metric(claim.metric, s, "{who}"), METRICS[claim.metric], s), *_categories(claim)))


def rated_in_words(claim: Claim, s: Specification, names: Sequence[str], facts: Facts, subset: str) -> str:
    """Say among which rated models it is measured, and by the ratings of which part of a board."""
    scope = scope_in_words(claim, s, names, facts, "all rated models", METRICS[claim.metric].varies_by)
    if claim.metric in OF_SIZES:
        scope = scope.replace(", attributed", ", of known size, attributed", 1)
    return f"{scope}, by ratings of {subset}" if subset else scope


def score_in_words(claim: Claim, phrase: str, metric: Metric, s: Specification) -> str:
    """Say what is measured of the scores of models on a benchmark."""
    told = of_whom(claim, phrase.replace("{k}", str(s.k)).replace("{lag_tolerance}", f"{s.lag_tolerance:g}"), metric, s)
    return f"{told}, on {claim.benchmark}"


def scope_in_words(claim: Claim, s: Specification, names: Sequence[str], facts: Facts, every: str, of_metric: Sequence[str] = ()) -> str:
    """Say which models count, `every` of them where they need nothing, whose they are, and which further choices the claim itself fixes."""
    known = (claim.group, tuple(names), facts, s, of_metric)
    group = f"{every}{of_the_known(*known)}" if claim.group == "all" else meaning_of_group(*known)
    return ", ".join((f"among {group}", f"attributed by {s.attribution}", *_fixed(claim, of_metric)))


def of_whom(claim: Claim, phrase: str, metric: Metric, s: Specification) -> str:
    """Say a phrase about {who} of the country of a claim, and how it is set against that of its rival."""
    extreme = "lowest" if metric.least_leads else "highest"
    if claim.says == "leads" and metric.least_leads:
        return f"the {extreme} of any other {s.entity} minus that of {the_country(claim.country)}, of {phrase.replace('{who}', WHO[s.entity])}"
    rival = f"the {extreme} of any other {s.entity}" if claim.rival == OTHERS else f"that of {the_country(claim.rival)}" if claim.rival else ""
    return phrase.replace("{who}", the_country(claim.country)) + (f", minus {rival}" if rival else "")


def _fixed(claim: Claim, of_metric: Sequence[str]) -> Iterator[str]:
    """Say which further choices the claim itself fixes."""
    for name, value in claim.choices.items():
        values = [one for one in (value if isinstance(value, (list, tuple)) else [value]) if one not in KNOWN]
        if name not in (*SAID, *of_metric, *GROUPS[claim.group].varies_by) and values:
            yield f"with {name} = {', '.join(map(str, values))}"


def _categories(claim: Claim) -> Iterator[str]:
    """Say which votes count, and of which the same is taken away."""
    if claim.category not in ("", OVERALL):
        yield f"in category {claim.category}"
    if claim.against_category:
        yield "minus the same of all votes" if claim.against_category == OVERALL else f"minus the same in category {claim.against_category}"
