"""Countries: every metric with its interval, whose the best models are, the frontier through time."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from recount.engine.errors import RecountError
from recount.sims.countries.by_country import known_facts
from recount.sims.countries.ranking import standings_of
from recount.sims.figures.country_figures import country_metrics, frontier_through_time
from recount.sims.figures.share_figures import SHARE, share_stacks
from recount.sims.presentation import Table
from recount.sims.presentation.country_leads import AMONG, OF_GROUP, of_each_group
from recount.sims.presentation.wording import begun, level_of, name, the_countries
from recount.sims.report.country_names import named_codes
from recount.sims.report.material import Material
from recount.sims.report.parts import PageFigure, Section, Terms, identifier, table_of
from recount.sims.through_time.countries_by_date import countries_through_time

COLUMNS = ("group", "metric", "country", "estimate", "lower", "upper", "unit", "p_leads", "gap", "gap_lower", "gap_upper", "n_models")
OF_DATES = ("date", "rank", "country", "estimate", "lower", "upper", "p_leads", "gap", "best_model", "n_models")

FEWEST_DATES = 2
ONE_BOARD = "these are the ratings of one day; give boards of several days, or a folder of them, with --board"
ONE_DATE = "there is one date only; give votes of several months, or boards of several days"


def show_countries(material: Material) -> Section:
    """Show the rankings of countries in each group, and what they are of; say why there are none."""
    entity = material.analysis.specification.entity
    title = "Countries" if entity == "country" else "Organisations"
    try:
        told = material.countries
    except RecountError as error:
        return Section("countries", title, missing=[f"There is no ranking of {title.lower()}: {error}."])
    missing = [
        f"{metric[:1].upper()}{metric[1:]} {AMONG.get(group, f'in group {group}')} is not drawn: {why}."
        for (group, metric), why in material.foregone.items()
    ]
    drawn = Table(told.kind, material.telling(told.frame), confidence_level=told.confidence_level)
    figures = [
        PageFigure(f"countries-{identifier(group)}", country_metrics(drawn, group), data_in="countries-table")
        for group in dict.fromkeys(drawn.frame["group"])
    ]
    if SHARE in set(drawn.frame["metric"]):
        figures.append(PageFigure("share-stacks", share_stacks(drawn), data_in="countries-table"))
    table = table_of(
        told.frame, "countries", "countries-table", f"Every {entity} by every metric in every group", COLUMNS, notes=absent_from(told.notes)
    )
    shrunken = [f"{title} {by_strengths(material)}"] if is_by_strengths(material) else []
    lead, *by_group = of_each_group(told.frame, level_of(told.confidence_level))
    return Section(
        "countries",
        title,
        lead,
        [*by_group, *filter(None, [told.basis]), *shrunken, *terms_of(told.frame, title), *figures, table],
        told.notes,
        missing,
    )


def absent_from(notes: Sequence[str]) -> list[str]:
    """Return the notes that say which countries have no number by some metric, and why."""
    return [f"{begun(note)}." for note in notes if note.startswith("group ") and ": no " in note]


def is_by_strengths(material: Material) -> bool:
    """Whether countries are ranked by other numbers than the ratings of the leaderboard."""
    return material.analysis.specification.country_draws == "posterior" and bool(material.leaderboard.frame["lower"].notna().any())


def by_strengths(material: Material) -> str:
    """Say of what ratings of countries are, and where the leaderboard has another leader."""
    others = other_leaders(material)
    leads = "" if not others else f" So it is here: by the ratings of the leaderboard, {' and '.join(others)}."
    return (
        "are ranked by the strengths that their models probably have, given the ratings and their errors: where votes are few, these lie "
        f"nearer to each other than the ratings, and whose model is the best can differ.{leads}"
    )


def other_leaders(material: Material) -> list[str]:
    """Say who has the best model of a group by the ratings of the leaderboard, where that is not who leads by strengths."""
    try:
        facts = known_facts(material.analysis, material.catalogue)
    except RecountError:
        return []
    said = []
    for group in material.analysis.specification.asked_groups:
        found = standings_of(material.analysis, facts, group, "best")
        if found is None:
            continue
        of_somebody = found.group.models.any(axis=0)
        best = int(np.where(of_somebody, found.group.draws[0], -np.inf).argmax())
        owners = [who for who, own in zip(found.group.countries, found.group.models[:, best], strict=True) if own]
        if not set(owners) & set(found.leaders):
            said.append(f"{the_countries(owners)} has the best {OF_GROUP.get(group, f'model of group {name(group)}')}")
    return said


def terms_of(frame: pd.DataFrame, title: str) -> list[Terms]:
    """Say what the groups and metrics of a ranking are, and what its codes of countries stand for."""
    groups = dict(zip(frame["group"].str.capitalize(), frame["group_meaning"], strict=True))
    metrics = {f"{metric[:1].upper()}{metric[1:]}": meaning for metric, meaning in zip(frame["metric"], frame["metric_meaning"], strict=True)}
    terms = [Terms("Groups of models", groups), Terms(f"What {title.lower()} are ranked by", metrics)]
    return [*terms, Terms("Codes of countries", codes)] if (codes := named_codes(frame["country"])) else terms


def show_history(material: Material) -> Section:
    """Show which country leads at every date; say how to get it where there are no dates."""
    title, boards = "Through time", material.boards
    if boards is not None and len({board.date for _, board in boards.by_date}) < FEWEST_DATES:
        return Section("through-time", title, missing=[f"There is no history: {ONE_DATE}."])
    try:
        told = countries_through_time(material.dated, material.analysis.specification, material.catalogue)
    except RecountError as error:
        # Of one board the remedy is another one.
        why = ONE_BOARD if material.boards is None and not material.analysis.has_votes else f"{error}"
        return Section("through-time", title, missing=[f"There is no history: {why}."])
    if told.frame["date"].nunique() < FEWEST_DATES:
        return Section("through-time", title, missing=[f"There is no history: {ONE_DATE}."])
    drawn = frontier_through_time(told)
    table = table_of(told.frame, "through time", "through-time-table", f"Every {material.analysis.specification.entity} at every date", OF_DATES)
    return Section("through-time", title, told.headline, [PageFigure("frontier", drawn, data_in="through-time-table"), table], told.notes)
