"""Several files, folders, patterns, addresses and streams: named in order, counted part by part, and nothing twice or by halves."""

import hashlib
import json
import os
import re
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import recount.data.places.parts
from recount.data import Columns, Reading, read_counts, read_votes
from recount.data.places.naming import sources_named
from recount.data.places.parts import parts_of, rows_expected
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.log import Log, read
from tests.commands import one_line
from tests.logs import COMPRESS, cells, cells_of, in_bytes, rows_of, some_votes, table

VOTES = some_votes(600, seed=4)


@pytest.fixture
def folder(tmp_path):
    """Twelve files of three formats, and what is beside data in folders."""
    here = tmp_path / "logs"
    (here / "deep").mkdir(parents=True)
    for i in range(12):
        kind = (".csv", ".parquet", ".jsonl")[i % 3]
        (here / ("deep" if i == 11 else "") / f"part-{i}{kind}").write_bytes(in_bytes(kind, VOTES[50 * i : 50 * i + 50]))
    for name in ("_SUCCESS", ".part-0.csv.crc"):
        (here / name).write_text("no votes")
    checksum = hashlib.sha256((here / "part-1.parquet").read_bytes()).hexdigest()
    (here / "part-1.parquet.manifest.json").write_text(json.dumps({"output_sha256": checksum}))
    return here


def written(kind, votes):
    """A file of votes, perhaps compressed."""
    base, dot, ending = kind[1:].partition(".")
    return COMPRESS[dot + ending](in_bytes(f".{base}", votes))


def same(one, other):
    """Whether two readings are the same in every byte."""
    counts, quarantine = one
    others, other_quarantine = other
    assert counts.names == others.names
    assert all(np.array_equal(getattr(counts, name), getattr(others, name)) for name in ("first", "second", "counts"))
    assert (quarantine.n_rows, quarantine.n_of_reason, quarantine.unreadable) == (
        other_quarantine.n_rows,
        other_quarantine.n_of_reason,
        other_quarantine.unreadable,
    )
    assert quarantine.rejects.equals(other_quarantine.rejects)
    assert quarantine.alike.equals(other_quarantine.alike)
    assert quarantine.lookalikes == other_quarantine.lookalikes


def test_files_come_in_natural_order(folder):
    names = [path.name for path in sources_named([folder])]
    assert names == ["part-11.jsonl", *(f"part-{i}{('.csv', '.parquet', '.jsonl')[i % 3]}" for i in range(11))]
    assert sources_named([str(folder / "part-*.csv")]) == [folder / f"part-{i}.csv" for i in (0, 3, 6, 9)]
    assert sources_named([f"{folder}/**/*.parquet"]) == sources_named([f"file://{folder}/**/*.parquet"])


def test_a_folder_is_all_its_files(folder):
    counts, quarantine = read_counts(folder)
    assert cells_of(counts) == cells(VOTES)
    assert quarantine.n_rows == 600
    same((counts, quarantine), read_counts(*sources_named([folder])))
    assert sorted(rows_of(read_votes(folder)[0])) == sorted(rows_of(read_votes(table(VOTES))[0]))


def test_documents_in_a_folder_are_left_and_told(recount, folder):
    """And nothing else: a log that cannot be read still stops the run, whatever it is called."""
    whole = read_counts(folder)
    for name in ("README.md", "LICENSE", "deep/licence.txt", "deep/figure.png", "CITATION.cff", "sha256sums", "make.py"):
        (folder / name).write_bytes(b"not, one, vote\n")
    beside = read_counts(folder)
    same(beside, whole)
    names = {path.removeprefix(f"{folder}/") for path in beside[1].beside}
    assert names == {"README.md", "LICENSE", "deep/licence.txt", "deep/figure.png", "CITATION.cff", "sha256sums", "make.py"}
    assert read(folder).quarantine.beside == read_votes(folder)[1].beside == beside[1].beside
    assert "documents beside the logs are not read: " in recount("rate", folder).err
    checked = recount("check", folder).out
    assert f'files,{folder / "README.md"},"is a document beside the logs, and not read"' in checked
    for name in ("votes.txt", "licensed", "readme.csv", "part-13.log"):
        (folder / name).write_bytes(b"not, one, vote\n")
        with pytest.raises(InputError, match=re.escape(name)):
            read_counts(folder)
        (folder / name).unlink()
    # A document that is named is read.
    with pytest.raises(InputError, match="has no column"):
        read_counts(folder / "README.md")


def test_links_in_a_folder(tmp_path):
    """What they lead to is read, once; one that leads nowhere, as to data that has not been fetched, stops the run; a way back does not."""
    for name, votes in (("here", VOTES[:300]), ("elsewhere", VOTES[300:])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "log.csv").write_bytes(in_bytes(".csv", votes))
    (tmp_path / "here" / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "here" / "back").symlink_to(tmp_path / "here")
    assert cells_of(read_counts(tmp_path / "here")[0]) == cells(VOTES)
    (tmp_path / "here" / "broken.csv").symlink_to("nowhere")
    for read_with in (read_counts, read_votes):
        with pytest.raises(InputError, match=re.escape("broken.csv: does not exist")):
            read_with(tmp_path / "here")
    assert read_counts(tmp_path / "here", skip_unreadable=True)[0].n_votes == 600


@pytest.mark.parametrize("kind", [".csv", ".csv.gz", ".parquet", ".parquet.zst", ".jsonl"])
def test_names_of_files_that_are_no_text(recount, tmp_path, kind):
    """Names in Latin-1, as old archives have them, by themselves and in a folder, read and written."""
    name = os.fsdecode(b"\xff" + kind.encode())
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / name).write_bytes(written(kind, VOTES))
    for source in (tmp_path / "logs" / name, tmp_path / "logs"):
        assert cells_of(read_counts(source)[0]) == cells(VOTES)
        assert read_votes(source)[0].n_votes == 600
        assert recount("check", source).code == 0
        assert recount("rate", source, "-o", tmp_path / os.fsdecode(b"\xfe.csv")).code == 0


def test_pipes_are_no_files(recount, tmp_path):
    """A log is read more than once; so what it comes from is said not to do, and is not taken for empty or absent."""
    os.mkfifo(tmp_path / "pipe.csv")
    for source in (tmp_path / "pipe.csv", tmp_path, tmp_path / "*.csv", "/dev/zero"):
        for command in ("rate", "check"):
            assert "is a pipe or a device; votes are read more than once" in one_line(recount(command, source).err)
    assert "'-' is no file" in one_line(recount("rate", "-").err)


def test_a_name_with_the_signs_of_a_pattern(tmp_path):
    path = tmp_path / "log[1]*.csv"
    path.write_bytes(in_bytes(".csv", VOTES))
    (tmp_path / "log1.csv").write_bytes(in_bytes(".csv", VOTES[:9]))
    assert read_counts(path)[1].n_rows == 600


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing*.csv", "no file matches"),
        ("empty", "is a folder without files"),
        ("", "an empty name"),
        ("memory://nowhere/x.parquet", "does not exist"),
        ("memory://nowhere/*.parquet", "does not exist"),
        ("nosuch://bucket/x.parquet", "cannot be reached .*Protocol not known"),
        ("s3://bucket/x.parquet", "need a package that is not installed .*pip install s3fs"),
        ("gs://bucket/*.parquet", "need a package that is not installed .*pip install gcsfs"),
    ],
)
def test_names_that_name_nothing(tmp_path, monkeypatch, name, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    if "not installed" in said:
        package = "s3fs" if "s3" in name else "gcsfs"
        monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=said):
        read(name)


def test_without_fsspec(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(InputError, match="read by the package fsspec, which is not installed; pip install"):
        read_counts("memory://x/log.csv")


@pytest.mark.parametrize("kind", [".parquet", ".csv", ".jsonl", ".csv.gz", ".parquet.zst", ".jsonl.zst"])
def test_remote_files(kind):
    """As local ones; their addresses are what messages and manifests call them."""
    fsspec = pytest.importorskip("fsspec")
    memory = fsspec.filesystem("memory")
    for i in range(3):
        memory.pipe(f"/remote{kind}/part-{9 + i}{kind}", written(kind, VOTES[200 * i : 200 * i + 200]))
    try:
        for name in (f"memory://remote{kind}", f"memory://remote{kind}/*{kind}"):
            log = read(name)
            assert [str(path).rpartition("-")[2] for path in log.paths] == [f"{9 + i}{kind}" for i in range(3)]
            assert cells_of(log.counts) == cells(VOTES)
            assert sorted(rows_of(log.rows())) == sorted(rows_of(read_votes(table(VOTES))[0]))
            assert len(set(log.checksums.values())) == 3
        with pytest.raises(InputError, match="is given twice"):
            read(f"memory://remote{kind}/part-9{kind}", f"memory://remote{kind}")
    finally:
        memory.rm(f"/remote{kind}", recursive=True)


def test_a_remote_file_that_changes_is_noticed():
    memory = pytest.importorskip("fsspec").filesystem("memory")
    memory.pipe("/changing/log.csv", in_bytes(".csv", VOTES))
    log = read("memory://changing/log.csv")
    assert log.checksums
    memory.pipe("/changing/log.csv", in_bytes(".csv", VOTES[:100]))
    with pytest.raises(InputError, match="has changed since it was read"):
        _ = log.counts


@pytest.mark.parametrize("how", ["name", "pattern", "symbolic", "hard", "folder"])
def test_a_file_twice(folder, how):
    path = folder / "part-0.csv"
    other = {"name": path, "pattern": folder / "*-0.c*", "folder": folder}.get(how, folder / "again.csv")
    if how == "symbolic":
        other.symlink_to(path)
    elif how == "hard":
        other.hardlink_to(path)
    with pytest.raises(InputError, match="is given twice"):
        Log([path, other])


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of some hundred rows."""
    monkeypatch.setattr(recount.data.places.parts, "ROWS_OF_A_PART", 100)
    monkeypatch.setattr(recount.data.places.parts, "SMALLEST_DIVIDED", 0)


def spoiled(n):
    """Votes some of which are none, each in its own way."""
    votes = list(some_votes(n, seed=8))
    for row in range(7, n, 50):
        first, second, _ = votes[row]
        votes[row] = [(None, second, "tie"), (first, first, "tie"), (first, second, "perhaps"), (first, second, None)][row // 50 % 4]
    return votes


def test_the_parts_of_a_file(tmp_path, small_parts):
    path = tmp_path / "log.parquet"
    pq.write_table(table(VOTES), path, row_group_size=70)
    parts = parts_of(path)
    assert [part.row_groups for part in parts] == [range(0, 2), range(2, 4), range(4, 6), range(6, 8), range(8, 9)]
    assert [part.is_last for part in parts] == [False] * 4 + [True]


@pytest.mark.parametrize("n_threads", [1, 2, 8])
def test_parts_give_what_the_whole_gives(tmp_path, small_parts, monkeypatch, n_threads):
    """The same counts, and the same rows of the file in quarantine, on any number of threads."""
    votes = spoiled(1000)
    for name, rows in (("a", votes[:700]), ("b", votes[700:])):
        pq.write_table(table(rows), tmp_path / f"{name}.parquet", row_group_size=33)
    with ThreadPoolExecutor(n_threads) as threads:
        found = read_counts(tmp_path, max_rejected=1, executor=threads)
    monkeypatch.setattr(recount.data.places.parts, "SMALLEST_DIVIDED", 1 << 30)
    same(found, read_counts(tmp_path, max_rejected=1))
    same(found, read_counts(tmp_path / "a.parquet", tmp_path / "b.parquet", max_rejected=1))
    assert found[1].rejects["row"].tolist() == [row + 1 for row in range(7, 700, 50)] + [row - 699 for row in range(707, 1000, 50)]


def test_processes_give_the_same(folder, small_parts):
    (folder / "odd.csv").write_bytes(in_bytes(".csv", spoiled(300)))
    with ProcessPoolExecutor(2) as processes:
        same(read_counts(folder, table(VOTES), max_rejected=1, executor=processes), read_counts(folder, table(VOTES), max_rejected=1))


def damaged(path):
    """Break a file in its middle, so that much of it can be read."""
    held = bytearray(path.read_bytes())
    middle = len(held) // 2
    held[middle : middle + 40] = b"\xff" * 40
    path.write_bytes(held)


@pytest.fixture
def with_a_damaged_file(tmp_path, small_parts):
    """Three files of parts, of which the second breaks off."""
    for i in range(3):
        pq.write_table(table(VOTES[200 * i : 200 * i + 200]), tmp_path / f"log-{i}.parquet", row_group_size=50, write_page_checksum=True)
    damaged(tmp_path / "log-1.parquet")
    return tmp_path


def test_a_damaged_file_stops_the_run(with_a_damaged_file):
    for reader in (read_counts, read_votes):
        with pytest.raises(InputError, match=r"log-1\.parquet cannot be read"):
            reader(with_a_damaged_file)


def test_the_others_are_read_if_asked_for(with_a_damaged_file):
    """Nothing of the damaged file counts, not even its first parts; and it is named."""
    others = VOTES[:200] + VOTES[400:]
    counts, quarantine = read_counts(with_a_damaged_file, skip_unreadable=True)
    assert cells_of(counts) == cells(others)
    assert (quarantine.n_rows, len(quarantine.unreadable)) == (400, 1)
    ((label, why),) = quarantine.unreadable.items()
    assert label.endswith("log-1.parquet")
    assert "cannot be read" in why
    votes, of_rows = read_votes(with_a_damaged_file, skip_unreadable=True)
    assert rows_of(votes) == rows_of(read_votes(table(others))[0])
    assert of_rows.unreadable == quarantine.unreadable
    with pytest.raises(InputError, match=r"`skip_unreadable` leaves no file to read; the first: .*log-1"):
        read_counts(with_a_damaged_file / "log-1.parquet", skip_unreadable=True)


def test_the_command_names_what_it_left_out(recount, with_a_damaged_file, tmp_path):
    code, _, err = recount("rate", with_a_damaged_file)
    assert (code, "log-1.parquet cannot be read" in one_line(err)) == (2, True)
    code, _, err = recount("rate", with_a_damaged_file, "--skip-unreadable", "-o", tmp_path.parent / "board.csv")
    assert code == 0
    assert re.search(r"left out whole, because it cannot be read: .*log-1\.parquet", err)
    manifest = json.loads((tmp_path.parent / "board.csv.manifest.json").read_text())
    assert list(manifest["unreadable"]) == [str(tmp_path / "log-1.parquet")]
    assert len(manifest["inputs"]) == 3


def test_an_output_among_the_files_of_a_folder(recount, folder):
    code, _, err = recount("rate", folder, "-o", folder / "part-0.csv")
    assert (code, "is one of the inputs" in one_line(err)) == (2, True)


@pytest.mark.parametrize("form", ["plain", "dictionary", "differing", "large", "short"])
def test_columns_differ_from_file_to_file(tmp_path, small_parts, form):
    """Plain in one file and a dictionary in the next, and dictionaries in another order."""
    pq.write_table(table(VOTES[:300]), tmp_path / "a.parquet", row_group_size=70, use_dictionary=False)
    log = table(VOTES[300:])
    if form == "large":
        log = log.cast(pa.schema([(name, pa.large_string()) for name in log.column_names]))
    elif form == "short":
        log = log.cast(pa.schema([(name, pa.dictionary(pa.int8(), pa.string())) for name in log.column_names]))
    elif form == "differing":
        names = [*sorted({name for vote in VOTES for name in vote[:2]}, reverse=True), "nobody"]
        columns = {name: pa.DictionaryArray.from_arrays([names.index(v) for v in log[name].to_pylist()], names) for name in ("model_a", "model_b")}
        log = pa.table({**columns, "winner": log["winner"]})
    pq.write_table(log, tmp_path / "b.parquet", row_group_size=70, use_dictionary=form != "plain")
    assert cells_of(read_counts(tmp_path)[0]) == cells(VOTES)


def test_many_small_files(tmp_path):
    votes = some_votes(1000, seed=2)
    for i in range(0, 1000, 5):
        (tmp_path / f"{i}.csv").write_bytes(in_bytes(".csv", votes[i : i + 5]))
    assert cells_of(read_counts(tmp_path)[0]) == cells(votes)


def test_streams_are_read_as_they_come():
    """A reader of batches is never held as a table, and cannot be read twice."""
    held = table(VOTES)
    drawn = []

    def batches():
        for batch in held.to_batches(50):
            drawn.append(batch.num_rows)
            yield batch

    log = read(pa.RecordBatchReader.from_batches(held.schema, batches()))
    assert not drawn
    assert cells_of(log.counts) == cells(VOTES)
    assert drawn == [50] * 12
    with pytest.raises(InputError, match="stream"):
        log.rows(["judge"])


def test_rows_that_have_no_room(folder, monkeypatch):
    """It is said before anything is read."""
    monkeypatch.setattr("recount.engine.room.LARGEST_SHARE", 1e-9)
    with pytest.raises(OptionError, match=r"single votes are needed, with 1 further column, and about 6\d\d rows .*GB of memory"):
        read_votes(folder, keep=["voter"])


@pytest.mark.parametrize("kind", [".csv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.zst"])
def test_rows_are_expected(tmp_path, kind):
    path = tmp_path / f"log{kind}"
    path.write_bytes(written(kind, VOTES))
    assert 500 < rows_expected(path) < 700
    assert rows_expected(tmp_path / "none.csv") == 0


def test_columns_go_for_all_files(folder):
    with pytest.raises(InputError, match=r"part-11\.jsonl: no line has a value of 'left'"):
        read(folder, reading=Reading(Columns("left", "right"))).counts  # noqa: B018


def test_progress_is_of_all_files(folder):
    told = []
    read_counts(*sources_named([folder]), progress=lambda rows, share: told.append((rows, share)))
    rows, shares = zip(*told, strict=True)
    assert (rows[-1], shares[-1]) == (600, pytest.approx(1.0))
    assert list(shares) == sorted(shares)


def test_a_name_that_is_mistyped_is_pointed_at(tmp_path):
    (tmp_path / "wine.csv").write_text("a,b,winner\n")
    for name in ("wine.cvs", "wines.csv"):
        with pytest.raises(InputError, match=rf"{name}: does not exist; did you mean 'wine.csv'\?"):
            read(tmp_path / name)
    with pytest.raises(InputError, match=r"beer.csv: does not exist$"):
        read(tmp_path / "beer.csv")
