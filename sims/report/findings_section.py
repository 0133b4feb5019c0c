"""What a study found: which conclusions hold whatever could have been otherwise, and to what the others are not robust."""

from pathlib import Path

import pandas as pd

from recount.data.manifests import check_as_written, made_by
from recount.engine.errors import InputError
from recount.sims.presentation import Table
from recount.sims.presentation.findings_page import DEFECT, of_everything
from recount.sims.report.material import Material
from recount.sims.report.parts import Section, Terms, table_of

FILE = "findings.csv"
TEXTS = ("about", "against", "finding", "says")
OF_FINDINGS = ("about", "against", "finding", "n_runs", "share", "lower", "upper", "says")
HOW = {
    True: "No study of this log was given. recount study standard LOG -o FOLDER tries which conclusions hold under other samples, other voters and "
    "other choices, and recount report LOG --study FOLDER shows here what it found.",
    False: "No study of this board was given. recount study standard --board BOARD -o FOLDER tries which conclusions hold without some models and "
    "under other choices, and recount report --board BOARD --study FOLDER shows here what it found.",
}


def read_findings(folder: Path, inputs: dict[str, str]) -> Table:
    """Read what a study found.

    Parameters
    ----------
    folder : Path
        Where the study was written.
    inputs : dict of str to str
        SHA-256 of the files of votes, or of the board, by path: the study has to be of the same.

    Raises
    ------
    InputError
        If there are no findings, they are not as they were written, or of other votes.
    """
    path = folder / FILE
    if not path.is_file():
        raise InputError(
            f"study is {str(folder)!r}, which holds no {FILE}; recount study standard LOG -o {folder} writes it, as do plans with audit = true"
        )
    check_as_written(path)
    made = made_by(path)
    studied = {one.get("sha256") for one in made.get("inputs", ())}
    if other := [name for name, checksum in inputs.items() if checksum not in studied]:
        raise InputError(f"study is {str(folder)!r}, which is not of {other[0]!r}, as the page is; study these votes, or leave it out")
    try:
        frame = pd.read_csv(path, keep_default_na=False, na_values={name: [""] for name in OF_FINDINGS if name not in TEXTS}, encoding="utf-8")
        frame = frame[list(OF_FINDINGS)]
    except (ValueError, LookupError) as error:
        raise InputError(f"{str(path)!r} holds no findings ({error}); study the votes again") from error
    return Table(
        "findings", frame, (f"made by {' '.join(map(str, made.get('command', ())))}, finished {made.get('finished', 'at an unknown time')}",)
    )


def show_findings(material: Material) -> Section:
    """Show what a study found, in sentences, and as a table; defects of the log have a section of their own."""
    title, told = "Robustness", material.findings
    if told is None:
        return Section("findings", title, missing=[HOW[material.analysis.has_votes]])
    frame = told.frame[told.frame["about"] != DEFECT].reset_index(drop=True)
    shown = Table("findings", frame, told.notes)
    table = table_of(frame, "findings", "findings-table", "What was varied, and how often each conclusion was kept", OF_FINDINGS)
    return Section("findings", title, shown.headline, [Terms("To what conclusions are robust", of_everything(frame)), table], told.notes)
