"""Whether the maximum-likelihood ratings exist, and what to do where they do not.

They exist, and are unique, if and only if from every competitor a chain of wins leads to every other (Ford 1957, "Solution of a ranking problem
from binary comparisons"); a tie counts for both sides.

Where ties have a parameter that grows, the chance of a tie between unequals can be kept by moving them apart: wins against ties decide nothing if
there are strengths x with x_i - x_j >= 1 for every win of i over j and |x_i - x_j| <= 1 for every tie (Davidson 1970; Rao and Kupper 1967: the same
cone). There are none if and only if the graph of these differences has a negative cycle, as it has where two competitors beat each other.

The competitors fall into strongly connected groups. More than one group means that some group never lost a vote to the rest, or never met it.
"""

from dataclasses import dataclass, replace
from typing import get_args

import numpy as np

from recount.engine.choices.declaring import check_choice
from recount.engine.choices.existence import Existence
from recount.engine.choices.ties import BothBadRule, TieRule
from recount.engine.errors import ExistenceError
from recount.engine.kernels.connectivity import reaches_all
from recount.engine.pair_contests import Contests, contests
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.votes import Bools, Ints, PairCounts
from recount.engine.weighting import WeightedCounts

REMEDIES: dict[Existence, str] = {
    "prior": "rates all, toward each other",
    "drop": "leaves out undefeated and winless",
    "largest": "keeps the largest group",
}


@dataclass(frozen=True, slots=True, eq=False)
class Rateable:
    """Contests whose ratings exist, and what was done so that they do.

    Attributes
    ----------
    contests : Contests
        Strongly connected, unless the policy is "prior".
    dropped : tuple of str
        Competitors that were left out.
    """

    contests: Contests
    dropped: tuple[str, ...]


def rateable(played: Contests, policy: Existence) -> Rateable:
    """Apply the policy for ratings that do not exist.

    Parameters
    ----------
    played : Contests
    policy : {"error", "drop", "largest", "prior"}
        Raise; drop undefeated and winless competitors and those without votes until none is left; keep the largest strongly
        connected group; or leave the contests as they are to a fit with a prior.

    Raises
    ------
    ExistenceError
        Naming the competitors or the groups and the remedies.
    """
    check_choice("existence", policy, get_args(Existence))
    if policy == "prior":
        if not played.names or played.n_votes == 0:
            raise ExistenceError("there is no vote that counts; give votes between at least two competitors")
        return Rateable(played, ())
    kept = _left_by(played, policy)
    if kept is None:
        raise ExistenceError(_why_not(played, played, "with existence='largest' there is no group of two or more that is larger than all others"))
    if len(kept.names) < 2:
        raise ExistenceError(_why_not(played, played, f"with existence={policy!r} fewer than two competitors are left"))
    if not connected_by_wins(kept):
        raise ExistenceError(_why_not(kept, played, "the ratings do not exist"))
    if len(kept.names) == len(played.names):
        return Rateable(kept, ())
    remaining = set(kept.names)
    return Rateable(kept, tuple(name for name in played.names if name not in remaining))


def _left_by(played: Contests, policy: Existence) -> Contests | None:
    """Return the contests of those that "drop" or "largest" keeps; None if no group is the largest."""
    kept: Contests | None = played
    while kept is not None and policy == "drop":
        unbeaten, winless = _one_sided(kept)
        keep = ~(unbeaten | winless)
        if keep.all():
            break
        kept = kept.only(keep)
    if policy == "largest":
        largest = largest_group(played, strong_groups(played))
        kept = None if largest is None else played.only(largest)
    return kept


def rateable_contests(counts: PairCounts | WeightedCounts, ties: TieRule, both_bad: BothBadRule, policy: Existence) -> Rateable:
    """Apply tie rules to counts, and the policy for ratings that do not exist; who is left out leaves with all votes. Errors as in `rateable`."""
    played = contests(counts, ties=ties, both_bad=both_bad)
    joined = rateable(that_join(played, ties), policy)
    if joined.dropped:
        left_out = set(joined.dropped)
        played = contests(counts.only(np.array([name not in left_out for name in counts.names])), ties=ties, both_bad=both_bad)
    return Rateable(played, joined.dropped)


def that_join(played: Contests, ties: TieRule) -> Contests:
    """The contests that join competitors: all votes, or, where each pair has a parameter of ties, which then say nothing, the decided ones."""
    return replace(played, ties=np.zeros(played.first.size), weights=None) if ties.by_pair else played


def check_joined(played: Contests) -> None:
    """Raise `ExistenceError` unless votes, of any outcome, join all competitors, without which Firth's prior does not rate them."""
    group = groups_that_met(played)
    if group.any():
        apart = [played.names[i] for i in np.flatnonzero(group != group[0])]
        raise ExistenceError(
            f"{plural(group.max() + 1, 'group')} of competitors never met, for example {played.names[0]!r} and {apart[0]!r}, and "
            f"Firth's prior does not join "
            "them; take prior votes or gaussian, or existence='largest' without a prior"
        )


def connected_by_wins(contests: Contests) -> bool:
    """Whether from every competitor a chain of wins leads to every other."""
    c, reached = contests, np.empty(len(contests.names), np.bool_)
    return reaches_all(c.first, c.second, c.wins, c.losses, c.ties, reached) and reaches_all(c.first, c.second, c.losses, c.wins, c.ties, reached)


def tie_parameter_exists(contests: Contests, pinned: bool = False) -> bool:
    """Whether a parameter of ties has a finite estimate, for contests with ties that chains of wins connect, or strengths that a prior pins."""
    if pinned:
        return bool(contests.wins.any() or contests.losses.any())
    if bool(np.any((contests.wins > 0) & (contests.losses > 0))):
        return True
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import NegativeCycleError, bellman_ford

    won, lost, tied = contests.wins > 0, contests.losses > 0, contests.ties > 0
    pairs = contests.first, contests.second
    start = np.concatenate([pairs[0][won], pairs[1][lost], pairs[0][tied & ~won], pairs[1][tied & ~lost]])
    end = np.concatenate([pairs[1][won], pairs[0][lost], pairs[1][tied & ~won], pairs[0][tied & ~lost]])
    lengths = np.where(np.arange(start.size) < won.sum() + lost.sum(), -1.0, 1.0)
    n = len(contests.names)
    try:
        bellman_ford(coo_array((lengths, (start, end)), shape=(n, n)).tocsr(), indices=[0])
    except NegativeCycleError:
        return True
    return False


def groups_that_met(contests: Contests) -> Ints:
    """Return the group of each competitor, (n_competitors,), counted from 0, that votes of any outcome join."""
    # Slow to load, and seldom needed; so below.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, met = len(contests.names), contests.wins + contests.losses + contests.ties > 0
    pairs = contests.first[met], contests.second[met]
    return np.asarray(connected_components(coo_array((np.ones(pairs[0].size, np.int8), pairs), shape=(n, n)), directed=False)[1])


def largest_group(contests: Contests, group: Ints) -> Bools | None:
    """Return who is in the largest group, (n_competitors,), given the `group` of each: the one of most competitors, of such the one with most votes.

    None if several are alike in both, as groups of one competitor are: names do not decide.
    """
    sizes = np.bincount(group, minlength=1)
    inside = group[contests.first] == group[contests.second]
    n_votes = contests.wins[inside] + contests.losses[inside] + contests.ties[inside]
    votes = np.where(sizes == sizes.max(), np.bincount(group[contests.first[inside]], n_votes, sizes.size), -1.0)
    # Sums of weights differ by rounding.
    largest = np.flatnonzero(votes >= votes.max() * (1 - 1e-12))
    return group == largest[0] if largest.size == 1 else None


def beaten_and_beating(contests: Contests, group: Ints) -> tuple[Bools, Bools]:
    """Return who is in a group that another one beats, and who in one that beats another, (n_competitors,) each."""
    winner, loser = _wins(contests)
    across = group[winner] != group[loser]
    return np.isin(group, group[loser[across]]), np.isin(group, group[winner[across]])


def strong_groups(contests: Contests) -> Ints:
    """Return the strongly connected group of each competitor, (n_competitors,)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, (winner, loser) = len(contests.names), _wins(contests)
    beats = coo_array((np.ones(winner.size, np.int8), (winner, loser)), shape=(n, n)).tocsr()
    return np.asarray(connected_components(beats, directed=True, connection="strong")[1])


def reached_by_wins(contests: Contests, group: Bools) -> tuple[Bools, Bools]:
    """Return whom chains of wins lead to from a group of competitors (n_competitors,) bool, and from whom they lead to it; both hold the group."""
    leads, trails = contests.wins + contests.ties > 0, contests.losses + contests.ties > 0
    found = []
    for first_leads, second_leads in ((leads, trails), (trails, leads)):
        reached, n_before = group.copy(), 0
        while (n_reached := int(reached.sum())) > n_before:
            n_before = n_reached
            reached[contests.second[first_leads & reached[contests.first]]] = True
            reached[contests.first[second_leads & reached[contests.second]]] = True
        found.append(reached)
    return found[0], found[1]


def _wins(contests: Contests) -> tuple[Ints, Ints]:
    """Return the winner and the loser of every pair in which there is a win or a tie, which counts both ways."""
    won, lost = contests.wins + contests.ties > 0, contests.losses + contests.ties > 0
    return np.concatenate([contests.first[won], contests.second[lost]]), np.concatenate([contests.second[won], contests.first[lost]])


def _one_sided(contests: Contests) -> tuple[np.ndarray, np.ndarray]:
    """Return which competitors never lost or tied, and which never won or tied; one without votes is both."""
    n = len(contests.names)
    win, loss = contests.wins + contests.ties, contests.losses + contests.ties
    points = np.bincount(contests.first, win, n) + np.bincount(contests.second, loss, n)
    against = np.bincount(contests.first, loss, n) + np.bincount(contests.second, win, n)
    return against == 0, points == 0


def _why_not(contests: Contests, played: Contests, what: str) -> str:
    """Say why the ratings of `contests` do not exist, and which policies rate what was `played`."""
    unbeaten, winless = _one_sided(contests)
    parts = [
        f"{label}: {listed([contests.names[i] for i in np.flatnonzero(which)])}"
        for label, which in (("without a vote", unbeaten & winless), ("undefeated", unbeaten & ~winless), ("winless", winless & ~unbeaten))
        if which.any()
    ]
    met, strong = groups_that_met(contests), strong_groups(contests)
    apart = _several(met)
    if len(apart) > 1:
        parts.append(f"{plural(len(apart), 'group')} that never met: {_groups_listed(contests, apart)}")
    # Of those that met.
    one_sided = [members for part in apart if len(inside := [m for m in _several(strong) if met[m[0]] == met[part[0]]]) > 1 for members in inside]
    if one_sided:
        parts.append(f"{plural(len(one_sided), 'group')} that no chain of wins joins both ways: {_groups_listed(contests, one_sided)}")
    remedies = ", ".join(f"existence={policy!r} ({effect})" for policy, effect in REMEDIES.items() if _rates(played, policy))
    return f"{what} ({'; '.join(parts) or 'no votes'}); {f'remedies: {remedies}' if remedies else 'give votes'}"


def _rates(played: Contests, policy: Existence) -> bool:
    if policy == "prior":
        return played.n_votes > 0
    kept = _left_by(played, policy)
    return kept is not None and len(kept.names) > 1 and connected_by_wins(kept)


def _several(group: Ints) -> list[Ints]:
    """Return the members of each group that has two or more, in their order."""
    groups = (np.flatnonzero(group == g) for g in np.unique(group))
    return sorted((members for members in groups if members.size > 1), key=lambda members: int(members[0]))


def _groups_listed(contests: Contests, groups: list[Ints]) -> str:
    return "; ".join(f"{{{listed([contests.names[i] for i in members])}}}" for members in groups[:3])
