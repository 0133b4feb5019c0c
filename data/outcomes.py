"""Every spelling of the outcome that the public vote logs have used.

LMArena: `model_a`, `model_b`, `tie`, `tie (bothbad)` (33k, 55k, 100k), `both_bad` (140k), `bothbad`; FastChat's own log: `leftvote`, `rightvote`,
`tievote`, `bothbad_vote`; LLMFAO: `left`, `right`, `tie`; scores of the first competitor: 1, 0.5, 0.

Other labels are given a meaning by `Columns.outcomes`. A number then means what it is given, and nothing else: with 0 a tie, 1 is no score.
"""

from decimal import Decimal
from numbers import Real

from recount.data.choices import MEANINGS, NAMES, SIDES, Columns, meanings_of
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE

SPELLINGS = {
    FIRST_WON: ("model_a", "a", "left", "leftvote", "first"),
    SECOND_WON: ("model_b", "b", "right", "rightvote", "second"),
    TIE: ("tie", "tievote", "draw"),
    BOTH_BAD: ("both_bad", "bothbad", "both bad", "tie (bothbad)", "tie (both bad)", "tie(bothbad)", "bothbad_vote"),
}
CODE_OF = {spelling: code for code, spellings in SPELLINGS.items() for spelling in spellings}
SCORES = {1.0: FIRST_WON, 0.5: TIE, 0.0: SECOND_WON}


LEFT_OUT, UNKNOWN = -2, -1
CODE_OF_MEANING = dict(zip(MEANINGS, (FIRST_WON, SECOND_WON, TIE, BOTH_BAD, LEFT_OUT), strict=True))


class OutcomeCodes:
    """The engine's codes of a log's labels.

    Attributes
    ----------
    column : str
    named : bool
        Whether a label may be the name of the winner.
    told : bool
        Whether it was said if labels are names or sides.
    """

    def __init__(self, columns: Columns) -> None:
        meanings = meanings_of(columns.outcomes)
        self.column = columns.outcome
        self.named, self.told = NAMES in meanings, NAMES in meanings or SIDES in meanings
        self._codes = {_label(label): CODE_OF_MEANING[meaning] for label, meaning in meanings.items() if meaning}

    def code(self, value: object) -> int:
        """Return the code of a label, `LEFT_OUT`, or `UNKNOWN`; case and outer spaces do not matter."""
        if self._codes:
            known = self._codes.get(_label(value))
            if known is not None:
                return known
        word = CODE_OF.get(value.strip().casefold()) if isinstance(value, str) else None
        if word is not None:
            return word
        return UNKNOWN if self._codes else _score_code(value)


def _label(value: object) -> str:
    """Write a label as it is compared; numbers that are equal are one label, and a missing one is empty."""
    text = "" if value is None or value != value else str(value).strip().casefold()
    try:
        return f"{float(text):.15g}"
    except ValueError:
        return text


def _score_code(value: object) -> int:
    """Return the code of a score of the first competitor, or `UNKNOWN` if it is not one."""
    if not isinstance(value, str | Real | Decimal) or isinstance(value, bool):
        return UNKNOWN
    try:
        return SCORES.get(float(value), UNKNOWN)
    except (ValueError, OverflowError):
        return UNKNOWN
