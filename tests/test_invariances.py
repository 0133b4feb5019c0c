"""What must not change the ratings, or must change them in a known way; hypothesis looks for counterexamples."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recount.engine import PairCounts, anchored, count, covariance, fit
from recount.engine.votes import Votes

# Strengths and errors agree to what the certificate promises (1e-7 Elo is 6e-10 log-odds), with room for rounding.
CLOSE = 1e-8


@st.composite
def vote_logs(draw):
    """A log over 2 to 6 competitors in which a circle of ties makes the ratings exist."""
    n = draw(st.integers(2, 6))
    circle = [(i, (i + 1) % n, 2) for i in range(n)]
    vote = st.tuples(st.integers(0, n - 1), st.integers(1, n - 1), st.integers(0, 3)).map(lambda v: (v[0], (v[0] + v[1]) % n, v[2]))
    rows = np.array(circle + draw(st.lists(vote, max_size=60)))
    return Votes(tuple(f"m{i}" for i in range(n)), *rows.T)


def rated(counts, method="sandwich", **choices):
    fitted = fit(counts, **choices)
    uncertain = covariance(fitted, method)
    by_name = np.argsort(fitted.names)
    return fitted.strengths[by_name], uncertain.covariance[np.ix_(by_name, by_name)]


def assert_same(a, b):
    assert a[0] == pytest.approx(b[0], abs=CLOSE)
    assert a[1] == pytest.approx(b[1], abs=CLOSE)


@given(vote_logs(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_row_order_leaves_no_trace(votes, random):
    order = list(range(votes.n_votes))
    random.shuffle(order)
    shuffled = Votes(votes.names, votes.first[order], votes.second[order], votes.outcome[order])
    a, b = count(votes), count(shuffled)
    assert a.names == b.names
    assert np.array_equal(a.counts, b.counts)


@given(vote_logs())
@settings(max_examples=60)
def test_swapping_sides(votes):
    swapped = Votes(votes.names, votes.second, votes.first, np.array([1, 0, 2, 3], np.int8)[votes.outcome])
    assert_same(rated(count(votes)), rated(count(swapped)))


@given(vote_logs(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_relabelling(votes, random):
    new = list(votes.names)
    random.shuffle(new)
    renamed = rated(count(Votes(tuple(new), votes.first, votes.second, votes.outcome)))
    original = rated(count(votes))
    place = [sorted(new).index(new[votes.names.index(name)]) for name in sorted(votes.names)]
    assert renamed[0][place] == pytest.approx(original[0], abs=CLOSE)
    assert renamed[1][np.ix_(place, place)] == pytest.approx(original[1], abs=CLOSE)


@given(vote_logs(), st.integers(0, 60))
@settings(max_examples=60)
def test_splitting_and_merging(votes, cut):
    def part(rows):
        return count(Votes(votes.names, votes.first[rows], votes.second[rows], votes.outcome[rows]))

    whole, merged = count(votes), part(slice(0, cut)) + part(slice(cut, None))
    assert merged.names == whole.names
    for name in ("first", "second", "counts"):
        assert np.array_equal(getattr(merged, name), getattr(whole, name))


@given(vote_logs(), st.integers(2, 50))
@settings(max_examples=60)
def test_multiplying_counts(votes, times):
    """The sandwich is surer still, as each vote has less leverage."""
    counts = count(votes)
    strengths, errors = rated(counts, "fisher")
    more_strengths, more_errors = rated(PairCounts(counts.names, counts.first, counts.second, counts.counts * times), "fisher")
    assert more_strengths == pytest.approx(strengths, abs=CLOSE)
    assert more_errors.diagonal() * times == pytest.approx(errors.diagonal(), abs=CLOSE)


@given(vote_logs(), st.floats(-3000, 3000))
@settings(max_examples=60)
def test_any_anchor_only_shifts(votes, rating):
    fitted = fit(count(votes))
    uncertain = covariance(fitted)
    for anchor in fitted.names:
        scale = anchored(fitted.names, fitted.strengths, anchor, rating)
        ratings = scale.ratings(fitted.strengths)
        assert ratings[fitted.names.index(anchor)] == pytest.approx(rating, abs=1e-9)
        shift = ratings - anchored(fitted.names, fitted.strengths, fitted.names[0], rating).ratings(fitted.strengths)
        assert shift == pytest.approx(shift[0], abs=1e-9)
        lower, upper = (scale.ratings(end) for end in uncertain.interval())
        assert upper - lower == pytest.approx(scale.points * np.subtract(*uncertain.interval()[::-1]), abs=1e-9)
        # Zero only where every vote is the tie that the fit expects.
        assert np.all(upper - lower >= 0)


@given(vote_logs())
@settings(max_examples=30)
def test_both_bad_as_tie_is_a_tie(votes):
    folded = Votes(votes.names, votes.first, votes.second, np.where(votes.outcome == 3, 2, votes.outcome))
    assert_same(rated(count(votes)), rated(count(folded)))
    left = votes.outcome != 3
    without = Votes(votes.names, votes.first[left], votes.second[left], votes.outcome[left])
    assert_same(rated(count(votes), both_bad="drop"), rated(count(without)))
