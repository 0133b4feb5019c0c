"""Elo over random orders: uniform, reproducible, and with the law of shuffled logs."""

import numpy as np
import pytest
from scipy.stats import chi2

from recount.engine import Elo, OptionError, PairCounts, Votes, count, elo, elo_permutations
from recount.engine.kernels.sequential import shuffle
from recount.engine.kernels.streams import stream
from tests.random_logs import level_votes, vote, votes_in
from tests.reference import shuffled_by_definition


@pytest.mark.parametrize("n", [*range(6), 2000])
def test_shuffled_items_are_the_same_items(n):
    for dtype in (np.uint32, np.uint64):
        items = np.arange(n, dtype=dtype)
        start = stream(3, n)
        shuffle(np.uint64(start), items)
        assert sorted(items) == list(range(n))
        assert items.tolist() == shuffled_by_definition(range(n), int(start))


def test_every_order_is_as_likely():
    """24 orders of 4 items over 48,000 streams; and where in a long list an item ends up. Seeded, so that it fails for ever or never."""
    seen = np.zeros(256, int)
    for b in range(48_000):
        items = np.arange(4, dtype=np.uint32)
        shuffle(np.uint64(stream(5, b)), items)
        seen[int(items @ [64, 16, 4, 1])] += 1
    orders = seen[seen > 0]
    assert orders.size == 24
    assert np.sum((orders - 2000) ** 2 / 2000) < chi2.ppf(0.999, 23)
    place = np.zeros((10, 10))
    for b in range(400):
        items = np.arange(1000, dtype=np.uint32)
        shuffle(np.uint64(stream(6, b)), items)
        np.add.at(place, (np.arange(1000) // 100, items // 100), 1)
    assert np.sum((place - 4000) ** 2 / 4000) < chi2.ppf(0.999, 81)


def test_permutations_do_not_depend_on_threads_or_their_number():
    counts = count(level_votes())
    few = elo_permutations(counts, n_permutations=5, seed=9, n_threads=1)
    for n_threads in (2, 3, 8):
        many = elo_permutations(counts, n_permutations=12, seed=9, n_threads=n_threads)
        assert np.array_equal(many.replicates[:5], few.replicates)
        assert np.array_equal(many.n_votes, few.n_votes)
    assert few.n_votes.tolist() == counts.votes_of_each().tolist()
    assert not np.array_equal(elo_permutations(counts, n_permutations=5, seed=10).replicates, few.replicates)
    assert len({*map(bytes, many.replicates)}) == 12


@pytest.mark.slow
def test_permutations_have_the_law_of_shuffled_logs():
    votes = level_votes(300)
    rng = np.random.default_rng(4)
    shuffled = np.array([elo(votes_in(votes, rng.permutation(300)), Elo(k_factor=16)).ratings for _ in range(2000)])
    drawn = elo_permutations(count(votes), Elo(k_factor=16), n_permutations=2000, seed=1)
    error = np.sqrt(2 / 2000) * shuffled.std(axis=0)
    assert (np.abs(drawn.ratings - shuffled.mean(axis=0)) < 4 * error).all()
    assert drawn.deviations == pytest.approx(shuffled.std(axis=0), rel=4 / np.sqrt(2000))
    lower, upper = drawn.interval(0.8)
    assert np.mean((drawn.replicates > lower) & (drawn.replicates < upper)) == pytest.approx(0.8, abs=0.005)


def test_permutations_of_dropped_ties_and_decaying_k():
    votes = level_votes(200)
    kept = votes_in(votes, votes.outcome < 2)
    settings = Elo(k_halved_after=10.0, k_factor=64.0)
    dropped, never = (elo_permutations(count(log), settings, ties=ties, n_permutations=3) for log, ties in ((votes, "drop"), (kept, "half")))
    assert np.array_equal(dropped.replicates, never.replicates)
    assert np.array_equal(dropped.n_votes, never.n_votes)


def test_permutations_of_next_to_nothing():
    assert elo_permutations(PairCounts((), [], [], np.zeros((0, 4), int)), n_permutations=2).replicates.shape == (2, 0)
    assert (elo_permutations(count(Votes(("a", "b"), [], [], [])), n_permutations=2).replicates == 1000).all()
    assert elo_permutations(count(vote(0)), Elo(k_factor=32), n_permutations=2, n_threads=5).replicates.tolist() == [[1016, 984]] * 2


def test_permutations_over_very_many_competitors():
    """Beyond 2^15 competitors a vote takes 64 bits; the orders stay the same."""
    counts = count(level_votes())
    padded = PairCounts((*counts.names, *(f"x{i}" for i in range(40_000))), counts.first, counts.second, counts.counts)
    few, many = elo_permutations(counts, n_permutations=2), elo_permutations(padded, n_permutations=2)
    assert np.array_equal(many.replicates[:, :7], few.replicates)
    assert (many.replicates[:, 7:] == 1000).all()


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"n_permutations": 1}, "n_permutations is 1; give a whole number from 2"),
        ({"n_permutations": 2.5}, "n_permutations is 2.5"),
        ({"n_threads": 0}, "n_threads is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": 2**63}, "seed is"),
    ],
)
def test_impossible_permutations_are_refused(choice, message):
    with pytest.raises(OptionError, match=message):
        elo_permutations(count(vote(0)), **choice)


def test_permutations_show_themselves():
    permuted = elo_permutations(count(level_votes()), Elo(k_factor=16), n_permutations=5)
    first, settings, *best = str(permuted).splitlines()
    assert first == "Elo: 400 votes between 7 competitors, in 5 random orders (± is the spread over orders)"
    assert "k_factor 16" in settings
    frame = permuted.to_frame(0.5)
    assert best[0] == f"1. {frame['competitor'][0]}  {frame['rating'][0]:.1f} ± {frame['order_sd'][0]:.1f}"
    assert best[3:] == ["and 4 more"]
    assert frame.columns.tolist() == ["rank", "competitor", "rating", "order_sd", "order_lower", "order_upper", "n_votes"]
    place = permuted.names.index(frame["competitor"][0])
    assert (frame["order_lower"][0], frame["order_upper"][0]) == tuple(ends[place] for ends in permuted.interval(0.5))
    assert frame["competitor"][0] in permuted._repr_html_()
