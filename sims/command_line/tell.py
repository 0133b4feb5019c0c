"""What a command says on stderr beside its result, in lines that no terminal obeys."""

import math
import sys
from functools import cache

import numpy as np

from recount.data import Quarantine
from recount.engine import ELO, Fit, Replicates, Uncertainty, Votes, Weights
from recount.engine.votes import unlabelled
from recount.sims.specification import Specification

N_TOLD = 5


def tell(line: str) -> None:
    """Print one line on stderr, without control characters."""
    print("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(line.split())), file=sys.stderr)


@cache
def tell_compiling() -> None:
    """Say once that the first run takes longer."""
    tell("compiling kernels, once for this machine; later runs find them on disk")


def tell_quarantine(quarantine: Quarantine) -> None:
    """Say how many rows were left out and why, and which names look alike."""
    if len(quarantine.rejects):
        reasons = ", ".join(f"{reason} {n}" for reason, n in quarantine.by_reason().items())
        tell(f"{len(quarantine.rejects)} of {quarantine.n_rows} rows left out ({reasons}); recount check lists them")
    for names in quarantine.lookalikes:
        tell(f"names that differ only in space or case, kept apart: {listed(names)}")


def tell_fit(fitted: Fit) -> None:
    """Say what was fitted, how well it converged and what was done so that the ratings exist."""
    if fitted.dropped:
        tell(f"existence={fitted.existence}: left out {len(fitted.dropped)} competitors: {listed(fitted.dropped)}")
    if fitted.prior.kind != "none":
        tell(f"prior: {fitted.prior}")
    n_votes, n_both_bad = fitted.contests.weight_sums(0).sum(), fitted.contests.n_both_bad
    apart = f" and {n_both_bad:,.0f} both bad" if n_both_bad else ""
    if fitted.contests.weights is not None:
        tell(f"weighted: {n_votes:,.0f} votes are worth {fitted.contests.n_effective:,.0f} that count alike")
        apart = f" and both bad ones with a weight of {n_both_bad:,.0f}" if n_both_bad else ""
    of_ties = "" if math.isnan(fitted.tie_parameter) else f"; {fitted.ties.parameter} = {fitted.tie_parameter:.4g}"
    tell(
        f"{n_votes:,.0f} votes{apart}, {len(fitted.names)} competitors; converged in {fitted.n_iterations} iterations "
        f"to {fitted.rating_error:.1g} Elo; mean negative log-likelihood {fitted.mean_nll:.6f}{of_ties}"
    )


def tell_unlabelled(log: Votes | None, specification: Specification) -> None:
    """Say how many votes have no label in the columns of clusters and voters."""
    weights = Weights.parse(specification.weights)
    for name in dict.fromkeys([*specification.clusters, *([weights.column] if weights.kind == "voters" else [])]):
        n = 0 if log is None else int(unlabelled(log, name).sum())
        if n:
            tell(f"{n:,} votes have no {name!r}; each counts as one by itself")


def tell_uncertainty(rated: Uncertainty) -> None:
    """Say where the uncertainty comes from, and who could not be rated in some replicates."""
    tell(f"uncertainty: {rated.method}")
    if isinstance(rated, Replicates):
        tell(f"every replicate converged to {rated.rating_error:.1g} Elo; ends of intervals are known to {_worst_end(rated):.2g} Elo or better")
        unrated = rated.n_unrated()
        for i in np.argsort(-unrated, kind="stable")[:N_TOLD]:
            if unrated[i]:
                tell(f"{rated.names[i]!r} cannot be rated in {unrated[i]} of {rated.n_replicates} replicates; its interval is unbounded if need be")


def _worst_end(rated: Replicates) -> float:
    errors = np.concatenate(rated.monte_carlo_errors())
    return ELO * float(errors[np.isfinite(errors)].max(initial=0.0))


def listed(names: tuple[str, ...], n: int = 5) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(map(repr, names[:n]))
    return shown if len(names) <= n else f"{shown} and {len(names) - n} more"
