"""Forms of published boards: which column of a file holds what. One entry a form, the most particular first."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from recount.data.boards.board import POINTS
from recount.engine.errors import OptionError

# What a column can hold. `interval` is as +5/-4, `half_width` half of a 95 % interval.
PARTS = (
    "name",
    "rating",
    "lower",
    "upper",
    "interval",
    "half_width",
    "variance",
    "error",
    "votes",
    "organisation",
    "licence",
    "rank",
    "category",
    "subset",
    "date",
)


class Form(NamedTuple):
    """How a board lies in a file.

    Attributes
    ----------
    what : str
    columns : mapping of str to str
        Names of columns by what they hold; of these a file has `needed`, and may lack others.
    needed : tuple of str
    about : mapping of str to str
        What is said about a file, by what it is: subset, published, captured, n_models.
    measure : str
        What ratings are measured in.
    """

    what: str
    columns: Mapping[str, str]
    needed: tuple[str, ...]
    about: Mapping[str, str] = MappingProxyType({})
    measure: str = POINTS


ARENA = {
    "name": "model_name",
    "rating": "rating",
    "lower": "rating_lower",
    "upper": "rating_upper",
    "variance": "variance",
    "votes": "vote_count",
    "organisation": "organization",
    "licence": "license",
    "rank": "rank",
    "category": "category",
    "subset": "subset",
    "date": "leaderboard_publish_date",
}
CAPTURED = {"subset": "subset", "published": "leaderboard_publish_date", "captured": "fetched_at", "n_models": "n_models", "n_rows": "n_rows"}
SCRAPED = {"subset": "leaderboard", "published": "last_updated", "captured": "fetched_at", "n_models": "model_count"}
MONTHLY = {
    "name": "model",
    "interval": "95_pct_ci",
    "votes": "votes",
    "organisation": "organization",
    "licence": "license",
    "rank": "rank",
}
PLAIN = {"rating": "rating", "lower": "lower", "upper": "upper", "votes": "votes", "organisation": "organization", "licence": "license"}
PLAIN |= {"category": "category", "date": "date"}
FORMS = (
    Form("Arena's leaderboard data set", ARENA, ("model_name", "rating", "rating_lower", "rating_upper"), CAPTURED),
    Form(
        "Arena's leaderboard page, copied",
        {"name": "model", "rating": "score", "half_width": "ci", "votes": "votes", "organisation": "vendor", "licence": "license", "rank": "rank"},
        ("model", "score", "ci"),
        SCRAPED,
    ),
    Form(
        "Arena's boards by category",
        {"name": "model", "rating": "rating", "lower": "rating_lower", "upper": "rating_upper", "category": "category", "subset": "board"},
        ("board", "category", "model", "rating"),
    ),
    Form("Arena's leaderboard by month", MONTHLY | {"rating": "arena_score"}, ("model", "arena_score")),
    Form("Arena's leaderboard by month, of Elo", MONTHLY | {"rating": "arena_elo"}, ("model", "arena_elo")),
    Form(
        "Arena's leaderboard, as displayed",
        {
            "name": "Model",
            "rating": "Arena Score",
            "interval": "95% CI",
            "votes": "Votes",
            "organisation": "Organization",
            "licence": "License",
            "rank": "Rank* (UB)",
        },
        ("Model", "Arena Score"),
    ),
    Form(
        "Arena's table of models, with scores of MT-bench",
        {"name": "key", "rating": "MT-bench (score)", "organisation": "Organization", "licence": "License"},
        ("key", "MT-bench (score)"),
        measure="points of MT-bench",
    ),
    *(
        Form("a board with plain names of columns", PLAIN | ends | {"name": name}, (name, "rating", *ends.values()))
        for name in ("name", "model")
        for ends in ({"lower": "rating_lower", "upper": "rating_upper"}, {})
    ),
    Form(
        "a leaderboard that recount wrote",
        {"name": "competitor", "rating": "rating", "error": "standard_error", "lower": "lower", "upper": "upper", "votes": "n_votes", "rank": "rank"},
        ("competitor", "rating"),
    ),
)


def form_of(columns: Sequence[str]) -> Form | None:
    """Return the form of a table with these columns; None if it is none of `FORMS`."""
    return next((form for form in FORMS if set(form.needed) <= set(columns)), None)


def form_by_columns(text: str) -> Form:
    """Return the form that one says, as `name=Model,rating=Elo,lower=From,upper=To`.

    Raises
    ------
    OptionError
        If it names no such part, one twice, neither name nor rating, one end of an interval, or several parts that say how sure a rating is.
    """
    columns: dict[str, str] = {}
    for piece in text.split(","):
        part, equals, column = piece.partition("=")
        part = part.strip()
        if part not in PARTS or not equals or not column or part in columns:
            raise OptionError(f"board_columns has {piece!r}; give PART=COLUMN, each part once, of {', '.join(PARTS)}")
        columns[part] = column
    if not {"name", "rating"} <= columns.keys():
        raise OptionError(f"board_columns is {text!r}; give at least name=COLUMN,rating=COLUMN")
    if ("lower" in columns) != ("upper" in columns):
        raise OptionError(f"board_columns is {text!r}, with one end of the interval; name both lower and upper")
    if len(ways := [part for part in ("variance", "error", "lower", "half_width", "interval") if part in columns]) > 1:
        raise OptionError(f"board_columns names {' and '.join(ways)}, which say in several ways how sure a rating is; name one of them")
    if len({*columns.values()}) < len(columns):
        raise OptionError(f"board_columns is {text!r}, which names a column twice; give each part a column of its own")
    return Form("a board by its columns", columns, tuple(columns.values()), CAPTURED)
