"""The bound without a fit of what holds a pair, against the fit with a tether."""

import itertools

import numpy as np
import pytest

from recount.engine.counting import count
from recount.engine.fitting import fit
from recount.engine.scrutiny.changeable import Changeable
from recount.engine.scrutiny.conclusion import pair_order
from recount.engine.scrutiny.tethers import Hold, Tether
from recount.engine.votes import Votes


@pytest.fixture(scope="module", params=[(12, 3000), (6, 150)])
def log(request):
    n, n_votes = request.param
    rng = np.random.default_rng(n)
    first, second = np.array([rng.choice(n, 2, replace=False) for _ in range(n_votes)]).T
    strength = rng.normal(size=n)
    p = 1 / (1 + np.exp(strength[second] - strength[first]))
    outcome = np.where(rng.random(n_votes) < 0.2, 0.5, (rng.random(n_votes) < p).astype(float))
    fitted = fit(count(Votes(tuple(f"m{i}" for i in range(n)), first, second, outcome)))
    return Changeable(fitted, "drop", None)


def test_a_pair_is_held_by_no_more_than_its_tether_carries(log):
    """And by most of it where little of the information is taken away."""
    of = log.fit
    hold, order, near = Hold(of, of.likelihood.bread(of.parameters)), np.argsort(-of.strengths), []
    for above, below in itertools.pairwise(order.tolist()):
        way = next(iter(pair_order(of, of.names[above], of.names[below]).ways.values()))
        pull = Tether(log, above, below).pull
        held = max((score for score in np.linspace(0, 2 * pull, 201) if hold.is_above(way, float(score))), default=0.0)
        assert held <= pull
        near.append(held / pull)
    assert max(near) > 0.7


def test_leads_of_nothing_are_not_held(log):
    of = log.fit
    hold, order = Hold(of, of.likelihood.bread(of.parameters)), np.argsort(-of.strengths)
    way = next(iter(pair_order(of, of.names[order[0]], of.names[order[-1]]).ways.values()))
    assert hold.is_above(way, 0.0)
    assert not hold.is_above(way, 1e9)
    assert not hold.is_above(-way, 0.0)
