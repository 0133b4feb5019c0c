"""The headline of the growth of releases: who grew by how much, whether others grew as much, and when the rate changed."""

from typing import Any

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.wording import equals_probability, is_missing, name, number, probability, span

# Of a p-value below which a change is called shown.
SHOWN = 0.05


def of_growth(frame: pd.DataFrame, level: str) -> str:
    """Say by how much the first two countries grew, of any size, and whether their growths differ."""
    of_any_size = frame[frame["size"] == frame["size"].iloc[0]]
    countries = of_any_size.iloc[: 2 if len(of_any_size) > 2 else 1]
    told = [_of_country(row, level) for _, row in countries.iterrows()]
    if len(countries) == 2 and not is_missing(p := countries["p_alike"].iloc[1]):
        differ = "differ" if p < SHOWN else "do not show a difference"
        told.append(f"Their growths {differ} (Fisher p {equals_probability(p)}).")
    return " ".join(told)


def of_months(frame: pd.DataFrame, level: str) -> str:
    """Say how many releases there are, of how many countries, and from when to when."""
    of_any_size = frame[frame["size"] == frame["size"].iloc[0]]
    alone = of_any_size[of_any_size["country"] != "all"]
    n, months = int(alone["n"].sum()), frame["month"]
    return f"{plural(n, 'release')} of {plural(alone['country'].nunique(), 'country', 'countries')}, {months.min()} to {months.max()}."


def _of_country(row: "pd.Series[Any]", level: str) -> str:
    times = f"{number(row['times'], 2)} times as many, {level} interval {span(row['times_lower'], row['times_upper'], 2)}"
    a_day = f"{number(row['ratio'], 2)} times a day, {span(row['lower'], row['upper'], 2)}"
    counts = (
        f"{name(row['country'])}: {plural(row['n_earlier'], 'release')} in {row['earlier_period']} and {row['n_later']:,} in {row['later_period']} "
        f"({times}; {a_day})"
    )
    if is_missing(row["change_p"]):
        return f"{counts}."
    if row["change_p"] < SHOWN:
        return f"{counts}; the rate changes, most likely from {row['change_from']} on (p {equals_probability(row['change_p'])})."
    return f"{counts}; no change at a month is shown (p {probability(row['change_p'])} of the largest)."
