"""What cannot be judged."""

from recount.engine.errors import OptionError
from recount.sims.specification import Specification


def check_unweighted(specification: Specification) -> None:
    """Raise `OptionError` if votes that are to be predicted are weighted."""
    if specification.weights:
        raise OptionError(
            f"predictions are scored by votes that count for one each, not with weights {str(specification.weights)!r}; take weights none"
        )


def check_alike(specification: Specification, table: str) -> None:
    """Raise `OptionError` if the votes of a pair, which a table is of, are not alike."""
    if specification.covariates:
        raise OptionError(f"{table} are of pairs, whose votes are not alike with covariates; leave the covariates out")
