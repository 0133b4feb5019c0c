"""What labels of an outcome may mean, most likely first, and what is not certain about it."""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from recount.data.choices import MARGINS, NAMES, PRESETS, SCORES, SIDES, Columns, as_label, as_written, meanings_of
from recount.data.labels import number_in
from recount.data.outcomes import UNKNOWN, OutcomeCodes

# Of rows without an outcome, as any log may have them.
SELDOM = 0.01
MARKED = re.compile(r"\[\[\s*([abc])\s*\]\]", re.IGNORECASE)
# Of football: home, draw, away.
OF_MATCHES = {"h": "first", "d": "tie", "a": "second"}
# What is left of a label when it is no word that is known; the first that is found counts.
HINTS = (
    # Games of chess.
    (re.compile(r"^1\s*[-–:]\s*0$"), "first"),
    (re.compile(r"^0\s*[-–:]\s*1$"), "second"),
    (re.compile(r"^(1/2|½|0[.,]5)\s*[-–:]\s*(1/2|½|0[.,]5)$"), "tie"),
    (re.compile(r"\bbad\b|neither|none of|both (are )?(wrong|poor)", re.IGNORECASE), "both_bad"),
    (re.compile(r"^(tie|draw|equal|same|even|both|tied|drawn|no (preference|difference))\b", re.IGNORECASE), "tie"),
    (re.compile(r"^$|invalid|error|skip|flag|^n/?a$|unknown|missing|undecided|abstain|not sure", re.IGNORECASE), "skip"),
    (re.compile(r"^(model|player|answer|response|output|system|option|side)?[ _-]*(a|1|one|left|first|home|white)$", re.IGNORECASE), "first"),
    (re.compile(r"^(model|player|answer|response|output|system|option|side)?[ _-]*(b|2|two|right|second|away|black)$", re.IGNORECASE), "second"),
)
CODES_OF_THREE = {
    (1.0, 1.5, 2.0): (("alpacaeval", "1 is taken for the first side"), ("1=second,2=first,1.5=tie", "")),
    (1.0, 2.0): (("1=first,2=second", "1 may mean either side"), ("1=second,2=first", "")),
    (0.0, 1.0, 2.0): (("pandalm", "0 is taken for a tie; it may be the first side"), ("0=first,1=second,2=tie", "")),
    (1.0, 2.0, 3.0): (("qlora", "3 is taken for a tie"), ("1=first,2=tie,3=second", "")),
    (-1.0, 0.0, 1.0): ((MARGINS, "1 is taken for the first side"), ("1=second,0=tie,-1=first", "")),
    (-1.0, 1.0): ((MARGINS, "1 is taken for the first side"), ("1=second,-1=first", "")),
    (0.0, 1.0): ((SCORES, "1 is taken for a win of the first, 0 for one of the second"), ("0=first,1=second", "")),
}


class Meant(NamedTuple):
    """A way to read labels: for `Columns.outcomes`, and what is not certain about it."""

    outcomes: str
    doubt: str = ""


def meanings_in(labels: Mapping[str, int], competitors: Collection[str], told: str = "") -> list[Meant]:
    """Return the ways to read labels, given with how often they are; none if they are no outcomes.

    Parameters
    ----------
    labels : mapping of str to int
        As they are written, "" where there is none.
    competitors : collection of str
    told : str
        What was said that they mean; others are asked for beside it.
    """
    written = [label for label in labels if label]
    numbers = {number_in(label) for label in written}
    given = meanings_of(told)
    # An outcome that is mostly missing is none.
    if not written or labels.get("", 0) > sum(labels[label] for label in written):
        return []
    if not told and all(number == number for number in numbers):
        return _of_numbers(numbers)
    folded = {name.strip().casefold() for name in competitors}
    named = [label for label in written if label.strip().casefold() in folded]
    codes = OutcomeCodes(Columns(outcomes=told))
    known = [label for label in written if codes.code(label) != UNKNOWN]
    if 2 * len(named) > len(written) and not told:
        by_name = Meant(*_with_hints(labels, [*known, *named], NAMES))
        if not set(known) & set(named):
            return [by_name]
        both = "labels are taken for names of competitors; they may be the sides that won"
        return [Meant(by_name.outcomes, f"{by_name.doubt}; {both}".removeprefix("; ")), Meant(SIDES)]
    for preset in ("arena-hard", "mt-bench"):
        if {as_label(label) for label in written} <= set(meanings_of(PRESETS[preset]).of_label) and len(known) < len(written):
            return [Meant(preset)]
    marks = {label: mark[1].casefold() for label in written if (mark := MARKED.fullmatch(label.strip()))}
    if len(marks) == len({*written}):
        meaning = {"a": "first", "b": "second", "c": "tie"}
        there = {as_label(label): meaning[mark] for label, mark in marks.items()}
        return [Meant(",".join(f"{as_written(label)}={meant}" for label, meant in sorted(there.items())), "[[C]] is taken for a tie")]
    if not told and "h" in {label.strip().casefold() for label in written} <= OF_MATCHES.keys():
        there = {as_label(label): OF_MATCHES[label.strip().casefold()] for label in written}
        return [
            Meant(",".join(f"{as_written(label)}={meant}" for label, meant in sorted(there.items())), "H, D and A are taken for home, draw and away")
        ]
    text, doubt = _with_hints(labels, known, told)
    # At least a win must be among them.
    won = {OutcomeCodes(Columns(outcomes=text)).code(label) for label in written} & {0, 1}
    return [Meant(text, doubt)] if won and (known or given.of_label or doubt) else []


def _of_numbers(numbers: set[float]) -> list[Meant]:
    if numbers == {0, 0.5, 1} or numbers in ({0, 0.5}, {0.5, 1}):
        return [Meant("", "")]
    found = CODES_OF_THREE.get(tuple(sorted(numbers)))
    if found:
        return [Meant(*one) for one in found]
    if min(numbers) < 0 < max(numbers):
        return [Meant(MARGINS, "numbers are taken for by how much the first won")]
    return []


def _with_hints(labels: Mapping[str, int], known: Collection[str], told: str) -> tuple[str, str]:
    """Return what was told with the likely meaning of each label that is not known, and the doubt that comes with it."""
    parts, doubts = [told] if told else [], []
    for label in labels:
        if label in known:
            continue
        meaning = next((meaning for hint, meaning in HINTS if hint.search(label.strip())), None)
        if meaning is None:
            doubts.append(f"{label!r} has no meaning that is known, and its rows are left out")
            continue
        parts.append(f"{as_written(label)}={meaning}")
        if label:
            doubts.append(f"{label!r} is taken for {meaning}")
        elif labels[label] > SELDOM * sum(labels.values()):
            doubts.append(f"an empty outcome is taken for {meaning}; it may be a tie, =tie, where a column beside it says so")
    return ",".join(parts), "; ".join(doubts)
