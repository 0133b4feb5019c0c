"""Every combination of the values that the fields of a specification call reasonable."""

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recount.engine.choices import choices_of
from recount.engine.errors import OptionError, RecountError
from recount.sims.countries.mattering import what_matters_to
from recount.sims.specification import OfCountries, Specification


def reasonable_values(base: Specification) -> dict[str, tuple[Any, ...]]:
    """Return the values that published analyses have used or could have used, and that of `base`, by field of the specification that states some.

    A choice that is optional is varied where it is made: with it, and without. Values that other choices of `base` exclude, as intervals by Fisher
    information exclude weights, are not among them; nor are choices of countries on which no group and no metric that is asked depends.
    """
    varied = {}
    for name, (stated, _, default) in choices_of(Specification).items():
        if name in choices_of(OfCountries) and name not in what_matters_to(base.asked_groups, base.asked_metrics):
            continue
        values = dict.fromkeys((*stated.reasonable, *((default,) if stated.optional else ()), getattr(base, name)))
        if stated.reasonable or (stated.optional and len(values) > 1):
            varied[name] = tuple(value for value in values if _is_possible(base, name, value))
    return varied


def _is_possible(base: Specification, name: str, value: Any) -> bool:
    try:
        base.but(**{name: value})
    except OptionError:
        return False
    return True


def combined(base: Specification, varied: Mapping[str, tuple[Any, ...]]) -> Iterator[Specification]:
    """Yield every combination of values of some fields, the last one fastest; all other choices are those of `base`."""
    for values in itertools.product(*varied.values()):
        yield base.but(**dict(zip(varied, values, strict=True)))


def n_combined(varied: Mapping[str, tuple[Any, ...]]) -> int:
    """Return how many combinations of values there are."""
    return math.prod(len(values) for values in varied.values())


def reason_among(error: RecountError, varied: Iterable[str]) -> str:
    """Return why something is not possible, without a remedy that names a choice which is varied."""
    what, _, remedy = str(error).rpartition("; ")
    return what if what and any(re.search(rf"\b{name}\b", remedy) for name in varied) else str(error)


def grid(base: Specification) -> Iterator[Specification]:
    """Yield every combination of all reasonable values, that of `base` among them."""
    return combined(base, reasonable_values(base))
