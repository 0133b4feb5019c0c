"""What is told of work while it goes on: how much is done, from none to all, and anew where work begins again."""

import numpy as np

from recount.engine.uncertainty.posterior import posterior_draws
from recount.sims.command_line import progress


def test_draws_of_strengths_tell_how_far_they_are():
    told = []
    covariance = np.eye(4) / 10 - 1 / 40
    drawn = posterior_draws(np.array([0.3, 0.1, -0.1, -0.3]), covariance, 100, 1, progress=lambda n, share: told.append((n, share)))
    assert (told[0], told[-1]) == ((0, 0.0), (100, 1.0))
    assert told == sorted(told)
    assert np.array_equal(drawn, posterior_draws(np.array([0.3, 0.1, -0.1, -0.3]), covariance, 100, 1))


def test_the_rate_is_that_of_the_work_at_hand(monkeypatch):
    """Replicates, and then draws: the second begin at nothing, with a clock of their own."""
    seconds, shown = [0.0], []
    bar = progress.Progress()
    monkeypatch.setattr(progress.time, "perf_counter", lambda: seconds[0])
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(bar, "show", lambda work, text, share: shown.append(text))
    meter = bar.of("drawing", "draws")
    for at, n in ((0, 0), (10, 50), (20, 100), (20, 0), (23, 30)):
        seconds[0] = at
        meter(n, n / 100)
    assert shown == ["50 draws, 5/s", "100 draws, 5/s", "30 draws, 10/s"]


def test_time_left_is_not_told_before_half_of_the_stages_are_done(monkeypatch):
    """A first stage that compiles says nothing of the others."""
    seconds, told = [0.0], []
    monkeypatch.setattr(progress.time, "perf_counter", lambda: seconds[0])
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: False, raising=False)
    monkeypatch.setattr(progress, "tell", told.append)
    stages = progress.Progress().stages("the page", 4)
    for n_done in range(4):
        seconds[0] = 10.0 * n_done
        stages.n_done = n_done
        stages._tell("audit")
    assert ["left" in line for line in told] == [False, False, True, True]
    assert "20 s left" in told[2]
