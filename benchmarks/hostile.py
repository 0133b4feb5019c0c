"""Hostile logs, damaged files of ours, wrong values of options, interruptions and kills: what a command may answer, and what it may not.

    python -m benchmarks.hostile --files 1000 --damaged 300 --values 20 --interruptions 250 --kills 50 --seed 1

A command either succeeds or says one line and ends with 2; it never shows a traceback, crashes, takes more than 10 s or 1 GB, loses count of rows, or
takes a damaged file of ours for what it was. Everything is drawn from the seed. Faults are printed; the exit code says whether there were any.
"""

import argparse
import hashlib
import io
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.hostile_files import ENDINGS, hostile_file, mangled, plain_log
from recount.sims.command_line.program import COMMANDS

RECOUNT = Path(sys.executable).with_name("recount")
# Seconds, on a busy machine.
PYTHON_STARTS = 0.25
ROOMS = ("/sims/", "/engine/", "/data/")
SECONDS, MEGABYTES = 10.0, 1000
ON_LOGS = ("check", "rate", "quality", "elo", "influence", "countries")
N_CHARACTERS = 300
BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")
WRONG = (
    *("", " ", "nan", "inf", "-inf", "-1", "0", "-0.0", "1e999", "1e-400", "2000000000", "99999999999999999999", "x", "None", "\x1b[31m", "'"),
    *("%s", "1,2", "１２", "a" * 5000, "../nowhere/at/all", "/dev/null", "\udcff", "votes:2000000000", "=1+1", "{}", "[", "--", "🦊", "0x10"),
)
# Runs commands in one process, and says of each its exit code, seconds, peak memory in MB and what it wrote.
WORKER = """
import contextlib, io, json, resource, signal, sys, time, traceback
from recount.sims.command_line import program
signal.signal = lambda *_: None
class Out(io.StringIO):
    def isatty(self): return False
for line in sys.stdin:
    sys.argv = ["recount", *json.loads(line)]
    out, err, code, started = Out(), Out(), None, time.perf_counter()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            program.main()
        except SystemExit as ended:
            code = ended.code or 0
        except BaseException:
            traceback.print_exc()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    text = json.dumps([code, time.perf_counter() - started, peak, out.getvalue(), err.getvalue()])
    print(text, file=sys.__stdout__, flush=True)
"""


class Said(NamedTuple):
    """What a command answered; the code is None after a traceback, and negative after a crash."""

    code: int | None
    seconds: float
    megabytes: int
    out: str
    err: str


class Commands:
    """Runs commands in a process that is started anew when it has crashed, hung, or grown."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def run(self, *arguments: str) -> Said:
        """Run one command."""
        if self.process is None:
            # Kernels are loaded before any time is taken.
            pipe = subprocess.PIPE
            self.process = subprocess.Popen([sys.executable, "-c", WORKER], stdin=pipe, stdout=pipe, cwd=self.folder, text=True)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            code = self.process.wait()
            self.process = None
            return Said(code if code else -1, 0.0, 0, "", "crashed")
        said = Said(*json.loads(line))
        if said.megabytes > MEGABYTES:
            self.close()
        return said

    def close(self) -> None:
        """End the process."""
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


def fault_of(said: Said) -> str:
    """What a command must not do; "" if it has done none of it."""
    lines = [line for line in said.err.splitlines() if not line.startswith("compiling")]
    if said.code is None or "Traceback" in said.err:
        return "traceback: " + (lines[-1] if lines else "")
    if said.code < 0:
        return f"crash {said.code}"
    if said.seconds > SECONDS:
        return f"{said.seconds:.1f} s"
    if said.megabytes > MEGABYTES:
        return f"{said.megabytes} MB"
    if said.code not in (0, 2):
        return f"exit code {said.code}"
    if said.code == 2 and not (lines and lines[-1].startswith("error: ") and lines[-1].isprintable() and len(lines[-1]) < 3000):
        return f"no clear line: {lines[-1:]}"
    return ""


def lost_rows(said: Said) -> str:
    """Whether a check lost count of rows; "" if not."""
    if said.code:
        return ""
    import pandas as pd

    table = pd.read_csv(io.StringIO(said.out), dtype=str, keep_default_na=False)
    value = {(topic, item): text for topic, item, text in table.itertuples(index=False)}
    # Where labels could mean two things, only they are shown.
    if ("rows", "read") not in value:
        return ""
    read, left_out, votes = (int(value[key]) for key in (("rows", "read"), ("rows", "left out"), ("votes", "all")))
    return "" if read == left_out + votes or "count" in said.out else f"{read} rows read, {left_out} left out, {votes} votes"


def on_hostile_files(commands: Commands, n: int, seed: int) -> Iterator[str]:
    """Give every command `n` hostile logs."""
    for number in range(n):
        rng = random.Random(f"{seed} file {number}")
        ending = ENDINGS[number % len(ENDINGS)]
        path = commands.folder / f"hostile{number}{ending}"
        path.write_bytes(hostile_file(rng, ending))
        for command in ON_LOGS:
            said = commands.run(command, path.name, *(["--max-rejected", "1"] if rng.random() < 0.5 else []))
            if fault := fault_of(said) or (lost_rows(said) if command == "check" else ""):
                yield f"{command} {path.name}: {fault}"
        path.unlink()


def ours(commands: Commands) -> dict[str, tuple[str, ...]]:
    """Write files of ours, and return for each the command that reads it; a catalogue has no checksum."""
    (commands.folder / "log.csv").write_bytes(plain_log(random.Random(0), ".csv"))
    (commands.folder / "later.csv").write_bytes(plain_log(random.Random(1), ".csv"))
    for arguments in (
        ("rate", "log.csv", *BOOTSTRAP, "--replicates", "replicates.parquet", "-o", "board.csv"),
        *(("elo", "log.csv", "-o", f"state{ending}") for ending in (".csv", ".json", ".parquet")),
    ):
        said = commands.run(*arguments)
        assert said.code == 0, said
    from recount.data.catalogue import BUNDLED

    (commands.folder / "catalogue.csv").write_bytes(BUNDLED[1].read_bytes())
    reads = {"replicates.parquet": ("countries", "--replicates", "replicates.parquet"), "board.csv": ("rate", "log.csv", "--against", "board.csv")}
    reads |= {f"state{ending}": ("elo", "later.csv", "--resume", f"state{ending}") for ending in (".csv", ".json", ".parquet")}
    reads |= {f"{name}.manifest.json": reads[name] for name in ("state.csv", "replicates.parquet")}
    return reads | {"catalogue.csv": ("countries", "--catalogue", "catalogue.csv")}


def on_damaged_files(commands: Commands, n: int, seed: int) -> Iterator[str]:
    """Damage files of ours, one at a time: the answer is a refusal, or the same as before."""
    reads = ours(commands)
    right = {name: commands.run(*command) for name, command in reads.items()}
    for number in range(n):
        rng = random.Random(f"{seed} damaged {number}")
        name = rng.choice(list(reads))
        path = commands.folder / name
        whole = path.read_bytes()
        beside = path.with_name(f"{name}.manifest.json")
        manifest = beside.read_bytes() if beside.exists() else None
        if name == "replicates.parquet" and rng.random() < 0.5:
            # The file itself has to tell.
            beside.unlink()
        path.write_bytes(mangled(rng, whole))
        said = commands.run(*reads[name])
        if fault := fault_of(said):
            yield f"{name}, damage {number}: {fault}"
        elif said.code == 0 and said.out != right[name].out and name != "catalogue.csv" and not name.endswith(".manifest.json"):
            yield f"{name}, damage {number}: taken for what it was, with another result"
        path.write_bytes(whole)
        if manifest is not None:
            beside.write_bytes(manifest)


def on_wrong_values(commands: Commands, n: int, seed: int) -> Iterator[str]:
    """Give every option of every command `n` values, most of them wrong."""
    ours(commands)
    for command in COMMANDS:
        module = import_module(f"recount.sims.command_line.{command}_command")
        for name, option in module.OPTIONS.items():
            rng = random.Random(f"{seed} {command} {name}")
            for value in rng.sample(WRONG, min(n, len(WRONG))):
                subject = [*getattr(module, "SUBJECTS", ())] or [*(["article"] if hasattr(module, "FILE") else []), "log.csv"]
                what = [] if option.kind is bool else [value] * (2 if name == "pair" else 1)
                said = commands.run(command, *subject, option.flag, *what)
                if fault := fault_of(said):
                    yield f"{command} {option.flag} {value[:40]!r}: {fault}"


def outcome_of_a_signal(folder: Path, arguments: list[str], seconds: float, number: int) -> tuple[int, str]:
    """Start a command, send it a signal after some seconds, and return its exit code and what it said."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([RECOUNT, *arguments], cwd=folder, stdout=pipe, stderr=pipe, text=True)
    time.sleep(seconds)
    process.send_signal(number)
    _, err = process.communicate(timeout=600)
    return process.returncode, err


def on_signals(folder: Path, n_interruptions: int, n_kills: int, seed: int) -> Iterator[str]:
    """Interrupt, and kill, commands that write over an older result: the exit code is right, and old or new files are whole."""
    (folder / "log.csv").write_bytes(plain_log(random.Random(0), ".csv"))
    commands = [[command, "log.csv", "-o", f"{command}.csv"] for command in ("check", "rate", "quality", "elo", "influence")]
    lasts = {}
    for arguments in commands:
        subprocess.run([RECOUNT, *arguments], cwd=folder, check=True, capture_output=True)
        started = time.perf_counter()
        subprocess.run([RECOUNT, *arguments], cwd=folder, check=True, capture_output=True)
        lasts[arguments[0]] = time.perf_counter() - started
    for number in range(n_interruptions + n_kills):
        rng = random.Random(f"{seed} signal {number}")
        arguments, sent = rng.choice(commands), signal.SIGINT if number < n_interruptions else signal.SIGKILL
        # A kill is near the end, where files are written.
        share = rng.random() if sent == signal.SIGINT else rng.uniform(0.6, 1.05)
        after = share * lasts[arguments[0]]
        code, err = outcome_of_a_signal(folder, arguments, after, sent)
        # Python's own start, before any of ours, prints its traceback.
        starting = sent == signal.SIGINT and after < PYTHON_STARTS and err.rstrip().endswith("KeyboardInterrupt")
        if starting and code in (1, -signal.SIGINT) and not any(room in err for room in ROOMS):
            continue
        what = f"{arguments[0]}, {sent.name} after {share:.2f} of {lasts[arguments[0]]:.2f} s"
        # Before Python listens for it, a signal ends the process, which a shell tells as 130 too.
        if code not in ((0, 130, -signal.SIGINT) if sent == signal.SIGINT else (0, -signal.SIGKILL)) or "Traceback" in err:
            yield f"{what}: exit code {code}, {err.splitlines()[-1:]}"
        output = folder / arguments[-1]
        written = json.loads(output.with_name(f"{output.name}.manifest.json").read_text())["output_sha256"]
        if written != hashlib.sha256(output.read_bytes()).hexdigest():
            yield f"{what}: a file and its manifest do not belong together"
        if sent == signal.SIGINT and (left := [path.name for path in folder.iterdir() if path.name.startswith(".recount")]):
            yield f"{what}: left {left}"


def main() -> int:
    """Run all, print faults, and return 1 if there were any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default in (("files", 1000), ("damaged", 300), ("values", 20), ("interruptions", 250), ("kills", 50), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    asked = parser.parse_args()
    np.seterr(all="ignore")
    found: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = Commands(folder)
        for what, faults in (
            ("hostile files", on_hostile_files(commands, asked.files, asked.seed)),
            ("damaged files", on_damaged_files(commands, asked.damaged, asked.seed)),
            ("wrong values", on_wrong_values(commands, asked.values, asked.seed)),
            ("signals", on_signals(folder, asked.interruptions, asked.kills, asked.seed)),
        ):
            for fault in faults:
                found[what] += 1
                print(f"{what}: {fault[:N_CHARACTERS]}", flush=True)
            print(f"{what}: {found[what]} faults", flush=True)
        commands.close()
    return int(found.total() > 0)


if __name__ == "__main__":
    sys.exit(main())
