"""Who waits is told what is under way: a line in a pipe, a bar on a terminal, nothing of what is quick or where nothing is to be said."""

import threading
import time
from contextlib import contextmanager

import pytest

import recount
from recount.sims.command_line import progress
from recount.sims.command_line.progress import Progress
from recount.sims.report.material import Material
from recount.sims.report.page import n_stages, page_of
from tests.pages import KNOWN, vote_frame

SOON = 0.05


@pytest.fixture
def soon(monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BEFORE", SOON)


def of_two(shown, seconds):
    stages = shown.stages("the page", 2)
    with stages("quick"):
        pass
    with stages("slow"):
        time.sleep(seconds)
    shown.close()


def test_a_slow_stage_is_a_line_in_a_pipe(soon, capsys):
    of_two(Progress(), 20 * SOON)
    assert capsys.readouterr().err == "the page: slow (1 of 2 steps done, 0 s so far, 0 s left if the others take as long)\n"


def test_nothing_is_told_of_what_is_quick_or_quiet(soon, capsys):
    of_two(Progress(), 0.0)
    of_two(Progress(is_quiet=True), 4 * SOON)
    assert not capsys.readouterr().err
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer) and one.is_alive() and not one.finished.is_set()]


def test_a_terminal_has_a_bar(soon, monkeypatch):
    told = []
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    monkeypatch.setattr(Progress, "show", lambda _, *shown: told.append(shown))
    of_two(Progress(), 20 * SOON)
    assert told == [("the page", "slow (1 of 2 steps done)", 0.5)]


def test_a_page_tells_as_many_stages_as_it_says():
    material, told = Material(recount.analyse(vote_frame(KNOWN, 900)), recount.read_catalogue()), []

    @contextmanager
    def stage(name):
        told.append(name)
        yield

    page_of(material, stage)
    assert len(told) == len(set(told)) == n_stages(material)
