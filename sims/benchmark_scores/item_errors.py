r"""Scores of models on one benchmark, each with the error that the number of its items leaves.

A score is taken as the share of n independent items that a model has right, so that its variance is :math:`p (1 - p) / n` (Miller 2024, arXiv
2411.00640, without clusters); of a model that has all or none right, that of one item more or less. A standard error that the source states comes
first. Errors of two models are taken as independent. They are asked the same items, so that errors go up and down together: differences are surer
than they are said to be, which only the answers to single items could show.

What is not in it: a score that a maker reports of its own model, with prompts, tools and tries of its own, is off by more than its items say.
"""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from recount.data import Scores
from recount.data.scores.benchmarks import key_of, known_benchmark
from recount.data.scores.tidy_scores import STATED
from recount.engine.errors import InputError
from recount.engine.showing import listed
from recount.engine.votes import Bools, Floats

Reporters = Literal["all", "independent"]
Repeated = Literal["mean", "highest", "lowest"]
N_NEAR = 8


@dataclass(frozen=True, slots=True, eq=False)
class ScoresOfModels:
    """One score a model on one benchmark.

    Attributes
    ----------
    benchmark : str
        As the source calls it.
    names : tuple of str
    shares, errors : (n,) float64
        Of the items, and standard errors; higher is better.
    self_reported : (n,) bool
        Whether a score of the model is its maker's.
    n_items : tuple of int
        Numbers of items, where they are known.
    doubt : str
        What else its name may mean; "" if nothing.
    n_without_error : int
        Models left out, because neither the number of items nor an error is known.
    """

    benchmark: str
    names: tuple[str, ...]
    shares: Floats
    errors: Floats
    self_reported: Bools
    n_items: tuple[int, ...]
    doubt: str
    n_without_error: int

    def only(self, keep: Bools) -> "ScoresOfModels":
        """Return the scores of some models, (n,)."""
        names = tuple(name for name, kept in zip(self.names, keep, strict=True) if kept)
        return replace(self, names=names, shares=self.shares[keep], errors=self.errors[keep], self_reported=self.self_reported[keep])


def scores_on(scores: Scores, benchmark: str, reporters: Reporters = "all", repeated: Repeated = "mean") -> ScoresOfModels:
    """Return a score of each model on a benchmark.

    Parameters
    ----------
    scores : Scores
    benchmark : str
        In any spelling.
    reporters : {"all", "independent"}
        Whether scores that a maker reports of its own models count.
    repeated : {"mean", "highest", "lowest"}
        Which of several scores of a model.

    Raises
    ------
    InputError
        If there is no such benchmark, or no score on it that can be compared.
    """
    own = _rows_on(scores, benchmark, reporters)
    single = _one_each(_with_errors(own, benchmark), repeated)
    name = str(own["benchmark"].iloc[0])
    about = known_benchmark(name)
    return ScoresOfModels(
        name,
        tuple(map(str, single["model"])),
        single["share"].to_numpy(np.float64),
        single["error"].to_numpy(np.float64),
        single["own"].to_numpy(np.bool_),
        tuple(sorted(map(int, own["n_items"].dropna().unique()))),
        "" if about is None or (own["n_items_from"] == STATED).all() else about.doubt,
        int(own["model"].nunique() - len(single)),
    )


def _rows_on(scores: Scores, benchmark: str, reporters: Reporters) -> pd.DataFrame:
    """Return the rows of a benchmark that can be compared."""
    wanted, frame = _keys(benchmark), scores.frame
    own = frame[[not wanted.isdisjoint(_keys(str(name))) for name in frame["benchmark"]]]
    if own.empty:
        raise InputError(f"there is no score on {benchmark!r}; the most are on {listed(tuple(frame['benchmark'].value_counts().index[:N_NEAR]))}")
    if len(several := own["benchmark"].unique()) > 1:
        raise InputError(f"{benchmark!r} may be any of {listed(tuple(several))}; name one of them as it is written")
    if own["lower_is_better"].any():
        raise InputError(f"on {benchmark!r} lower is better, and best and mean are of scores where higher is")
    if reporters == "independent":
        own = own[~own["self_reported"].fillna(False).astype(bool)]
        if own.empty:
            raise InputError(f"every score on {benchmark!r} is reported by the maker of the model")
    if own["share"].isna().all():
        raise InputError(f"no one states of what maximum the scores on {benchmark!r} are; state `maximum`")
    return own[own["share"].notna()]


def _with_errors(own: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """Return model, share, error and own (whether the maker reports it) of the rows whose error is known."""
    share: Floats = own["share"].to_numpy(np.float64)
    stated: Floats = (own["standard_error"] / own["maximum"]).to_numpy(np.float64)
    n_items: Floats = own["n_items"].to_numpy(np.float64, na_value=np.nan)
    errors = np.where(np.isnan(stated), np.sqrt(variance_of_share(share, n_items)), stated)
    makers = own["self_reported"].fillna(False).to_numpy(np.bool_)
    found = pd.DataFrame({"model": own["model"].to_numpy(object), "share": share, "error": errors, "own": makers})
    if not np.isfinite(errors).any():
        raise InputError(f"neither the number of items of {benchmark!r} nor an error of a score is known; state `n_items` or `standard_error`")
    return found[np.isfinite(errors)]


def _one_each(rows: pd.DataFrame, repeated: Repeated) -> pd.DataFrame:
    """Return one row a model; several scores are of the same items, so the error of their mean is the mean of their errors."""
    if repeated == "mean":
        return rows.groupby("model", sort=True).agg({"share": "mean", "error": "mean", "own": "any"}).reset_index()
    ordered = rows.sort_values("share", ascending=repeated == "lowest", kind="stable")
    return ordered.drop_duplicates("model").sort_values("model")


def variance_of_share(share: Floats, n_items: Floats) -> Floats:
    """Variance of the share of items that are right, (n,); at 0 and 1 that of one item more or less."""
    inner = np.clip(share, 1 / n_items, 1 - 1 / n_items)
    variance: Floats = inner * (1 - inner) / n_items
    return variance


def _keys(name: str) -> set[str]:
    """What a benchmark may be called."""
    known = known_benchmark(name)
    return {key_of(name), *(map(key_of, known.spellings) if known else ())}
