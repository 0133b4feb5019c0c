"""Sources whose votes count again: files with the bytes of another, and votes that are those of another in whatever form.

A log may stand beside its compressed copy, the same rows in another format or order, counts of them, or the parts that it was put together from. Of
each source a fingerprint is taken: the sum over its votes of a number that the two names and the outcome give at random, twice 64 bits. It does not
depend on the order of votes, and that of several sources together is the sum of theirs.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from recount.data.checksums import sha256
from recount.data.sources import labels_of
from recount.engine.votes import Ints

# Votes that are as likely to be equal by chance are not told.
BY_CHANCE = 1e-9
ALL_OTHERS = "all the others together"
# Multipliers of SplitMix64.
ODD, FIRST_MIX, SECOND_MIX = (np.uint64(number) for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
N_SUMS = 2


class Fingerprint(NamedTuple):
    """What the votes of a source are told by.

    Attributes
    ----------
    sums : tuple of int
    log_chance : float
        Logarithm of the largest probability with which as many votes that were drawn independently would be the same.
    """

    sums: tuple[int, ...]
    log_chance: float


def fingerprint(names: Sequence[str], first: Ints, second: Ints, counts: Ints) -> Fingerprint:
    """Return the fingerprint of votes: of the pairs first, second (n_pairs,), as places in `names`, by outcome (n_pairs, 4)."""
    pair, outcome = np.nonzero(counts)
    n_votes = counts[pair, outcome]
    sums = (numbers_of(names, first[pair], second[pair], outcome) * n_votes.astype(np.uint64)[:, None]).sum(axis=0, dtype=np.uint64)
    return Fingerprint(tuple(sums.tolist()), _log_chance(n_votes))


def numbers_of(names: Sequence[str], first: Ints, second: Ints, outcome: Ints) -> NDArray[np.uint64]:
    """Return the numbers that names and outcomes give at random, (n, 2): of votes, or cells, by their places in `names` and their outcomes, (n,)."""
    of_names = np.array([_number_of(name) for name in names], np.uint64).reshape(-1, N_SUMS)
    # One side counts more than the other, so that an exchange of both changes the number.
    return _mixed(of_names[first] * FIRST_MIX + _mixed(of_names[second]) + (outcome.astype(np.uint64)[:, None] + np.uint64(1)) * ODD)


def copies_among(sources: Sequence[Any], held: Mapping[str, Fingerprint]) -> tuple[tuple[str, str], ...]:
    """Return each source whose votes count again, and the earlier one that has the same, or that all the others have them together.

    Parameters
    ----------
    sources : sequence of path or table
        Of those that are files on this machine, and equally long, the bytes are compared.
    held : mapping of str to Fingerprint
        Of each source that was read, by what messages call it, in order.
    """
    found = {copy: original for copy, original in _equal_bytes(sources).items() if copy in held}
    original: dict[tuple[int, ...], str] = {}
    for label, votes in held.items():
        if votes.log_chance < math.log(BY_CHANCE) and (earlier := original.setdefault(votes.sums, label)) != label:
            found.setdefault(label, earlier)
    if not found:
        together = tuple(sum(sums) % 2**64 for sums in zip(*(votes.sums for votes in held.values()), strict=True))
        for label, votes in held.items():
            if votes.log_chance < math.log(BY_CHANCE) and together == tuple(2 * one % 2**64 for one in votes.sums):
                found[label] = ALL_OTHERS
    return tuple(found.items())


def _equal_bytes(sources: Sequence[Any]) -> dict[str, str]:
    of_size: defaultdict[int, list[tuple[str, Path]]] = defaultdict(list)
    for label, source in zip(labels_of(sources), sources, strict=True):
        if isinstance(source, Path) and source.is_file():
            of_size[source.stat().st_size].append((label, source))
    found: dict[str, str] = {}
    for alike in of_size.values():
        first: dict[str, str] = {}
        for label, path in alike if len(alike) > 1 else ():
            if (original := first.setdefault(sha256(path), label)) != label:
                found[label] = original
    return found


def _number_of(name: str) -> list[int]:
    digest = hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8 * N_SUMS).digest()
    return [int.from_bytes(digest[8 * place : 8 * place + 8], "little") for place in range(N_SUMS)]


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers of which every bit depends on every bit, by the last steps of SplitMix64 (Steele, Lea and Flood 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * FIRST_MIX
    numbers = (numbers ^ (numbers >> np.uint64(27))) * SECOND_MIX
    return numbers ^ (numbers >> np.uint64(31))


def is_by_chance(n_votes: Ints) -> bool:
    """Whether independent votes may well be as many in each cell as others are, which have these counts."""
    return _log_chance(n_votes) >= math.log(BY_CHANCE)


def _log_chance(n_votes: Ints) -> float:
    """Logarithm of the multinomial probability of counts whose expectations they are, by Gosper's formula for factorials."""
    return _log_of_root(n_votes.sum()) - float(_log_of_root(n_votes).sum()) if n_votes.size else 0.0


def _log_of_root(n: Any) -> Any:
    return np.log((2.0 * n + 1.0 / 3.0) * np.pi) / 2.0
