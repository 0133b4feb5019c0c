"""The race: Recount and its peers on the same logs, in one run, and `docs/performance.md` written from it.

Every job runs in a process of its own, with a time limit; contestants take turns, round by round. Ratios are taken within a round.
Which call of a peer is timed is in `benchmarks/peers`, one module a contestant; what the answers are held against is in `benchmarks/peers/truth.py`.
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Timer
from time import perf_counter
from typing import Any

RECOUNT = "Recount"
UNCOMPILED = "Recount, nothing compiled yet"
READING = "pyarrow alone"
COUNTS, BOOTSTRAP = "Parquet to counts", "Bootstrap, one replicate"
UNBEATEN = "A log with a competitor that won all of its 20 votes"
# Contestants by job: the name in the table, and module and function in `benchmarks.peers`.
JOBS: dict[str, dict[str, str]] = {
    COUNTS: {
        RECOUNT: "recount.counts",
        READING: "pyarrow.counts",
        "FastChat's method": "fastchat_method.counts",
        "arena-rank": "arena_rank.counts",
        "evalica": "evalica.counts",
    },
    "Parquet to ratings": {
        RECOUNT: "recount.ratings",
        UNCOMPILED: "recount.ratings",
        "FastChat's method": "fastchat_method.ratings",
        "arena-rank": "arena_rank.ratings",
        "evalica": "evalica.ratings",
    },
    "Fit, counts given": {
        RECOUNT: "recount.fit_counts",
        "choix": "choix.fit_counts",
        "evalica": "evalica.fit_counts",
        "scikit-learn, tolerance 1e-8": "scikit_learn.fit_counts",
        "scikit-learn, its tolerance": "scikit_learn.fit_counts_by_default",
        "leaderbot": "leaderbot.fit_counts",
        "FastChat's method": "fastchat_method.fit_counts",
        "arena-rank": "arena_rank.fit_counts",
    },
    "Davidson's model, counts given": {
        RECOUNT: "recount.davidson",
        "evalica": "evalica.davidson",
        "leaderbot": "leaderbot.davidson",
    },
    "Sandwich, fit given": {
        RECOUNT: "recount.sandwich",
        "arena-rank": "arena_rank.sandwich",
    },
    BOOTSTRAP: {
        RECOUNT: "recount.bootstrap",
        "Recount, Poisson": "recount.poisson_bootstrap",
        "Recount, by voter": "recount.voter_bootstrap",
        UNCOMPILED: "recount.bootstrap",
        "FastChat's method": "fastchat_method.bootstrap",
        "arena-rank": "arena_rank.bootstrap",
        "arena-rank, spawned processes": "arena_rank.spawned_bootstrap",
        "evalica, percentile": "evalica.bootstrap",
        "evalica, BCa (its default)": "evalica.default_bootstrap",
    },
    "Online Elo, one pass over encoded votes": {
        RECOUNT: "recount.elo",
        "evalica": "evalica.elo",
        "FastChat's method": "fastchat_method.elo",
    },
    UNBEATEN: {
        RECOUNT: "recount.ratings",
        "FastChat's method": "fastchat_method.ratings",
        "arena-rank": "arena_rank.ratings",
        "evalica": "evalica.ratings",
        "choix": "choix.fit_counts",
        "scikit-learn, tolerance 1e-8": "scikit_learn.fit_counts",
        "leaderbot": "leaderbot.fit_counts",
    },
}
# More of them spin while they wait, and on a busy machine that cost peers up to thirty times as much.
ONE_BLAS_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
# A contestant whose process took longer, in seconds, does not run again.
ONE_ROUND_FROM = 30.0


def main() -> None:
    """Run the race and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("out/arenas"), help="where the logs are, or are written")
    parser.add_argument("--sizes", default="S,M,L", help="logs to run on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--time-limit", type=float, default=180.0, help="seconds for one process")
    parser.add_argument("--output", type=Path, default=Path("docs/performance.md"))
    options = parser.parse_args()
    sizes = options.sizes.split(",")
    _module("benchmarks.peers.logs", str(options.folder), *sizes)
    race: dict[str, Any] = {"rounds": options.rounds, "one_round_from": ONE_ROUND_FROM, "time_limit": options.time_limit}
    race |= {"load": os.getloadavg()[0], "results": [], "scaling": ""}
    # Written after every job: what an interrupted race measured can still be made a page.
    measured = options.folder / "race.json"
    for job, contestants in JOBS.items():
        running = dict(contestants)
        for size in ["U"] if job == UNBEATEN else sizes:
            log = options.folder / f"arena-{size}.parquet"
            for result in _race(running, log, options.rounds, options.time_limit):
                race["results"].append({"job": job, "size": size, **result})
                if not result["rounds"]:
                    del running[result["contestant"]]
            measured.write_text(json.dumps(race))
    race["scaling"] = _module("benchmarks.scaling")
    measured.write_text(json.dumps(race))
    _module("benchmarks.race_table", str(measured), str(options.output))


def _race(contestants: dict[str, str], log: Path, n_rounds: int, time_limit: float) -> list[dict[str, Any]]:
    """Let the contestants take turns; return what was measured of each."""
    results = [{"contestant": name, "rounds": [], "memory": 0.0, "failure": ""} for name in contestants]
    running = list(results)
    for round_ in range(n_rounds):
        for result in list(running):
            seconds = _run(result, contestants[result["contestant"]], log, time_limit)
            print(f"{log.stem} round {round_ + 1}: {result['contestant']}: {seconds:.1f} s {result['failure']}", file=sys.stderr)
            if result["failure"] or seconds > ONE_ROUND_FROM:
                running.remove(result)
    return [result for result in results if not result["failure"].startswith("NotImplementedError")]


def _run(result: dict[str, Any], task: str, log: Path, time_limit: float) -> float:
    """Run a job once in a process of its own, add what it measured to `result`, and return the seconds that the process took."""
    with tempfile.TemporaryDirectory() as folder:
        answer, errors = Path(folder) / "answer.json", Path(folder) / "errors"
        command = [sys.executable, "-m", "benchmarks.peers.worker", task, str(log), str(answer)]
        environment = os.environ | ONE_BLAS_THREAD | ({"NUMBA_CACHE_DIR": folder} if result["contestant"] == UNCOMPILED else {})
        start = perf_counter()
        with errors.open("w") as stream:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stream, env=environment, start_new_session=True)
        clock = Timer(time_limit, os.killpg, (process.pid, signal.SIGKILL))
        clock.start()
        # Of the largest process: its own, or one of a pool that it waited for.
        _, status, usage = os.wait4(process.pid, 0)
        clock.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = perf_counter() - start
        result["memory"] = max(result["memory"], usage.ru_maxrss / 1024)
        if process.returncode == 0:
            result["rounds"].append(json.loads(answer.read_text()))
        elif seconds >= time_limit:
            result["failure"] = f"no end within {time_limit:.0f} s"
        else:
            last_line = (errors.read_text().strip().splitlines() or [f"ended by signal {-process.returncode}"])[-1]
            result["failure"] = re.sub(r"^[\w.]*\.(?=\w+: )", "", last_line)
    return seconds


def _module(name: str, *arguments: str) -> str:
    """Run a module of the benchmarks and return what it prints; so this process stays small."""
    return subprocess.run([sys.executable, "-m", name, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


if __name__ == "__main__":
    main()
