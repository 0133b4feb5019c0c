"""How often voters with bad intent are named, and honest ones: ``python -m benchmarks.voters [--arenas N]`` writes `docs/voters.md`.

Simulated arenas of 20 competitors whose strengths have a standard deviation of 100 Elo; voters cast about as many votes each unless said otherwise.
"""

import argparse
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import NamedTuple

import numpy as np

from benchmarks.bad_voters import INTENTS, Intent, infiltrated
from benchmarks.pages import DOCS, table, write_section
from recount.engine.voters.fisher_sequence import sequential_p_values
from recount.engine.voters.four_tests import FALSE_ALARMS, suspicion
from recount.engine.votes import Factor, Votes
from recount.sims.arenas import Arena, Newcomers, Outcomes, Pairs, Strengths, Voters, simulate

N_VOTERS = 500
SHARE = 0.1
VOTES_OF_EACH = (5, 10, 20, 50, 100, 200, 400)
SPREADS = (100.0, 200.0)
SEED = 20240814
PAGE = DOCS / "voters.md"


def arena_of(votes_of_each: int, *, spread: float = 100.0, tastes: float = 50.0, activity: str = "equal", **more: object) -> Arena:
    """An arena of `N_VOTERS` voters."""
    voters = Voters(N_VOTERS, "lognormal", 1.0, tastes) if activity == "lognormal" else Voters(N_VOTERS, "equal", tastes=tastes)
    choices: dict[str, object] = {"strengths": Strengths.normal(spread), **more}
    return Arena(n_competitors=20, n_votes=N_VOTERS * votes_of_each, voters=voters, **choices)


HONEST: Mapping[str, Mapping[str, object]] = {
    "no tastes": {"tastes": 0.0},
    "tastes of 50 Elo": {},
    "tastes of 100 Elo": {"tastes": 100.0},
    "tastes of 200 Elo": {"tastes": 200.0},
    "unequal activity, tastes of 100 Elo": {"activity": "lognormal", "tastes": 100.0},
    "half of the votes ties": {"outcomes": Outcomes.rao_kupper(0.5)},
    "very unequal popularity, newcomers of 4 votes": {"pairs": Pairs.skewed(2.0), "newcomers": Newcomers(5, (4,))},
    "effect of position, 0.5 log-odds": {"position_effect": 0.5},
    "strengths of 300 Elo": {"spread": 300.0},
    "normal law of votes (Thurstone), strengths of 300 Elo": {"spread": 300.0, "outcomes": Outcomes.thurstone()},
    "a circle: pairs 100 Elo off the ratings": {"circle": 100.0},
}


class Named(NamedTuple):
    """Shares of bad and of honest voters who are named, by all tests and by the sequential one; of those named, the share that is honest."""

    bad: float
    honest: float
    false: float
    bad_by_sequence: float
    honest_by_sequence: float


def named(votes: Votes, bad: np.ndarray, seed: int) -> Named:
    """Test the voters of a log."""
    voter = votes.columns["voter"]
    assert isinstance(voter, Factor)
    found = suspicion(votes, voter.codes, bad.size, by_chance=True).adjusted <= FALSE_ALARMS
    sequence = sequential_p_values(votes, voter.codes, bad.size, seed) <= FALSE_ALARMS
    of_bad = (found[bad].mean(), sequence[bad].mean()) if bad.any() else (np.nan, np.nan)
    return Named(of_bad[0], found[~bad].mean(), found[~bad].sum() / max(1, found.sum()), of_bad[1], sequence[~bad].mean())


def honest_log(kind: str, votes_of_each: int, seed: int) -> Named:
    """Test the voters of a log of honest ones."""
    made = simulate(arena_of(votes_of_each, **HONEST[kind]), seed, n_threads=1)
    return named(made.votes, np.zeros(N_VOTERS, np.bool_), seed)


def infiltrated_log(intent: Intent, votes_of_each: int, spread: float, seed: int) -> Named:
    """Test the voters of a log of which some are bad."""
    made = simulate(arena_of(votes_of_each, spread=spread), seed, n_threads=1)
    return named(*infiltrated(made.votes, made.parameters.strengths, intent, SHARE, seed), seed)


def of_bad(n_arenas: int, pool: ProcessPoolExecutor) -> str:
    """Detection and false alarms by intent and votes of each voter."""
    parts = [
        f"{SHARE:.0%} of {N_VOTERS} voters are bad; the others are honest, with tastes of 50 Elo; {n_arenas} arenas of each kind.",
        "Per cent: of bad voters who are named; of those named, how many are honest (promised: no more than 5 on average); and, of Chiang et al.'s\n"
        "sequential test at 5 %, each voter by itself: bad and honest voters named.",
    ]
    for spread in SPREADS:
        for intent, words in INTENTS.items():
            lines = []
            for n in VOTES_OF_EACH:
                logs = list(pool.map(partial(infiltrated_log, intent, n, spread), range(SEED, SEED + n_arenas)))
                bad, _, false, *sequence = np.mean(logs, axis=0)
                lines.append([f"{n}", f"{100 * bad:.0f}", f"{100 * false:.1f}", *(f"{100 * share:.1f}" for share in sequence)])
            head = ["votes of each", "bad named", "honest among named", "bad, sequential test", "honest, sequential test"]
            parts += [f"### {intent.capitalize()}, strengths of {spread:.0f} Elo", f"Who {words}.", table(head, lines)]
    return "\n\n".join(parts)


def of_honest(n_arenas: int, pool: ProcessPoolExecutor) -> str:
    """False alarms where all voters are honest."""
    lines = []
    for kind in HONEST:
        for n in (5, 20, 100):
            logs = np.array(list(pool.map(partial(honest_log, kind, n), range(SEED, SEED + n_arenas))))
            any_named, by_sequence = (logs[:, 1] > 0).mean(), logs[:, 4].mean()
            error = (any_named * (1 - any_named) / n_arenas) ** 0.5
            lines.append([kind, f"{n}", f"{100 * any_named:.1f} ± {100 * error:.1f}", f"{100 * logs[:, 1].mean():.3f}", f"{100 * by_sequence:.2f}"])
    head = ["honest voters", "votes of each", "logs in which anybody is named", "voters named", "voters named by the sequential test"]
    words = (
        f"{N_VOTERS} honest voters, {n_arenas} arenas of each kind, per cent; ± is the Monte-Carlo standard error. Promised: somebody is named\n"
        "in no more than 5 % of logs. Unless said otherwise: strengths of 100 Elo, tastes of 50 Elo, 30 % ties, popularities whose logarithms\n"
        "have a standard deviation of 1.1."
    )
    return f"{words}\n\n{table(head, lines)}"


def main() -> None:
    """Write the page."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--arenas", type=int, default=100)
    n = parser.parse_args().arenas
    by = f"Written by `python -m benchmarks.voters --arenas {n}` (seed {SEED}). Do not edit."
    with ProcessPoolExecutor(2) as pool:
        write_section(PAGE, "Honest voters", f"{by}\n\n{of_honest(n, pool)}")
        few = max(2, n // 5)
        write_section(PAGE, "Bad voters", f"{by}\n\n{of_bad(few, pool)}")


if __name__ == "__main__":
    main()
