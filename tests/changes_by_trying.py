"""The fewest votes to change by trying all changes at once: dense Newton steps for every one, which share nothing with the engine."""

import itertools

import numpy as np

# Log-odds; nearer strengths are equal.
EQUAL = 1e-8


def count_vectors(available, n):
    """Every way (n_ways, n_kinds) to take n units of kinds of which so many are available."""
    if len(available) == 1:
        return np.full((int(n <= available[0]), 1), n)
    parts = []
    for first in range(min(n, int(available[0])) + 1):
        rest = count_vectors(available[1:], n - first)
        parts.append(np.column_stack([np.full(len(rest), first), rest]))
    return np.concatenate(parts)


def reachable(votes):
    """Whether chains of wins and ties lead from each to each, (n_logs, n, n), of `votes` (n_logs, 3, n, n): wins, losses, ties of the first."""
    beats = (votes[:, 0] + votes[:, 2] + np.swapaxes(votes[:, 1] + votes[:, 2], 1, 2) > 0) | np.eye(votes.shape[-1], dtype=bool)
    for _ in range(votes.shape[-1]):
        beats = beats | (beats.astype(int) @ beats.astype(int) > 0)
    return beats


def strengths_of_all(votes, ties, pulled_by):
    """Strengths (n_logs, n) of logs with votes (n_logs, 3, n, n), above the diagonal; NaN where they do not exist.

    `pulled_by` is ("none", 0), ("votes", their number) or ("gaussian", precision).
    """
    n_logs, n = votes.shape[0], votes.shape[-1]
    won, tied = votes[:, 0] + np.swapaxes(votes[:, 1], 1, 2), votes[:, 2] + np.swapaxes(votes[:, 2], 1, 2)
    met = won + np.swapaxes(won, 1, 2) + tied
    davidson = (ties == "davidson") & tied.any(axis=(1, 2))
    theta, gamma, (kind, amount) = np.zeros((n_logs, n)), np.zeros(n_logs), pulled_by
    for _ in range(60):
        lead = theta[:, :, None] - theta[:, None]
        nu = np.where(davidson, np.exp(gamma), 0.0)[:, None, None]
        up, down = np.exp(lead / 2), np.exp(-lead / 2)
        total = up + down + nu
        # Points of the first over half, and their variance; with half-wins a tie has none over half.
        p_tie, mean = nu / total, (up - down) / total / 2
        variance = (up + down) / total / 4 - mean**2
        gradient = np.zeros((n_logs, n + 1))
        gradient[:, :n] = (won / 2 - np.swapaxes(won, 1, 2) / 2 - met * mean).sum(axis=2)
        hessian = np.zeros((n_logs, n + 1, n + 1))
        hessian[:, :n, :n] = -met * variance
        hessian[:, range(n), range(n)] += (met * variance).sum(axis=2)
        mixed = -(met * mean * p_tie).sum(axis=2)
        gradient[:, n] = np.where(davidson, (tied - met * p_tie).sum(axis=(1, 2)) / 2, 0.0)
        hessian[:, :n, n] = hessian[:, n, :n] = np.where(davidson[:, None], mixed, 0.0)
        hessian[:, n, n] = np.where(davidson, (met * p_tie * (1 - p_tie)).sum(axis=(1, 2)) / 2, 1.0)
        if kind == "none":
            hessian[:, :n, :n] += 1 / n
        else:
            half = np.tanh(theta / 2) / 2
            pull, precision = (amount * half, amount * (0.25 - half**2)) if kind == "votes" else (amount * theta, np.full_like(theta, amount))
            gradient[:, :n] -= pull
            hessian[:, range(n), range(n)] += precision
        hessian[:, range(n + 1), range(n + 1)] += 1e-14
        step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
        step *= 1.5 / np.maximum(1.5, np.abs(step).max(axis=1))[:, None]
        theta, gamma = theta + step[:, :n], gamma + step[:, n]
    found = np.abs(step).max(axis=1) < 1e-9
    if kind == "none":
        found &= reachable(votes).all(axis=(1, 2))
    theta[~found | (np.abs(gamma) > 12)] = np.nan
    return theta


def without_one_sided(votes, ties):
    """Strengths (n,) of votes (3, n, n) after leaving out undefeated and winless competitors until none is left; NaN for those, or for all."""
    n, keep = votes.shape[-1], np.ones(votes.shape[-1], bool)
    while True:
        inside = votes * np.outer(keep, keep)
        points = (inside[0] + inside[2]).sum(axis=1) + (inside[1] + inside[2]).sum(axis=0)
        against = (inside[1] + inside[2]).sum(axis=1) + (inside[0] + inside[2]).sum(axis=0)
        left = keep & (points > 0) & (against > 0)
        if np.array_equal(left, keep):
            break
        keep = left
    strengths = np.full(n, np.nan)
    if keep.sum() > 1:
        strengths[keep] = strengths_of_all(votes[None][..., keep, :][..., keep], ties, ("none", 0))[0]
    return strengths


def fewest_by_definition(kinds, votes, passes, fitted_to, most):
    """The least number of units whose change lets one of the second of `passes` pass the first; None if over `most`.

    kinds : what a unit adds to votes (n_kinds, 3, n, n), and how many there are of each. votes : (3, n, n). fitted_to : a function of logs
    (n_logs, 3, n, n).
    """
    units, available = kinds
    above, below = np.array(passes).T
    for n in range(1, int(min(most, available.sum())) + 1):
        after = votes.ravel() + count_vectors(np.minimum(available, n), n) @ units.reshape(len(units), -1)
        strengths = fitted_to(after.reshape(-1, *votes.shape))
        with np.errstate(invalid="ignore"):
            if np.any(strengths[:, below] - strengths[:, above] > EQUAL):
                return n
    return None


def n_vectors(available, most):
    """How many changes of up to `most` units there are."""
    sizes = np.ones(1)
    for n in np.minimum(available, most):
        sizes = np.convolve(sizes, np.ones(int(n) + 1))[: most + 1]
    return int(sizes[1:].sum())


def pairs_of(inside, outside):
    """Every pair of one of the first and one of the second."""
    return list(itertools.product(inside, outside))
