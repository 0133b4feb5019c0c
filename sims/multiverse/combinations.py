"""Every combination of the values that the fields of a specification call reasonable."""

import itertools
from collections.abc import Iterator
from typing import Any

from recount.engine.choices import TieRule, choices_of
from recount.sims.specification import Specification


def reasonable_values() -> dict[str, tuple[Any, ...]]:
    """Return the values that published analyses have used or could have used, by field of the specification that states some."""
    return {name: stated.reasonable for name, (stated, _, _) in choices_of(Specification).items() if stated.reasonable}


def grid(base: Specification) -> Iterator[Specification]:
    """Yield every combination of the reasonable values; all other choices are those of `base`.

    With ties dropped, "both bad" is dropped either way, and the grid has one of the two.
    """
    varied = reasonable_values()
    for values in itertools.product(*varied.values()):
        specification = base.but(**dict(zip(varied, values, strict=True)))
        if specification.ties is not TieRule.DROP or specification.both_bad != "drop":
            yield specification
