"""`recount elo`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from recount.data.choices import Reading
from recount.engine.choices import Elo, Glicko2, RandomOrders, TrueSkill, choice
from recount.engine.choices.sequential import BOTH_BAD, TIES, BothBadScore, TieScore
from recount.engine.errors import OptionError
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import WhichVotes
from recount.sims.specification.flat import Option, options_of

SYSTEMS: dict[str, type[Elo] | type[Glicko2] | type[TrueSkill]] = {kind.system: kind for kind in (Elo, Glicko2, TrueSkill)}


@dataclass(frozen=True)
class Sequential:
    """The system, the order of votes, and ties."""

    system: Literal["elo", "glicko2", "trueskill"] = choice(
        "elo", "Elo; Glicko-2, which adds a deviation and a volatility; TrueSkill, which adds a deviation and models draws."
    )
    order: str | RandomOrders = choice(
        "log",
        "Order of the votes: that of the log (log), by a column such as a time (its name), or many random orders of Elo (random).",
        metavar="ORDER",
    )
    resume: Path | None = choice(
        None,
        "Go on from the ratings in this file, which recount elo -o wrote with the same options from earlier votes (in whole rating periods).",
        metavar="FILE",
    )
    ties: TieScore = choice(TIES, "A tie is half a win for each side, for TrueSkill a draw (half), or is left out (drop).")
    both_bad: BothBadScore = choice(BOTH_BAD, '"Both bad" is treated as a tie is (tie), or is left out (drop).')


def _settings() -> dict[str, Option]:
    """Options of all systems; a name that several share is one option, with the default of each."""
    merged: dict[str, Option] = {}
    for kind in SYSTEMS.values():
        for name, option in options_of(kind).items():
            default = f"{option.default:.4g} for {kind.title}" if isinstance(option.default, float) else option.default
            merged[name] = option._replace(default=f"{merged[name].default}, {default}" if name in merged else default)
    return merged


OPTIONS = {**chosen(Reading), **chosen(Sequential), **chosen(WhichVotes), **_settings(), **chosen(Shown), **chosen(Workers)}
EXAMPLES = (
    "recount elo --order random",
    "recount elo --order random --k-factor 8 -o elo.csv",
)


def run(given: Given) -> None:
    """Sequential systems: Elo, Glicko-2, TrueSkill; one order or many."""
    from recount.sims.analysis.resumption import COUNTED, PORTIONS, UNTIL, votes_counted
    from recount.sims.analysis.sequential import in_one_order, in_random_orders, last_in_order, rated_in_turn
    from recount.sims.command_line.work import Work

    with Work(given, OPTIONS) as work:
        asked = work.choices(Sequential)
        kind = SYSTEMS[asked.system]
        for name in _settings():
            if name in given and name not in options_of(kind):
                own = ", ".join(option.flag for option in options_of(kind).values())
                raise OptionError(f"{OPTIONS[name].flag} is no option of {asked.system}, which has {own}; leave it out")
        settings, which = work.choices(kind), work.choices(WhichVotes)
        if isinstance(asked.order, RandomOrders):
            if not isinstance(settings, Elo):
                raise OptionError(f"order='random' is for elo, not for {asked.system}; name a column, or take the order of the log")
            if asked.resume is not None:
                raise OptionError(f"order='random' cannot go on from earlier ratings; leave out resume={str(asked.resume)!r}, or take another order")
            table, recorded = in_random_orders(work.log(), settings, asked.order, which=which, ties=asked.ties, both_bad=asked.both_bad)
        else:
            work.refuse("in one order, in which votes follow each other", "workers")
            if asked.resume is not None:
                work.will_read(asked.resume)
                work.manifest[COUNTED] = [{"path": path, "sha256": checksum} for checksum, path in votes_counted(asked.resume).items()]
            scores: dict[str, Any] = {"ties": asked.ties, "both_bad": asked.both_bad}
            log = work.log()
            table, recorded = in_one_order(log, settings, asked.order, which=which, resume=asked.resume, **scores)
            if (until := last_in_order(log, asked.order, which, asked.resume)) is not None:
                work.manifest[UNTIL] = until
            work.manifest[PORTIONS] = rated_in_turn(log, which, asked.resume)
        work.record(**recorded)
        work.finish(table)
