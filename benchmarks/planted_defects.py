"""Which defects of a log the audit finds, and what it finds in clean logs: ``python -m benchmarks.planted_defects`` writes `docs/audit.md`.

Every log that has been audited is in ``out/planted_defects.jsonl`` at once, a line each, so that the study goes on where it was stopped.
"""

import argparse
import json
import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from benchmarks.defects import CLEAN, DEFECTS, FURTHER, SITTINGS, Defect, clean
from benchmarks.pages import DOCS, table, write_section
from recount.engine.votes import OUTCOMES, Factor, Votes
from recount.sims.analysis.log import Log, read
from recount.sims.auditing.auditing import FOUND, UNTESTED, audit
from recount.sims.auditing.finding import FALSE_ALARMS
from recount.sims.auditing.probes import PROBES

PAGE = DOCS / "audit.md"
KEPT = Path("out/planted_defects.jsonl")
KINDS = (*CLEAN, SITTINGS)
N_CLEAN, N_LOGS, N_SMALLER, N_FURTHER = 1000, 200, 20, 50
SEED = 20240814
# Seeds of one kind and those of the next.
APART = 100_000
NAMES = tuple(probe.name for probe in PROBES)
FACTS = {probe.name for probe in PROBES if probe.is_fact}
OWNERS: Mapping[str, Defect] = {f"{defect.probe}: {defect.what}": defect for defect in (*DEFECTS, *FURTHER)}
POWER = 0.9


class Job(NamedTuple):
    """A log: which kind of clean ones, or which defect, of which size; and which of its kind."""

    kind: str
    size: float
    number: int


def jobs(n_clean: int, n_logs: int, n_smaller: int) -> list[Job]:
    """Return every log of the study, in an order in which all kinds come along."""
    wanted = [Job(kind, 0.0, number) for kind in KINDS for number in range(-(-n_clean // len(KINDS)))]
    for name, defect in OWNERS.items():
        wanted += [Job(name, defect.size, number) for number in range(N_FURTHER if defect in FURTHER else n_logs)]
        wanted += [Job(name, size, number) for size in defect.smaller for number in range(n_smaller)]
    return sorted(wanted, key=lambda job: job.number)


def log_of(votes: Votes) -> Log:
    """Return votes as a log that is read like any other."""
    columns: dict[str, Any] = {name: _texts(held) if isinstance(held, Factor) else held for name, held in votes.columns.items()}
    names = np.array(votes.names, object)
    sides = {"model_a": names[votes.first], "model_b": names[votes.second], "winner": np.array(OUTCOMES, object)[votes.outcome]}
    return read(pd.DataFrame({**sides, **columns}))


def _texts(held: Factor) -> np.ndarray:
    return np.array(held.levels, object)[held.codes]


def audited(job: Job) -> dict[str, Any]:
    """Audit a log; of facts it is told whether they are there, by a search of another kind."""
    seed = SEED + job.number + APART * (*KINDS, *OWNERS).index(job.kind)
    votes = OWNERS[job.kind].plant(seed, job.size) if job.kind in OWNERS else clean(job.kind, seed)
    frame = audit(log_of(votes)).frame
    p_values = [None if np.isnan(p) else float(p) for p in frame["p_value"]]
    return {**job._asdict(), "n_votes": votes.n_votes, "finding": frame["finding"].tolist(), "p_value": p_values, "truly": facts(votes)}


def facts(votes: Votes) -> dict[str, bool]:
    """Say which facts are there, by walking along votes from one competitor to the next."""
    met, beat, beaten = (defaultdict(set) for _ in range(3))
    for one, other, outcome in set(zip(votes.first.tolist(), votes.second.tolist(), votes.outcome.tolist(), strict=True)):
        for a, b in ((one, other), (other, one)):
            met[a].add(b)
        for winner, loser in {0: [(one, other)], 1: [(other, one)]}.get(outcome, [(one, other), (other, one)]):
            beat[winner].add(loser)
            beaten[loser].add(winner)
    start = max(met, key=lambda name: len(met[name]))
    joined = _reached(met, start)
    return {"disconnected": len(joined) < len(met), "undefeated": not joined == _reached(beat, start) & joined == _reached(beaten, start) & joined}


def _reached(neighbours: Mapping[int, set[int]], start: int) -> set[int]:
    reached, waiting = {start}, [start]
    while waiting:
        new = neighbours.get(waiting.pop(), set()) - reached
        reached |= new
        waiting += new
    return reached


def collected(wanted: Sequence[Job], n_processes: int) -> list[dict[str, Any]]:
    """Audit the logs that have not been, and return all."""
    KEPT.parent.mkdir(exist_ok=True)
    known: dict[Job, dict[str, Any]] = {}
    if KEPT.exists():
        for line in KEPT.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            known[Job(row["kind"], row["size"], row["number"])] = row
    missing = [job for job in wanted if job not in known]
    with ProcessPoolExecutor(n_processes) as pool, KEPT.open("a", encoding="utf-8") as kept:
        for job, row in zip(missing, pool.map(audited, missing, chunksize=4), strict=True):
            kept.write(json.dumps(row) + "\n")
            kept.flush()
            known[job] = row
    return [known[job] for job in wanted]


def share_found(rows: Sequence[Mapping[str, Any]], probe: str) -> float:
    """Share of logs in which a probe finds its defect."""
    place = NAMES.index(probe)
    return float(np.mean([row["finding"][place] == FOUND for row in rows]))


def of_clean(rows: Sequence[Mapping[str, Any]]) -> str:
    """False alarms by probe and kind of log, and of any probe."""
    lines = []
    for probe in NAMES:
        place = NAMES.index(probe)
        tested = [row for row in rows if row["finding"][place] != UNTESTED]
        if probe in FACTS:
            there = [bool(row["truly"].get(probe)) for row in tested]
            alarms = [row["finding"][place] == FOUND and not is_there for row, is_there in zip(tested, there, strict=True)]
            missed = sum(row["finding"][place] != FOUND for row, is_there in zip(tested, there, strict=True) if is_there)
            said = f"a fact, truly there in {sum(there)} logs, of which {missed} were missed" if sum(there) else "a fact"
            lines.append([probe, f"{len(tested):,}", said, f"{100 * np.mean(alarms):.1f}", ""])
            continue
        low = np.array([row["p_value"][place] <= FALSE_ALARMS for row in tested])
        by_kind = {kind: np.mean([row["p_value"][place] <= FALSE_ALARMS for row in tested if row["kind"] == kind]) for kind in KINDS}
        worst = max(by_kind, key=lambda kind: by_kind[kind])
        error = (low.mean() * (1 - low.mean()) / low.size) ** 0.5
        by_itself = f"{100 * low.mean():.1f} ± {100 * error:.1f}"
        lines.append([probe, f"{low.size:,}", by_itself, f"{100 * share_found(tested, probe):.1f}", f"{100 * by_kind[worst]:.0f} ({worst})"])
    without_facts = [[found for name, found in zip(NAMES, row["finding"], strict=True) if name not in FACTS] for row in rows]
    any_found = float(np.mean([FOUND in found for found in without_facts]))
    words = (
        f"{len(rows):,} clean logs of {len(KINDS)} kinds, per cent. *By itself*: p at most 5 %, where 5 is promised, ± the Monte-Carlo standard\n"
        f"error. *Found*: by the audit, which adjusts for the number of probes. In {100 * any_found:.1f} % of the clean logs any test found\n"
        "something (promised: at most 5). Facts are compared with a search of another kind; where one is there, the log is not clean of it."
    )
    more = (
        "Unless said otherwise: 30 competitors of 100 Elo (SD) and unequal popularity, 30,000 votes of 1,000 voters with tastes of 50 Elo, very\n"
        "unequally active, 30 % ties; a fifth of the competitors enter during the log and a fifth leave, whoever they are; answers have lengths\n"
        "that say nothing. Kinds:"
    )
    head = ["probe", "tested", "by itself", "found", "most by itself, in one kind"]
    kinds = "\n".join(f"- {kind}" for kind in KINDS)
    return f"{words}\n\n{table(head, lines)}\n\n{more}\n\n{kinds}"


def of_matrix(rows: Sequence[Mapping[str, Any]]) -> str:
    """Share of logs in which each probe finds something, by what was planted."""
    by_defect = {(row["kind"], row["size"]): [] for row in rows}
    for row in rows:
        by_defect[row["kind"], row["size"]].append(row)
    lines = []
    for name, defect in OWNERS.items():
        of_defect = by_defect.get((name, defect.size), [])
        cells = []
        for probe in NAMES:
            share = 100 * share_found(of_defect, probe) if of_defect else float("nan")
            said = f"{share:.0f}" if share else ""
            cells.append(f"**{said}**" if probe == defect.probe else said)
        lines.append([f"{defect.what}: {defect.size:g}", f"{len(of_defect)}", *cells])
    lines.insert(len(DEFECTS), ["*further*", "", *[""] * len(NAMES)])
    return table(["planted", "logs", *NAMES], lines)


def of_sizes(rows: Sequence[Mapping[str, Any]]) -> str:
    """Share of logs in which a defect is found by its own probe, by its size."""
    lines = []
    for name, defect in OWNERS.items():
        shares = {}
        for size in (*defect.smaller, defect.size):
            of_size = [row for row in rows if row["kind"] == name and row["size"] == size]
            if of_size:
                shares[size] = share_found(of_size, defect.probe)
        if defect.smaller:
            enough = [size for size in shares if all(shares[other] >= POWER for other in list(shares)[list(shares).index(size) :])]
            told = ", ".join(f"{size:g}: {100 * share:.0f}" for size, share in shares.items())
            lines.append([defect.probe, defect.what, told, f"{enough[0]:g}" if enough else "-"])
    return table(["probe", "size is", "size: found, per cent", "90 % or more from"], lines)


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--clean", type=int, default=N_CLEAN)
    parser.add_argument("--logs", type=int, default=N_LOGS)
    parser.add_argument("--smaller", type=int, default=N_SMALLER)
    given = parser.parse_args()
    rows = collected(jobs(given.clean, given.logs, given.smaller), min(2, os.cpu_count() or 1))
    clean_rows, planted = [row for row in rows if row["kind"] in KINDS], [row for row in rows if row["kind"] not in KINDS]
    by = f"Written by `python -m benchmarks.planted_defects` (seed {SEED}). Do not edit."
    write_section(PAGE, "Clean logs", f"{by}\n\n{of_clean(clean_rows)}")
    words = "Per cent of logs in which each probe finds something, by what was planted, and of which size; 0 is left out; the probe for it in bold."
    write_section(PAGE, "Planted defects", f"{by}\n\n{words}\n\n{of_matrix(planted)}")
    words = f"Per cent of logs in which the defect is found by its own probe; {given.smaller} logs of each smaller size."
    write_section(PAGE, "Smaller defects", f"{by}\n\n{words}\n\n{of_sizes(planted)}")


if __name__ == "__main__":
    main()
