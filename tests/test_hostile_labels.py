"""Control characters and markup in labels and in titles of columns are text, on a terminal and in every form."""

import re

import pandas as pd
import pytest

from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from recount.sims.presentation import show
from tests.logs import HEADER
from tests.tables import Terminal

ODD = "\x1b[31m[bold]x[/bold]\x07<b>\u202e"
ROWS = [("a", "b", "model_a"), ("b", "a", "model_a"), ("a", "b", "tie")]


def frame():
    log = pd.DataFrame(ROWS * 4, columns=list(HEADER))
    log[f"{ODD}topic"] = [f"{ODD}1", f"{ODD}2"] * 6
    log[f"{ODD}voter"] = [f"{ODD}{i % 6}" for i in range(12)]
    return log


SHOWN = {
    "categories": lambda: analyse(frame(), by=f"{ODD}topic").leaderboard(),
    "clusters": lambda: analyse(frame(), clusters=(f"{ODD}voter",)).leaderboard(),
    "effects": lambda: analyse(frame(), category_effects=(f"{ODD}topic",), ridge=1.0).effects(),
    "labels": lambda: check(read(frame().assign(winner=ODD))),
    "lookalikes": lambda: check(read(pd.DataFrame([("[red]a", "b", "tie"), ("[red]A", "b", "tie")], columns=list(HEADER)))),
}


@pytest.mark.parametrize("what", SHOWN)
def test_labels_are_text(what):
    table, stream = SHOWN[what](), Terminal()
    show(table, stream=stream)
    lines = re.sub(r"\x1b\[[0-3](;[0-3])?m", "", stream.getvalue()).splitlines()
    assert all(map(str.isprintable, lines))
    # Markup is shown, not obeyed.
    assert any(mark in "".join(lines) for mark in ("[bold]", "[red]", r"\x1b"))
    assert all(map(str.isprintable, (*table.headline.splitlines(), *repr(table).splitlines())))
    assert "\x1b" not in table._repr_html_()
    assert "<b>\u202e" not in table._repr_html_()


@pytest.mark.parametrize("form", ["markdown", "latex"])
@pytest.mark.parametrize("what", ["categories", "effects", "labels"])
def test_labels_in_other_forms(what, form, capsys):
    show(SHOWN[what](), format=form)
    assert all(map(str.isprintable, capsys.readouterr().out.splitlines()))


def test_messages_of_the_command(recount, tmp_path):
    frame().to_csv(tmp_path / "log.csv", index=False)
    for options in (("--by", f"{ODD}topic"), ("--cluster", f"{ODD}voter"), ("--cluster", f"{ODD}nobody"), ("--winner", f"{ODD}topic")):
        said = recount("rate", tmp_path / "log.csv", *options)
        assert all(map(str.isprintable, said.err.splitlines()))
