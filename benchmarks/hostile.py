"""Hostile logs, damaged files of ours, wrong values of options, interruptions and kills: what a command may answer, and what it may not.

    python -m benchmarks.hostile files damaged values interruptions kills --seed 1

runs all, in hours; --step 20 takes every twentieth run, and --start 7 --step 20 another twentieth. Runs are numbered, and each is drawn from the seed
and its number, so that a part that was cut off goes on with --start.

A command either succeeds or says one line and ends with 2; it never shows a traceback, crashes, takes more than 10 s or 1 GB, loses count of rows, or
takes a damaged file of ours for what it was. Faults are printed, and a line for each part; the exit code says whether there were any.
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
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
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
ON_LOGS = (("check",), ("rate",), ("quality",), ("elo",), ("influence",), ("countries",), ("claims", "article"))
# Runs of each part; of options, each with so many values.
N_RUNS = {"files": 1000, "damaged": 300, "interruptions": 250, "kills": 50}
N_VALUES = 20
EVERY = 50
N_CHARACTERS = 300
WRITING = tuple((command, "log.csv", "-o", f"{command}.csv") for command in ("check", "rate", "quality", "elo", "influence"))
BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")
WRONG = (
    *("", " ", "nan", "inf", "-inf", "-1", "0", "-0.0", "1e999", "1e-400", "2000000000", "99999999999999999999", "x", "None", "\x1b[31m", "'"),
    *("%s", "1,2", "１２", "a" * 5000, "../nowhere/at/all", "/dev/null", "\udcff", "votes:2000000000", "=1+1", "{}", "[", "--", "🦊", "0x10"),
)
# Runs commands in one process, and says of each its exit code, seconds, peak memory in MB and what it wrote.
WORKER = """
import contextlib, io, json, signal, sys, time, traceback
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
    # What getrusage says may be of the program that started this one, before it became another.
    peak = max(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
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
        # What commands before it left is in the peak, too.
        if said.megabytes > MEGABYTES / 2:
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


class Setting:
    """A folder, what runs commands in it, and files of ours."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.commands = Commands(folder)
        for number, name in enumerate(("log.csv", "later.csv")):
            (folder / name).write_bytes(plain_log(random.Random(number), ".csv"))

    def random(self, part: str, number: int) -> random.Random:
        """Return what a run draws from."""
        return random.Random(f"{self.seed} {part} {number}")

    @cached_property
    def ready(self) -> Commands:
        """The commands, after each was run once, so that kernels are compiled before any time is taken."""
        for command in ON_LOGS:
            self.commands.run(*command, "log.csv")
        return self.commands

    @cached_property
    def reads(self) -> dict[str, tuple[str, ...]]:
        """For each file of ours, which is written now, the command that reads it; a catalogue has no checksum."""
        for arguments in (
            ("rate", "log.csv", *BOOTSTRAP, "--replicates", "replicates.parquet", "-o", "board.csv"),
            ("check", "log.csv", "--save-counts", "counts.parquet"),
            *(("elo", "log.csv", "-o", f"state{ending}") for ending in (".csv", ".json", ".parquet")),
        ):
            said = self.commands.run(*arguments)
            assert said.code == 0, said
        from recount.data.catalogue import BUNDLED

        (self.folder / "catalogue.csv").write_bytes(BUNDLED[1].read_bytes())
        reads = {
            "replicates.parquet": ("countries", "--replicates", "replicates.parquet"),
            "board.csv": ("rate", "log.csv", "--against", "board.csv"),
        }
        reads |= {"counts.parquet": ("rate", "counts.parquet"), "catalogue.csv": ("countries", "--catalogue", "catalogue.csv")}
        reads |= {f"state{ending}": ("elo", "later.csv", "--resume", f"state{ending}") for ending in (".csv", ".json", ".parquet")}
        return reads | {f"{name}.manifest.json": reads[name] for name in ("state.csv", "replicates.parquet", "counts.parquet", "board.csv")}

    @cached_property
    def right(self) -> dict[str, Said]:
        """What these commands say of whole files."""
        return {name: self.commands.run(*command) for name, command in self.reads.items()}

    @cached_property
    def options(self) -> list[tuple[str, str]]:
        """Every option of every command: the command, and the option's name."""
        return [(command, name) for command in COMMANDS for name in import_module(place_of(command)).OPTIONS]

    @cached_property
    def lasts(self) -> dict[str, float]:
        """Seconds of each command that writes, after a first time in which it has written."""
        lasts = {}
        for arguments in WRITING:
            subprocess.run([RECOUNT, *arguments], cwd=self.folder, check=True, capture_output=True)
            started = time.perf_counter()
            subprocess.run([RECOUNT, *arguments], cwd=self.folder, check=True, capture_output=True)
            lasts[arguments[0]] = time.perf_counter() - started
        return lasts


def place_of(command: str) -> str:
    """Return the name of the module of a command."""
    return f"recount.sims.command_line.{command.replace('-', '_')}_command"


def on_hostile_file(setting: Setting, number: int) -> Iterator[str]:
    """Give every command a hostile log."""
    rng = setting.random("file", number)
    ending = rng.choice(ENDINGS)
    path = setting.folder / f"hostile{number}{ending}"
    path.write_bytes(hostile_file(rng, ending))
    for command in ON_LOGS:
        said = setting.ready.run(*command, path.name, *(["--max-rejected", "1"] if rng.random() < 0.5 else []))
        if fault := fault_of(said) or (lost_rows(said) if command == ("check",) else ""):
            yield f"{command[0]} {path.name}: {fault}"
    path.unlink()


def on_damaged_file(setting: Setting, number: int) -> Iterator[str]:
    """Damage a file of ours: the answer is a refusal, or the same as before."""
    rng = setting.random("damaged", number)
    right, name = setting.right, rng.choice(list(setting.reads))
    path = setting.folder / name
    whole = path.read_bytes()
    beside = path.with_name(f"{name}.manifest.json")
    manifest = beside.read_bytes() if beside.exists() else None
    if name == "replicates.parquet" and rng.random() < 0.5:
        # The file itself has to tell.
        beside.unlink()
    path.write_bytes(mangled(rng, whole))
    said = setting.commands.run(*setting.reads[name])
    if fault := fault_of(said):
        yield f"{name}, damage {number}: {fault}"
    elif said.code == 0 and said.out != right[name].out and name != "catalogue.csv" and not name.endswith(".manifest.json"):
        yield f"{name}, damage {number}: taken for what it was, with another result"
    path.write_bytes(whole)
    if manifest is not None:
        beside.write_bytes(manifest)


def on_option(setting: Setting, number: int, n_values: int = N_VALUES) -> Iterator[str]:
    """Give an option of a command values, most of them wrong."""
    command, name = setting.options[number]
    module = import_module(place_of(command))
    option, rng = module.OPTIONS[name], random.Random(f"{setting.seed} {command} {name}")
    for value in rng.sample(WRONG, min(n_values, len(WRONG))):
        subject = [*getattr(module, "SUBJECTS", ())] or [*(["article"] if hasattr(module, "FILE") else []), "log.csv"]
        what = [] if option.kind is bool else [value] * (2 if name == "pair" else 1)
        said = setting.commands.run(command, *subject, option.flag, *what)
        if fault := fault_of(said):
            yield f"{command} {option.flag} {value[:40]!r}: {fault}"


def outcome_of_a_signal(folder: Path, arguments: Sequence[str], seconds: float, number: int) -> tuple[int, str]:
    """Start a command, send it a signal after some seconds, and return its exit code and what it said."""
    pipe = subprocess.PIPE
    process = subprocess.Popen([RECOUNT, *arguments], cwd=folder, stdout=pipe, stderr=pipe, text=True)
    time.sleep(seconds)
    process.send_signal(number)
    _, err = process.communicate(timeout=600)
    return process.returncode, err


def on_interruption(setting: Setting, number: int) -> Iterator[str]:
    """Interrupt a command at any moment."""
    rng = setting.random("interruption", number)
    yield from _on_signal(setting, rng.choice(WRITING), signal.SIGINT, rng.random())


def on_kill(setting: Setting, number: int) -> Iterator[str]:
    """Kill a command near its end, where it writes files."""
    rng = setting.random("kill", number)
    yield from _on_signal(setting, rng.choice(WRITING), signal.SIGKILL, rng.uniform(0.6, 1.05))


def _on_signal(setting: Setting, arguments: Sequence[str], sent: signal.Signals, share: float) -> Iterator[str]:
    """End a command that writes over an older result: the exit code is right, and old or new files are whole."""
    last, folder = setting.lasts[arguments[0]], setting.folder
    code, err = outcome_of_a_signal(folder, arguments, share * last, sent)
    # Python's own start, before any of ours, prints its traceback.
    starting = sent == signal.SIGINT and share * last < PYTHON_STARTS and err.rstrip().rpartition("\n")[2].startswith("KeyboardInterrupt")
    if starting and code in (1, -signal.SIGINT) and not any(room in err for room in ROOMS):
        return
    what = f"{arguments[0]}, {sent.name} after {share:.2f} of {last:.2f} s"
    # Before Python listens for it, a signal ends the process, which a shell tells as 130 too.
    if code not in ((0, 130, -signal.SIGINT) if sent == signal.SIGINT else (0, -signal.SIGKILL)) or "Traceback" in err:
        yield f"{what}: exit code {code}, {err.splitlines()[-1:]}"
    output = folder / arguments[-1]
    written = json.loads(output.with_name(f"{output.name}.manifest.json").read_text())["output_sha256"]
    if written != hashlib.sha256(output.read_bytes()).hexdigest():
        yield f"{what}: a file and its manifest do not belong together"
    left = [path for path in folder.iterdir() if path.name.startswith(".recount")]
    if sent == signal.SIGINT and left:
        yield f"{what}: left {[path.name for path in left]}"
    for path in left:
        path.unlink()


PARTS: dict[str, Callable[[Setting, int], Iterator[str]]] = {
    "files": on_hostile_file,
    "damaged": on_damaged_file,
    "values": on_option,
    "interruptions": on_interruption,
    "kills": on_kill,
}


def numbers_of(setting: Setting, part: str, start: int = 0, step: int = 1) -> range:
    """Return the numbers of the runs of a part, every `step`th."""
    return range(start, N_RUNS.get(part, len(setting.options)), step)


def main() -> int:
    """Run parts, print faults, and return 1 if there were any."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    for name, default, text in (("seed", 1, "of everything"), ("start", 0, "number of the first run"), ("step", 1, "run every so many")):
        parser.add_argument(f"--{name}", type=int, default=default, help=text)
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"there is no part {unknown.pop()!r}; give {', '.join(PARTS)}")
    np.seterr(all="ignore")
    n_faults = 0
    for part in asked.parts or PARTS:
        with tempfile.TemporaryDirectory() as name:
            setting, started, found, n_run = Setting(Path(name), asked.seed), time.perf_counter(), 0, 0
            for number in numbers_of(setting, part, asked.start, asked.step):
                for fault in PARTS[part](setting, number):
                    found += 1
                    print(f"{part} {number}: {fault[:N_CHARACTERS]}", flush=True)
                n_run += 1
                if not n_run % EVERY:
                    print(f"{part}: {n_run} runs to number {number}, {found} faults", file=sys.stderr, flush=True)
            setting.commands.close()
        print(f"{part}: {n_run} runs, {found} faults, {time.perf_counter() - started:.0f} s", flush=True)
        n_faults += found
    return int(n_faults > 0)


if __name__ == "__main__":
    sys.exit(main())
