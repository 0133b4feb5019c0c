"""Every spelling of the outcome that the public vote logs have used.

LMArena: `model_a`, `model_b`, `tie`, `tie (bothbad)` (33k, 55k, 100k), `both_bad` (140k), `bothbad`; FastChat's own log: `leftvote`, `rightvote`,
`tievote`, `bothbad_vote`; LLMFAO: `left`, `right`, `tie`; scores of the first competitor: 1, 0.5, 0. Whether numbers are scores is decided when all
are known (`recount.data.outcome_labels`).

Other labels are given a meaning by `Columns.outcomes`. A number then means what it is given, and nothing else: with 0 a tie, 1 is no score.
"""

import math

from recount.data.choices import MARGINS, MEANINGS, NAMES, SCORES, SIDES, Columns, as_label
from recount.data.labels import is_missing, number_in
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE

SPELLINGS = {
    FIRST_WON: ("model_a", "a", "left", "leftvote", "first"),
    SECOND_WON: ("model_b", "b", "right", "rightvote", "second"),
    TIE: ("tie", "tievote", "draw"),
    BOTH_BAD: ("both_bad", "bothbad", "both bad", "tie (bothbad)", "tie (both bad)", "tie(bothbad)", "bothbad_vote"),
}
CODE_OF = {spelling: code for code, spellings in SPELLINGS.items() for spelling in spellings}
CODE_OF_SCORE = {1.0: FIRST_WON, 0.5: TIE, 0.0: SECOND_WON}
# Of two columns with scores, where they are 0 or 1; others are compared when they are read.
CODE_OF_SCORES = {"1,0": FIRST_WON, "0,1": SECOND_WON, "0,0": TIE, "1,1": TIE}


LEFT_OUT, UNKNOWN = -2, -1
CODE_OF_MEANING = dict(zip(MEANINGS, (FIRST_WON, SECOND_WON, TIE, BOTH_BAD, LEFT_OUT), strict=True))


class OutcomeCodes:
    """The engine's codes of a log's labels.

    Attributes
    ----------
    columns : Columns
    column : str
    named : bool
        Whether a label may be the name of the winner.
    said : str
        What was said that labels mean.
    told_sides, told_scores, told_margins : bool
        Whether it was said that labels are sides, or numbers scores, or by how much the first won.
    of_two_scores : bool
        Whether labels are what two columns of scores say.
    """

    def __init__(self, columns: Columns) -> None:
        meanings = columns.meanings
        self.columns, self.column = columns, columns.outcome
        words = (NAMES, SIDES, SCORES, MARGINS)
        self.named, self.told_sides, self.told_scores, self.told_margins = (word in meanings.words for word in words)
        self.of_two_scores = len(columns.outcome_columns()) == 2
        # What several columns say is no name.
        self.told_sides |= len(columns.outcome_columns()) > 1
        self.said = columns.outcomes
        self._given = {label: (CODE_OF_MEANING[meaning], weight) for label, (meaning, weight) in meanings.of_label.items()}

    def code(self, value: object) -> int:
        """Return the code of a label, `LEFT_OUT`, or `UNKNOWN`; case and outer spaces do not matter."""
        if self.is_given(value):
            return self._given[self.given_label(value)][0]
        if self.told_margins and not math.isnan(margin := number_in(value)):
            return TIE if margin == 0 else FIRST_WON if margin > 0 else SECOND_WON
        if self.of_two_scores and value in CODE_OF_SCORES:
            return CODE_OF_SCORES[str(value)]
        word = CODE_OF.get(value.strip().casefold()) if isinstance(value, str) else None
        if word is not None:
            return UNKNOWN if self.named and word in (FIRST_WON, SECOND_WON) else word
        return UNKNOWN if (self._given or self.named) and not self.told_scores else CODE_OF_SCORE.get(number_in(value), UNKNOWN)

    def weight(self, value: object) -> float:
        """Return the weight of a label, 1 if none was given."""
        return self._given[self.given_label(value)][1] if self.is_given(value) else 1.0

    def is_given(self, value: object) -> bool:
        """Whether it was said what a label means."""
        return bool(self._given) and self.given_label(value) in self._given

    def given_label(self, value: object) -> str:
        """Return a label as it is looked for among those that were given a meaning; a missing one is empty, unless its word was given one."""
        label = as_label(value)
        return "" if label not in self._given and is_missing(value) else label
