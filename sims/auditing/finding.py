"""What a probe of an audit is, and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from recount.engine.scale import ELO
from recount.engine.scrutiny.effect_sizes import FittedEffects
from recount.engine.votes import Floats
from recount.sims.auditing.evidence import Evidence
from recount.sims.presentation.wording import number

# Of all probes together, where a log has none of the defects.
FALSE_ALARMS = 0.05


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found.

    Attributes
    ----------
    says : str
        What was seen, as a clause: where the defect is found, that it is.
    size : float
        Of the effect; NaN where there is nothing to measure.
    unit : str
        Of the size.
    p_value : float, optional
        Of as much, if the log has no such defect; None where the defect is a fact of the data, there or not.
    is_there : bool
        Whether the fact is one.
    otherwise : str
        Said in place of `says` where the finding does not stand after the adjustment for the number of probes; empty if that is the same.
    """

    says: str
    size: float
    unit: str
    p_value: float | None = None
    is_there: bool = False
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class NotTested:
    """Why a log does not tell whether it has a defect."""

    why: str


@dataclass(frozen=True, slots=True)
class Probe:
    """A defect, and how it is looked for.

    Attributes
    ----------
    name : str
    asks : str
        What is asked of the log.
    needs : str
        Data without which it is not tested.
    look : callable
    is_fact : bool
        Whether the defect is a fact of the votes, without a p-value.
    """

    name: str
    asks: str
    needs: str
    look: Callable[[Evidence], Finding | NotTested]
    is_fact: bool = False


def in_elo(fitted: FittedEffects) -> Floats:
    """Sizes of effects in Elo, (m,), infinite where the votes set them no bound."""
    return np.where(fitted.is_finite, ELO * fitted.values, np.copysign(np.inf, fitted.values))


def said_of_points(points: float, *, digits: int = 1, sign: str = "") -> str:
    """Say how large an effect in Elo is."""
    if np.isfinite(points):
        return f"{number(points, digits, bool(sign))} Elo"
    return f"{'minus ' if points < 0 else ''}more than any number of Elo"
