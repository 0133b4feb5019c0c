"""Whether an audit finds single votes that are there twice, and in logs without any: ``python -m benchmarks.single_copies`` writes `docs/audit.md`.

Only the probe of repeated votes looks, as it is by itself; found is what stands after Holm's adjustment for twelve others, too.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchmarks.alike_votes import ALIKE
from benchmarks.defects import drawn
from benchmarks.pages import DOCS, table, write_section
from benchmarks.planted_defects import KINDS, SEED, clean, log_of
from recount.engine.votes import Votes
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import FALSE_ALARMS, NotTested
from recount.sims.auditing.of_voters import repeated_votes
from recount.sims.auditing.probes import PROBES
from recount.sims.specification import Specification

PAGE = DOCS / "audit.md"
N_CLEAN, N_PLANTED = 27, 20
SIZES = (10, 20, 30, 50, 100, 1000)


def copied(seed: int, n_again: int, *, days: bool = False) -> Votes:
    """Some votes of 30,000 are there a second time, anywhere in the log; of times the microsecond is known, or the day."""
    votes, rng = drawn(seed).votes, np.random.default_rng([seed, 28])
    rows = np.append(np.arange(votes.n_votes), rng.choice(votes.n_votes, n_again, replace=False))
    both = votes.only(rng.permutation(rows))
    times = np.asarray(both.columns["tstamp"])
    return replace(both, columns={**both.columns, "tstamp": times // 86_400 * 86_400}) if days else both


def p_values(plant: Callable[[int], Votes], n_logs: int) -> np.ndarray:
    """P-values of the probe in logs, (n_logs,)."""
    found = [repeated_votes(Evidence(log_of(plant(SEED + k)), Specification())) for k in range(n_logs)]
    if any(isinstance(one, NotTested) for one in found):
        raise ValueError("a log was not tested")
    return np.array([one.p_value for one in found])


def of_alarms(kinds: Mapping[str, np.ndarray]) -> str:
    """False alarms by kind of log."""
    levels = (FALSE_ALARMS, FALSE_ALARMS / len(PROBES))
    lines = [[kind, f"{p.size}", *(f"{100 * np.mean(p <= level):.0f}" for level in levels)] for kind, p in kinds.items()]
    return table(["logs without copies", "logs", "by itself", "found"], lines)


def of_power(found: Sequence[tuple[int, float, float]]) -> str:
    """Share of logs in which copies are found, by their number."""
    return table(
        ["votes of 30,000 that are there again", "found", "found, of times the day"], [[f"{n}", f"{a:.0f}", f"{b:.0f}"] for n, a, b in found]
    )


def main() -> None:
    """Write the section."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--clean", type=int, default=N_CLEAN)
    parser.add_argument("--planted", type=int, default=N_PLANTED)
    given = parser.parse_args()
    alarms = {kind: p_values(lambda seed, kind=kind: clean(kind, seed), given.clean) for kind in KINDS}
    alarms |= {kind: p_values(plant, given.clean) for kind, plant in ALIKE.items()}
    power = []
    for n in SIZES:
        shares = [
            100 * np.mean(p_values(lambda seed, n=n, days=days: copied(seed, n, days=days), given.planted) <= FALSE_ALARMS / len(PROBES))
            for days in (False, True)
        ]
        power.append((n, *shares))
    words = (
        f"Written by `python -m benchmarks.single_copies` (seed {SEED}). Do not edit.\n\n"
        "Per cent of logs, by the probe of repeated votes alone. *By itself*: p at most 5 %; *found*: at most 5 % after an adjustment for\n"
        f"{len(PROBES)} tests, the most that there can be. Kinds as above, and logs in which honest votes of a voter on a pair are alike in\n"
        f"time: pages come at one time. Last, {given.planted} logs of each number of copies, which stand anywhere."
    )
    write_section(PAGE, "Single votes that are there twice", f"{words}\n\n{of_alarms(alarms)}\n\n{of_power(power)}")


if __name__ == "__main__":
    main()
