"""Notes beside a table, in sentences: the same in Python and at the shell."""

import math
from collections.abc import Iterator

import numpy as np

from recount.data import Quarantine
from recount.data.days import SUFFIX
from recount.engine.choices import TieRule
from recount.engine.choices.ties import BothBadRule
from recount.engine.choices.usual import N_DRAWS
from recount.engine.fitting import Fit
from recount.engine.pair_contests import Contests
from recount.engine.plurals import plural
from recount.engine.showing import N_NAMES, listed
from recount.engine.uncertainty.cluster_variance import DF_OF_MODEL
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.posterior import why_unshrunken
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.uncertainty.score_variance import MOSTLY_MODEL
from recount.engine.votes import BOTH_BAD, TIE, PairCounts, Votes, unlabelled
from recount.sims.analysis.column_notes import of_largest, of_lookalikes, of_odd_labels, of_times
from recount.sims.specification import Specification, WhichVotes

ROUNDING = 1e-9
# Clusters' worth below which the model of tastes says a third or more.
FEW_CLUSTERS = 10
# Resampling that hardly varies is not compared more finely.
MANY_TIMES = 100.0
TIES = {
    TieRule.HALF: "A tie counts half a win for each side",
    TieRule.DROP: "Ties are left out",
    TieRule.DAVIDSON: "A tie is an outcome of its own, by Davidson's model",
    TieRule.RAO_KUPPER: "A tie is an outcome of its own, by Rao and Kupper's model",
    TieRule.DAVIDSON_BY_PAIR: "A tie is an outcome of its own, by Davidson's model with a parameter for each pair",
    TieRule.RAO_KUPPER_BY_PAIR: "A tie is an outcome of its own, by Rao and Kupper's model with a parameter for each pair",
}
OF_BOTH_BAD = {"tie": '"both bad" counts as a tie', "drop": '"both bad" is left out', "outcome": '"both bad" is an outcome of its own'}


def of_quarantine(quarantine: Quarantine) -> Iterator[str]:
    """Which files and how many rows were left out and why, and which names look alike."""
    for reason in quarantine.unreadable.values():
        yield f"left out whole, because it cannot be read: {reason}"
    if quarantine.n_rejected:
        reasons = ", ".join(f"{reason}: {n}" for reason, n in quarantine.by_reason().items())
        yield f"{quarantine.n_rejected} of {plural(quarantine.n_rows, 'row')} left out ({reasons}); recount check lists them"
    if quarantine.beside:
        yield f"documents beside the logs are not read: {listed(quarantine.beside)}"
    if quarantine.copies:
        copies = listed([f"{copy} ({original})" for copy, original in quarantine.copies])
        yield f"files with the votes of what is named beside them, which count again: {copies}; leave out what is a copy"
    yield from quarantine.doubts
    yield from of_lookalikes("names", quarantine.lookalikes)
    if quarantine.words_for_missing:
        words = listed(quarantine.words_for_missing)
        yield f"names that some programs write for a missing value, taken for competitors: {words}; leave such names empty if they are missing"


def of_labels(rows: Votes | None, specification: Specification) -> Iterator[str]:
    """How many votes have no label in the columns of clusters and voters, and which labels may stand for a missing one."""
    s = specification
    if rows is None:
        return
    by_voter = [s.weights.column] if s.weights.kind == "voters" else []
    groups = dict.fromkeys([*s.clusters, *by_voter])
    for name in groups:
        n = int(unlabelled(rows, name).sum())
        if n:
            yield f"{plural(n, 'vote has', 'votes have')} no {name!r}; each counts as one by itself"
        yield from of_largest(rows, name)
    for name in dict.fromkeys([*([s.weights.column] if s.weights.kind == "decay" else []), *(name for name in groups if name.endswith(SUFFIX))]):
        yield from of_times(rows, name.removesuffix(SUFFIX))
    categories = [column for covariate in s.covariates for column in covariate.columns]
    for name in dict.fromkeys([*groups, *categories, *([s.by] if s.by else [])]):
        yield from of_odd_labels(rows, name)


def of_minimum(counts: PairCounts, which: WhichVotes) -> Iterator[str]:
    """Who is left out because of few votes."""
    least, n_votes = which.minimum_votes, counts.votes_of_each()
    if few := tuple(name for name, n in zip(counts.names, n_votes, strict=True) if n < least):
        yield f"minimum_votes={least}: left out {len(few)} of {plural(counts.n_competitors, 'competitor')}: {listed(few)}"


def of_fit(fitted: Fit) -> Iterator[str]:
    """What was fitted, how well it converged and what was done so that the ratings exist."""
    if fitted.dropped:
        yield f"existence={fitted.existence!r}: left out {plural(len(fitted.dropped), 'competitor')}: {listed(fitted.dropped)}"
    if fitted.prior.kind != "none":
        yield f"prior: {fitted.prior}"
    n_votes, n_both_bad = fitted.contests.weight_sums(0).sum(), fitted.contests.n_both_bad
    apart = f" and {n_both_bad:,.0f} both bad" if n_both_bad else ""
    if fitted.contests.weights is not None:
        yield from of_weights(fitted.contests)
        apart = f" and both bad ones with a weight of {n_both_bad:,.0f}" if n_both_bad else ""
    of_ties = "" if math.isnan(fitted.tie_parameter) else f"; {fitted.ties.parameter} = {fitted.tie_parameter:.4g}"
    yield (
        f"{plural(n_votes, 'vote')}{apart}, {plural(len(fitted.names), 'competitor')}; converged in {plural(fitted.n_iterations, 'iteration')} "
        f"to {fitted.rating_error:.1g} Elo; mean negative log-likelihood {fitted.mean_nll:.6f}{of_ties}"
    )


def of_weights(played: Contests) -> Iterator[str]:
    """How many votes that count alike weighted ones are worth."""
    if played.weights is not None:
        yield f"weighted: {plural(played.weight_sums(0).sum(), 'vote is', 'votes are')} worth {played.n_effective:,.0f} that count alike"


def of_effects(fitted: Fit) -> Iterator[str]:
    """What was done with covariates."""
    for effect in fitted.effects:
        counts = ((effect.n_missing, "without a value left out"), (effect.n_alike, "with 0 on both sides, no difference"))
        for n, what in counts:
            if n:
                yield f"effect {effect.name}: {plural(n, 'vote')} {what}"
    if fitted.ridge:
        yield f"ridge: effects have a normal prior around 0 with standard deviation {fitted.ridge**-0.5:.4g} log-odds"


def of_prior(fitted: Fit, specification: Specification) -> Iterator[str]:
    """What intervals leave out because of a prior."""
    if specification.resampling is not None and (fitted.prior.kind != "none" or fitted.ridge):
        yield "every replicate takes the prior as fixed: intervals show how votes vary, not how far off the prior is; sandwich and fisher show both"


def of_uncertainty(rated: Uncertainty) -> Iterator[str]:
    """Where the uncertainty comes from, and who could not be rated in some replicates."""
    yield f"uncertainty: {rated.method}"
    if isinstance(rated, JointNormal):
        yield from of_thin_data(rated)
    if isinstance(rated, Replicates):
        yield rated.accuracy()
        yield from of_smoothing(rated)
        unrated = rated.n_unrated()
        sometimes = [i for i in np.argsort(-unrated, kind="stable") if unrated[i]]
        for i in sometimes[:N_NAMES]:
            yield f"{rated.names[i]!r} cannot be rated in {unrated[i]} of {plural(rated.n_replicates, 'replicate')}; its interval may be unbounded"
        if len(sometimes) > N_NAMES:
            yield f"nor can {len(sometimes) - N_NAMES} more, each in at most {unrated[sometimes[N_NAMES]]} of the replicates"


def of_thin_data(rated: JointNormal) -> Iterator[str]:
    """Whose uncertainty comes from a model more than from votes, and how few clusters there are in effect."""
    degrees, share = rated.degrees_of_differences, rated.largest_share
    if degrees is not None and (n_equal := float(np.median(degrees)) - DF_OF_MODEL + 1) < FEW_CLUSTERS:
        yield (
            f"the clusters are worth about {n_equal:.0f} of equal size; how such few differ is drawn toward a model of tastes, and intervals are "
            "Student's"
        )
    elif share is not None and (few := np.flatnonzero(share > MOSTLY_MODEL)).size:
        what, model = ("votes", "a vote") if degrees is None else ("clusters", "tastes")
        names = [rated.names[i] for i in few[np.argsort(-share[few], kind="stable")]]
        yield f"with so few {what} the model of {model} says most of how sure the rating is: {listed(names)}"


def of_smoothing(rated: Replicates) -> Iterator[str]:
    """By how much replicates were widened or narrowed, and of whom they have no say."""
    if rated.widening is None:
        return
    known = rated.widening[np.isfinite(rated.widening) & ~rated.unknown()]
    least, most = map(_times, (known.min(initial=np.inf), known.max(initial=0.0)))
    by = f": intervals are {least if least == most else f'{least} to {most}'} times as wide as those of resampling alone" if known.size else ""
    yield f"replicates are smoothed to vary as the sandwich says{by}"
    unknown = [rated.names[i] for i in np.flatnonzero(rated.unknown())]
    if unknown:
        yield f"so few votes cannot be resampled, and the interval has no ends (the sandwich has some, by the model of a vote): {listed(unknown)}"


def _times(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio <= MANY_TIMES else f"{MANY_TIMES:.3g} or more"


def of_draws(rated: Uncertainty, specification: Specification) -> Iterator[str]:
    """What cannot be said with so few joint draws."""
    if isinstance(rated, PointRatings):
        return
    n_draws = specification.n_draws or (rated.n_replicates if isinstance(rated, Replicates) else N_DRAWS)
    level = specification.confidence_level
    # As `recount.engine.ranks` and `recount.engine.uncertainty.intervals` take order statistics.
    for_ranks, for_intervals = math.floor(1 / (1 - level) + ROUNDING), _needed(level)
    if n_draws < for_intervals:
        yield (
            f"{plural(n_draws, 'joint draw is', 'joint draws are')} too few at {level:.12g}: intervals that are quantiles of draws have "
            f"no end with fewer than {for_intervals}, "
            f"nobody is shown to be better with fewer than {for_ranks}, and probabilities are known to 1 in {n_draws} at best"
        )


def of_probabilities(rated: Uncertainty, which: str) -> Iterator[str]:
    """What kind of probability these are, such as "P(best)"."""
    if isinstance(rated, JointNormal) and rated.is_posterior:
        yield f"{which}: of strengths given the votes and the prior that was given"
    elif isinstance(rated, JointNormal):
        yield (
            f"{which}: of strengths given the estimates, shrunken by a prior of unknown width and shape; the columns `unshrunken` are shares of "
            "draws around the estimates, which are too sure where ratings are close"
        )
    elif isinstance(rated, Replicates):
        why = why_unshrunken(rated)
        shrunken = f"missing, because {why}" if why else "of strengths given the estimates, by a prior of unknown width and shape"
        yield f"{which}: shares of replicates, which are too sure where ratings are close; the columns `shrunken` are {shrunken}"


def of_orders(n_orders: int, confidence_level: float) -> Iterator[str]:
    """That so few random orders have no interval."""
    if n_orders < _needed(confidence_level):
        yield (
            f"{plural(n_orders, 'random order is', 'random orders are')} too few for an interval at {confidence_level:.4g}; take "
            f"{_needed(confidence_level)} or more"
        )


def _needed(confidence_level: float) -> int:
    """Return how many draws an interval with ends needs."""
    return math.ceil(2 / (1 - confidence_level) - 1 - ROUNDING)


def of_ties(fitted: Fit, counts: PairCounts) -> str:
    """How ties were treated, as a sentence; "" of votes without any."""
    matters = {"ties": TIES[fitted.ties], "both_bad": OF_BOTH_BAD[fitted.both_bad]}
    told = "; ".join(matters[name] for name in rules_that_matter(counts, fitted.both_bad))
    return f"{told[:1].upper()}{told[1:]}." if told else ""


def rules_that_matter(counts: PairCounts, both_bad: BothBadRule) -> tuple[str, ...]:
    """Name the rules of ties, and of "both bad", that change anything of these votes."""
    n_ties, n_both_bad = counts.counts[:, [TIE, BOTH_BAD]].sum(axis=0)
    by_ties = ("ties",) if n_ties or (n_both_bad and both_bad == "tie") else ()
    return (*by_ties, "both_bad") if n_both_bad else by_ties
