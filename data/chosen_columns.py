"""Which columns of a log are read, and whether they are there."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from recount.data.choices import Columns
from recount.data.columns import KEPT
from recount.data.count_columns import column_of_counts
from recount.data.fields import Field, field_of
from recount.data.quarantine import shown
from recount.engine.errors import InputError
from recount.engine.near_names import near_to
from recount.engine.plurals import plural

N_SHOWN = 12
COUNTS = "holds counts, which have lost the single votes that are asked for; give the log itself, or --count none if every row is one vote"
# Which command says more; itself, it has no more to say.
CHECK = "; recount check looks for what they may be"


class Chosen(NamedTuple):
    """What is read of a log.

    Attributes
    ----------
    kept : list of str
        Further columns, or fields within columns.
    counts : str or None
        The column of votes a row, if there is one.
    fields : list of Field
        Where everything that is read stands.
    """

    kept: list[str]
    counts: str | None
    fields: list[Field]

    @property
    def columns(self) -> list[str]:
        """Names of the columns in which it stands."""
        return list(dict.fromkeys(field.column for field in self.fields))


def choose_columns(names: Sequence[str], columns: Columns, keep: Sequence[str] | None) -> Chosen:
    """Choose what to read among the columns of a log.

    Raises
    ------
    InputError
        If a column is missing or occurs twice, or it is not certain whether one holds counts.
    """
    found = ", ".join(map(shown, names[:N_SHOWN])) + (", ..." if len(names) > N_SHOWN else "")
    options = ("--model-a", "--model-b", *("--winner" for _ in columns.outcome_columns()))
    fields: list[Field] = []
    lacking = {name: option for name, option in zip(columns.names(), options, strict=True) if field_of(name, names) is None}
    if lacking:
        are, them, check = ("columns", "them", CHECK) if len(lacking) > 1 else ("column", "the column", "")
        raise InputError(
            f"has no {are} {_series(map(repr, lacking))} but {found or 'none at all'}; {_meant(lacking, names)}name {them} with "
            f"{_series(dict.fromkeys(lacking.values()))}{_flags_among(names)}{check}"
        )
    for name, option in zip(columns.names(), options, strict=True):
        field = field_of(name, names)
        assert field is not None
        if (n_alike := names.count(field.column)) > 1:
            raise InputError(f"has {plural(n_alike, 'column')} {field.column!r}; rename one, or name another with {option}")
        fields.append(field)
    counts = column_of_counts(names, columns, keep)
    kept = [name for name in KEPT if name in names and name != counts] if keep is None else list(keep)
    for name in kept:
        field = field_of(name, names)
        if field is None and counts:
            raise InputError(COUNTS)
        if field is None or names.count(field.column) > 1:
            n = names.count(field.column) if field else "no"
            raise InputError(f"has {n} column {name!r} to keep; {'' if field else _meant([name], names)}there are {found}")
        fields.append(field)
    kept = [name for name in kept if name not in (*columns.names(), counts)]
    of_counts = field_of(counts, names) if counts else None
    return Chosen(kept, counts, [*fields, of_counts] if of_counts else fields)


def _series(words: Iterable[str], link: str = "and") -> str:
    *first, last = words
    return f"{', '.join(first)} {link} {last}" if first else last


def _meant(lacking: Iterable[str], names: Sequence[str]) -> str:
    near = dict.fromkeys(one for name in lacking for one in near_to(name, names))
    return f"did you mean {_series(map(shown, near), 'or')}? " if near else ""


def check_further(columns: Columns, keep: Sequence[str]) -> None:
    """Raise `InputError` if a further column is one that holds the vote itself."""
    names = "name another, or choose competitors by `only` or `without`"
    outcome = "name another, or say what becomes of outcomes by `ties`, `both_bad`, or `outcomes` with LABEL=skip"
    holds = {columns.first: ("who was shown first", names), columns.second: ("who was shown second", names)}
    holds |= dict.fromkeys(columns.outcome_columns(), ("who won", outcome))
    for name in keep:
        if name in holds:
            what, remedy = holds[name]
            raise InputError(f"column {name!r} says {what}, which is the vote and no label beside it; {remedy}")


def _flags_among(names: Sequence[str]) -> str:
    """Point at columns that look like flags of the outcome."""
    flags = [name for name in names if name.casefold().startswith("winner_")]
    return f"; if {', '.join(map(repr, flags))} are 0 or 1, with --winner {','.join(flags)}" if len(flags) in (3, 4) else ""
