"""A log, counts or a board after a perturbation."""

from collections.abc import Mapping
from typing import Any

from recount.data import Board, Catalogue
from recount.engine.choices import Choice, choices_of
from recount.engine.choices.arguments import checked
from recount.engine.choices.declaring import checked_value, shown
from recount.engine.choices.resampling import LARGEST_SEED
from recount.engine.choices.usual import SEED
from recount.engine.errors import OptionError, RecountError
from recount.engine.near_names import did_you_mean
from recount.engine.votes import PairCounts
from recount.sims.analysis.log import Log, read
from recount.sims.countries.facts import stated_by
from recount.sims.filtering.models_of_boards import models_where
from recount.sims.perturbations.changed_votes import counts_after
from recount.sims.perturbations.every_perturbation import PERTURBATIONS
from recount.sims.perturbations.perturbed_log import PerturbedLog, change_of, left_of
from recount.sims.perturbations.protocols import OfCounts, OfModels, Perturbation
from recount.sims.specification.flat import from_flat, to_flat

OF_SEED = Choice("Seed of what is drawn.", least=0, most=LARGEST_SEED)


@checked
def perturb(source: Any, name: str, *, seed: int = SEED, catalogue: Catalogue | None = None, **choices: Any) -> Log | Board | PairCounts:
    """Perturb votes or a board.

    Parameters
    ----------
    source : Log, Board, PairCounts, or a path or table as `recount.read` takes it
    name : str
        Of `PERTURBATIONS`.
    seed : int
        Of what is drawn; the same seed gives the same votes.
    catalogue : Catalogue, optional
        Facts of models; the bundled one by default.
    **choices
        Those of the perturbation, by the names of its fields.

    Returns
    -------
    Log, Board or PairCounts
        As it was given; a log or a board, as `recount.analyse` takes it, with a note of what was done.

    Raises
    ------
    OptionError
        If there is no such perturbation, a choice is none of it or invalid, or the source has not what it needs.
    """
    return perturbed(source, named(name, choices), seed, catalogue)


def named(name: str, choices: Mapping[str, Any]) -> Perturbation:
    """Return a perturbation by its name and its choices as plain values, as Python, a plan or a manifest holds them.

    Raises
    ------
    OptionError
        If there is no such perturbation or choice, or a value is invalid.
    """
    if name not in PERTURBATIONS:
        raise OptionError(f"there is no perturbation {name!r}; {did_you_mean(name, PERTURBATIONS)}")
    try:
        made: Perturbation = from_flat(PERTURBATIONS[name], choices)
    except RecountError as error:
        raise OptionError(f"{name}: {error}") from error
    return made


def name_of(perturbation: Perturbation) -> str:
    """Return the name of a perturbation.

    Raises
    ------
    OptionError
        If it is none.
    """
    for name, kind in PERTURBATIONS.items():
        if type(perturbation) is kind:
            return name
    raise OptionError(f"perturbation is {shown(perturbation)}; give one of {', '.join(kind.__name__ for kind in PERTURBATIONS.values())}")


def said_of(perturbation: Perturbation, seed: int) -> str:
    """Say what a perturbation is, with every choice that was made and the seed."""
    plain, declared = to_flat(perturbation), choices_of(type(perturbation))
    chosen = [f"{name}={value!r}" for name, value in plain.items() if value is not None and (value, declared[name].default) != ((), ())]
    return " ".join([name_of(perturbation), *chosen, f"seed={seed}"])


def perturbed(source: Any, perturbation: Perturbation, seed: int = SEED, catalogue: Catalogue | None = None) -> Log | Board | PairCounts:
    """Perturb votes or a board; see `perturb`."""
    seed = checked_value("seed", seed, int, OF_SEED)
    name, said = name_of(perturbation), said_of(perturbation, seed)
    if isinstance(source, Board):
        if not isinstance(perturbation, OfModels):
            raise OptionError(f"{name} changes votes, and a board has none; give the votes, or one of {', '.join(of_boards())}")
        return models_where(source, perturbation.staying(source.names, catalogue, stated_by(source)), said)
    # Each perturbation has numbers of its own, so that several with the same seed have nothing in common.
    seeds = (seed, int.from_bytes(name.encode()))
    if isinstance(source, PairCounts):
        if not isinstance(perturbation, OfCounts | OfModels):
            raise OptionError(f"{name} looks at single votes, which counts have lost; give the log")
        after = counts_after(source, change_of(source, perturbation, seeds, catalogue))
        return left_of(source, after, said)
    return PerturbedLog(source if isinstance(source, Log) else read(source), perturbation, said, seeds, catalogue)


def of_boards() -> tuple[str, ...]:
    """Names of the perturbations that a board can have."""
    return tuple(name for name, kind in PERTURBATIONS.items() if hasattr(kind, "staying"))
