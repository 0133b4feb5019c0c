"""Files hold every digit, and manifests say how they were made."""

import csv
import hashlib
import json
import math

import numpy as np
import pandas as pd
import pytest

from recount.data.whole_files import WholeFiles
from recount.engine import InputError, OptionError
from recount.sims.presentation.files import check_output, manifest_of, write_table, write_with_manifest

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
    command = ["recount", "rate", str(source)]
    checksum = hashlib.sha256(b"votes").hexdigest()
    made = manifest_of(inputs={str(source): checksum}, specification={"ties": "half"}, seed=7, seconds=1.23456, command=command)
    files = WholeFiles()
    write_with_manifest(files, path, lambda path: write_table(FRAME, path), made)
    beside = tmp_path / "table.csv.manifest.json"
    assert not beside.exists()
    assert not path.exists()
    files.publish()
    manifest = json.loads(beside.read_text(encoding="utf-8"))
    assert manifest["inputs"] == [{"path": str(source), "sha256": hashlib.sha256(b"votes").hexdigest()}]
    assert manifest["output_sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (manifest["specification"], manifest["seed"], manifest["seconds"]) == ({"ties": "half"}, 7, 1.235)
    assert manifest["command"] == command
    assert {"recount", "folder", "platform", "finished"} <= set(manifest)
    assert {"python", "system", "numpy", "scipy", "numba", "pandas", "pyarrow"} <= set(manifest["platform"])
