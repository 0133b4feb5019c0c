"""How a vote log is read, as values that are checked when they are made; free of pandas and pyarrow, so that help is quick."""

import math
import re
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple

from recount.data.labels import is_missing, number_in
from recount.data.layouts.table import VERDICTS, layout_and_words, layouts_in_words
from recount.engine.choices.declaring import check, choice
from recount.engine.errors import InputError, OptionError

MAX_REJECTED = 0.01
SKIP_UNREADABLE = False
LMARENA = ("model_a", "model_b", "winner")
# For `Columns.count`: there is none.
NO_COUNT = "none"
# For `Columns.outcomes`: what a label can mean, and words that say what labels are.
MEANINGS = ("first", "second", "tie", "both_bad", "skip")
NAMES, SIDES, SCORES, MARGINS = WORDS = ("names", "sides", "scores", "margins")
# Further words stand for what public logs mean by their labels. Sources: LMArena's data sets (`recount.data.outcomes` knows their words); Arena-Hard
# (Li et al. 2024); MT-bench (Zheng et al. 2023); QLoRA (Dettmers et al. 2023); AlpacaEval (Li et al. 2023); PandaLM (Wang et al. 2023).
PRESETS = {
    "lmarena": "model_a=first,model_b=second,tie=tie,tie (bothbad)=both_bad,both_bad=both_bad,bothbad=both_bad",
    "arena-hard": VERDICTS,
    "mt-bench": "model_1=first,model_2=second,tie=tie,tie (inconsistent)=tie,error=skip",
    "qlora": "1=first,2=second,3=tie",
    "alpacaeval": "1=first,2=second,1.5=tie",
    "pandalm": "1=first,2=second,0=tie",
}
Separator = Literal["", "comma", "semicolon", "tab", "bar"]
SEPARATORS: dict[Separator, str] = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
LARGEST_WEIGHT = 1e6
# Of the outcome.
MOST_COLUMNS = 4
# Up to a comma that is in no quotation marks at the start of the label.
PART = re.compile(r'(?:^|(?<=,))(?:\s*"(?:[^"]|"")*"[^,]*|[^,]*)')


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a log holds a vote, and what its labels mean; the defaults are LMArena's.

    Attributes
    ----------
    first, second : str
        Names of the columns of the competitor shown first and second.
    outcome : str
        Name of the column of who won; or of two columns, joined by commas, with a score of each side, of which the higher wins; or of three or four
        columns of which the one that is 1 says so: first, second, tie, both bad.
    outcomes : str
        What labels of the outcome mean; see `recount.data.outcomes`.
    count : str
        Name of the column of the number of votes that a row stands for; "none" if every row is one vote; "" to go by the name.
    layout : str
        How votes lie in the rows, if a row is not a vote; see `recount.data.layouts.table`.
    separator : {"", "comma", "semicolon", "tab", "bar"}
        What separates the fields of text; "" to go by its first lines.

    A name may be a path to a value within a nested column, as in conversation_a.model, models[0] or judge[0].score.

    Raises
    ------
    InputError
        If two of them are the same column.
    OptionError
        If the outcomes are not as they are written.
    """

    first: str = choice(LMARENA[0], "Column of the competitor shown first.", name="model_a", metavar="COLUMN")
    second: str = choice(LMARENA[1], "Column of the competitor shown second.", name="model_b", metavar="COLUMN")
    outcome: str = choice(
        LMARENA[2],
        "Column of the outcome; or two columns, a score of each side; or three or four columns that are 0 or 1: FIRST,SECOND,TIE,BOTHBAD.",
        name="winner",
        metavar="COLUMN",
    )
    outcomes: str = choice(
        "",
        "What labels of the outcome mean: LABEL=first, second, tie, both_bad or skip, joined by commas, with a weight as in A>>B=first:3; names if "
        "the winner is named; sides if labels that are also names of competitors are sides; scores if 1 and 0 are scores of the first; margins if "
        "numbers are by how much the first won; or " + ", ".join(PRESETS) + ", for the labels of these.",
        metavar="LABEL=MEANING,...",
    )
    count: str = choice(
        "",
        "Column of the number of votes that a row stands for; none if every row is one vote.",
        unset="the column named count, if there is one",
        metavar="COLUMN",
    )
    layout: str = choice(
        "",
        f"Layout of a log whose rows are not votes: {layouts_in_words()}.",
        metavar="NAME[:WORDS]",
    )
    separator: Separator = choice(
        "", "What separates the fields of text (.csv, .tsv, .txt).", unset="by the first lines", metavar="comma|semicolon|tab|bar"
    )

    def __post_init__(self) -> None:
        check(self)
        names = [*self.names(), *([self.count] if self.count not in ("", NO_COUNT) else [])]
        if len({*names}) != len(names):
            raise InputError(f"columns {tuple(names)} name one column twice; competitors, outcome and count need one each")
        if len(self.outcome_columns()) > MOST_COLUMNS:
            raise OptionError(f"winner is {self.outcome!r}; give one column; or two of scores; or three or four: first, second, tie, both bad")
        if asked := layout_and_words(self.layout):
            says = "outcomes are" if asked[0].has_names else "competitors and outcome are"
            own = (self.outcome, *(() if asked[0].has_names else (self.first, self.second)))
            usual = (LMARENA[2], *(() if asked[0].has_names else LMARENA[:2]))
            if asked[0].has_names and (twice := [word for word in asked[1] if word in (self.first, self.second)]):
                raise OptionError(
                    f"layout is {self.layout!r}, and {twice[0]!r} is the column of a competitor; rename one of both, or name the competitor's "
                    "with model_a or model_b"
                )
            if asked[0].counts and self.count:
                raise OptionError(f"count is {self.count!r}, which has no effect with layout={self.layout!r}, whose cells are counts; leave it out")
            if own != usual:
                raise OptionError(f"layout is {self.layout!r}, which says where {says}; leave out the names of columns")
        self._check_numbers(meanings_of(self.outcomes))

    def _check_numbers(self, meanings: "Meanings") -> None:
        """Raise `OptionError` if numbers are said to be two things."""
        if {SCORES, MARGINS} <= meanings.words or (MARGINS in meanings.words and len(self.outcome_columns()) > 1):
            raise OptionError(f"outcomes is {self.outcomes!r}; margins are numbers of one column, which are no scores")

    @property
    def meanings(self) -> "Meanings":
        """What labels mean: what was said, or else what they mean in the layout."""
        asked = layout_and_words(self.layout)
        return meanings_of(self.outcomes or (asked[0].outcomes if asked else ""))

    @property
    def are_weighted(self) -> bool:
        """Whether votes of some labels count more than others."""
        return any(weight != 1 for _, weight in self.meanings.of_label.values())

    def outcome_columns(self) -> tuple[str, ...]:
        """Columns that say who won."""
        return tuple(self.outcome.split(","))

    def names(self) -> tuple[str, ...]:
        """First, second, and the columns of the outcome."""
        return self.first, self.second, *self.outcome_columns()


class Meanings(NamedTuple):
    """What labels of the outcome mean.

    Attributes
    ----------
    words : frozenset of str
        Which of `WORDS` were given.
    of_label : dict of str to (str, float)
        Meaning and weight by label, as `as_label` writes it.
    labels_of : dict of str to frozenset of str
        Labels of each part that gives some a meaning: of a label, that one; of a preset, all that it knows.
    """

    words: frozenset[str]
    of_label: dict[str, tuple[str, float]]
    labels_of: dict[str, frozenset[str]]


def meanings_of(outcomes: str) -> Meanings:
    """Read what labels mean, as `Columns.outcomes` has it.

    Raises
    ------
    OptionError
        If a part is neither a word nor LABEL=MEANING, or a label has two meanings.
    """
    words: set[str] = set()
    preset: dict[str, tuple[str, float]] = {}
    of_label: dict[str, tuple[str, float]] = {}
    labels_of: dict[str, frozenset[str]] = {}
    for part in PART.findall(outcomes) if outcomes else ():
        # A label may hold equals signs.
        label, equals, meaning = part.strip().rpartition("=")
        if not equals and meaning in WORDS:
            words.add(meaning)
            continue
        if not equals and meaning in PRESETS:
            known = meanings_of(PRESETS[meaning]).of_label
            preset |= known
            labels_of[meaning] = frozenset(known)
            continue
        if len(label) > 1 and label[0] == label[-1] == '"':
            label = label[1:-1].replace('""', '"')
        label = as_label(label)
        found = _meaning_and_weight(meaning) if equals else None
        if found is None:
            meant, alone = (", ".join(map(repr, words)) for words in (MEANINGS, [*WORDS, *PRESETS]))
            raise OptionError(
                f"outcomes is {outcomes!r}, where {part.strip()!r} is no LABEL=MEANING; give the meaning as one of {meant}, all but 'skip' also with "
                f"a weight above 0 and up to {LARGEST_WEIGHT:g} as in 'first:3', or {alone} alone"
            )
        labels_of[label] = frozenset((label,))
        if of_label.setdefault(label, found) != found:
            raise OptionError(f"outcomes is {outcomes!r}, which gives {label!r} two meanings; give one")
    if {NAMES, SIDES} <= words:
        raise OptionError(f"outcomes is {outcomes!r}, with both {NAMES!r} and {SIDES!r}; give one")
    return Meanings(frozenset(words), preset | of_label, labels_of)


def as_written(label: str) -> str:
    """Return a label as it is written before a meaning: within quotation marks where they, commas or space say more than they should."""
    plain = label == label.strip() and not {",", '"'} & {*label}
    return label if plain else '"' + label.replace('"', '""') + '"'


def as_label(value: object) -> str:
    """Write a label as it is compared; numbers that are equal are one label, and a missing one is empty."""
    text = str(value).strip().casefold() if isinstance(value, str) or not is_missing(value) else ""
    number = number_in(text)
    return text if math.isnan(number) else f"{number:.15g}"


def _meaning_and_weight(text: str) -> tuple[str, float] | None:
    """Return a meaning with its weight, 1 if there is none; None if the text is none."""
    meaning, colon, number = (part.strip() for part in text.partition(":"))
    weight = number_in(number) if colon else 1.0
    return (meaning, weight) if meaning in MEANINGS and 0 < weight <= LARGEST_WEIGHT and not (colon and meaning == MEANINGS[-1]) else None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a vote log is read.

    Attributes
    ----------
    columns : Columns
    max_rejected : float
        Largest share of rows that may not be votes.
    skip_unreadable : bool
        Whether the others are read if a file cannot be.
    """

    columns: Columns = choice(Columns(), "Columns of the log.")
    max_rejected: float = choice(MAX_REJECTED, "Largest share of rows that may be left out because they are not votes.", least=0.0, most=1.0)
    skip_unreadable: bool = choice(SKIP_UNREADABLE, "If a file cannot be read, leave it out whole and read the others.")

    def __post_init__(self) -> None:
        check(self)

    def as_given(self) -> dict[str, Any]:
        """Return the choices by name."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
