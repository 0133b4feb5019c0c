"""Every spelling of the outcome that the public vote logs have used.

LMArena: `model_a`, `model_b`, `tie`, `tie (bothbad)` (33k, 55k, 100k), `both_bad` (140k), `bothbad`; FastChat's own log: `leftvote`, `rightvote`,
`tievote`, `bothbad_vote`; LLMFAO: `left`, `right`, `tie`; scores of the first competitor: 1, 0.5, 0.
"""

from engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE

SPELLINGS = {
    FIRST_WON: ("model_a", "a", "left", "leftvote", "first", "1", "1.0"),
    SECOND_WON: ("model_b", "b", "right", "rightvote", "second", "0", "0.0"),
    TIE: ("tie", "tievote", "draw", "0.5"),
    BOTH_BAD: ("both_bad", "bothbad", "both bad", "tie (bothbad)", "tie (both bad)", "tie(bothbad)", "bothbad_vote"),
}
CODE_OF = {spelling: code for code, spellings in SPELLINGS.items() for spelling in spellings}
SCORES = {1.0: FIRST_WON, 0.5: TIE, 0.0: SECOND_WON}


def outcome_code(value: object) -> int:
    """Return the engine's code of an outcome as it stands in a log, or -1 if it is none; case and outer spaces do not matter."""
    if isinstance(value, str):
        return CODE_OF.get(value.strip().casefold(), -1)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return SCORES.get(float(value), -1)
    return -1
