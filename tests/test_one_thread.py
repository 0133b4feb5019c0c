"""BLAS is held to one thread by whichever thread asks, first or last."""

import threading

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from recount.engine.linear_algebra import one_thread


def n_threads():
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


def elsewhere(work):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.fixture
def several():
    """BLAS on two threads, also on a machine of one core."""
    with threadpool_limits(limits=2, user_api="blas"):
        if set(n_threads()) != {2}:
            pytest.skip("BLAS has one thread here")
        yield


def test_it_holds_in_any_thread(several):
    seen = []

    def hold():
        with one_thread():
            seen.extend(n_threads())
        seen.extend(n_threads())

    hold()
    elsewhere(hold)
    hold()
    n = len(n_threads())
    assert seen == ([1] * n + [2] * n) * 3


def test_it_ends_with_the_last_thread_that_asks(several):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with one_thread():
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=hold)
    with one_thread():
        other.start()
        entered.wait(10)
    assert set(n_threads()) == {1}
    leave.set()
    other.join()
    assert set(n_threads()) == {2}
