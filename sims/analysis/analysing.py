"""From a log, or a source of one, to an analysis."""

from concurrent.futures import Executor
from typing import Any

from recount.data import Board
from recount.data.choices import Reading
from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log, read
from recount.sims.specification import Specification
from recount.sims.specification.flat import check_fields, options_of


@checked
def analyse(source: Any = None, specification: Specification | None = None, *, executor: Executor | None = None, **choices: Any) -> Analysis:
    """Analyse votes under a specification.

    Parameters
    ----------
    source : Log, Board, Uncertainty, or a path or table as `recount.read` takes it, optional
        The bundled Arena votes by default.
    specification : Specification, optional
    executor : Executor, optional
        As of `recount.read`; a `Log` has its own.
    **choices
        Choices that differ from those of the specification, by the names of its fields.

    Raises
    ------
    OptionError
        If there is no such choice, or it is invalid, or the specification is none, or an executor has nothing to do.
    """
    for name, value in choices.items():
        if option := options_of(Reading).get(name):
            given = f"{option.inner or option.field}={value!r}"
            given = f"{option.field}=recount.{option.field.capitalize()}({given})" if option.inner else given
            raise OptionError(f"{name!r} says how votes are read; give it to recount.read, in reading=recount.Reading({given})")
    check_fields(Specification, choices)
    chosen = specification or Specification()
    if not isinstance(source, Log | Board) and not hasattr(source, "difference_errors"):
        source = read(*([] if source is None else [source]), executor=executor)
    elif executor is not None:
        raise OptionError("`executor` is for votes that are yet to be read; give it to recount.read, which made this log")
    return Analysis(source, chosen.but(**choices))
