"""The leaderboard: every competitor with its interval and rank set, and what is known of it."""

from typing import Any

import pandas as pd

from recount.engine.errors import OptionError, RecountError
from recount.sims.figures.drawn_figure import DrawnFigure
from recount.sims.figures.pair_figures import win_probabilities
from recount.sims.figures.rating_figures import all_ratings, rating_intervals
from recount.sims.figures.size_figures import size_against_rating
from recount.sims.presentation.meanings import column_of
from recount.sims.presentation.wording import NEGLIGIBLE, clean, interval_digits, is_missing, number, plus_minus, probability, rank_set
from recount.sims.report.country_names import named_codes, with_its_name
from recount.sims.report.material import Material
from recount.sims.report.parts import Cell, Heading, PageFigure, PageTable, Section, Terms, bars_of, csv_address, exactly, room_for, table_of

FACTS = {"country": "Country", "organisation": "Organisation", "licence_class": "Licence"}
LICENCES = {"open_source": "open source", "open_weights": "open weights", "open_weights_noncommercial": "open weights, noncommercial"}
SIZE = "total_parameters_b"
# Of sizes, in billions of parameters.
SIZES = (("0,10", "below 10 B"), ("10,30", "10 to 30 B"), ("30,100", "30 to 100 B"), ("100,Infinity", "100 B or more"))
# Chosen by a filter, the rows without a value.
NOT_KNOWN = ("?", "not known")

# Of so many competitors a matrix has room in a column; of fewer sizes there is no relation to show.
FEW, FEWEST_SIZES = 8, 3
# Billions of parameters that are shown without decimals.
WHOLE = 100


def show_leaderboard(material: Material) -> Section:
    """Show the leaderboard, and figures of it."""
    told = material.leaderboard
    country = material.country_of
    figures = [
        PageFigure("rating-intervals", rating_intervals(told, country), data_in="leaderboard", is_tall=True),
        PageFigure("all-ratings", all_ratings(told, country), data_in="leaderboard"),
    ]
    missing = []
    for name, draw, is_wide in (("size-against-rating", _of_sizes, False), ("win-probabilities", _of_pairs, len(told.frame) > FEW)):
        try:
            drawn = draw(material)
        except RecountError as error:
            missing.append(f"No figure of {name.replace('-', ' ')}: {error}.")
            continue
        figures.append(PageFigure(name, drawn, table_of(drawn.frame, drawn.kind, f"{name}-data", drawn.sentence), is_wide=is_wide))
    codes = named_codes(country)
    terms = [Terms("Codes of countries", codes)] if codes else []
    parts = [leaderboard_table(material), *terms, *effects_of(material), *figures]
    return Section("ratings", "Leaderboard", told.headline, parts, told.notes, missing)


def effects_of(material: Material) -> list[str | PageTable]:
    """Show what ratings are adjusted for, if they are for anything, and how much that is worth."""
    if not material.analysis.specification.covariates:
        return []
    told = material.analysis.effects()
    said = f"Ratings are adjusted for what stands beside the competitors in a vote. {told.headline.removesuffix(told.basis).strip()}"
    return [said, table_of(told.frame, "effects", "effects-table", "What is worth how much beside strength")]


def _of_sizes(material: Material) -> DrawnFigure:
    sizes = material.facts.frame[SIZE]
    if (n := int(sizes.notna().sum())) < FEWEST_SIZES:
        raise OptionError(f"the size of {n or 'none'} of these models is known, too few to show a relation; give a catalogue that knows more")
    return size_against_rating(material.leaderboard, material.facts.frame, f"{material.analysis.specification.parameters}_parameters_b")


def _of_pairs(material: Material) -> DrawnFigure:
    return win_probabilities(material.pairs_of_best)


def probability_of_best(frame: pd.DataFrame) -> str:
    """Return the column of the probability of being the best that a page tells: shares of replicates are too sure where there are better ones."""
    return "p_best_shrunken" if "p_best_shrunken" in frame and frame["p_best_shrunken"].notna().any() else "p_best"


def leaderboard_table(material: Material) -> PageTable:
    """Show every competitor, with what is known of it, and filters by that."""
    told = material.leaderboard
    frame = with_facts(told.frame, material.facts.frame)
    digits = interval_digits(told.frame["lower"], told.frame["upper"])
    bars = bars_of(frame["lower"], frame["rating"], frame["upper"])
    level, p_name = f"{100 * told.confidence_level:g} %", probability_of_best(told.frame)
    headings = [
        Heading("rank", "Rank", "1 + the number of those with a larger estimate"),
        Heading("competitor", "Competitor", "who is rated", is_number=False, is_name=True, room=room_for(frame["competitor"])),
        Heading("rating", f"Rating, {level} interval" if frame["lower"].notna().any() else "Rating", "strength on the Elo scale, and how sure it is"),
        Heading("rank_best", "Ranks", "the ranks that are possible, for all competitors jointly"),
        Heading(p_name, "P(best)", column_of(p_name).meaning),
        Heading("n_votes", "Votes", "votes counted"),
        *(Heading(column, label, is_number=False, room=room_for(frame[column])) for column, label in FACTS.items()),
        Heading(SIZE, "Size (B)", "total parameters, billions"),
    ]
    rows = [
        [
            Cell(number(row["rank"]), exactly(row["rank"])),
            Cell(clean(row["competitor"])),
            Cell(plus_minus(row["rating"], row["lower"], row["upper"], digits), exactly(row["rating"]), bar),
            Cell(_ranks(row["rank_best"], row["rank_worst"]), _in_order(row["rank_best"], row["rank_worst"])),
            Cell("" if is_missing(row[p_name]) or row[p_name] < NEGLIGIBLE else probability(row[p_name]), exactly(row[p_name])),
            Cell(number(row["n_votes"], 0), exactly(row["n_votes"])),
            *(Cell(row[column]) for column in FACTS),
            Cell(number(row[SIZE], 0 if row[SIZE] >= WHOLE else None), exactly(row[SIZE])),
        ]
        for row, bar in zip(frame.to_dict("records"), bars, strict=True)
    ]
    filters = {column: [(value, with_its_name(value)) for value in sorted({clean(value) for value in frame[column] if value})] for column in FACTS}
    filters[SIZE] = [(ends, said) for ends, said in SIZES if _lie_within(frame[SIZE], ends)]
    # What is known of nobody has no column.
    shown = [place for place, heading in enumerate(headings) if frame[heading.name].replace("", None).notna().any()]
    headings, rows = [headings[place] for place in shown], [[row[place] for place in shown] for row in rows]
    return PageTable(
        "leaderboard",
        "Every competitor, best first",
        headings,
        rows,
        csv_address(frame),
        {name: [*of, *([NOT_KNOWN] if _lacks(frame[name]) else [])] for name, of in filters.items() if of},
        notes=["P(best) is blank where it is below 0.005."] if (frame[p_name] < NEGLIGIBLE).any() else [],
        is_searched=True,
    )


def _lie_within(sizes: "pd.Series[Any]", ends: str) -> bool:
    """Whether some of the sizes lie between ends, "FROM,BELOW"."""
    least, most = map(float, ends.split(","))
    return bool(((sizes >= least) & (sizes < most)).any())


def _lacks(values: "pd.Series[Any]") -> bool:
    """Whether some competitor has no value."""
    return bool((values.isna() | values.eq("")).any())


def with_facts(frame: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return a leaderboard with what is known of each competitor."""
    known = facts.reindex(frame["competitor"]).reset_index(drop=True)
    stated = {column: known[column].fillna("").astype(str).map(clean) for column in FACTS}
    # A model whose organisation is not known counts as its own.
    stated["organisation"] = stated["organisation"].where(known["organisation"] != frame["competitor"], "")
    stated["licence_class"] = stated["licence_class"].map(lambda name: LICENCES.get(name, name))
    return frame.assign(**stated, **{SIZE: known[SIZE]})


def _ranks(best: object, worst: object) -> str:
    return "" if is_missing(best) else rank_set(best, worst)


def _in_order(best: Any, worst: Any) -> str:
    """Return a number by which sets of ranks are sorted: by the first rank, and then by the last."""
    return "" if is_missing(best) else f"{best:.0f}.{worst:09.0f}"
