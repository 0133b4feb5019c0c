r"""Whether the best models on a benchmark can still be told apart: the saturation index of Evaluating Evaluations (arXiv 2602.16763).

Of the best score :math:`s_1` and the fifth best :math:`s_5`, shares of n items,

.. math:: S = e^{-R^2}, \qquad R = \frac{s_1 - s_5}{\sqrt{(s_1 (1 - s_1) + s_5 (1 - s_5)) / n^e}},

with e = 0.5 as published: a benchmark of 10,000 items counts as one of 100. No sampling of items has this error; with e = 1 it is that of scores on
different items. Scores on the same items have a smaller one, which only answers to single items show (`simulated_benchmarks/score_errors.py`). So S
is high where a benchmark is small, or counted as small, and not only where models are near its ceiling.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.data import Scores
from recount.data.scores.benchmarks import known_benchmark
from recount.data.scores.tidy_scores import STATED
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.sims.benchmark_scores.saturation_choices import SATURATED, OfSaturation
from recount.sims.presentation import Table
from recount.sims.presentation.wording import percent

FIFTH = 5
EXPONENTS = (0.5, 0.75, 1.0)
# A best score up to which a benchmark is at its floor.
FLOOR = 0.05


class Best(NamedTuple):
    """The best and the fifth best score on a benchmark.

    Attributes
    ----------
    benchmark : str
    shares, n_items : (float, float)
        The scores, and of how many items each is a share.
    models : (str, str)
        Whose they are.
    n_scores, n_models : int
        How many scores are shares of a known number of items, and of how many models.
    doubt : str
        How many items it may have instead; "" if that is stated or sure.
    """

    benchmark: str
    shares: tuple[float, float]
    n_items: tuple[float, float]
    models: tuple[str, str]
    n_scores: int
    n_models: int
    doubt: str


def saturation_index(best: float, fifth: float, n_items: tuple[float, float], size_exponent: float) -> tuple[float, float]:
    """Return the standard error of the difference of two scores, and the index.

    Parameters
    ----------
    best, fifth : float
        Shares.
    n_items : (float, float)
        Items of which each is a share.
    size_exponent : float
    """
    error = float(np.sqrt(sum(share * (1.0 - share) / n**size_exponent for share, n in zip((best, fifth), n_items, strict=True))))
    if best == fifth:
        return error, 1.0
    return error, float(np.exp(-(((best - fifth) / error) ** 2))) if error else 0.0


@checked
def saturation_of(scores: Scores, choices: OfSaturation | None = None) -> Table:
    """Compute the index of every benchmark.

    Parameters
    ----------
    scores : Scores
        As `recount.read_scores` returns them.
    choices : OfSaturation, optional
        Those published by default.

    Returns
    -------
    Table
        A row a benchmark, the most saturated first: benchmark, n_scores, n_models, n_items (of the best score), best_model, best, fifth_model, fifth,
        difference, standard_error (as n to the power of the exponent has it), saturation, is_saturated.

    Raises
    ------
    InputError
        If no benchmark has five scores that are shares of a known number of items.
    OptionError
        If an argument is of another kind.
    """
    choices = OfSaturation() if choices is None else choices
    notes: list[str] = []
    found = list(best_five(scores, choices, notes))
    if not found:
        scored = "scores" if choices.best_of == "scores" else "models with scores"
        why = "; ".join([*filter(None, [scores.left_out()]), *notes])
        raise InputError(f"no benchmark has {FIFTH} {scored} that are shares of a known number of items ({why})")
    notes = [*filter(None, [scores.left_out()]), *_of_several_sizes(found), *_of_the_floor(found), *notes]
    frame = pd.DataFrame([_row(one, choices.size_exponent) for one in found])
    frame = frame.sort_values("saturation", ascending=False, kind="stable", ignore_index=True)
    return Table("saturation", frame, (*_by_exponent(found), *_of_few_models(found), *_of_doubtful_sizes(found), *notes), basis=_basis(choices))


def best_five(scores: Scores, choices: OfSaturation, notes: list[str]) -> Iterator[Best]:
    """Yield the best and the fifth best score of each benchmark; which benchmarks have none is noted."""
    without: dict[str, list[str]] = {}
    for name, own in scores.frame.groupby("benchmark", sort=False):
        known = own[own["share"].notna() & own["n_items"].notna() & ~own["lower_is_better"]].sort_values("share", ascending=False, kind="stable")
        five = known.drop_duplicates("model") if choices.best_of == "models" else known
        if len(five) < FIFTH:
            without.setdefault(_why_not(own, len(known)), []).append(str(name))
            continue
        ends = five.iloc[[0, FIFTH - 1]]
        shares, n_items, models = (tuple(ends[column].tolist()) for column in ("share", "n_items", "model"))
        about = known_benchmark(str(name))
        doubt = about.doubt if about is not None and (ends["n_items_from"] != STATED).any() else ""
        yield Best(str(name), shares, n_items, models, len(known), known["model"].nunique(), doubt)
    notes += [f"without an index, {why}: {listed(tuple(names))}" for why, names in without.items()]


def _why_not(own: pd.DataFrame, n_known: int) -> str:
    if n_known >= FIFTH:
        return f"because fewer than {FIFTH} models have a score"
    if len(own) < FIFTH:
        return f"because there are fewer than {FIFTH} scores"
    if own["lower_is_better"].any():
        return "because lower is better"
    if own["share"].isna().sum() > own["n_items"].isna().sum():
        return "because no one states of what maximum scores are"
    return "because the number of items is not known"


def _row(one: Best, size_exponent: float) -> dict[str, object]:
    best, fifth = one.shares
    error, index = saturation_index(best, fifth, one.n_items, size_exponent)
    counts = {"benchmark": one.benchmark, "n_scores": one.n_scores, "n_models": one.n_models, "n_items": int(one.n_items[0])}
    ends = {"best_model": one.models[0], "best": best, "fifth_model": one.models[1], "fifth": fifth}
    return counts | ends | {"difference": best - fifth, "standard_error": error, "saturation": index, "is_saturated": index >= SATURATED}


def _by_exponent(found: list[Best]) -> Iterator[str]:
    """Say how many benchmarks are saturated by other powers."""
    numbers = [sum(saturation_index(*one.shares, one.n_items, power)[1] >= SATURATED for one in found) for power in EXPONENTS]
    told = ", ".join(f"{n} with {power:g}" for n, power in zip(numbers, EXPONENTS, strict=True))
    yield f"how many of {len(found):,} are saturated, by the power of n as which a benchmark counts: {told}; sampling of items would make it 1"


def _of_few_models(found: list[Best]) -> Iterator[str]:
    """Name benchmarks whose five best scores may be of fewer models."""
    few = [one.benchmark for one in found if one.n_models < FIFTH]
    if few:
        yield f"the five best scores are of fewer than {FIFTH} models on {len(few)}: {listed(tuple(few))}"


def _of_several_sizes(found: list[Best]) -> Iterator[str]:
    """Name benchmarks of which the best and the fifth best score are shares of different numbers of items."""
    several = [f"{one.benchmark!r}, {one.n_items[0]:,} and {one.n_items[1]:,}" for one in found if one.n_items[0] != one.n_items[1]]
    if several:
        yield f"best and fifth best score are shares of different numbers of items, and each has the error of its own: {'; '.join(several)}"


def _of_the_floor(found: list[Best]) -> Iterator[str]:
    """Name benchmarks on which the best are level because they have nothing right, or next to it."""
    low = [one.benchmark for one in found if one.shares[0] <= FLOOR]
    if low:
        yield f"a high index is that of a floor, not of a ceiling, where the best score is {percent(FLOOR)} or less: {listed(tuple(low))}"


def _of_doubtful_sizes(found: list[Best]) -> Iterator[str]:
    """Name benchmarks whose number of items may be another."""
    doubtful = [f"{one.benchmark!r}, {plural(one.n_items[0], 'item')} by its name, or {one.doubt}" for one in found if one.doubt]
    if doubtful:
        yield f"numbers of items that may be others: {'; '.join(doubtful)}"


def _basis(choices: OfSaturation) -> str:
    return f"The fifth best of {choices.best_of}; n items count as n^{choices.size_exponent:g}."
