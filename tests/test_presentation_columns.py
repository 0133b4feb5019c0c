"""Every column of every table that a command makes has one entry, and no entry is left over."""

import re
import shutil
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.command_line import program
from recount.sims.figures.log_figures import votes_over_time
from recount.sims.multiverse.alone import each_choice_alone
from recount.sims.presentation import Table, side_by_side
from recount.sims.presentation.columns import COLUMNS
from recount.sims.presentation.meanings import column_of, columns_as_markdown
from recount.sims.studies.forecasting import forecast
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.plan_listing import plan_list
from recount.sims.studies.running import prepare

NAMES = ("gpt-4-0613", "claude-1", "mistral-large-2407", "yi-large", "llama-2-70b-chat", "qwen-max-0428")
GRID = "--specifications grid --n-draws 20 --group all"
ARENA = (
    "simulate arena --votes 2000 --careless 0.1 --riggers 0.05 --voters 500 --categories 2 --length 300 --days 30 --late-share 0.3 "
    "--retired-share 0.2 --providers 4 --n-published 2 --test-votes 30 --circle 20 -o t.parquet"
)
# Kind of table, and the commands that make it; further files are those beside the output.
COMMANDS = [
    ("leaderboard", "rate log.csv --intervals bootstrap --n-replicates 40 -o t.parquet", "t.parquet"),
    ("leaderboard", "rate log.csv --top 3 -o t.parquet", "t.parquet"),
    ("pairs", "rate log.csv --table pairs -o t.parquet", "t.parquet"),
    ("pairs", "rate log.csv --table pairs --intervals bootstrap --n-replicates 40 -o t.parquet", "t.parquet"),
    ("pairs", "rate log.csv --table pairs --ties davidson -o t.parquet", "t.parquet"),
    ("pair", f"rate log.csv --pair {NAMES[0]} {NAMES[1]} -o t.parquet", "t.parquet"),
    ("categories", "rate log.csv --by topic --shrink -o t.parquet", "t.parquet"),
    ("effects", "rate log.csv --position -o t.parquet", "t.effects.parquet"),
    ("quality", "quality log.csv -o t.parquet", "t.parquet"),
    ("calibration", "quality log.csv --table calibration -o t.parquet", "t.parquet"),
    ("residuals", "quality log.csv --table residuals -o t.parquet", "t.parquet"),
    ("cycles", "quality log.csv --table cycles -o t.parquet", "t.parquet"),
    ("comparison", "quality log.csv --table comparison -o t.parquet", "t.parquet"),
    ("countries", "countries log.csv --n-draws 50 -o t.parquet", "t.parquet"),
    ("through time", "countries log.csv --through-time --n-draws 50 -o t.parquet", "t.parquet"),
    ("projection", "countries log.csv --through-time --n-draws 50 --ahead 1 -o t.parquet", "t.projection.parquet"),
    ("releases", "releases catalogue --earlier 2024 --later 2025 -o t.parquet", "t.parquet"),
    ("releases by month", "releases catalogue --earlier 2024 --later 2025 -o t.parquet", "t.months.parquet"),
    ("category gaps", "countries log.csv --by topic --n-draws 50 -o t.parquet", "t.parquet"),
    ("specifications", f"countries log.csv {GRID} -o t.parquet", "t.parquet"),
    ("multiverse", f"countries log.csv {GRID} -o t.parquet", "t.summary.parquet"),
    ("choice effects", f"countries log.csv {GRID} -o t.parquet", "t.effects.parquet"),
    ("changes", f"countries log.csv {GRID} -o t.parquet", "t.changes.parquet"),
    ("specifications", "rate log.csv --specifications grid --n-draws 20 -o t.parquet", "t.parquet"),
    ("multiverse", "rate log.csv --specifications grid --n-draws 20 -o t.parquet", "t.summary.parquet"),
    ("choice effects", "rate log.csv --specifications grid --n-draws 20 -o t.parquet", "t.effects.parquet"),
    ("ranges", "rate log.csv --specifications ranges --prior votes -o t.parquet", "t.parquet"),
    ("specifications", "claims curve.toml log.csv --specifications grid --n-draws 20 -o t.parquet", "t.parquet"),
    ("influence", "influence log.csv --weights voters:voter -o t.parquet", "t.parquet"),
    ("influence", "influence log.csv --position -o t.parquet", "t.parquet"),
    ("influence", "influence log.csv --cluster voter -o t.parquet", "t.parquet"),
    ("influence", "influence log.csv --change add -o t.parquet", "t.parquet"),
    ("influence summary", "influence log.csv -o t.parquet", "t.summary.parquet"),
    ("votes needed by pair", "votes-needed log.csv -o t.parquet", "t.parquet"),
    ("votes needed", "votes-needed log.csv -o t.parquet", "t.summary.parquet"),
    ("elo", "elo log.csv --system glicko2 -o t.parquet", "t.parquet"),
    ("elo orders", "elo log.csv --order random --n-permutations 5 -o t.parquet", "t.parquet"),
    ("claims", "claims article log.csv --n-draws 50 -o t.parquet", "t.parquet"),
    ("check", "check log.csv -o t.parquet", "t.parquet"),
    ("suspects", "check log.csv --suspects t.parquet", "t.parquet"),
    ("benchmark truth", "simulate benchmark --competitors 12 --items 50 -o t.parquet", "t.truth.parquet"),
    ("items", "simulate benchmark --competitors 12 --items 50 -o t.parquet", "t.items.parquet"),
    ("resolution", "simulate benchmark --competitors 12 --items 50 -o t.parquet", "t.resolution.parquet"),
    ("saturation", "saturation scores.csv -o t.parquet", "t.parquet"),
    ("study", "study studied.toml log.csv -o t.study", "t.study/summary.csv"),
    ("study runs", "study studied.toml log.csv -o t.study", "t.study/runs.parquet"),
    ("study", "study arena.toml -o t.study", "t.study/summary.csv"),
    ("findings", "study audited.toml log.csv -o t.study", "t.study/findings.csv"),
    ("audit", "audit log.csv -o t.parquet", "t.parquet"),
    ("data", "data list -o t.parquet", "t.parquet"),
    ("truth", ARENA, "t.truth.parquet"),
    ("true voters", ARENA, "t.voters.parquet"),
]
OUTCOME = "seeds = 2\n[[outcome]]\nname = 'first place kept'\n"
PLANS = {
    "studied": OUTCOME + "[[vary]]\nperturbation = {name = 'subsample', share = [0.5, 0.8]}\nspecification = {ties = ['half', 'drop']}\n",
    "arena": OUTCOME + "[arena]\nn_votes = 300\n[[vary]]\narena = {n_competitors = [4, 6]}\n",
    "audited": "audit = true\n" + OUTCOME,
}
CLAIM = """[[claim]]
id = "a"
quotation = "the US lead"
source = "a test"
metric = "best"
country = "US"
says = "leads"
"""
DAYS = np.array(["2024-01-05", "2024-01-09"], "datetime64[D]")
DOCS = Path(__file__).parents[1] / "docs"


def write_log(path):
    rng = np.random.default_rng(5)
    n = 3000
    first = rng.integers(0, 6, n)
    second = (first + rng.integers(1, 6, n)) % 6
    win = 1 / (1 + np.exp(-0.3 * (second - first)))
    draw = rng.random(n)
    outcome = np.where(draw < 0.2, "tie", np.where(draw < 0.2 + 0.8 * win, "model_a", "model_b"))
    names = np.array(NAMES)
    columns = {"model_a": names[first], "model_b": names[second], "winner": outcome}
    further = {"voter": rng.integers(0, 300, n).astype(str), "topic": np.array(["code", "prose"])[rng.integers(0, 2, n)]}
    further["tstamp"] = (pd.Timestamp("2024-01-05") + pd.to_timedelta(np.arange(n) // 15, unit="D")).strftime("%Y-%m-%d")
    pd.DataFrame(columns | further).to_csv(path, index=False)


def read_csv(path):
    """A table with texts, which are empty where there are none."""
    frame = pd.read_csv(path)
    texts = {*frame.select_dtypes(exclude="number"), "says", "error", "perturbation"} & {*frame}
    return frame.assign(**{name: frame[name].astype(object).fillna("") for name in texts})


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """Every table that the commands write, with its kind."""
    folder = tmp_path_factory.mktemp("tables")
    write_log(folder / "log.csv")
    (folder / "curve.toml").write_text(CLAIM, encoding="utf-8")
    scores = {"model": NAMES, "benchmark": "B", "score": np.arange(6) / 6, "n_items": 100}
    pd.DataFrame(scores).to_csv(folder / "scores.csv", index=False)
    for name, text in PLANS.items():
        (folder / f"{name}.toml").write_text(text)
    made = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        # The program's way to end when nobody reads on; here it would end the tests.
        patch.setattr(signal, "signal", lambda *_: None)
        for kind, command, file in COMMANDS:
            patch.setattr(sys, "argv", ["recount", *command.split()])
            with pytest.raises(SystemExit) as ended:
                program.main()
            assert not ended.value.code, command
            path = folder / file
            made.append((kind, pd.read_parquet(path) if path.suffix == ".parquet" else read_csv(path)))
            for path in folder.glob("t.*"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        study = prepare(read_plan("studied.toml"), read("log.csv"))
        made += [("one choice", each_choice_alone(analyse(read("log.csv"))).frame), ("votes over time", votes_over_time(DAYS).frame)]
        made += [("study plan", forecast(study).frame), ("plans", plan_list().frame)]
    boards = [frame for kind, frame in made if kind == "leaderboard"]
    return [*made, ("moves", side_by_side(*boards))]


def test_every_column_has_an_entry_and_every_entry_a_column(frames):
    entries = {(kind, column.name): column for column in COLUMNS for kind in column.kinds or ("",)}
    used = set()
    for kind, frame in frames:
        # The figures of the quality of a fit are columns where models are compared.
        for name in [*frame.columns, *(frame["measure"] if kind == "quality" else [])]:
            assert column_of(name, kind).meaning, f"{name} of {kind} has no entry"
            name = re.sub(r"^(arena|perturbation|specification)\.\w+", r"\1.<choice>", name)
            name = re.sub(r"^rating_category-\d+", "rating_<category>", re.sub(r"^p_top_\d+", "p_top_<top>", name))
            used.add(entries.get((kind, name)) or entries["", name])
    assert not [column for column in COLUMNS if column not in used]


def test_what_commands_make_is_shown(frames):
    for kind, frame in frames:
        table = Table(kind, frame)
        assert table.headline.endswith(".")
        assert not re.search(r"\bnan\b", str(table).lower())
        assert not re.search(r"\bnan\b", table._repr_html_().lower())


def test_entries_are_whole():
    for column in COLUMNS:
        assert column.label
        assert column.meaning
        assert not column.meaning.endswith(".")
    keys = [(kind, column.name) for column in COLUMNS for kind in column.kinds or ("",)]
    assert len(set(keys)) == len(keys)


def test_a_column_by_kind():
    assert column_of("lower").unit == "points"
    assert column_of("lower", "effects").unit == "log-odds"
    assert column_of("lower", "leaderboard") is column_of("lower")
    assert (column_of("p_top_10").label, column_of("p_top_10").name) == ("P(top 10)", "p_top_10")
    assert column_of("p_top_10").meaning.startswith("probability of being among the 10 best; shrunken with sandwich")
    assert column_of("p_top_10_unshrunken").meaning == "share of joint draws of the estimates in which it is among the 10 best"
    assert column_of("p_top_3_shrunken").label == "P(top 3), shrunken"
    assert (column_of("my_own").label, column_of("my_own").meaning) == ("My own", "")


def test_the_table_of_columns_for_the_documentation():
    lines = columns_as_markdown().splitlines()
    assert len(lines) == len(COLUMNS) + 2
    assert "| `rating` |  | points | strength on the Elo scale |" in lines
    assert all(line.count("|") == 5 for line in lines)
    assert (DOCS / "columns.md").read_text(encoding="utf-8").endswith(f"\n\n{columns_as_markdown()}")
