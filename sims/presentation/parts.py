"""Tables that are shown in parts: countries by group, ratings by category."""

from collections.abc import Iterator

import pandas as pd

from recount.sims.presentation.bars import Bar
from recount.sims.presentation.cells import Block, Shown, count_cells, estimate_cells, rating_cells, text_cells, without_repeats
from recount.sims.presentation.wording import DIGITS_OF_UNITS, NEGLIGIBLE, clean, count_digits, dashed, is_missing, number, probability

TITLES = {"all": "All models", "large": "Large models", "small": "Small models"}
# Rows of each part, however many parts there are.
FEWEST_ROWS = 3


def by_group(frame: pd.DataFrame, n_rows: int | None) -> Iterator[Block]:
    """Lay out a country ranking, one block a group."""
    n_each = _rows_each(n_rows, frame.groupby(["group", "metric"], sort=False).ngroups)
    for group, rows in frame.groupby("group", sort=False):
        shown = pd.concat([ranked.head(n_each or len(ranked)) for _, ranked in rows.groupby("metric", sort=False)])
        metric = text_cells("Metric", without_repeats(shown["metric"]))
        columns = [metric, text_cells("Country", shown["country"]), Shown("Estimate", _metrics(shown, ("estimate", "lower", "upper")))]
        leads = ["" if is_missing(p) or p < NEGLIGIBLE else probability(p) for p in shown["p_leads"].tolist()]
        gaps = Shown("Gap", _metrics(shown, ("gap", "gap_lower", "gap_upper")))
        title = TITLES.get(str(group), clean(group).capitalize())
        yield Block(title, [*columns, Shown("P(leads)", leads), gaps, count_cells("Models", shown["n_models"])], 3, len(rows) - len(shown))


def _metrics(frame: pd.DataFrame, names: tuple[str, str, str]) -> list[str]:
    cells: list[str] = []
    for _, rows in frame.groupby("metric", sort=False):
        unit = str(rows["unit"].iloc[0])
        if unit == "points":
            cells += estimate_cells("", rows, names, rows).cells
        else:
            digits = DIGITS_OF_UNITS.get(unit, count_digits(rows[list(names)].to_numpy(float).ravel()))
            cells += [_with_range(value, lower, upper, digits) for value, lower, upper in rows[list(names)].to_numpy(float).tolist()]
    return cells


def _with_range(value: float, lower: float, upper: float, digits: int) -> str:
    interval = dashed(lower, upper, digits)
    return f"{number(value, digits)} ({interval})" if interval else number(value, digits)


def by_category(frame: pd.DataFrame, n_rows: int | None) -> Iterator[Block]:
    """Lay out ratings by category, one block each."""
    n_each = _rows_each(n_rows, frame["category"].nunique())
    for category, rows in frame.groupby("category", sort=False):
        shown = rows if n_each is None else rows.head(n_each)
        columns = [
            count_cells("Rank", shown["rank"]),
            text_cells("Competitor", shown["competitor"]),
            rating_cells(shown, frame),
            count_cells("Votes", shown["n_votes"]),
        ]
        bar = Bar(*(shown[name].to_numpy(float) for name in ("lower", "rating", "upper")))
        yield Block(clean(category), columns, 3, len(rows) - len(shown), bar)


def by_date(frame: pd.DataFrame, n_rows: int | None) -> Iterator[Block]:
    """Lay out the lead of each date, the last ones; where the table is cut, dates that change nothing and state no probability go first."""
    firsts = frame.drop_duplicates(["date", "source"]).reset_index(drop=True)
    seconds = frame[frame.duplicated(["date", "source"])].drop_duplicates(["date", "source"])
    both = firsts.merge(seconds[["date", "source", "country", "p_leads"]], how="left", on=["date", "source"], suffixes=("", "_next"))
    shown = both
    if n_rows is not None and len(both) > n_rows:
        changes = both["country"].ne(both["country"].shift()) | both["p_leads"].notna()
        changes.iloc[-1] = True
        shown = both[changes].tail(n_rows)
    chances = [Shown(label, [probability(p) for p in shown[name].tolist()]) for label, name in (("P(leads)", "p_leads"), ("P, next", "p_leads_next"))]
    yield Block(
        "",
        [
            text_cells("Date", shown["date"]),
            text_cells("Leads", shown["country"]),
            chances[0],
            Shown("Gap", _metrics(shown, ("gap", "gap_lower", "gap_upper"))),
            text_cells("Best model", shown["best_model"]),
            text_cells("Next", shown["country_next"]),
            chances[1],
            text_cells("From", shown["source"]),
        ],
        4,
        len(both) - len(shown),
    )


def by_size(frame: pd.DataFrame, n_rows: int | None) -> Iterator[Block]:
    """Lay out the growth of releases, one block a size class."""
    n_each = _rows_each(n_rows, frame["size"].nunique())
    for size, rows in frame.groupby("size", sort=False):
        shown = rows if n_each is None else rows.head(n_each)
        times = zip(*(shown[name].tolist() for name in ("times", "times_lower", "times_upper")), strict=True)
        a_day = zip(*(shown[name].tolist() for name in ("ratio", "lower", "upper")), strict=True)
        changes = zip(shown["change_from"], shown["change_p"], strict=True)
        columns = [
            text_cells("Country", shown["country"]),
            count_cells("Earlier", shown["n_earlier"]),
            count_cells("Later", shown["n_later"]),
            Shown("Times", [_with_range(ratio, lower, upper, 1) for ratio, lower, upper in times]),
            Shown("Times a day", [_with_range(ratio, lower, upper, 1) for ratio, lower, upper in a_day]),
            Shown("P(grows)", [probability(p) for p in shown["p_grows"].tolist()]),
            Shown("Change from", ["" if is_missing(month) else f"{clean(month)} (p {probability(p)})" for month, p in changes]),
        ]
        yield Block(f"Size: {clean(size)}", columns, 4, len(rows) - len(shown))


def _rows_each(n_rows: int | None, n_parts: int) -> int | None:
    return None if n_rows is None else max(FEWEST_ROWS, n_rows // n_parts)
