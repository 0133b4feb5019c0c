"""What a tie and "both bad" mean."""

from enum import StrEnum
from typing import Literal

from recount.engine.errors import OptionError
from recount.engine.kernels import models

BothBadRule = Literal["tie", "drop", "outcome"]
# What the likelihood gives probabilities to: points of a vote, decided votes, or win, loss and tie.
Outcomes = Literal["points", "decided", "three"]


class TieRule(StrEnum):
    """What a tie means: half a win for each side, no vote, or an outcome with a parameter, one for all pairs or one for each."""

    HALF = "half"
    DROP = "drop"
    DAVIDSON = "davidson"
    RAO_KUPPER = "rao-kupper"
    DAVIDSON_BY_PAIR = "davidson-by-pair"
    RAO_KUPPER_BY_PAIR = "rao-kupper-by-pair"

    @classmethod
    def _missing_(cls, value: object) -> "TieRule":
        raise OptionError(f"ties is {value!r}; give one of {', '.join(map(repr, cls))}")

    def __repr__(self) -> str:
        return repr(self.value)

    @property
    def kernel(self) -> int:
        """Number by which kernels know the likelihood of a vote under this rule."""
        return _KERNELS[self]

    @property
    def by_pair(self) -> bool:
        """Whether each pair has a parameter of ties of its own, so that a tie says nothing about who is better."""
        return self in (TieRule.DAVIDSON_BY_PAIR, TieRule.RAO_KUPPER_BY_PAIR)

    @property
    def has_parameter(self) -> bool:
        """Whether ties have one parameter for all pairs."""
        return self in (TieRule.DAVIDSON, TieRule.RAO_KUPPER)

    @property
    def parameter(self) -> str:
        """Name of the parameter of ties: Davidson's nu, the threshold of Rao and Kupper (as odds); "" where there is none."""
        return {"davidson": "nu", "rao-kupper": "threshold"}.get(self.value.removesuffix("-by-pair"), "")

    @property
    def parameter_without_ties(self) -> float:
        """Value of that parameter where nobody tied."""
        return {"nu": 0.0, "threshold": 1.0}.get(self.parameter, float("nan"))

    @property
    def outcomes(self) -> Outcomes:
        """What the likelihood gives probabilities to."""
        return "points" if self is TieRule.HALF else "decided" if self is TieRule.DROP else "three"


_KERNELS = {
    TieRule.HALF: models.HALF,
    TieRule.DROP: models.HALF,
    TieRule.DAVIDSON: models.DAVIDSON,
    TieRule.RAO_KUPPER: models.RAO_KUPPER,
    TieRule.DAVIDSON_BY_PAIR: models.DECIDED,
    TieRule.RAO_KUPPER_BY_PAIR: models.RAO_KUPPER_BY_PAIR,
}
