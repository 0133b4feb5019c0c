"""Saved counts: what they hold and say, that they merge, that nothing counts twice, and that they are whole or not there."""

import json
import random
import signal
import subprocess
import time
from collections import Counter
from dataclasses import asdict

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recount.data import Columns, Reading, read_counts
from recount.data.saved_counts import KEY, provenance_of
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.log import read
from recount.sims.analysis.saving import save_counts
from tests.commands import RECOUNT, one_line
from tests.logs import cells, cells_of, in_bytes, some_votes, table

VOTES = some_votes(400, seed=6)
HERE = ("left", "right", "who")


def saved(log, path, **choices):
    """Save the counts of a log."""
    save_counts(analyse(log, **choices), path)


@pytest.fixture
def logs(tmp_path):
    """Two logs, the second with names of columns of its own."""
    (tmp_path / "a.csv").write_bytes(in_bytes(".csv", [*VOTES[:150], ("x", "x", "tie")]))
    (tmp_path / "b.csv").write_bytes(in_bytes(".csv", VOTES[150:], HERE))
    return tmp_path


def test_the_contract(logs):
    """Four columns and what is in the metadata, read without this program."""
    saved(read(logs / "a.csv"), logs / "a.parquet")
    held = pq.read_table(logs / "a.parquet")
    assert held.schema.remove_metadata() == pa.schema(
        [("model_a", pa.string()), ("model_b", pa.string()), ("winner", pa.string()), ("count", pa.int64())]
    )
    rows = [tuple(row.values()) for row in held.to_pylist()]
    assert {row[:3]: row[3] for row in rows} == dict(cells(VOTES[:150]))
    assert rows == sorted(rows, key=lambda row: (row[0], row[1], ("model_a", "model_b", "tie", "both_bad").index(row[2])))
    said = json.loads(held.schema.metadata[KEY])
    checksum = read(logs / "a.csv").checksums[str(logs / "a.csv")]
    assert said == {
        "inputs": [[str(logs / "a.csv"), checksum]],
        "columns": asdict(Columns()),
        "filters": {},
        "n_rows": 151,
        "left_out": {"competitor against itself": 1},
        "unreadable": {},
        "n_votes": 150,
        "recount": said["recount"],
        "format": 1,
    }
    manifest = json.loads((logs / "a.parquet.manifest.json").read_text())
    assert [file["sha256"] for file in manifest["inputs"]] == [checksum]


def test_counts_merge_with_logs_and_counts(logs):
    """Whatever the columns of the log are called."""
    saved(read(logs / "a.csv"), logs / "a.parquet")
    theirs = Reading(Columns(*HERE))
    log = read(logs / "a.parquet", logs / "b.csv", reading=theirs)
    assert cells_of(log.counts) == cells(VOTES)
    saved(log, logs / "both.parquet")
    assert cells_of(read(logs / "both.parquet").counts) == cells(VOTES)
    assert {name.rpartition("/")[2] for name, _ in provenance_of(logs / "both.parquet").inputs} == {"a.csv", "a.parquet", "b.csv"}
    saved(read(logs / "b.csv", reading=theirs), logs / "b.parquet")
    assert cells_of(read_counts(logs / "a.parquet", logs / "b.parquet", table(VOTES[:9]))[0]) == cells(VOTES) + cells(VOTES[:9])


def test_filters_are_carried(logs, recount):
    """What was left out is said where the counts are read, also through counts of counts."""
    chosen = {"only": ("a,b", "gpt-4", "claude 2"), "minimum_votes": 3}
    saved(read(logs / "a.csv"), logs / "some.parquet", **chosen)
    wanted = [vote for vote in VOTES[:150] if {*vote[:2]} <= {*chosen["only"]}]
    assert cells_of(read(logs / "some.parquet").counts) == cells(wanted)
    assert provenance_of(logs / "some.parquet").filters == {"only": ["a,b", "gpt-4", "claude 2"]}
    saved(read(logs / "some.parquet"), logs / "same.parquet")
    assert provenance_of(logs / "same.parquet").filters == {"of inputs": {str(logs / "some.parquet"): {"only": ["a,b", "gpt-4", "claude 2"]}}}
    for name in ("some", "same"):
        assert f"{name}.parquet' are of the votes that passed " in recount("rate", logs / f"{name}.parquet").err


def test_labels_of_a_log_are_judged_without_those_of_counts(logs):
    """Competitors called as sides are in the counts, or labels of the log have meanings of their own."""
    (logs / "named.csv").write_bytes(in_bytes(".csv", [("left", "right", "left"), ("right", "left", "left")]))
    named = Reading(Columns(outcomes="names"))
    saved(read(logs / "named.csv", reading=named), logs / "named.parquet")
    assert cells_of(read(logs / "named.parquet").counts) == {("left", "right", "model_a"): 1, ("right", "left", "model_b"): 1}
    (logs / "ours.csv").write_bytes(b"model_a,model_b,winner\np,q,0\np,q,2\n")
    ours = read(logs / "named.parquet", logs / "ours.csv", reading=Reading(Columns(outcomes="0=first,2=tie")))
    assert cells_of(ours.counts) == {("left", "right", "model_a"): 1, ("right", "left", "model_b"): 1, ("p", "q", "model_a"): 1, ("p", "q", "tie"): 1}


@pytest.mark.parametrize("how", ["log", "copy of the log", "copy of the counts", "counts of both", "counts of counts"])
def test_nothing_counts_twice(logs, how):
    saved(read(logs / "a.csv"), logs / "a.parquet")
    other = logs / "a.csv"
    if how == "copy of the log":
        other = logs / "again.csv"
        other.write_bytes((logs / "a.csv").read_bytes())
    elif how == "copy of the counts":
        other = logs / "again.parquet"
        other.write_bytes((logs / "a.parquet").read_bytes())
    elif how.startswith("counts"):
        other, sources = logs / "more.parquet", ["a.parquet"] if how.endswith("counts") else ["a.csv", "b.parquet"]
        saved(read(logs / "b.csv", reading=Reading(Columns(*HERE))), logs / "b.parquet")
        saved(read(*(logs / source for source in sources)), other)
    for sources in ((logs / "a.parquet", other), (other, logs / "a.parquet")):
        with pytest.raises(InputError, match="would count twice; leave one of them out, or save counts that share no vote"):
            _ = read(*sources).counts


@pytest.mark.parametrize(
    ("one", "other", "disjoint"),
    [
        ("--since 2024-01-03", "--until 2024-01-02", True),
        ("--since 2024-01-03", "--until 2024-01-03", False),
        ("--since 2024-01-03", "--until 2024-01-02T23:59:59.999", True),
        ("--since 2024-01-02 --until 2024-01-02", "--since 2024-01-03 --until 2024-01-03", True),
        ("--since 2024-01-03 --time-column at", "--until 2024-01-02", False),
        ("--where lang=en", "--where lang=de", True),
        ("--where lang=en --where lang=fr", "--where lang=de --where lang=fr", False),
        ("--where lang=en", "--where kind=1", False),
        ("--where lang=en --since 2024-01-02", "--where lang=de", True),
        ("--only gpt-4 --only a,b", "--only gpt-4 --only =1+1", True),
        ("--only gpt-4 --only a,b", "--only gpt-4 --only a,b --only =1+1", False),
        ("--without gpt-4", "--only gpt-4 --only a,b", False),
        ("--distinct lang", "--where lang=en", False),
        ("", "--where lang=en", False),
    ],
)
def test_counts_of_one_log_that_share_no_vote(recount, tmp_path, one, other, disjoint):
    """They count once each; what is not certain to share none is refused, with what may be done."""
    log = tmp_path / "log.csv"
    further = [(vote, f"2024-01-0{1 + i % 5}", ("en", "de", "fr")[i % 3], i % 2) for i, vote in enumerate(VOTES)]
    columns = dict(zip(("model_a", "model_b", "winner"), zip(*(vote for vote, *_ in further), strict=True), strict=True))
    pd.DataFrame({**columns, **{name: [row[k] for row in further] for k, name in enumerate(("tstamp", "lang", "kind"), 1)}}).assign(
        at=lambda frame: frame["tstamp"]
    ).to_csv(log, index=False)
    for name, options in (("one", one), ("other", other)):
        assert recount("check", log, *options.split(), "--save-counts", tmp_path / f"{name}.parquet").code == 0
    both = [tmp_path / "one.parquet", tmp_path / "other.parquet"]
    if disjoint:
        assert cells_of(read_counts(*both)[0]) == sum((cells_of(read_counts(path)[0]) for path in both), Counter()) == cells_of(read(*both).counts)
    else:
        with pytest.raises(
            InputError, match=r"may also be in .* would count twice; leave one of them out, or save counts that share no vote: of times"
        ):
            _ = read(*both).counts
    with pytest.raises(InputError, match="would count twice"):
        _ = read(log, both[1]).counts


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"filters": "x"}, "has 'x' as 'filters', which is an object; save them again"),
        ({"columns": 5}, "has 5 as 'columns', which is an object of texts"),
        ({"left_out": {"a": "b"}}, "as 'left_out', which is an object of whole numbers"),
        ({"unreadable": []}, r"has \[\] as 'unreadable', which is an object"),
        ({"n_rows": "many"}, "has 'many' as 'n_rows', which is a whole number"),
        ({"n_votes": -1}, "has -1 as 'n_votes', which is a whole number"),
        ({"format": "1"}, "has '1' as 'format', which is a whole number"),
        ({"inputs": "x"}, "has 'x' as 'inputs', which is a list of"),
        ({"inputs": [["a"]]}, "as 'inputs', which is a list of"),
        ({"recount": None}, "has None as 'recount', which is a text"),
    ],
)
def test_an_origin_that_is_none(tmp_path, change, said):
    """Other programs may write one; each field is what the contract says, or it is named with its value."""
    whole = {
        "format": 1,
        "recount": "1.0",
        "inputs": [],
        "columns": {},
        "filters": {},
        "n_rows": 400,
        "left_out": {},
        "unreadable": {},
        "n_votes": 400,
    }
    counted = table([(*cell, n) for cell, n in cells(VOTES).items()], ("model_a", "model_b", "winner", "count"))
    path = tmp_path / "counts.parquet"
    pq.write_table(counted.replace_schema_metadata({KEY: json.dumps(whole)}), path)
    assert cells_of(read(path).counts) == cells(VOTES)
    (name,) = change
    for facts, expected in ((whole | change, said), ({key: value for key, value in whole.items() if key != name}, f"has no '{name}', which is")):
        pq.write_table(counted.replace_schema_metadata({KEY: json.dumps(facts)}), path)
        with pytest.raises(InputError, match=expected):
            _ = read(path).counts
    for text in ("[1]", "{", '"x"'):
        pq.write_table(counted.replace_schema_metadata({KEY: text}), path)
        with pytest.raises(InputError, match="origin is"):
            _ = read(path).counts


def test_saved_counts_where_single_votes_are_needed(logs, recount):
    """It is said that they are counts, whichever column is asked for, and also of a log of counts that is none of ours."""
    saved(read(logs / "a.csv"), logs / "a.parquet")
    counted = table([(*cell, n) for cell, n in cells(VOTES).items()], ("model_a", "model_b", "winner", "count"))
    pq.write_table(counted, logs / "ours.parquet")
    for name in ("a.parquet", "ours.parquet"):
        for options in ("--since 2024-01-20", "--cluster voter", "--by lang", "--where lang=en", "--weights voters:voter"):
            code, _, told = recount("rate", logs / name, *options.split())
            assert code == 2
            held = "counts that Recount saved" if name == "a.parquet" else "counts"
            assert f"holds {held}, which have lost the single votes that are asked for; give the log itself" in one_line(told), options


def test_counts_of_other_programs(logs):
    """Four columns are enough; there is no provenance, and none is missed."""
    cells_by_hand = [(*cell, n) for cell, n in cells(VOTES).items()]
    pq.write_table(table(cells_by_hand, ("model_a", "model_b", "winner", "count")), logs / "theirs.parquet")
    assert provenance_of(logs / "theirs.parquet") is None
    assert cells_of(read(logs / "theirs.parquet").counts) == cells(VOTES)


def changed(path, change):
    """Write saved counts again with other rows or another provenance."""
    held = pq.read_table(path)
    rows, provenance = change(held, json.loads(held.schema.metadata[KEY]))
    said = provenance if isinstance(provenance, bytes) else json.dumps(provenance).encode()
    pq.write_table(rows.replace_schema_metadata({KEY: said}), path)
    path.with_name(f"{path.name}.manifest.json").unlink(missing_ok=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows, provenance: (rows[3:], provenance), "votes, and 150 were written"),
        (lambda rows, provenance: (rows, {**provenance, "format": 2}), "in format 2, and this version knows up to 1"),
        (lambda rows, provenance: (rows, b"{"), "whose origin "),
        (lambda rows, provenance: (rows, b"[]"), "whose origin "),
        (lambda rows, provenance: (rows, {"format": 1}), "whose origin "),
        (lambda rows, provenance: (rows.drop_columns(["count"]), provenance), "no column 'count'"),
        (lambda rows, provenance: (rows.set_column(3, "count", pa.array([0.5] * rows.num_rows)), provenance), "votes, and 150 were written"),
    ],
)
def test_counts_that_are_not_as_they_were_written(logs, change, said):
    saved(read(logs / "a.csv"), logs / "a.parquet")
    changed(logs / "a.parquet", change)
    with pytest.raises(InputError, match=said) as error:
        _ = read(logs / "a.parquet", reading=Reading(max_rejected=1.0)).counts
    assert "a.parquet" in one_line(f"error: {error.value}\n")


def test_a_manifest_of_another_file(logs):
    """As a kill between two renames leaves it."""
    saved(read(logs / "a.csv"), logs / "a.parquet")
    saved(read(table(VOTES)), logs / "c.parquet")
    (logs / "a.parquet").write_bytes((logs / "c.parquet").read_bytes())
    with pytest.raises(InputError, match="not as it was written, by the checksum in its manifest"):
        _ = read(logs / "a.parquet").counts


def test_what_cannot_be_saved(logs):
    with pytest.raises(OptionError, match=r"ends in '\.csv'"):
        saved(read(logs / "a.csv"), logs / "counts.csv")
    saved(read(logs / "a.csv"), logs / "counts.parquet")
    with pytest.raises(InputError, match="is one of the inputs"):
        saved(read(logs / "counts.parquet"), logs / "counts.parquet")
    with pytest.raises(OptionError, match="`save_counts` cannot hold the weights"):
        saved(read(logs / "a.csv", reading=Reading(Columns(outcomes="model_a=first:2,model_b=second"))), logs / "w.parquet")


@pytest.mark.parametrize("command", ["rate", "check"])
def test_the_command(recount, logs, command):
    code, out, err = recount(command, logs / "a.csv", "--max-rejected", "0.1", "--save-counts", logs / "a.parquet")
    assert (code, "150 votes, counted, in" in err) == (0, True)
    again = recount(command, logs / "a.parquet")
    if command == "rate":
        assert out == again.out
    assert recount(command, logs / "a.csv", "--save-counts", "a.csv").err.startswith("error: --save-counts is 'a.csv'; counts are saved in a file")


def killed_while_saving(log, counts, seconds):
    """Start to save, and kill it after so many seconds."""
    process = subprocess.Popen([RECOUNT, "check", log, "--save-counts", counts], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    return process.wait()


@pytest.mark.slow
def test_kills_at_random_moments(tmp_path):
    """The old counts or the new ones, and never anything else under their name; 5 here, 50 in `benchmarks.large_logs`."""
    kills_leave_whole_counts(tmp_path, n_kills=5)


def kills_leave_whole_counts(folder, n_kills):
    """Kill a command that saves counts; return how often the new ones were there."""
    old, new = some_votes(300, seed=1), some_votes(20_000, seed=2)
    (folder / "old.csv").write_bytes(in_bytes(".csv", old))
    (folder / "new.csv").write_bytes(in_bytes(".csv", new))
    counts = folder / "counts.parquet"
    began = time.perf_counter()
    subprocess.run([RECOUNT, "check", folder / "new.csv", "--save-counts", counts], check=True, stdout=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    moments, n_new = random.Random(7), 0
    for _ in range(n_kills):
        counts.unlink(missing_ok=True)
        (folder / "counts.parquet.manifest.json").unlink(missing_ok=True)
        saved(read(folder / "old.csv"), counts)
        killed_while_saving(folder / "new.csv", counts, moments.uniform(0.3, 1.1) * seconds)
        found = cells_of(read_counts(counts)[0])
        assert found in (cells(old), cells(new))
        n_new += found == cells(new)
    return n_new


def test_more_votes_than_whole_numbers_are_exact_for(tmp_path):
    held = {"model_a": ["a", "b"], "model_b": ["b", "a"], "winner": ["tie", "tie"], "count": [2**52, 2**52 + 5]}
    for i in range(2):
        pq.write_table(pa.table({name: values[i : i + 1] for name, values in held.items()}), tmp_path / f"{i}.parquet")
    assert read_counts(tmp_path / "0.parquet")[0].n_votes == 2**52
    with pytest.raises(InputError, match=r"add up to 9\.01e\+15, beyond exact whole numbers"):
        read_counts(tmp_path)


@pytest.mark.parametrize("options", [["--count", "none"], ["--model-a", "left"], ["--layout", "wins"], ["--separator", "tab"]])
def test_names_of_columns_have_no_effect_on_saved_counts(logs, recount, options):
    """Beside a log they have; and `--count none` makes no single votes of counts."""
    saved(read(logs / "a.csv"), logs / "a.parquet")
    code, _, told = recount("rate", logs / "a.parquet", *options)
    assert code == 2
    assert one_line(told) == f"error: {options[0]} is '{options[1]}', which has no effect on counts that Recount saved; leave it out"
    assert "which have lost the single votes that are asked for; give the log itself" in recount("elo", logs / "a.parquet", "--count", "none")[2]
    beside = read_counts(logs / "a.parquet", logs / "b.csv", columns=Columns(*HERE))[0]
    assert beside.n_votes == 400
