"""Files hold every digit, manifests say how they were made, and a terminal gets what fits and nothing that it would obey."""

import csv
import hashlib
import io
import json
import math
import re

import numpy as np
import pandas as pd
import pytest

from recount.engine import InputError, OptionError
from recount.sims.output import check_output, show_table, write_manifest, write_table

THIRD = 1 / 3
FRAME = pd.DataFrame(
    {
        "competitor": ["gpt-4", 'the "best"', "<b>名前</b> 😀", "a,b", "=1+1", "", "None"],
        "rating": [THIRD, 1e-300, 1.7976931348623157e308, 0.1 + 0.2, -0.0, 5e-324, math.pi],
        "n_votes": [2**53 + 1, 0, 1, 2, 3, 4, 5],
        "upper": [math.inf, -math.inf, math.nan, 1.0, 1e22, 1234567.890123456789, 1e-7],
        "flag": [True, False, True, True, False, False, True],
    }
)


def read_back(path):
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            names, *rows = csv.reader(file)
        kinds = {"rating": float, "n_votes": int, "upper": lambda text: float(text or "nan"), "flag": lambda text: text == "True"}
        return pd.DataFrame({name: map(kinds.get(name, str), column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})
    rows = json.loads(path.read_text(encoding="utf-8"))
    frame = pd.DataFrame(rows)
    return frame.assign(upper=[math.nan if value is None else float(value) for value in frame["upper"]])


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".json", ".CSV"])
def test_every_digit_is_written(tmp_path, ending):
    path = tmp_path / f"table{ending}"
    write_table(FRAME, path)
    if ending == ".CSV":
        path = path.rename(tmp_path / "table.csv")
    back = read_back(path)
    assert list(back.columns) == list(FRAME.columns)
    for name in FRAME:
        assert back[name].tolist() == (pytest.approx(FRAME[name].tolist(), rel=0, abs=0, nan_ok=True) if name == "upper" else FRAME[name].tolist())
    assert np.signbit(back["rating"][4])


def test_json_is_json(tmp_path):
    write_table(FRAME, tmp_path / "table.json")

    def refuse(token):
        raise AssertionError(token)

    rows = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert [row["upper"] for row in rows[:3]] == ["inf", "-inf", None]


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("x", OptionError, "ends in ''; writable are .csv, .parquet, .json"),
        ("x.txt", OptionError, "ends in '.txt'"),
        ("none/x.csv", InputError, "cannot be written: its folder is not a directory"),
        ("folder.csv", InputError, "cannot be written: it is a directory"),
    ],
)
def test_outputs_that_cannot_be(tmp_path, name, kind, message):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(kind, match=message):
        check_output(tmp_path / name)


def test_outputs_that_can_be(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check_output(None)
    for name in ("x.csv", "x.PARQUET", "./x.json"):
        check_output(tmp_path / name)


def test_manifest(tmp_path):
    source, path = tmp_path / "log \udcff.csv", tmp_path / "table.csv"
    source.write_bytes(b"votes")
    write_table(FRAME, path)
    command = ["recount", "rate", str(source)]
    beside = write_manifest(path, inputs=[source], specification={"ties": "half"}, seed=7, seconds=1.23456, command=command)
    assert beside == tmp_path / "table.csv.manifest.json"
    manifest = json.loads(beside.read_text(encoding="utf-8"))
    assert manifest["inputs"] == [{"path": str(source), "sha256": hashlib.sha256(b"votes").hexdigest()}]
    assert manifest["output_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (manifest["specification"], manifest["seed"], manifest["seconds"]) == ({"ties": "half"}, 7, 1.235)
    assert manifest["command"] == command
    assert {"recount", "folder", "platform", "finished"} <= set(manifest)
    assert {"python", "system", "numpy", "scipy", "numba", "pandas", "pyarrow"} <= set(manifest["platform"])


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def shown(monkeypatch, frame, width, n_rows=None):
    """What a terminal of that width gets, but for bold and italic."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stdout", terminal)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("LINES", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    show_table(frame, "Title", n_rows)
    return re.sub(r"\x1b\[[013]m", "", terminal.getvalue())


BOARD = pd.DataFrame({"competitor": ["a" * 20, "b"], **{f"some_number_{i}": [1234.56789, 0.123456] for i in range(12)}})


@pytest.mark.parametrize("width", [40, 60, 80, 100, 132, 250])
def test_a_table_fits_its_terminal(monkeypatch, width):
    lines = shown(monkeypatch, BOARD, width).splitlines()
    assert max(map(len, lines)) <= width
    assert sum("1234.6" in line for line in lines) == 1
    n_columns = next(line for line in lines if "1234.6" in line).count("1234.6")
    # 20 characters and 7 for each number, with a space after each column.
    assert n_columns == min(12, max(2, (width - 21) // 7))
    assert n_columns == 12 or f"{12 - n_columns} more column" in lines[-1] + lines[-2]


def test_a_long_table_is_cut(monkeypatch):
    text = shown(monkeypatch, pd.DataFrame({"i": range(100)}), 80, n_rows=30)
    assert "29" in text
    assert "30\n" not in text
    assert "70 more rows; -o FILE writes all" in text
    assert "more" not in shown(monkeypatch, pd.DataFrame({"i": range(30)}), 80, n_rows=30)


def test_numbers_on_a_terminal(monkeypatch):
    text = shown(monkeypatch, pd.DataFrame({"x": [1234.5678, 2.34567, 0.0004, -0.5, math.nan], "n": [10**7, 1, 2, 3, 4]}), 80)
    assert [line.split() for line in text.splitlines()[-5:]] == [["1234.6", "10000000"], ["2.346", "1"], ["0.000", "2"], ["-0.500", "3"], ["4"]]


def test_names_command_nothing(monkeypatch):
    """Neither the terminal nor the markup of the library that draws the table; and long ones are folded, not cut."""
    names = ["\x1b[31mred\x1b]0;title\x07", "[bold]b[/bold]", "[link=x]y", "a\nb", "x" * 100, "名前" * 30]
    text = shown(monkeypatch, pd.DataFrame({"competitor": names, "rating": range(6)}), 80)
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "[bold]b[/bold]" in text
    assert "[link=x]y" in text
    assert sum(line.count("x") for line in text.splitlines() if "xx" in line) == 100
    assert text.count("名") == 30


def test_a_pipe_gets_all_of_it(monkeypatch):
    pipe = io.StringIO()
    monkeypatch.setattr("sys.stdout", pipe)
    show_table(BOARD, "Title", n_rows=1)
    header, *rows = csv.reader(io.StringIO(pipe.getvalue()))
    assert header == list(BOARD.columns)
    assert [[name, *map(float, numbers)] for name, *numbers in rows] == BOARD.to_numpy().tolist()
