"""Countries: every metric with its interval, whose the best models are, the frontier through time."""

from recount.engine.errors import RecountError
from recount.sims.figures.country_figures import SHARE, country_metrics, frontier_through_time, share_stacks
from recount.sims.report.material import Material
from recount.sims.report.parts import PageFigure, Section, identifier, table_of
from recount.sims.through_time.countries_by_date import countries_through_time

COLUMNS = ("group", "metric", "country", "estimate", "lower", "upper", "unit", "p_leads", "gap", "gap_lower", "gap_upper", "n_models")
OF_DATES = ("date", "rank", "country", "estimate", "lower", "upper", "p_leads", "gap", "best_model", "n_models")


def show_countries(material: Material) -> Section:
    """Show the rankings of countries in each group; say why there are none."""
    try:
        told = material.countries
    except RecountError as error:
        return Section("countries", "Countries", missing=[f"There is no ranking of countries: {error}."])
    frame = told.frame
    groups = dict.fromkeys(frame["group"])
    figures = [PageFigure(f"countries-{identifier(group)}", country_metrics(told, group), data_in="countries-table") for group in groups]
    if SHARE in set(frame["metric"]):
        figures.append(PageFigure("share-stacks", share_stacks(told), data_in="countries-table"))
    table = table_of(frame, "countries", "countries-table", "Every country by every metric in every group", COLUMNS)
    return Section("countries", "Countries", told.headline, [*figures, table], told.notes)


def show_history(material: Material) -> Section:
    """Show which country leads at every date; say how to get it where there are no dates."""
    title = "Through time"
    try:
        told = countries_through_time(material.dated, material.analysis.specification, material.catalogue)
    except RecountError as error:
        return Section("through-time", title, missing=[f"There is no history: {error}."])
    drawn = frontier_through_time(told)
    table = table_of(told.frame, "through time", "through-time-table", "Every country at every date", OF_DATES)
    return Section("through-time", title, told.headline, [PageFigure("frontier", drawn, data_in="through-time-table"), table], told.notes)
