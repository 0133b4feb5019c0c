"""Help of every command: examples that work as they are typed, names that were meant, and silence where it is asked for."""

import os
import shlex
import subprocess

import pytest

from recount.sims.command_line.program import COMMANDS
from tests.commands import RECOUNT, one_line

# From a network.
NEEDS_A_NETWORK = ("recount data fetch", 'recount check "$(recount data path')


def examples(recount, name):
    """Lines of the section of examples, as help shows them."""
    lines = recount(name, "--help").out.splitlines()
    start = lines.index("  Examples:") + 1
    end = lines.index("", start)
    return [line.strip() for line in lines[start:end]]


# Their examples go through grids, or make whole pages.
SLOW = ("countries", "report")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in COMMANDS])
def test_every_example_works_as_it_is_typed(recount, name):
    """In an empty folder, one after the other."""
    found = examples(recount, name)
    assert found
    for example in found:
        program, *arguments = shlex.split(example)
        assert program == "recount"
        assert len(example) <= 120
        if not example.startswith(NEEDS_A_NETWORK):
            done = recount(*arguments)
            assert (done.code, "Traceback" in done.err) == (0, False), (example, done.err)


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("raet",), "did you mean 'rate'"),
        (("rate", "--tise", "half"), "--ties"),
        (("rate", "--ties", "davidsn"), "did you mean 'davidson'"),
        (("rate", "--anchor", "gpt4o20240513"), "did you mean 'gpt-4o-2024-05-13'"),
        (("rate", "--pair", "gpt-4o-2024-05-13", "Claude-3-5-sonnet"), "did you mean 'claude-3-5-sonnet-20240620'"),
        (("rate", "--columns", "ratng"), "did you mean 'rating'"),
        (("countries", "--metric", "bets"), "--metric is 'bets'; did you mean 'best'"),
        (("countries", "--group", "open"), "did you mean 'open source' or 'open weights'"),
        (("claims", "articel"), "did you mean 'article'"),
        (("data", "fetch", "llmfa"), "did you mean 'llmfao'"),
        (("simulate", "aren"), "did you mean 'arena'"),
        (("influence", "--pair", "gpt4o20240513", "mixtral"), "did you mean"),
    ],
)
def test_what_was_meant_is_said(recount, arguments, meant):
    done = recount(*arguments)
    assert done.code == 2
    assert meant in one_line(done.err)


def test_quiet_says_nothing_but_the_result(recount, tmp_path):
    loud, quiet = recount("rate", "--format", "csv"), recount("rate", "--format", "csv", "--quiet")
    assert loud.out == quiet.out
    assert loud.err
    assert not quiet.err
    assert not recount("rate", "--quiet", "-o", "board.csv").err
    assert (tmp_path / "board.csv").exists()
    assert recount("rate", "--quiet", "--anchor", "nobody").err.startswith("error:")


def test_the_last_line_says_what_was_found_and_where_it_is(recount):
    last = recount("rate", "-o", "board.csv").err.splitlines()[-1]
    assert last.startswith("chatgpt-4o-latest is first with 1204")
    assert last.endswith("129 rows in board.csv")


def completions(typed, folder=None):
    """What a shell completes, by the protocol of bash: what has been typed, and the place of the word in it."""
    asked = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split(" ")) - 1), "_RECOUNT_COMPLETE": "bash_complete"}
    said = subprocess.run([RECOUNT], env={**os.environ, **asked}, capture_output=True, encoding="utf-8", check=True, timeout=60, cwd=folder)
    assert not said.stderr
    return said.stdout.split("\n")[:-1] if said.stdout.strip() else []


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("recount ra", "rate"),
        ("recount rate --ti", "--ties"),
        ("recount rate --ties ", "davidson-by-pair"),
        ("recount report --claims ar", "article"),
        ("recount claims la", "lag"),
        ("recount rate --pair gpt-4o-2024-05-13 claude-3-5", "claude-3-5-sonnet-20240620"),
    ],
)
def test_a_shell_completes(typed, completed):
    assert f"plain,{completed}" in completions(typed)


def test_competitors_are_those_of_the_log_that_is_named(tmp_path):
    (tmp_path / "own.csv").write_text("left,right,p\n日本,x,1\nx,ab,2\n", encoding="utf-8")
    read = "recount rate own.csv --model-a left --model-b right --winner p --outcomes 1=first,2=second"
    assert completions(f"{read} --anchor ", tmp_path) == ["plain,ab", "plain,x", "plain,日本"]
    # What cannot be read says nothing, and is not taken for the bundled votes.
    assert completions("recount rate own.csv --anchor ", tmp_path) == []
    assert completions("recount rate no.csv --anchor ", tmp_path) == []
