r"""What a model of ties says of a vote between two competitors, from the lead d of the first.

Each says what it models, and no more:

- *half-wins*: the expected score, :math:`1 / (1 + e^{-d})`, a tie counting half. How much of it is wins and how much ties, it does not say.
- *ties dropped*: the probability :math:`1 / (1 + e^{-d})` that the first wins a vote that is not a tie.
- *Davidson*: the probabilities of a win and of a tie, hence the expected score; a decided vote is won with :math:`1 / (1 + e^{-d})`.
- *Rao and Kupper*: the same, but a decided vote is won with a probability that depends on the threshold too.
- *by pair*: as these, with the parameter of the pair. Of a pair that never met Davidson's says who wins a decided vote, and Rao and Kupper's nothing.

A quantity that depends on the lead alone has an interval, whose ends are those of the lead. The others depend on the parameter of ties too, whose
error is not among those of the strengths, and have none.

A vote is one that counts: "both bad" ones are ties where they count as ties, and otherwise not among the votes. With covariates the lead is that at
covariates 0.
"""

import math
from dataclasses import dataclass

import numpy as np
import scipy

from recount.engine.choices.ties import TieRule
from recount.engine.votes import Floats, Ints

QUANTITIES = ("expected_score", "win_probability", "tie_probability", "decided_win_probability")


@dataclass(frozen=True, slots=True, eq=False)
class PairTies:
    """Parameters of ties, one for each pair that met.

    Attributes
    ----------
    first, second : (n_pairs,) int32
        first < second; in the order of `first`, then `second`.
    parameters : (n_pairs,) float64
    """

    first: Ints
    second: Ints
    parameters: Floats

    def of_pairs(self, i: Ints, j: Ints) -> Floats:
        """Parameter of each pair of `i` and `j`, (k,); NaN where they never met."""
        n = int(max(self.second.max(), i.max(), j.max())) + 1
        met, wanted = (np.minimum(a, b).astype(np.int64) * n + np.maximum(a, b) for a, b in ((self.first, self.second), (i, j)))
        place = np.minimum(np.searchsorted(met, wanted), met.size - 1)
        return np.where(met[place] == wanted, self.parameters[place], np.nan)


@dataclass(frozen=True, slots=True, eq=False)
class VoteLaw:
    """Law of a vote between two competitors.

    Attributes
    ----------
    ties : TieRule
    parameter : float
        Davidson's nu, or Rao and Kupper's threshold; NaN where ties have none for all pairs.
    of_pairs : PairTies or None
        Those of pairs, where each has its own and they are known.
    """

    ties: TieRule
    parameter: float = math.nan
    of_pairs: PairTies | None = None

    @property
    def of_lead_alone(self) -> str | None:
        """The quantity that is 1 / (1 + exp(-lead)), whatever the parameter of ties; None if there is none."""
        if self.ties.parameter == "threshold":
            return None
        return "expected_score" if self.ties is TieRule.HALF else "decided_win_probability"

    def of_leads(self, lead: Floats) -> dict[str, Floats]:
        """Everything that the model says, by what it is, at each lead (k,) between competitors of whom no more is known."""
        return self._said(lead, np.full(lead.shape, self.parameter))

    def between(self, i: Ints, j: Ints, lead: Floats) -> dict[str, Floats]:
        """Everything that the model says of votes between competitors `i` and `j`, (k,) each, where i leads by `lead` (k,)."""
        return self.of_leads(lead) if self.of_pairs is None else self._said(lead, self.of_pairs.of_pairs(i, j))

    def ends(self, lower: Floats, upper: Floats) -> dict[str, Floats]:
        """Ends of the interval of what depends on the lead alone, from those of the lead, (k,) each; nothing if nothing does."""
        alone = self.of_lead_alone
        return {} if alone is None else {f"{alone}_lower": scipy.special.expit(lower), f"{alone}_upper": scipy.special.expit(upper)}

    def _said(self, lead: Floats, parameter: Floats) -> dict[str, Floats]:
        alone: Floats = scipy.special.expit(lead)
        if self.ties is TieRule.HALF:
            return {"expected_score": alone}
        if self.ties is TieRule.DROP:
            return {"decided_win_probability": alone}
        # Infinite where a pair always tied.
        always = np.isinf(parameter)
        known = np.where(always, np.nan, parameter)
        if self.ties.parameter == "nu":
            root = np.exp(-np.abs(lead) / 2)
            scale = 1 / (1 + root**2 + known * root)
            win, tie, decided = np.where(lead >= 0, 1.0, root**2) * scale, known * root * scale, alone
        else:
            win, loss = (scipy.special.expit(d - np.log(known)) for d in (lead, -lead))
            tie, decided = (known**2 - 1) * win * loss, win / (win + loss)
        win, tie = np.where(always, 0.0, win), np.where(always, 1.0, tie)
        return {"expected_score": win + tie / 2, "win_probability": win, "tie_probability": tie, "decided_win_probability": decided}
