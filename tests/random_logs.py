"""Random votes with a known cause, and small counts made by hand."""

from dataclasses import replace

import numpy as np

from recount.engine import Position, Style
from recount.engine.votes import Factor, Votes
from tests.reference import pair_counts

UNDEFEATED = [("a", "b", 5, 5, 0, 0), ("b", "c", 5, 5, 0, 0), ("a", "c", 5, 5, 0, 0), ("king", "a", 7, 0, 0, 0), ("b", "loser", 4, 0, 0, 0)]


def counts_of(rows):
    return pair_counts(sorted({name for row in rows for name in row[:2]}), rows)


def random_votes(seed=1, n=12, n_votes=3000, spread=1.0):
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, spread, n)
    first = rng.integers(0, n, n_votes)
    second = (first + rng.integers(1, n, n_votes)) % n
    p = 1 / (1 + np.exp(theta[second] - theta[first]))
    u = rng.random(n_votes)
    outcome = np.where(u < 0.2, 2, np.where(u < 0.3, 3, np.where(rng.random(n_votes) < p, 0, 1)))
    return Votes(tuple(f"m{i:02d}" for i in range(n)), first, second, outcome)


def with_clusters(votes, **codes):
    """The same votes with columns of labels."""
    columns = {name: Factor(np.asarray(code, np.int32), tuple(f"{name}{i}" for i in range(max(code) + 1))) for name, code in codes.items()}
    return Votes(votes.names, votes.first, votes.second, votes.outcome, columns)


def voted(n_votes=400, n=6, n_voters=30, n_prompts=9, seed=1, taste=1.0):
    """Votes of voters with tastes of their own, on prompts; some labels are missing."""
    rng = np.random.default_rng(seed)
    voter, prompt = rng.integers(0, n_voters, n_votes), rng.integers(0, n_prompts, n_votes)
    strengths = rng.normal(0, 0.7, n) + taste * rng.normal(size=(n_voters, n))
    first = rng.integers(0, n, n_votes)
    second = (first + rng.integers(1, n, n_votes)) % n
    lead = strengths[voter, first] - strengths[voter, second]
    u = rng.random(n_votes)
    outcome = np.where(u < 0.15, 2, np.where(u < 0.25, 3, np.where(rng.random(n_votes) < 1 / (1 + np.exp(-lead)), 0, 1)))
    voter[rng.random(n_votes) < 0.05] = -1
    return with_clusters(Votes(tuple(f"m{i}" for i in range(n)), first, second, outcome), voter=voter, prompt=prompt)


def log_by_time(n_votes=600, n_voters=30):
    votes = random_votes(n=6, n_votes=n_votes)
    rng = np.random.default_rng(0)
    voter = Factor(rng.integers(0, n_voters, n_votes).astype(np.int32), tuple(f"v{i}" for i in range(n_voters)))
    return Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": voter, "tstamp": 1_704_067_200 + rng.permutation(n_votes) * 60.0})


LEVELS = ("code", "maths", "prose")


COVARIATES = (Position(), Style("length_a", "length_b"), Style("bold_a", "bold_b", "difference"))


TIE_RULES = ("half", "davidson", "rao-kupper")


def random_log(seed=1, n=6, n_votes=1500, tie_share=0.25):
    """Votes with a position, a style and a category effect, and columns for clusters."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(0, 0.7, n)
    first = rng.integers(0, n, n_votes)
    second = (first + rng.integers(1, n, n_votes)) % n
    columns = {f"{name}_{side}": rng.poisson(mean, n_votes).astype(float) for name, mean in (("length", 90), ("bold", 2)) for side in "ab"}
    category, voter, prompt = rng.integers(0, 3, n_votes), rng.integers(0, 40, n_votes), rng.integers(0, 25, n_votes)
    columns |= {"category": Factor(category.astype(np.int32), LEVELS), "voter": voter, "prompt": prompt}
    length = (columns["length_a"] - columns["length_b"]) / (columns["length_a"] + columns["length_b"])
    lead = theta[first] - theta[second] + 0.3 + 4 * length + 0.2 * (category == 1)
    u = rng.random(n_votes)
    won = (1 - tie_share) / (1 + np.exp(-lead))
    outcome = np.where(u < won, 0, np.where(u < 1 - tie_share, 1, np.where(u < 1 - tie_share / 4, 2, 3)))
    return Votes(tuple(f"m{i}" for i in range(n)), first, second, outcome, columns)


def rearranged(votes, rows):
    """The votes of a log in these rows."""
    columns = {name: replace(c, codes=c.codes[rows]) if isinstance(c, Factor) else c[rows] for name, c in votes.columns.items()}
    return Votes(votes.names, votes.first[rows], votes.second[rows], votes.outcome[rows], columns)


def mirrored(votes):
    """The same votes, second shown first."""
    columns = dict(votes.columns)
    for name in ("length", "bold"):
        columns[f"{name}_a"], columns[f"{name}_b"] = votes.columns[f"{name}_b"], votes.columns[f"{name}_a"]
    return Votes(votes.names, votes.second, votes.first, np.array([1, 0, 2, 3])[votes.outcome], columns)


def with_mirror_image(log):
    """The votes, and then the same ones, second shown first."""
    return Votes(log.names, *(np.concatenate([a, b]) for a, b in zip(*((v.first, v.second, v.outcome) for v in (log, mirrored(log))), strict=True)))


def level_votes(n_votes=400, n=7, seed=1):
    rng = np.random.default_rng(seed)
    first = rng.integers(0, n, n_votes)
    return Votes(tuple(f"m{i}" for i in range(n)), first, (first + rng.integers(1, n, n_votes)) % n, rng.integers(0, 4, n_votes))


def votes_in(votes, rows):
    """Return the votes in `rows`: a number of first ones, a mask or an order."""
    rows = slice(0, rows) if np.ndim(rows) == 0 else rows
    columns = {name: Factor(held.codes[rows], held.levels) if isinstance(held, Factor) else held[rows] for name, held in votes.columns.items()}
    return replace(votes, first=votes.first[rows], second=votes.second[rows], outcome=votes.outcome[rows], columns=columns)


def vote(outcome, names=("a", "b")):
    return Votes(names, [0], [1], [outcome])
