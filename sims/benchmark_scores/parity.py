"""Parity of two scores by two one-sided tests (Schuirmann 1987): not that no difference was found, but that none larger than a margin is left."""

from dataclasses import dataclass

from recount.engine.errors import InputError


@dataclass(frozen=True, slots=True)
class Parity:
    """What two one-sided tests say of a difference.

    Attributes
    ----------
    margin : float
        Differences up to it are called none.
    p_below, p_above : float
        Of the tests that the difference is -margin or less, and that it is margin or more.
    """

    margin: float
    p_below: float
    p_above: float

    @property
    def p_value(self) -> float:
        """The larger one: parity is shown at its level."""
        return max(self.p_below, self.p_above)


def two_one_sided_tests(difference: float, standard_error: float, margin: float) -> Parity:
    """Test whether a difference with a normal error lies within a margin.

    Raises
    ------
    InputError
        If the margin or the error is not above 0.
    """
    from scipy.special import ndtr

    if not (margin > 0 and standard_error > 0):
        raise InputError(f"a margin of {margin:g} with a standard error of {standard_error:g}; both are above 0")
    return Parity(margin, float(ndtr(-(difference + margin) / standard_error)), float(ndtr((difference - margin) / standard_error)))
