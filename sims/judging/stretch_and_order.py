r"""Ratings of the same competitors by two models: by how much one stretches the scale of the other, and what changes beyond that.

Models of ties spread the same competitors differently, which says nothing of any one of them. So ratings are put on one scale before they are
compared: those of the model are divided by the *stretch*, the ratio of the standard deviations of both about their means, after which both spread
alike. (A regression would take what is unlike for less spread, and depend on which of the two comes first.) The order of competitors is untouched
by a stretch: counted are pairs that stand the other way round, competitors whose rank changes, and by how much.
"""

from typing import Any

import numpy as np

from recount.engine.scale import ELO
from recount.engine.votes import Floats, Ints

# Log-odds; as fits are certified to less, ratings that differ by no more are equal.
LEVEL = 1e-6 / ELO


def changes(strengths: Floats, usual: Floats) -> dict[str, Any]:
    """Compare strengths with the usual ones.

    Parameters
    ----------
    strengths, usual : (n,) float64
        Log-odds, mean 0.

    Returns
    -------
    dict
        stretch (NaN where the usual ones are all equal), largest_change (of a rating after the stretch is removed, Elo on the usual scale),
        n_reversed (pairs), n_moved (competitors whose rank differs), largest_move (ranks). Equal ratings share the better rank.
    """
    spread, usual_spread = float(np.std(strengths)), float(np.std(usual))
    known = min(spread, usual_spread) > LEVEL
    stretch = spread / usual_spread if usual_spread > LEVEL else np.nan
    moves = np.abs(_ranks(strengths) - _ranks(usual))
    return {
        "stretch": stretch,
        "largest_change": ELO * float(np.abs(strengths / stretch - usual).max()) if known else np.nan,
        "n_reversed": _n_reversed(strengths, usual),
        "n_moved": int((moves > 0).sum()),
        "largest_move": int(moves.max()),
    }


def _ranks(strengths: Floats) -> Ints:
    """1 + the number of those that are better, (n,)."""
    return 1 + strengths.size - np.searchsorted(np.sort(strengths), strengths + LEVEL, side="right")


def _n_reversed(strengths: Floats, usual: Floats) -> int:
    """Number of pairs of which the one is better by one of the two, and worse by the other."""
    n = 0
    for i in range(1, strengths.size):
        ahead, usually = strengths[i] - strengths[:i], usual[i] - usual[:i]
        n += int((((ahead > LEVEL) & (usually < -LEVEL)) | ((ahead < -LEVEL) & (usually > LEVEL))).sum())
    return n
