r"""Leads in points, on the scale of the usual specification.

A point is not the same under every choice. To leave out ties, to give them a model, or to leave out "both bad" stretches all ratings, and a prior
shrinks them: a lead then moves though nobody is further ahead of anybody. On the bundled votes ratings without ties are 1.5 times as far apart. So a
lead Y in points is multiplied by

.. math:: s = \mathrm{sd}(\hat\theta^\mathrm{usual}_i : i \in C) \,/\, \mathrm{sd}(\hat\theta_i : i \in C),

C being the competitors that are rated under both specifications: it is told in standard deviations of the ratings, in points of the usual
specification. What a choice does to all ratings alike is gone, and what it does to the order and to the distances beside each other stays. What a
model says of a vote between the two would not do: with ties left out it says nothing of ties, and votes of which fewer are ties are nearer to a win.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from recount.engine.fitting import Fit
from recount.engine.uncertainty.interface import Uncertainty

# Of two competitors the spread is their lead.
LEAST_COMMON = 3
TOLD = (
    "leads in points are on the scale of the usual specification: they are multiplied by `scale`, the standard deviation of the ratings of all that "
    "both specifications rate, under the usual one over that under the other; leaving out or modelling ties, or a prior, stretches all ratings "
    "alike, which moves a lead and nobody's place; estimates and gaps are in points of their own specification"
)


def usual_over_other(usual: Fit | Uncertainty, other: Fit | Uncertainty) -> float:
    """Return by what leads of other ratings are multiplied to be on the usual scale; 1 where fewer than three are rated by both, or all are level."""
    here = {name: place for place, name in enumerate(other.names)}
    common = [(place, here[name]) for place, name in enumerate(usual.names) if name in here]
    if len(common) < LEAST_COMMON:
        return 1.0
    mine, others = np.array(common).T
    spreads = float(np.std(usual.strengths[mine])), float(np.std(other.strengths[others]))
    return spreads[0] / spreads[1] if min(spreads) > 0 else 1.0


def on_usual_scale(row: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Return what is told of a lead with `lead` and its ends on the usual scale, and the `scale`; 1 where the lead is not in points."""
    by = scale if row["unit"] == "points" else 1.0
    return {**row, "scale": by, **{name: by * row[name] for name in ("lead", "lead_lower", "lead_upper")}}
