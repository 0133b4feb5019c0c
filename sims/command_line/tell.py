"""What a command says on stderr beside its result, in lines that no terminal obeys."""

import sys

from data import Quarantine
from engine import Fit


def tell(line: str) -> None:
    """Print one line on stderr, without control characters."""
    print("".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in " ".join(line.split())), file=sys.stderr)


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
    if fitted.prior_votes:
        tell(f"existence=prior: every competitor has {fitted.prior_votes:g} tied votes against an imagined opponent")
    tell(
        f"{fitted.contests.n_votes:,.0f} votes, {len(fitted.names)} competitors; converged in {fitted.n_iterations} iterations "
        f"to {fitted.rating_error:.1g} Elo; mean negative log-likelihood {fitted.mean_nll:.6f}"
    )


def listed(names: tuple[str, ...], n: int = 5) -> str:
    """Return the first names, and how many more there are."""
    shown = ", ".join(map(repr, names[:n]))
    return shown if len(names) <= n else f"{shown} and {len(names) - n} more"
