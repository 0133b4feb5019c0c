"""How far conclusions depend on choices, on single votes, and on the model."""

from recount.engine.errors import RecountError
from recount.sims.figures.of_conclusions import removals
from recount.sims.presentation import Table
from recount.sims.report.material import Material
from recount.sims.report.parts import PageFigure, PageTable, Section, table_of
from recount.sims.specification import WhatIsConcluded

OF_GRID = ("group", "metric", "leader", "n_leads", "n_analyses", "n_specifications", "gap_min", "gap_max", "others", "flips")
OF_REMOVAL = ("conclusion", "change", "n_removed", "share", "unit", "n_votes_removed", "fewest")
OF_QUALITY = ("topic", "measure", "value", "lower", "upper", "meaning")


def choices_section(material: Material) -> Section:
    """Show who leads under every reasonable specification."""
    try:
        summary, _ = material.grid
    except RecountError as error:
        return Section("choices", "Other choices", missing=[f"There is no grid of specifications: {error}."])
    table = table_of(summary.frame, "multiverse", "multiverse-table", "In how many analyses the usual leader leads", OF_GRID)
    return Section("choices", "Other choices", summary.headline, [table], summary.notes)


def removals_section(material: Material) -> Section:
    """Show how few votes each conclusion hangs on."""
    title, found, missing = "Worst-case removals", [], []
    for what, about in conclusions_of(material).items():
        try:
            found.append((material.first if about is None else material.analysis.influence(about, material.catalogue)).summary)
        except RecountError as error:
            missing.append(f"Not asked of {what}: {error}.")
    if not found:
        return Section("removals", title, missing=missing[:1])
    parts: list[PageFigure | PageTable | str] = []
    try:
        drawn = removals(found)
        parts.append(PageFigure("removals", drawn, data_in="removals-table"))
    except RecountError as error:
        missing.append(f"No figure: {error}.")
    rows = _rows_of(found)
    parts.append(table_of(rows.frame, "influence summary", "removals-table", "Votes whose removal changes a conclusion, chosen to do so", OF_REMOVAL))
    return Section("removals", title, found[0].headline, parts, found[0].notes, missing)


def conclusions_of(material: Material) -> dict[str, WhatIsConcluded | None]:
    """Return the conclusions that are asked about, by their names: who is first, who are the best, and whose lead in each group."""
    best = material.analysis.specification.p_top
    concluded: dict[str, WhatIsConcluded | None] = {"who is first": None, f"who are the best {best}": WhatIsConcluded(best=best)}
    return concluded | {f"the lead in group {group!r}": WhatIsConcluded(country_lead=group) for group in material.analysis.specification.asked_groups}


def _rows_of(summaries: list[Table]) -> Table:
    import pandas as pd

    return Table("influence summary", pd.concat([one.frame for one in summaries], ignore_index=True))


def quality_section(material: Material) -> Section:
    """Show how well the ratings describe and predict votes."""
    title = "Fit"
    try:
        told = material.quality
    except RecountError as error:
        return Section("fit", title, missing=[f"How well ratings describe votes is not known: {error}."])
    return Section("fit", title, told.headline, [table_of(told.frame, "quality", "quality-table", "How well ratings describe and predict votes", OF_QUALITY)], told.notes)


def audit_section(material: Material) -> Section:
    """Say how to get the findings of an audit."""
    return Section("audit", "Audit", missing=["No audit was given. An audit resamples, perturbs and simulates: recount study standard."])
