"""An option without an effect is said to have none at once: no error asks for another option that is refused beside it."""

import re

import pandas as pd
import pytest

from tests.commands import one_line, runner, write_log
from tests.logs import some_votes

BOARD = "name,rating,lower,upper,votes\n" + "".join(f"m{i},{1300 - 20 * i},{1290 - 20 * i},{1310 - 20 * i},500\n" for i in range(6))
# Each belongs to a choice that is not made.
HANGING = {
    "--scheme": "bayes",
    "--n-replicates": "50",
    "--interval-method": "bca",
    "--prior-amount": "3",
    "--time-column": "tstamp",
    "--ridge": "2",
    "--shrink": None,
    "--replicates": "r.parquet",
}
ASKED = {
    "rate --board board.csv": "with --board",
    "countries --board board.csv": "with --board",
    "claims article --board board.csv": "with --board",
    "countries --replicates some.parquet": "with --replicates",
    "claims article --replicates some.parquet": "with --replicates",
    "check board.csv": "on published boards",
}
BY_WHAT_IS_SHOWN = [
    ("rate log.csv --pair a b", "--anchor-rating", "1200", "on one pair"),
    ("rate log.csv --pair a b", "--interval-method", "bca", "on one pair"),
    ("rate log.csv --table pairs", "--interval-method", "bca", "with --table pairs"),
    ("rate log.csv --table pairs", "--shrink", None, "with --table pairs"),
    ("rate log.csv --against old.csv", "--shrink", None, "with --against"),
    ("rate log.csv --by voter", "--replicates", "r.parquet", "on ratings by category"),
    ("countries log.csv", "--interval-method", "basic", "on countries, which are ranked by draws"),
    ("claims article log.csv", "--interval-method", "basic", "on claims, which are judged by draws"),
]


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write_log(tmp_path / "log.csv", some_votes())
    (tmp_path / "board.csv").write_text(BOARD)
    return runner(monkeypatch, capsys)


def cases():
    for asked, why in ASKED.items():
        for option, value in HANGING.items():
            if option == "--replicates" and (option in asked or not asked.startswith("rate")):
                continue
            yield asked, option, value, why
    yield from BY_WHAT_IS_SHOWN


@pytest.mark.parametrize(("asked", "option", "value", "why"), list(cases()))
def test_no_error_asks_for_what_is_refused(asked, option, value, why, run):
    said = run(*asked.split(), option, *([] if value is None else [value]))
    if re.search(f"[Nn]o such option.*{option}", said.err):
        pytest.skip("the command has no such option")
    line = one_line(said.err)
    assert said.code == 2
    assert line.startswith(f"error: {option} is ")
    # Of two reasons the one that is told first.
    always = "by draws" in line and option == "--interval-method"
    assert f"which has no effect {why}" in line or always
    assert line.endswith("; leave it out")


def test_the_column_of_times_that_a_page_asks_for_is_taken(run, tmp_path):
    """What a section without times names as the remedy is one that the command takes; where times decide nothing it is refused."""
    frame = pd.read_csv(tmp_path / "log.csv")
    frame.assign(when=[f"2024-0{1 + i % 3}-11" for i in range(len(frame))]).to_csv(tmp_path / "log.csv", index=False)
    asked = "report log.csv --n-draws 20 -o page.html"
    assert run(*asked.split()).code == 0
    without_tags = re.sub("<[^>]*>", "", (tmp_path / "page.html").read_text(encoding="utf-8"))
    assert "name another with --time-column" in without_tags
    assert run(*asked.split(), "--time-column", "when").code == 0
    assert 'id="votes-over-time"' in (tmp_path / "page.html").read_text(encoding="utf-8")
    refused = run("rate", "log.csv", "--time-column", "when")
    assert one_line(refused.err) == "error: --time-column is when, which has no effect without --since or --until; leave it out"
