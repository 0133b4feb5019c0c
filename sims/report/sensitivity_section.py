"""How far conclusions depend on choices, on single votes, and on the model."""

import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from recount.engine.errors import RecountError
from recount.sims.figures.choice_figures import choice_tornado
from recount.sims.figures.conclusion_figures import removals
from recount.sims.figures.curve_figures import specification_curve
from recount.sims.multiverse.stability import Multiverse
from recount.sims.presentation import Table
from recount.sims.presentation.choices_told import told_change, told_changes, told_choices
from recount.sims.presentation.specification_sentences import named_by
from recount.sims.presentation.wording import clean, is_missing
from recount.sims.report.countries_section import other_leaders
from recount.sims.report.material import SLOW, Material
from recount.sims.report.parts import PageFigure, PageTable, Section, Terms, csv_address, first_rows_of, identifier, table_of

OF_ONE_CHOICE = ("group", "metric", "choices", "change", "leads", "lead", "lead_lower", "lead_upper", "unit", "scale", "p_usual")
OF_EFFECTS = ("group", "metric", "choices", "share", "share_total", "shapley", "lead_least", "with_least", "lead_most", "with_most")
OF_AUDIT = ("probe", "finding", "says", "p_adjusted", "asks")
HOW_GRID = "All combinations of these choices, with the specification curve, take a minute or more; ask for them with --specifications grid."
# For who asks of another conclusion, which a page does not.
ADVICE = "; give a conclusion that they support"
# Of a probability, more than draws make of it.
MOVED = 0.2
OF_P_USUAL = (
    "P(usual leader) can fall though the lead is as long: the highest of many noisy estimates is too high, and more so where the leader's own rating "
    "is less sure. With a prior of the strengths it is what that prior says."
)
NOTES = {
    "multiverse": [
        "“Agree” is a share of specifications, and those that give the same ratings are one distinct analysis. “Leads in” and “Of”, and the curves, "
        "count distinct analyses, so that the shares differ."
    ]
}
NONE_CHANGES = "No combination of these choices changes who leads."
# Analyses of a curve that are listed, and what writes all.
OF_CURVE, N_OF_CURVE, ALL_ANALYSES = "The analyses of the curve, the smallest lead first", 20, "recount countries --specifications grid -o FILE"
OTHER_LEADERS = "Removals are of the ratings of the leaderboard, by which another country may have the best model than by the strengths above."
# An audit that says this can be told of a column with another name.
NO_VOTERS, OTHER_VOTERS = "no voters:", "Voters in a column with another name are looked at by recount audit LOG --voter-column COLUMN."
OF_REMOVAL = ("conclusion", "change", "result", "n_changed", "share", "unit", "n_votes_changed", "fewest")


def show_choices(material: Material) -> Section:
    """Show what each choice makes of the lead by itself, or every combination of choices, as is asked: of countries, or else of who is first."""
    title, missing = "Other choices", []
    in_grid = material.specifications == "grid"
    try:
        told: Table | Multiverse = material.grid if in_grid else material.one_choice
    except RecountError as error:
        missing.append(f"Which country leads under other choices is not known: {error}.")
        try:
            told = material.first_in_grid if in_grid else material.first_by_choice
        except RecountError as why:
            return Section("choices", title, missing=[*missing, f"Nor is who is first: {why}."])
    if isinstance(told, Multiverse):
        summary = replace(told.summary, frame=in_words(told.summary.frame))
        lead, *by_group = in_paragraphs(summary)
        return Section("choices", title, lead, [*by_group, *_of_grid(told)], told.summary.notes, missing)
    figures = [
        PageFigure(f"choices-{identifier(' '.join(conclusion.values()))}", choice_tornado(told, **conclusion), data_in="choices-table")
        for conclusion in _conclusions(told.frame, "leads")
    ]
    caption = "The lead of the usual leader when a single choice is changed"
    table = table_of(_with_usual(told.frame), "one choice", "choices-table", caption, OF_ONE_CHOICE)
    notes = [OF_P_USUAL] if p_moves(told.frame) else []
    as_it_is = replace(table, csv=csv_address(told.frame), notes=notes)
    return Section("choices", title, told.headline, [*figures, as_it_is], told.notes, [*missing, HOW_GRID])


def p_moves(frame: pd.DataFrame) -> bool:
    """Whether some choice moves the probability of a usual leader by more than `MOVED`, and leaves it in the lead."""
    same = frame[(frame["leads"] == frame["leader"]) & frame["p_usual"].notna()]
    p = same.groupby(named_by(same) or "leader")["p_usual"]
    return bool((p.max() - p.min() > MOVED).any())


def in_words(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its choices in words."""
    words: dict[str, Callable[[object], str]] = {"choices": told_choices, "matters": told_choices, "flips": told_changes}
    words |= dict.fromkeys(("change", "with_least", "with_most"), told_change)
    return frame.assign(
        **{column: frame[column].map(lambda text, say=say: "" if is_missing(text) else say(text)) for column, say in words.items() if column in frame}
    )


def in_paragraphs(summary: Table) -> list[str]:
    """Return the headline of a grid with what it says of each group by itself."""
    groups = summary.frame["group"].unique() if "group" in summary.frame else ()
    begins = "|".join(re.escape(f"{clean(group).capitalize()}: ") for group in groups)
    return re.split(rf"(?<=\.) (?={begins})", summary.headline) if begins else [summary.headline]


def _with_usual(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of departures, in words, whose first row of each conclusion says that it is none."""
    told = in_words(frame)
    return told.assign(choices=told["choices"].replace("", "(as chosen)"), change=told["change"].replace("", "(as chosen)"))


def _of_grid(found: Multiverse) -> list[PageFigure | PageTable | Terms | str]:
    """Return the specification curve of each group, or of who is first, and the effects of choices."""
    frame = found.specifications.frame
    curves = [
        PageFigure(
            f"curve-{identifier(' '.join(conclusion.values()))}",
            drawn := specification_curve(found.specifications, **conclusion),
            first_rows_of(drawn.frame, drawn.kind, f"curve-{identifier(' '.join(conclusion.values()))}-data", OF_CURVE, N_OF_CURVE, ALL_ANALYSES),
            is_wide=True,
        )
        for conclusion in _conclusions(frame, "country" if "country" in frame else "competitor")
    ]
    alone = found.effects.frame[found.effects.frame["n_choices"] == 1]
    tables = [
        replace(table_of(in_words(frame), kind, f"{name}-table", caption, columns, notes=NOTES.get(kind, ())), csv=csv_address(frame))
        for frame, kind, name, caption, columns in (
            (found.summary.frame, "multiverse", "multiverse", "In how many analyses the usual leader leads", None),
            (alone, "choice effects", "effects", "Which choices make the spread of the lead", OF_EFFECTS),
            *([(found.changes.frame, "changes", "changes", "The fewest choices that change who leads", None)] if len(found.changes.frame) else ()),
        )
    ]
    return [*curves, *tables, *(() if len(found.changes.frame) else (NONE_CHANGES,))]


def _conclusions(frame: pd.DataFrame, leads: str) -> list[dict[str, str]]:
    """Return a conclusion of each group, of those that have a lead: the first that some choice changes, or else the first."""
    known = frame[frame["lead"].notna()]
    if "group" not in frame:
        return [{}] if len(known) > 1 else []
    changed = known.groupby(["group", "metric"], sort=False)[leads].nunique().gt(1).reset_index(name="changes")
    first = changed.sort_values("changes", ascending=False, kind="stable").drop_duplicates("group")
    order = sorted(zip(first["group"], first["metric"], strict=True), key=lambda one: known["group"].tolist().index(one[0]))
    return [{"group": group, "metric": metric} for group, metric in order]


def show_removals(material: Material) -> Section:
    """Show how few votes each conclusion hangs on."""
    title = "Worst-case removals"
    missing = [
        f"Removals that change {what} cannot be asked for: {str(error).removesuffix(ADVICE)}."
        for what, error in material.removals.items()
        if isinstance(error, RecountError)
    ]
    found = [one for one in material.removals.values() if not isinstance(one, RecountError)]
    if not found:
        return Section("worst-case", title, missing=missing[:1])
    if SLOW in material.analysis.specification.asked_groups and material.knows_countries:
        missing.append("The lead among all models is not asked about here, as that may take long: recount influence --country-lead all.")
    parts: list[PageFigure | PageTable | Terms | str] = [OTHER_LEADERS] if other_leaders(material) else []
    try:
        parts.append(PageFigure("removals", removals(found), data_in="removals-table"))
    except RecountError as error:
        missing.append(f"No figure: {error}.")
    rows = pd.concat([one.frame for one in found], ignore_index=True)
    parts.append(table_of(rows, "influence summary", "removals-table", "Few votes whose removal changes a conclusion", OF_REMOVAL))
    return Section("worst-case", title, found[0].headline, parts, found[0].notes, missing)


def show_audit(material: Material) -> Section:
    """Show which defects of the log an audit found."""
    try:
        told = material.audited
    except RecountError as error:
        return Section("audit", "Audit", missing=[f"The log cannot be audited: {error}."])
    table = table_of(told.frame, "audit", "audit-table", "What was looked for, and what was found", OF_AUDIT)
    lacks_voters = told.frame["says"].str.startswith(NO_VOTERS).any() and not material.analysis.log.is_bundled
    column = material.clusters_as_voters
    notes = told.notes if column is None else (f"clusters by {clean(column)} are taken as the votes of a voter each", *told.notes)
    return Section("audit", "Audit", told.headline, [table], notes, [OTHER_VOTERS] if lacks_voters else [])
