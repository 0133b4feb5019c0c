"""`docs/performance.md` from what the race measured: ``python -m benchmarks.race_table out/race.json docs/performance.md``."""

import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.arenas import SIZES
from benchmarks.race import BOOTSTRAP, COUNTS, READING, RECOUNT, UNCOMPILED

INTRODUCTION = """# Performance

Written by `make race` on {date}; every number below is from that run, and the times and ratios are as good as the machine was quiet.

{machine}, with a load of {load:.1f} before the race. Python {python}, {versions}: one environment for all contestants, in which numpy is {numpy}
because arena-rank needs exactly that.

Logs: {logs}; 30 % ties, skewed strengths and popularity (`benchmarks/arenas.py`). U is S with one competitor more.

- Every job runs in a process of its own; contestants take turns, rounds: {rounds} (one, if a process takes over {slow:.0f} s) of several calls each.
- *time*: of a call that is not the first of its process, median. *ratio*: to Recount in the same round, median. *first*: the first call in a fresh
  process, compiling or loading compiled code included. *preparation*: bringing the input into the form that the contestant takes. *memory*: peak of
  the largest process, in MB, interpreter and preparation included.
- *error*: the largest, over all competitors, against a fit converged by an independent Newton method (`benchmarks/peers/truth.py`); for replicates,
  against such fits of the same replicates, or what Recount certifies.
- A process that takes over {limit:.0f} s is ended, and who has no result on a log is not tried on the next, larger one.
- BLAS has one thread, as it always has in Recount: two that spin while they wait make the times of the peers depend on what else the machine does.
- FastChat is no package: its method is written anew in `benchmarks/peers/fastchat_method.py`.
- arena-rank's bootstrap forks its processes after JAX has started threads, which JAX warns against: they wait for each other for ever. "Spawned"
  is the same with multiprocessing told to spawn.
- evalica's default bootstrap, BCa, refits once for each vote left out.
"""
HEADER = """
## {job}

| log | contestant | version | time | ratio | first | preparation | memory | error | remark |
|---|---|---|---:|---:|---:|---:|---:|---:|---|
"""
AGAINST_READING = """
## 1,000 replicates, against reading the log

| log | bootstrap | time | pyarrow reads the three columns as dictionaries | ratio |
|---|---|---:|---:|---:|
"""
LARGE_LOGS = "\n## Logs larger than memory\n"
# How long a remark may be.
WIDTH = 160


def page(race: dict[str, Any]) -> str:
    """Return the page."""
    packages = ("numpy", "numba", "scipy", "pandas", "pyarrow")
    introduction = INTRODUCTION.format(
        date=date.today().isoformat(),
        machine=_machine(),
        python=platform.python_version(),
        versions=", ".join(f"{name} {version(name)}" for name in packages),
        numpy=version("numpy"),
        logs=", ".join(f"{size} = {votes:,} votes x {n} competitors" for size, (votes, n) in SIZES.items()),
        load=race["load"],
        rounds=race["rounds"],
        slow=race["one_round_from"],
        limit=race["time_limit"],
    )
    jobs = dict.fromkeys(result["job"] for result in race["results"])
    tables = (HEADER.format(job=job) + "".join(_rows(result for result in race["results"] if result["job"] == job)) for job in jobs)
    return introduction + "".join(tables) + AGAINST_READING + "".join(_replicates_against_reading(race["results"])) + "\n" + race["scaling"]


def _rows(results: Iterable[dict[str, Any]]) -> Iterable[str]:
    results = list(results)
    for size in dict.fromkeys(result["size"] for result in results):
        of_size = [result for result in results if result["size"] == size]
        recount = next((result for result in of_size if result["contestant"] == RECOUNT), {"rounds": []})
        for result in of_size:
            yield "| " + " | ".join([size, *_cells(result, recount)]) + " |\n"


def _cells(result: dict[str, Any], recount: dict[str, Any]) -> Sequence[str]:
    name, memory, rounds = result["contestant"], f"{result['memory']:.0f}", result["rounds"]
    if not rounds:
        return name, "", "", "", "", "", memory, "", _in_table(f"**no result**: {result['failure']}")
    last = rounds[-1]
    remark = last["remark"] + (f"; **no result** in another round: {result['failure']}" if result["failure"] else "")
    return (
        name,
        last["version"],
        seconds(_time(result)),
        _short(_ratio(result, recount)) if recount["rounds"] and result is not recount else "",
        seconds(median(each["first"] / each["n_replicates"] for each in rounds)),
        seconds(median(each["preparation"] for each in rounds)),
        memory,
        "" if last["error"] is None else f"{_short(last['error'])} {last['unit']}",
        _in_table(remark),
    )


def _time(result: dict[str, Any]) -> float:
    return median(each["time"] / each["n_replicates"] for each in result["rounds"])


def _ratio(result: dict[str, Any], other: dict[str, Any]) -> float:
    """Return the median over the rounds that both were in."""
    pairs = zip(result["rounds"], other["rounds"], strict=False)
    return median(a["time"] / a["n_replicates"] / (b["time"] / b["n_replicates"]) for a, b in pairs)


def _replicates_against_reading(results: list[dict[str, Any]]) -> Iterable[str]:
    """Say what 1,000 replicates cost in readings of the log."""
    of = {(result["job"], result["size"], result["contestant"]): result for result in results if result["rounds"]}
    for job, size, name in of:
        reading = of.get((COUNTS, size, READING))
        if job == BOOTSTRAP and name.startswith(RECOUNT) and name != UNCOMPILED and reading:
            replicates = 1000 * _time(of[job, size, name])
            yield f"| {size} | {name} | {seconds(replicates)} | {seconds(_time(reading))} | {_short(replicates / _time(reading))} |\n"


def seconds(time: float) -> str:
    """Write a time in the unit that suits it."""
    for factor, unit in ((1, "s"), (1e3, "ms")):
        if time * factor >= 1:
            return f"{_short(time * factor)} {unit}"
    return f"{_short(time * 1e6)} us"


def _short(number: float) -> str:
    """Write two digits, or all those before the point."""
    return f"{number:,.0f}" if number >= 10 else f"{number:.2g}"


def _in_table(text: str) -> str:
    text = " ".join(text.replace("|", "/").split())
    return text if len(text) <= WIDTH else text[: WIDTH - 3] + "..."


def _machine() -> str:
    """Return processor, cores and memory."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"


def section_of_large_logs(former: Path) -> str:
    """Return what `benchmarks.large_logs` measured, which the race does not measure again, from the former page."""
    _, heading, after = former.read_text().partition(LARGE_LOGS) if former.exists() else ("", "", "")
    return heading + after


if __name__ == "__main__":
    race, output = json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2])
    output.write_text(page(race) + section_of_large_logs(output))
