"""Every spelling of the outcome that the public vote logs have used.

LMArena: `model_a`, `model_b`, `tie`, `tie (bothbad)` (33k, 55k, 100k), `both_bad` (140k), `bothbad`; FastChat's own log: `leftvote`, `rightvote`,
`tievote`, `bothbad_vote`; LLMFAO: `left`, `right`, `tie`; scores of the first competitor: 1, 0.5, 0.
"""

from decimal import Decimal
from numbers import Real

from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE

SPELLINGS = {
    FIRST_WON: ("model_a", "a", "left", "leftvote", "first"),
    SECOND_WON: ("model_b", "b", "right", "rightvote", "second"),
    TIE: ("tie", "tievote", "draw"),
    BOTH_BAD: ("both_bad", "bothbad", "both bad", "tie (bothbad)", "tie (both bad)", "tie(bothbad)", "bothbad_vote"),
}
CODE_OF = {spelling: code for code, spellings in SPELLINGS.items() for spelling in spellings}
SCORES = {1.0: FIRST_WON, 0.5: TIE, 0.0: SECOND_WON}


def outcome_code(value: object) -> int:
    """Return the engine's code of an outcome as a log has it, or -1 if it is not one; case and outer spaces do not matter."""
    if isinstance(value, str):
        code = CODE_OF.get(value.strip().casefold())
        return _score_code(value) if code is None else code
    return _score_code(value) if isinstance(value, (Real, Decimal)) and not isinstance(value, bool) else -1


def _score_code(value: str | Real | Decimal) -> int:
    """Return the code of a score of the first competitor, or -1 if it is not one."""
    try:
        return SCORES.get(float(value), -1)
    except (ValueError, OverflowError):
        return -1
