"""Each model, organisation, country, opponent or group of voters left out in turn: the jackknife by groups (Efron and Tibshirani 1993)."""

from collections.abc import Iterable, Iterator

import numpy as np

from recount.data import Board, Catalogue
from recount.data.catalogue import codes_in
from recount.engine.choices import check_choice
from recount.engine.errors import OptionError
from recount.engine.votes import levels_of
from recount.sims.analysis.log import Log
from recount.sims.countries.facts import facts_of, stated_by
from recount.sims.filtering.found_columns import column_of_voters
from recount.sims.filtering.near_names import no_such_competitor
from recount.sims.perturbations.perturbing import named
from recount.sims.perturbations.protocols import Perturbation

IN_TURN = ("leave_model", "leave_organisation", "leave_country", "leave_opponent", "leave_voters")


def one_at_a_time(
    source: Log | Board, name: str, *, model: str = "", column: str | None = None, catalogue: Catalogue | None = None
) -> tuple[Perturbation, ...]:
    """Return the perturbations that leave out everything of a kind in turn, in the order of names.

    Parameters
    ----------
    source : Log or Board
    name : str
        Which perturbation, of `IN_TURN`.
    model : str
        Whose opponents are left out; for "leave_opponent" alone.
    column : str, optional
        Whose labels are left out, for "leave_voters" alone; the one that names voters by default.
    catalogue : Catalogue, optional
        The bundled one by default.

    Raises
    ------
    OptionError
        If the perturbation is none of these, needs votes that a board has not, or a choice has no effect on it.
    """
    check_choice("name", name, IN_TURN)
    if (model != "") != (name == "leave_opponent"):
        raise OptionError(f"model is {model!r}, and {name} {'takes none' if model else 'needs one'}")
    if column is not None and name != "leave_voters":
        raise OptionError(f"column is {column!r}, and {name} takes none")
    if name == "leave_opponent":
        field, values, further = "opponent", _opponents(_votes_of(source, name), model), {"model": model}
    elif name == "leave_voters":
        log = _votes_of(source, name)
        by = column_of_voters(log, column)
        field, values, further = "label", levels_of(log.rows((by,)), by)[1], {"column": by}
    else:
        field, values, further = name.removeprefix("leave_"), _known(source, name, catalogue), {}
    return tuple(named(name, {field: value, **further}) for value in sorted(values))


def _votes_of(source: Log | Board, name: str) -> Log:
    if isinstance(source, Board):
        raise OptionError(f"{name} changes votes, and a board has none; give the votes")
    return source


def _known(source: Log | Board, name: str, catalogue: Catalogue | None) -> Iterable[str]:
    """Return the models of a source, or the organisations or countries that are known of them."""
    if name == "leave_model":
        return source.names
    facts = facts_of(source.names, catalogue, stated_by(source) if isinstance(source, Board) else None).frame
    if name == "leave_country":
        return {code for cell in facts["country"] for code in codes_in(cell)}
    # A model of an unknown organisation stands for itself.
    return {own for model, own in facts["organisation"].items() if own != model}


def _opponents(log: Log, model: str) -> Iterator[str]:
    """Return whom a model met."""
    counts = log.counts
    if model not in counts.names:
        raise no_such_competitor("model", model, counts.names)
    at, met = counts.names.index(model), counts.counts.any(axis=1)
    others = np.unique(np.append(counts.second[(counts.first == at) & met], counts.first[(counts.second == at) & met]))
    return (counts.names[i] for i in others)
