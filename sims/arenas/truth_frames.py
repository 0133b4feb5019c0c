"""The truth as tables: all that was planted, by competitor and by voter."""

from typing import TYPE_CHECKING

import numpy as np

from recount.engine.scale import Scale
from recount.engine.votes import Floats
from recount.sims.arenas.intents import Intents, Said

if TYPE_CHECKING:
    import pandas as pd

    from recount.sims.arenas.parameters import Parameters

KINDS = np.array(["rock", "paper", "scissors"])


def frame_of_competitors(truth: "Parameters") -> "pd.DataFrame":
    """A row a competitor: strength (log-odds, mean 0), rating (Elo, mean 1000), expected votes, whether it is a newcomer, and what else was planted.

    Expected votes are missing where who meets depends on the votes before.
    """
    import pandas as pd

    arena, n = truth.arena, truth.strengths.size
    number = np.arange(n)
    columns: dict[str, object] = {
        "competitor": truth.names,
        "strength": truth.strengths,
        "rating": Scale().ratings(truth.strengths),
        "expected_votes": truth.expected_votes_of_each,
        "newcomer": (number >= arena.size) & (number < arena.size + arena.newcomers.n),
    }
    if truth.categories is not None:
        of_category = dict(zip(truth.categories.names, truth.categories.deviations, strict=True))
        columns |= {f"rating_{name}": Scale().ratings(truth.strengths + deviations) for name, deviations in of_category.items()}
    if truth.lengths is not None:
        columns["median_length"] = np.exp(truth.lengths.logarithms)
    if arena.circle:
        columns["kind"] = KINDS[number % 3]
    if arena.providers.n:
        provider = number % arena.providers.n
        columns |= {"provider": [f"provider-{k}" for k in provider], "favoured": provider < arena.providers.favoured}
    if arena.stays.late or arena.stays.retired:
        times = truth.meetings.timeline
        n_rows = times.bounds[-1]
        columns["day_entered"] = np.rint(times.since * arena.days / n_rows)
        columns["day_retired"] = np.where(times.until < n_rows, np.rint(times.until * arena.days / n_rows), np.nan)
    if truth.intents is not None and truth.intents.target is not None:
        columns["target"] = number == truth.intents.target
    if truth.test_gains:
        columns |= _of_private(truth, n - len(truth.test_gains))
    return pd.DataFrame(columns)


def _of_private(truth: "Parameters", n_before: int) -> dict[str, Floats]:
    """How many variants each published one is the best of, and by how much its rating gained by that."""
    n = truth.strengths.size
    variants, gain = np.ones(n, np.int64), np.full(n, np.nan)
    variants[n_before:], gain[n_before:] = truth.arena.private.n_variants, truth.test_gains
    return {"n_variants": variants, "test_gain": gain}


def frame_of_voters(truth: "Parameters") -> "pd.DataFrame | None":
    """A row a voter: what it is up to, and its expected votes; None if all are honest.

    They are missing where riggers leave votes to others and who meets depends on the votes before.
    """
    if truth.intents is None:
        return None
    import pandas as pd

    return pd.DataFrame({"voter": truth.crowds[0].names, "intent": truth.intents.words, "expected_votes": _votes_of_voters(truth, truth.intents)})


def _votes_of_voters(truth: "Parameters", intents: Intents) -> Floats:
    """Expected votes of each voter, (n_voters,); votes that one leaves to somebody else go to honest ones, as often as they come."""
    met, weights = truth.meetings, truth.crowds[0].weights
    comes = met.expected.sum() * weights / weights.sum()
    # A share of the votes at which each kind comes, (1 + n_kinds,), honest ones first.
    left = np.array([0.0, *(met.expected @ kind.chances(met.first, met.second)[:, Said.NOTHING] / met.expected.sum() for kind in intents.kinds)])
    if left.any() and truth.arena.sampling.rule != "random":
        return np.full(comes.size, np.nan)
    left_by, honest = comes * left[intents.of_voters + 1], weights * (intents.of_voters < 0)
    return np.asarray(comes - left_by + left_by.sum() * honest / honest.sum())
