"""How far conclusions depend on choices, on single votes, and on the model."""

import pandas as pd

from recount.engine.errors import RecountError
from recount.sims.figures.conclusion_figures import removals
from recount.sims.presentation import Table
from recount.sims.report.material import Material
from recount.sims.report.parts import Cell, PageFigure, PageTable, Section, csv_address, exactly, heading_of, table_of
from recount.sims.specification import WhatIsConcluded

OF_GRID = ("group", "metric", "leader", "share_agree", "n_leads", "n_analyses", "lead_min", "lead_max", "others", "matters", "matters_share", "flips")
OF_REMOVAL = ("conclusion", "change", "n_removed", "share", "unit", "n_votes_removed", "fewest")


def show_choices(material: Material) -> Section:
    """Show who leads under every reasonable specification."""
    try:
        summary = material.grid.summary
    except RecountError as error:
        return Section("choices", "Other choices", missing=[f"There is no grid of specifications: {error}."])
    table = table_of(summary.frame, "multiverse", "multiverse-table", "In how many analyses the usual leader leads", OF_GRID)
    return Section("choices", "Other choices", summary.headline, [table], summary.notes)


def show_removals(material: Material) -> Section:
    """Show how few votes each conclusion hangs on."""
    title, found, missing = "Worst-case removals", [], []
    for what, about in conclusions_of(material).items():
        try:
            found.append((material.first if about is None else material.analysis.influence(about, material.catalogue)).summary)
        except RecountError as error:
            missing.append(f"Removals that change {what} cannot be asked for: {error}.")
    if not found:
        return Section("worst-case", title, missing=missing[:1])
    parts: list[PageFigure | PageTable | str] = []
    try:
        drawn = removals(found)
        parts.append(PageFigure("removals", drawn, data_in="removals-table"))
    except RecountError as error:
        missing.append(f"No figure: {error}.")
    rows = pd.concat([one.frame for one in found], ignore_index=True)
    parts.append(table_of(rows, "influence summary", "removals-table", "Votes whose removal changes a conclusion, chosen to do so", OF_REMOVAL))
    return Section("worst-case", title, found[0].headline, parts, found[0].notes, missing)


def conclusions_of(material: Material) -> dict[str, WhatIsConcluded | None]:
    """Return the conclusions that are asked about, by their names: who is first, who are the best, and whose lead in each group."""
    best = material.analysis.specification.p_top
    concluded: dict[str, WhatIsConcluded | None] = {"who is first": None, f"who are the best {best}": WhatIsConcluded(best=best)}
    return concluded | {f"the lead in group {group!r}": WhatIsConcluded(country_lead=group) for group in material.analysis.specification.asked_groups}


def show_fit(material: Material) -> Section:
    """Show how well the ratings describe and predict votes."""
    title = "Fit"
    try:
        told = material.quality
    except RecountError as error:
        return Section("fit", title, missing=[f"How well ratings describe votes is not known: {error}."])
    return Section("fit", title, told.headline, [_quality_table(told)], told.notes)


def _quality_table(told: Table) -> PageTable:
    """Show each figure with its own digits, as the compact layout has it."""
    (block,) = told.blocks()
    exact = {"Value": told.frame["value"].map(exactly).tolist()}
    headings = [heading_of(column.label.lower(), column, "", is_name=column.label == "Topic") for column in block.columns]
    cells = [[Cell(text, number) for text, number in zip(c.cells, exact.get(c.label, [""] * len(c.cells)), strict=True)] for c in block.columns]
    rows = list(zip(*cells, strict=True))
    return PageTable("quality-table", "How well ratings describe and predict votes", headings, rows, csv_address(told.frame))


def show_audit(material: Material) -> Section:
    """Say how to get the findings of an audit."""
    return Section("audit", "Audit", missing=["No audit was given. An audit resamples, perturbs and simulates: recount study standard."])
