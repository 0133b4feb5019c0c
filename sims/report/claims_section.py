"""Claims with their verdicts, and what a careful author could write."""

from dataclasses import replace

import pandas as pd

from recount.engine.errors import RecountError
from recount.sims.claims.careful import said_apart
from recount.sims.claims.verdicts import MEANINGS
from recount.sims.figures.conclusion_figures import claim_verdicts
from recount.sims.presentation.judgements import count_verdicts
from recount.sims.presentation.wording import begun, clean
from recount.sims.report.material import Material
from recount.sims.report.parts import PageFigure, PageTable, Section, Terms, csv_address, table_of

# What is looked for first, which a narrow page shows without scrolling.
COLUMNS = ("id", "verdict", "p_true", "p_contradicted", "share_true", "tested", "quotation", "estimate", "lower", "upper", "not_tested")
HOW = "No claims were given. Give a bundled set (article, ai-index, lag, adoption) or a file of your own: --claims article."


def show_claims(material: Material) -> Section:
    """Show each claim with its verdict."""
    if not material.claims:
        return Section("claims", "Claims", missing=[HOW])
    try:
        told = material.judged
    except RecountError as error:
        return Section("claims", "Claims", missing=[f"The claims cannot be judged: {error}."])
    meanings = [f"{verdict}: {meaning}." for verdict, meaning in MEANINGS.items() if verdict in set(told.frame["verdict"])]
    # Those that can be tested first.
    order = told.frame["verdict"].map({verdict: place for place, verdict in enumerate(MEANINGS)}).sort_values(kind="stable").index
    tested = told.frame.loc[order]
    tested = tested[tested["verdict"] != "untestable"]
    table = table_of(
        tested,
        "claims",
        "claims-table",
        "Every claim that can be tested: what was tested of it, the verdict of that, and what was measured",
        COLUMNS,
        notes=meanings,
        is_searched=True,
    )
    # The file has all of them.
    table = replace(table, csv=csv_address(told.frame.loc[order]))
    parts: list[PageFigure | PageTable | Terms | str] = []
    # Where none can be tested, the reasons are all there is to show.
    if len(tested):
        parts += [PageFigure("claim-verdicts", claim_verdicts(told), data_in="claims-table"), table, careful_sentences(tested)]
    sentences = [note for note in told.notes if not any(note.startswith(f"{one}: ") for one in told.frame["id"])]
    return Section("claims", "Claims", f"{count_verdicts(told.frame)} {told.basis}", [*parts, *untestable(told.frame)], sentences)


def careful_sentences(frame: pd.DataFrame) -> Terms:
    """Return what a careful author could write in place of each claim, and then what no interval says."""
    said = {}
    for row in frame.to_dict("records"):
        said[clean(row["id"])] = row["instead"]
        if apart := said_apart(row):
            said[f"{clean(row['id'])}: what this leaves open"] = apart
    return Terms("What a careful author could write instead", said)


def untestable(frame: pd.DataFrame) -> list[Terms]:
    """Say which claims cannot be tested, by the reason."""
    rows = frame[frame["verdict"] == "untestable"]
    by_reason = {
        begun(clean(why)): "; ".join(f"{clean(row['id'])} (“{clean(row['quotation'])}”)" for row in of.to_dict("records"))
        for why, of in rows.groupby("why_not", sort=False)
    }
    return [Terms("What these data cannot say", by_reason)] if by_reason else []
