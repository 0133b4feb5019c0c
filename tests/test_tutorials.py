"""Every tutorial, followed literally in an empty folder; what it shows is what comes out."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import recount
from recount.sims.presentation.showing import show
from tests.tables import Terminal

DOCS = Path(__file__).parents[1] / "docs"
TUTORIALS = sorted((DOCS / "tutorials").glob("*.md"))
# Of the terminal that the front page shows.
SIZE = {"COLUMNS": "96", "LINES": "16", "TERM": "xterm", "NO_COLOR": "1"}
FENCE = re.compile(r"^```(bash|python|text)\n(.*?)^```$", re.M | re.S)


def run(kind, code, folder):
    """Run a block; return what it prints, on both streams."""
    command = ["bash", "-euo", "pipefail", "-c", code] if kind == "bash" else [sys.executable, "-c", code]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(command, cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", timeout=300, check=False)
    # A reader who stops early ends a writer by a signal.
    assert done.returncode in (0, 141), (code, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def spaced(text):
    return " ".join(text.split())


# They compile, resample, or go through grids, in processes of their own.
SLOW = ("who_leads", "run_on_a_cluster", "how_fragile", "judge_a_claim", "simulate_an_arena", "rerun_a_leaderboard", "two_models")


@pytest.mark.parametrize("page", [pytest.param(page, marks=[pytest.mark.slow] if page.stem in SLOW else [], id=page.stem) for page in TUTORIALS])
def test_the_tutorial_works(page, tmp_path):
    blocks = FENCE.findall(page.read_text(encoding="utf-8"))
    assert any(kind != "text" for kind, _ in blocks)
    printed = ""
    for kind, code in blocks:
        if kind == "text":
            for line in filter(None, map(spaced, code.splitlines())):
                assert line in spaced(printed)
        else:
            printed = run(kind, code, tmp_path)


def test_every_fence_is_run():
    """No block has another language, which would not be run."""
    for page in TUTORIALS:
        text = page.read_text(encoding="utf-8")
        assert text.count("```") == 2 * len(FENCE.findall(text)), page


def test_the_front_page_shows_what_a_terminal_shows(monkeypatch):
    command, *shown = re.search(r"^\$ (recount .*?)^```$", (DOCS / "index.md").read_text(encoding="utf-8"), re.M | re.S)[1].splitlines()
    stream = Terminal()
    for name, value in SIZE.items():
        monkeypatch.setenv(name, value)
    show(recount.analyse().leaderboard(), stream=stream)
    lines = [line.rstrip() for line in stream.lines()]
    assert command == "recount rate"
    assert lines[: len(shown)] == shown


def test_code_of_the_example_works(tmp_path):
    for kind, code in FENCE.findall((DOCS / "example.md").read_text(encoding="utf-8")):
        run(kind, code, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"ratings.svg", "countries.svg"}


def test_the_reference_has_every_public_name():
    stated = (DOCS / "reference.md").read_text(encoding="utf-8").split()
    # A table and a module have pages of their own.
    assert {name for name in recount.__all__ if name not in ("PERTURBATIONS", "figures")} <= set(stated)
