"""On which choices the rankings of some groups by some metrics depend."""

from collections.abc import Iterable

from recount.engine.choices import choices_of
from recount.sims.countries.groups import GROUPS, OF_EVERY_GROUP
from recount.sims.countries.metrics import METRICS
from recount.sims.specification import OfCountries, Specification
from recount.sims.specification.country_choices import CountryGroup


def what_matters_to(groups: Iterable[CountryGroup], metrics: Iterable[str]) -> tuple[str, ...]:
    """Return the fields of what is asked of countries on which the rankings of some groups by some metrics depend."""
    of_groups = (name for group in groups for name in GROUPS[group].varies_by)
    of_metrics = (name for metric in metrics for name in METRICS[metric].varies_by)
    return tuple(dict.fromkeys((*OF_EVERY_GROUP, "country_draws", *of_groups, *of_metrics)))


def of_no_matter(asked: Specification) -> list[str]:
    """Return the fields of what is asked of countries on which none of the groups and metrics that are asked depends."""
    metrics = [name for name in asked.asked_metrics if asked.by is None or METRICS[name].unit == "rating"]
    of_sizes = ("parameters",) if asked.parameters_from is not None else ()
    matter = ("groups", "metrics", *of_sizes, *what_matters_to(asked.asked_groups, metrics))
    return [name for name in choices_of(OfCountries) if name not in matter]
