"""Public data sets: a copy is whole and as published, or not there, whatever the network, the disk or the user does."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import recount
from recount.data.public import cache, registry, transfer
from recount.data.public.registry import DATA_SETS, DataSet, registry_as_markdown
from recount.engine.errors import InputError, OptionError
from tests.commands import one_line, outside

DOCS = Path(__file__).parents[1] / "docs"
VOTES = b"model_a,model_b,winner\nx,y,model_a\ny,z,model_a\nz,x,tie\nx,z,model_b\n" + 5000 * b"x,y,tie\n"
FOLDER = {"folder/a.csv": VOTES, "folder/b.csv": VOTES[::-1]}
KNOWN = DataSet("known", "a file", "votes", "known/votes.csv", "https://example.org/known", "CC0", "nobody")
UNKNOWN = DataSet("unknown", "a file", "votes", "unknown/votes.csv", "https://example.org/unknown", "CC0", "nobody")
GATED = DataSet("gated", "a file", "votes", "gated/votes.csv", "https://example.org/gated", "CC0", "nobody", needs_login=True)
SEVERAL = DataSet("several", "two files", "votes", "folder", "https://example.org/several", "CC0", "nobody")
# The program with a registry of these data sets, in a process of its own.
PROGRAM = """
import sys
from pathlib import Path
from tests import test_public_data as here
here.registry.FILES = Path(sys.argv.pop(1))
here.registry.DATA_SETS = (here.KNOWN, here.UNKNOWN)
from recount.__main__ import main
main()
"""


def checksum(content):
    return hashlib.sha256(content).hexdigest()


def write_registry(folder, base):
    lines = ["dataset,path,address,sha256"]
    lines.append(f"known,known/votes.csv,{base}/known/votes.csv,{checksum(VOTES)}")
    lines.append(f"unknown,unknown/votes.csv,{base}/unknown/votes.csv,")
    lines.append(f"gated,gated/votes.csv,{base}/gated/votes.csv,")
    lines += [f"several,{path},{base}/{path},{checksum(content)}" for path, content in FOLDER.items()]
    path = folder / "files.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class Server(ThreadingHTTPServer):
    """Serves what `contents` holds, in the `manner` of a path: whole unless it says otherwise."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.contents = {"/known/votes.csv": VOTES, "/unknown/votes.csv": VOTES, **{f"/{path}": content for path, content in FOLDER.items()}}
        self.manner = {}
        self.asked = []
        self.stopped = threading.Event()

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append(self.path)
        manner = self.server.manner.get(self.path, "whole")
        content = self.server.contents.get(self.path)
        if isinstance(manner, int):
            self.send_error(manner)
        elif content is None:
            self.send_error(404)
        elif manner == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "/known/votes.csv")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif manner in ("chunked", "chunked and cut"):
            self.send_response(200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
            if manner == "chunked":
                self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            if manner == "page":
                self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self._send(content, manner)

    def _send(self, content, manner):
        if manner in ("whole", "page"):
            self.wfile.write(content)
        elif manner == "cut":
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        elif manner == "silent":
            self.wfile.write(content[:1000])
            self.wfile.flush()
            self.server.stopped.wait(30)
        elif manner == "drop by drop":
            for place in range(len(content)):
                if self.server.stopped.wait(0.02):
                    return
                self.wfile.write(content[place : place + 1])
                self.wfile.flush()

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as found:
        threading.Thread(target=found.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        found.stopped.set()
        found.shutdown()


@pytest.fixture
def kept(tmp_path, monkeypatch, server):
    """The cache, empty, with a registry whose addresses are the server's."""
    monkeypatch.setattr(registry, "FILES", write_registry(tmp_path, server.base))
    monkeypatch.setattr(registry, "DATA_SETS", (KNOWN, UNKNOWN, GATED, SEVERAL))
    registry._files.cache_clear()
    monkeypatch.setenv("RECOUNT_DATA_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RECOUNT_DATA_MIRROR", raising=False)
    yield tmp_path / "cache"
    registry._files.cache_clear()


def in_it(folder):
    """Every file below a folder, hidden ones too."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("manner", ["whole", "elsewhere", "chunked"])
def test_right(kept, server, manner):
    server.manner["/known/votes.csv"] = manner if manner != "elsewhere" else "whole"
    if manner == "elsewhere":
        server.manner["/moved"], server.contents["/moved"] = "elsewhere", b"-"
        registry.FILES.write_text(registry.FILES.read_text().replace("/known/votes.csv,", "/moved,").replace("known,/moved", "known,known/votes.csv"))
    done = []
    path = recount.fetch_data("known", lambda n, share: done.append((n, share)))
    assert path == kept / "known" / "votes.csv" == recount.data_path("known")
    assert path.read_bytes() == VOTES
    assert done[-1] == (len(VOTES), 1.0)
    assert in_it(kept) == ["known/votes.csv"]
    assert server.asked == (["/moved", "/known/votes.csv"] if manner == "elsewhere" else ["/known/votes.csv"])


@pytest.mark.parametrize(
    ("manner", "said"),
    [
        ("cut", "cut off after"),
        ("chunked and cut", "cut off"),
        (404, "is not there (HTTP 404)"),
        (401, "needs a login"),
        ("page", "is answered by a web page in place of the file"),
        (503, "cannot be had now (HTTP 503"),
        ("silent", "sent nothing for 0.5 seconds"),
        ("drop by drop", "bytes a second"),
    ],
)
def test_wrong(kept, server, manner, said, monkeypatch):
    monkeypatch.setattr(transfer, "SECONDS_OF_SILENCE", 0.5)
    monkeypatch.setattr(transfer, "SECONDS_OF_SLOWNESS", 0.5)
    server.manner["/known/votes.csv"] = manner
    with pytest.raises(InputError, match=r"^known: ") as error:
        recount.fetch_data("known")
    assert said in str(error.value)
    assert in_it(kept) == []
    with pytest.raises(InputError, match=r"was not fetched"):
        recount.data_path("known")
    server.manner.clear()
    assert recount.fetch_data("known").read_bytes() == VOTES


def test_wrong_checksum(kept, server):
    server.contents["/known/votes.csv"] = VOTES[:-1] + b" "
    with pytest.raises(InputError, match=r"is not what was published .SHA-256 .*; nothing was kept"):
        recount.fetch_data("known")
    assert in_it(kept) == []


def test_without_a_known_checksum_it_stays_what_it_was(kept, server):
    path = recount.fetch_data("unknown")
    assert in_it(kept) == ["first-fetch/unknown/votes.csv.sha256", "unknown/votes.csv"]
    path.write_bytes(VOTES[:100])
    with pytest.raises(InputError, match=r"was not fetched: it is not in .* as published; recount data fetch unknown"):
        recount.data_path("unknown")
    assert recount.fetch_data("unknown").read_bytes() == VOTES
    path.unlink()
    server.contents["/unknown/votes.csv"] = VOTES + b"x,y,tie\n"
    with pytest.raises(InputError, match=r"has changed since it was first fetched"):
        recount.fetch_data("unknown")
    assert in_it(kept) == ["first-fetch/unknown/votes.csv.sha256"]


def test_what_is_there_and_right_is_not_fetched_again(kept, server):
    recount.fetch_data("several")
    recount.fetch_data("several")
    assert sorted(server.asked) == ["/folder/a.csv", "/folder/b.csv"]
    (kept / "folder" / "a.csv").write_bytes(b"damaged")
    recount.fetch_data("several")
    assert sorted(server.asked) == ["/folder/a.csv", "/folder/a.csv", "/folder/b.csv"]
    assert {path: (kept / path).read_bytes() for path in FOLDER} == FOLDER


def test_one_of_several_is_missing(kept, server):
    del server.contents["/folder/b.csv"]
    with pytest.raises(InputError, match=r"^several: .*/folder/b.csv is not there \(HTTP 404\)$"):
        recount.fetch_data("several")
    assert in_it(kept) in ([], ["folder/a.csv"])
    with pytest.raises(InputError, match=r"of its 2 files are not in"):
        recount.data_path("several")


def test_a_mirror(kept, server, tmp_path, monkeypatch):
    mirror = tmp_path / "my mirror"
    for path, content in FOLDER.items():
        (mirror / path).parent.mkdir(parents=True, exist_ok=True)
        (mirror / path).write_bytes(content)
    monkeypatch.setenv("RECOUNT_DATA_MIRROR", str(mirror))
    assert recount.fetch_data("several") == kept / "folder"
    assert {path: (kept / path).read_bytes() for path in FOLDER} == FOLDER
    assert not server.asked
    with pytest.raises(InputError, match=r"known/votes.csv is not there; RECOUNT_DATA_MIRROR lacks it, unset it to fetch from http://"):
        recount.fetch_data("known")
    monkeypatch.setenv("RECOUNT_DATA_MIRROR", f"{server.base}/")
    assert recount.fetch_data("known").read_bytes() == VOTES
    assert server.asked == ["/known/votes.csv"]


def test_a_mirror_with_a_wrong_file(kept, tmp_path, monkeypatch):
    (tmp_path / "mirror" / "known").mkdir(parents=True)
    (tmp_path / "mirror" / "known" / "votes.csv").write_bytes(b"else")
    monkeypatch.setenv("RECOUNT_DATA_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(InputError, match=r"is not what was published"):
        recount.fetch_data("known")
    assert in_it(kept) == []


def test_offline(kept, server, monkeypatch):
    monkeypatch.setenv("RECOUNT_DATA_MIRROR", "http://127.0.0.1:1")
    with pytest.raises(InputError, match=r"cannot be reached \(Connection refused\); connect, or set RECOUNT_DATA_MIRROR to .* known/votes.csv"):
        recount.fetch_data("known")


def test_a_login(kept, server):
    with pytest.raises(InputError, match=r"gated needs a login: ask for access at https://example.org/gated, and save http.* as '") as error:
        recount.fetch_data("gated")
    assert not server.asked
    place = Path(str(error.value).split(" as '")[1].split("'")[0])
    place.parent.mkdir(parents=True)
    place.write_bytes(VOTES)
    assert recount.fetch_data("gated") == place == recount.data_path("gated")


def test_names(kept):
    for function in (recount.fetch_data, recount.data_path):
        with pytest.raises(OptionError, match=r"no data set 'knwn'; did you mean 'known'"):
            function("knwn")


def test_a_cache_that_cannot_be_written(kept):
    kept.write_text("a file where the folder should be")
    with pytest.raises(InputError, match=r"the cache .* cannot be written .*; set RECOUNT_DATA_CACHE to a folder that can"):
        recount.fetch_data("known")


def run(kept, *arguments, start=subprocess.run, **more):
    command = [sys.executable, "-c", PROGRAM, str(registry.FILES), *arguments]
    environment = {**os.environ, "RECOUNT_DATA_CACHE": str(kept), "PYTHONPATH": str(DOCS.parent)}
    return start(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", **more)


def test_a_full_disk(kept):
    resource = pytest.importorskip("resource")

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    done = run(kept, "data", "fetch", "known", preexec_fn=small, timeout=60)
    assert done.returncode == 2
    assert "cannot hold it: File too large; make room, or set RECOUNT_DATA_CACHE" in one_line(done.stderr)
    assert in_it(kept) == []


def test_the_disk_is_named_full(tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("this system has no disk that is always full")
    (tmp_path / "source").write_bytes(VOTES)
    with pytest.raises(InputError, match=r"the disk is full"):
        transfer.fetch_bytes(str(tmp_path / "source"), Path("/dev/full"), lambda n, n_expected: None)


def test_two_fetchers_at_once(kept):
    both = [run(kept, "data", "fetch", name, start=subprocess.Popen) for name in ("known", "unknown", "known", "unknown")]
    said = [one.communicate(timeout=120) for one in both]
    assert [one.returncode for one in both] == [0] * 4, said
    assert (kept / "known" / "votes.csv").read_bytes() == (kept / "unknown" / "votes.csv").read_bytes() == VOTES
    assert in_it(kept) == ["first-fetch/unknown/votes.csv.sha256", "known/votes.csv", "unknown/votes.csv"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption(kept, server, number):
    server.manner["/known/votes.csv"] = "silent"
    running = run(kept, "data", "fetch", "known", start=subprocess.Popen)
    until = time.monotonic() + 60
    while not any(path.stat().st_size for path in kept.rglob(".recount-*")):
        assert time.monotonic() < until
        time.sleep(0.02)
    running.send_signal(number)
    said = running.communicate(timeout=30)
    assert running.returncode == 128 + number, said
    assert in_it(kept) == []


def test_an_interruption_of_the_library(kept, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(cache, "sha256", lambda path: "")
    with pytest.raises(KeyboardInterrupt):
        recount.fetch_data("known", interrupted)
    assert in_it(kept) == []


def test_the_command(kept, recount):
    missing = recount("data", "path", "known")
    assert missing.code == 2
    # A command that gets the path fails on it, and does not take the bundled votes.
    assert missing.out == f"{kept / 'known' / 'votes.csv'}\n"
    assert "recount data fetch known" in one_line(missing.err)
    listed = recount("data", "list", "--format", "json")
    assert listed.code == 0
    assert '"n_fetched": 0' in listed.out
    assert recount("data", "fetch", "known", "several") == (0, f"{kept / 'known' / 'votes.csv'}\n{kept / 'folder'}\n", "")
    assert recount("data", "path", "known") == (0, missing.out, "")
    assert recount("check", missing.out.strip()).code == 0
    for wrong in (["list", "known"], ["fetch"], ["path"], ["path", "known", "several"], ["fetch", "known", "--format", "csv"], ["fetch", "other"]):
        refused = recount("data", *wrong)
        assert refused.code == 2
        one_line(refused.err)


def test_a_data_set_is_complete():
    names = [one.name for one in DATA_SETS]
    assert len(set(names)) == len(names)
    paths = [file.path for one in DATA_SETS for file in one.files]
    assert len(set(paths)) == len(paths)
    for one in DATA_SETS:
        assert one.what
        assert one.licence
        assert one.citation
        assert one.homepage.startswith("https://")
        assert any(file.path == one.entry or file.path.startswith(f"{one.entry}/") for file in one.files), one.name
        for file in one.files:
            assert file.address.startswith("https://")
            assert len(file.sha256) in (0, 64)
            assert ".." not in Path(file.path).parts
            assert not Path(file.path).is_absolute()


def test_the_registry_is_in_the_documentation():
    page = (DOCS / "data.md").read_text(encoding="utf-8")
    assert f"\n\n{registry_as_markdown()}" in page


def test_real_files_have_the_checksums_of_the_registry(shared, tmp_path, monkeypatch):
    monkeypatch.setenv("RECOUNT_DATA_CACHE", str(tmp_path))
    monkeypatch.setenv("RECOUNT_DATA_MIRROR", str(shared))
    there = [one for one in DATA_SETS if all((shared / file.path).exists() for file in one.files)]
    assert len(there) == 13
    for one in there:
        assert recount.fetch_data(one.name).exists()


def test_from_the_shell(shared, tmp_path):
    environment = {**os.environ, "RECOUNT_DATA_CACHE": str(tmp_path / "c"), "RECOUNT_DATA_MIRROR": str(shared)}
    done = outside("data", "fetch", "llmfao", folder=tmp_path, env=environment)
    assert done.returncode == 0
    assert Path(done.stdout.strip()).read_bytes() == (shared / "llmfao" / "crowd-comparisons.csv").read_bytes()
