"""Settings whose runs say nothing: no vote is changed, or choices under which the votes cannot be rated; and those in which few votes are left."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from recount.data import Board
from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.engine.votes import PairCounts
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.multiverse.combinations import reason_among
from recount.sims.perturbations import perturbed
from recount.sims.perturbations.perturbing import name_of
from recount.sims.perturbations.protocols import OfVotes, Perturbation
from recount.sims.studies.one_run import Studied
from recount.sims.studies.running import Study
from recount.sims.studies.sources import Impossible

# What they do is found, or fails; and takes long.
ALWAYS = ("rigging", "worst_case")


def idle_settings(study: Study) -> dict[int, str]:
    """Return why the runs of a setting say nothing, by its number, of those settings of which no run has other votes than the source."""
    known: dict[tuple[Perturbation, int], bool] = {}
    found = {}
    for number, setting in enumerate(study.settings):
        perturbation = setting.perturbation
        if setting.simulated is not None or setting.rated_by is not None or perturbation is None or isinstance(perturbation, Impossible):
            continue
        if study.plan.blocks[setting.block].each is not None or name_of(perturbation) in ALWAYS:
            continue
        key = perturbation, setting.n_runs
        if key not in known:
            first = study.plan.extent.seed
            known[key] = all(changes_nothing(study.studied, perturbation, seed) for seed in range(first, first + setting.n_runs))
        if known[key]:
            found[number] = said_of(study.studied)
    return found


def impossible_settings(study: Study, runs: pd.DataFrame) -> dict[int, str]:
    """Return why the votes cannot be rated under the choices of a setting, by its number; of choices alone, whatever else varies."""
    source, found = study.studied.source, {}
    has_result = set(runs.loc[runs["error"] == "", "setting"])
    for number, setting in enumerate(study.settings):
        if number in has_result or not isinstance(source, Log) or setting.perturbation is not None or setting.rated_by is not None:
            continue
        try:
            _ = Analysis(source, setting.specification).fit
        except RecountError as error:
            found[number] = reason_among(error, [name.partition(".")[2] for name in setting.varied if name.startswith("specification.")])
    return found


def said_of_impossible(runs: pd.DataFrame, impossible: Mapping[int, str]) -> str:
    """Say how many of these runs are of choices that are not possible, at the end of a sentence, and why."""
    n_all = runs["setting"].nunique()
    reasons = Counter(impossible[setting] for setting in runs["setting"].unique() if setting in impossible)
    if not reasons:
        return ""
    n, why = reasons.total(), "; ".join(reasons) if len(reasons) == 1 else "; ".join(f"in {n:,} {reason}" for reason, n in reasons.items())
    return f"; {n:,} of {n_all:,} {'is' if n == 1 else 'are'} not possible and not counted: {why}"


def said_of(studied: Studied) -> str:
    """Say that a perturbation changes nothing."""
    source = studied.source
    assert source is not None
    whom = plural(len(source.names), "rating") if isinstance(source, Board) else plural(source.counts.n_votes, "vote")
    return f"nothing is changed: all {whom} stay as they are"


def said_of_few_left(study: Study, number: int, seed: int) -> str:
    """Say how many votes a setting leaves, at the end of a sentence, if it is less than half of them."""
    source, perturbation = study.studied.source, study.settings[number].perturbation
    if not isinstance(source, Log) or perturbation is None or isinstance(perturbation, Impossible):
        return ""
    after = perturbed(source, perturbation, seed, study.studied.catalogue)
    assert isinstance(after, Log)
    n, left = source.counts.n_votes, after.counts.n_votes
    return f"; {left:,} of {plural(n, 'vote')} are left" if 2 * left < n else ""


def changes_nothing(studied: Studied, perturbation: Perturbation, seed: int) -> bool:
    """Whether the votes or ratings are the same after a perturbation with this seed as before; what fails is not."""
    source = studied.source
    assert source is not None
    try:
        after = perturbed(source, perturbation, seed, studied.catalogue)
        if isinstance(source, Board):
            return isinstance(after, Board) and after.names == source.names
        assert not isinstance(after, Board | PairCounts)
        if isinstance(perturbation, OfVotes) or after.counts.n_votes != source.counts.n_votes:
            return after.counts.n_votes == source.counts.n_votes
        return same_votes(source.counts, after.counts)
    except RecountError:
        return False


def same_votes(one: PairCounts, other: PairCounts) -> bool:
    """Whether two counts hold the same votes, whatever pairs without any they list."""
    some, others = one.counts.any(axis=1), other.counts.any(axis=1)
    return one.names == other.names and all(
        np.array_equal(mine[some], theirs[others])
        for mine, theirs in ((one.first, other.first), (one.second, other.second), (one.counts, other.counts))
    )
