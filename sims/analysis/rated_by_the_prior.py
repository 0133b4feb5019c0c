"""Who never lost or never won, and is rated because a prior says how good it can be."""

from collections.abc import Iterator

import numpy as np

from recount.engine.fitting import Fit
from recount.engine.showing import listed


def one_sided(fitted: Fit) -> dict[str, str]:
    """Say of each competitor who won or lost all of its votes, and is rated by a prior alone at that end, how it fared."""
    if fitted.prior.kind == "none":
        return {}
    played, won, lost = fitted.contests, np.zeros(len(fitted.names)), np.zeros(len(fitted.names))
    for ours, others, place in ((played.wins, played.losses, played.first), (played.losses, played.wins, played.second)):
        # A tie is half of each.
        np.add.at(won, place, ours + played.ties / 2)
        np.add.at(lost, place, others + played.ties / 2)
    return {name: "lost" if won[i] else "won" for i, name in enumerate(fitted.names) if (won[i] == 0) != (lost[i] == 0)}


def of_one_sided(fitted: Fit) -> Iterator[str]:
    """Whose ratings are bounded by the prior alone."""
    found = one_sided(fitted)
    for never, ahead, end in (("lost", "ahead", "upper"), ("won", "behind", "lower")):
        if who := tuple(name for name, how in found.items() if how == never):
            is_one = len(who) == 1
            they, are, ends = ("it", "is", "end of its interval") if is_one else ("they", "are", "ends of their intervals")
            yield f"{listed(who)} never {never}: how far {they} {are} {ahead}, and the {end} {ends}, come from the prior; see `prior_amount`"
