"""Claims with their verdicts, and what a careful author could write."""

from recount.engine.errors import RecountError
from recount.sims.claims.verdicts import MEANINGS
from recount.sims.figures.conclusion_figures import claim_verdicts
from recount.sims.presentation.judgements import count_verdicts
from recount.sims.report.material import Material
from recount.sims.report.parts import PageFigure, Section, table_of

COLUMNS = ("id", "verdict", "quotation", "instead", "p_true", "share_true")
HOW = "No claims were given. Give a bundled set (article, ai-index, lag, adoption) or a file of your own: --claims article."


def show_claims(material: Material) -> Section:
    """Show each claim with its verdict."""
    if not material.claims:
        return Section("claims", "Claims", missing=[HOW])
    told = material.judged
    figures, missing = [], []
    try:
        figures.append(PageFigure("claim-verdicts", claim_verdicts(told), data_in="claims-table"))
    except RecountError as error:
        missing.append(f"No figure: {error}.")
    meanings = [f"{verdict}: {meaning}." for verdict, meaning in MEANINGS.items() if verdict in set(told.frame["verdict"])]
    # Those that can be tested first.
    order = told.frame["verdict"].map({verdict: place for place, verdict in enumerate(MEANINGS)}).sort_values(kind="stable").index
    table = table_of(
        told.frame.loc[order],
        "claims",
        "claims-table",
        "Every claim, its verdict, and what could be written instead",
        COLUMNS,
        notes=meanings,
        is_searched=True,
    )
    sentences = [note for note in told.notes if not any(note.startswith(f"{one}: ") for one in told.frame["id"])]
    return Section("claims", "Claims", f"{count_verdicts(told.frame)} {told.basis}", [*figures, table], sentences, missing)
