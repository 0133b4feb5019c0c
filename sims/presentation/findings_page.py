"""Findings of a study on one page of plain language: of each conclusion to what it is robust and to what it is not; then defects of the log."""

import textwrap
from collections.abc import Iterable, Iterator

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.cells import Block, text_cells
from recount.sims.presentation.wording import begun, clean, headed, listing, number

DEFECT, NUMBER, UNTESTED, EVERYTHING = "defect", "number", "not tested", "anything"
# How a finding begins a paragraph, the worst first.
BEGINNINGS = {
    "not robust": "Not robust to",
    "undecided": "Undecided against",
    "mostly robust": "Mostly robust to",
    "robust": "Robust to",
    UNTESTED: "Not tested against",
}
OF_DEFECTS = {"found": "Found", "not found": "Not found", UNTESTED: "Not tested"}
# What nothing is to be added to, where it is robust.
ALL_KEPT = r"kept in ([\d,]+) of \1( runs?)?"
WIDTH = 80


def of_findings(frame: pd.DataFrame, level: str) -> str:
    """Say of each conclusion to how much of what was varied it is robust, and to what it is not; and how many defects were found."""
    sentences = []
    for about, rows in conclusions_in(frame):
        tested = rows[rows["finding"] != UNTESTED]
        holds = tested["finding"].isin(["robust", "mostly robust"])
        against = tested.loc[tested["finding"] == "not robust", "against"].tolist()
        unsure = tested.loc[tested["finding"] == "undecided", "against"].tolist()
        if tested.empty:
            sentences.append(f"{headed(clean(about))}: not tested.")
            continue
        parts = [f"robust to {int(holds.sum())} of {plural(len(tested), 'test')}"]
        parts += [f"not to {_names(against)}"] if against else []
        parts += [f"undecided against {_names(unsure)}"] if unsure else []
        sentences.append(f"{headed(clean(about))}: {', '.join(parts)}.")
    defects = frame[frame["about"] == DEFECT]
    tested = defects[defects["finding"] != UNTESTED]
    if len(tested):
        found = tested.loc[tested["finding"] == "found", "against"].tolist()
        of = f"{plural(len(tested), 'defect')} looked for"
        sentences.append(f"Of {of}, found: {listing(found, say=clean)}." if found else f"Of {of}, none was found.")
    return " ".join(sentences)


def conclusions_in(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the conclusions with their findings; numbers and defects are none."""
    about = frame[~frame["about"].isin([DEFECT]) & (frame["finding"] != NUMBER)]
    numbers = set(frame.loc[frame["finding"] == NUMBER, "about"])
    yield from ((str(name), rows) for name, rows in about.groupby("about", sort=False) if name not in numbers)


def as_page(frame: pd.DataFrame, title: str, notes: Iterable[str] = ()) -> str:
    """Return the findings as a page of text."""
    lines = [*_wrapped(clean(title)), ""]
    nowhere = untested_everywhere(frame)
    for about, rows in conclusions_in(frame):
        if rows["against"].iloc[0] == EVERYTHING:
            lines += [*_wrapped(f"{headed(clean(about))}: not tested; {clean(rows['says'].iloc[0])}."), ""]
            continue
        lines += _wrapped(f"{headed(clean(about))}:")
        lines += [line for said in _of_conclusion(rows[~rows["against"].isin(nowhere)]) for line in _item(said)]
        lines += [""]
    numbers = frame[frame["finding"] == NUMBER]
    for of, rows in numbers.groupby("about", sort=False):
        lines += _wrapped(f"{begun(clean(of))}: {_range(rows)}.")
    lines += [""] if len(numbers) else []
    if nowhere:
        lines += [
            "Not tested:",
            *(line for why, against in nowhere_by_reason(frame, nowhere).items() for line in _item(f"{'; '.join(against)}: {why}")),
            "",
        ]
    if len(defects := frame[frame["about"] == DEFECT]):
        lines += ["Defects of the log:", *_of_defects(defects), ""]
    lines += [line for note in notes for line in _wrapped(clean(note))]
    return "\n".join(lines).rstrip("\n") + "\n"


def of_everything(frame: pd.DataFrame) -> dict[str, str]:
    """Return what was found of each conclusion, and of each number, in sentences."""
    nowhere, found = untested_everywhere(frame), {}
    for about, rows in conclusions_in(frame):
        if rows["against"].iloc[0] == EVERYTHING:
            found[headed(clean(about))] = f"Not tested; {clean(rows['says'].iloc[0])}."
        else:
            found[headed(clean(about))] = " ".join(_of_conclusion(rows[~rows["against"].isin(nowhere)]))
    for of, rows in frame[frame["finding"] == NUMBER].groupby("about", sort=False):
        found[begun(clean(of))] = f"{begun(_range(rows))}."
    for why, against in nowhere_by_reason(frame, nowhere).items():
        found[f"Not tested: {'; '.join(against)}"] = f"{begun(why)}."
    return found


def untested_everywhere(frame: pd.DataFrame) -> list[str]:
    """Return what no conclusion could be tested against."""
    rows = frame[frame["about"] != DEFECT]
    tested = {EVERYTHING, *rows.loc[rows["finding"] != UNTESTED, "against"]}
    return [name for name in dict.fromkeys(rows["against"]) if name not in tested]


def nowhere_by_reason(frame: pd.DataFrame, nowhere: list[str]) -> dict[str, list[str]]:
    """Return what was not tested by the reason, which is that of the first conclusion."""
    found: dict[str, list[str]] = {}
    for name in nowhere:
        found.setdefault(clean(frame.loc[frame["against"] == name, "says"].iloc[0]), []).append(clean(name))
    return found


def _of_conclusion(rows: pd.DataFrame) -> Iterator[str]:
    """Yield to what a conclusion is not robust, each with what was seen; and to what it is, in one paragraph."""
    for finding, beginning in BEGINNINGS.items():
        own = rows[rows["finding"] == finding]
        if finding == "robust" and len(own):
            is_plain = own["says"].str.fullmatch(ALL_KEPT)
            if is_plain.any():
                yield f"{beginning}: {'; '.join(map(clean, own.loc[is_plain, 'against']))}."
            own = own[~is_plain]
        for row in own.itertuples():
            yield f"{beginning} {clean(row.against)}: {clean(row.says).rstrip('.')}."


def _range(rows: pd.DataFrame) -> str:
    """Say between what a number lies, and what moves it most."""
    least, most = (rows.iloc[int(place)] for place in (rows["lower"].to_numpy(float).argmin(), rows["upper"].to_numpy(float).argmax()))
    if least["lower"] == most["upper"]:
        return f"{number(float(least['lower']))} everywhere"
    return f"from {number(float(least['lower']))} ({clean(least['against'])}) to {number(float(most['upper']))}"


def _of_defects(rows: pd.DataFrame) -> Iterator[str]:
    for finding, beginning in OF_DEFECTS.items():
        own = rows[rows["finding"] == finding]
        if finding == "found":
            for row in own.itertuples():
                yield from _item(f"{beginning} {clean(row.against)}: {clean(row.says)}.")
        elif finding == UNTESTED:
            for why, of_reason in own.groupby("says", sort=False):
                yield from _item(f"{beginning}: {', '.join(map(clean, of_reason['against']))}: {clean(why)}.")
        elif len(own):
            yield from _item(f"{beginning}: {', '.join(map(clean, own['against']))}.")


def _item(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, break_on_hyphens=False)


def _names(names: list[str]) -> str:
    return listing([name.partition(":")[0] for name in names], say=clean)


def by_conclusion(frame: pd.DataFrame, n_rows: int | None) -> Iterator[Block]:
    """Lay out the findings of each conclusion, one block each."""
    for about, rows in frame.groupby("about", sort=False):
        columns = [text_cells(label, rows[name]) for label, name in (("Against", "against"), ("Finding", "finding"), ("Says", "says"))]
        yield Block(clean(about), columns, 2)
