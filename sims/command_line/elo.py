"""`recount elo`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import typer

from recount.engine import EloPermutations, Factor, OptionError, SequentialRatings, elo_permutations, glicko2, in_order, trueskill
from recount.engine import elo as elo_in_order
from recount.engine.choices.resampling import check_level
from recount.engine.sequential.state import BothBadScore, TieScore
from recount.sims.command_line.options import (
    FirstOption,
    MaxRejectedOption,
    OutcomeOption,
    OutputOption,
    SecondOption,
    VotesArgument,
)
from recount.sims.command_line.tell import tell, tell_quarantine
from recount.sims.command_line.work import Work
from recount.sims.resumption import read_state

SYSTEMS: dict[str, Callable[..., SequentialRatings]] = {"elo": elo_in_order, "glicko2": glicko2, "trueskill": trueskill}
TITLES = {"elo": "Elo", "glicko2": "Glicko-2", "trueskill": "TrueSkill"}
# Options that not all systems have, and those whose defaults differ.
OWN = {
    "elo": ("initial", "k_factor", "k_halved_after"),
    "glicko2": ("initial", "period", "tau"),
    "trueskill": ("initial", "tau", "draw_probability"),
}


def elo(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 0.01,
    system: Annotated[
        Literal["elo", "glicko2", "trueskill"],
        typer.Option(help="Elo; Glicko-2, which adds a deviation and a volatility; TrueSkill, which adds a deviation and knows draws."),
    ] = "elo",
    order: Annotated[
        str,
        typer.Option(help="Order of the votes: that of the log (log), by a column such as a time (its name), or many random orders of Elo (random)."),
    ] = "log",
    resume: Annotated[
        Path | None,
        typer.Option(
            help="Go on from the ratings in this file, which recount elo -o wrote with the same options from earlier votes (in whole rating periods)."
        ),
    ] = None,
    n_permutations: Annotated[int | None, typer.Option(help="Random orders that are drawn; 100 by default.")] = None,
    initial: Annotated[float | None, typer.Option(help="Rating before the first vote; 1000 for Elo, 1500 for Glicko-2, 25 for TrueSkill.")] = None,
    k_factor: Annotated[float | None, typer.Option(help="Elo: the most points that one vote can move a rating; 4 by default.")] = None,
    k_halved_after: Annotated[
        float | None, typer.Option(help="Elo: votes of a competitor after which its K has fallen to a half, later as 1/n; never by default.")
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(help="Glicko-2: votes in a rating period, 1000 by default, or a column whose values are the periods; COLUMN:day for days."),
    ] = None,
    tau: Annotated[
        float | None,
        typer.Option(help="Glicko-2: how much volatilities may change, 0.5 by default. TrueSkill: how much a skill moves between votes, 25/300."),
    ] = None,
    draw_probability: Annotated[float | None, typer.Option(help="TrueSkill: probability of a draw between equals; 0.1 by default.")] = None,
    ties: Annotated[TieScore, typer.Option(help="A tie is half a win for each side, for TrueSkill a draw (half), or left out (drop).")] = "half",
    both_bad: Annotated[BothBadScore, typer.Option(help='"Both bad" is treated as a tie is (tie), or left out (drop).')] = "tie",
    confidence_level: Annotated[
        float | None, typer.Option(help="Share of the random orders that lie between order_lower and order_upper; 0.95 by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the random orders.")] = 0,
    output: OutputOption = None,
) -> None:
    """Sequential systems: Elo, Glicko-2, TrueSkill; one order or many."""
    work = Work(output, seed)
    given = {
        "initial": initial,
        "k_factor": k_factor,
        "k_halved_after": k_halved_after,
        "period": int(period) if period is not None and period.isdecimal() else period,
        "tau": tau,
        "draw_probability": draw_probability,
    }
    choices: dict[str, Any] = {option: value for option, value in given.items() if value is not None}
    for option in choices:
        if option not in OWN[system]:
            raise OptionError(f"{option} is no option of {system}, which has {', '.join(OWN[system])}; leave it out")
    choices |= {"ties": ties, "both_bad": both_bad}
    for option, value in (("n_permutations", n_permutations), ("confidence_level", confidence_level)):
        if value is not None and order != "random":
            raise OptionError(f"{option} is {value}, which is of random orders; add --order random, or leave it out")
    if order == "random":
        n_permutations, confidence_level = 100 if n_permutations is None else n_permutations, 0.95 if confidence_level is None else confidence_level
        check_level(confidence_level)
        if system != "elo":
            raise OptionError(f"random orders are for elo, not for {system}; name a column, or take the order of the log")
        if resume is not None:
            raise OptionError(f"random orders do not go on from {str(resume)!r}; leave out --resume, or name a column, or take the order of the log")
        counts, _, quarantine = work.read(votes, model_a, model_b, winner, max_rejected)
        permuted = elo_permutations(counts, n_permutations=n_permutations, seed=seed, **choices)
        work.specification = {"system": system, "order": order, "n_permutations": n_permutations, "confidence_level": confidence_level, **choices}
        tell_quarantine(quarantine)
        work.finish(_frame_of_orders(permuted, confidence_level), f"Elo over {n_permutations} random orders")
        return
    if votes is None:
        raise OptionError("the bundled Arena votes are counts and have lost their order; give a log, or --order random")
    state = None if resume is None else read_state(resume)
    if state is not None and state.options["order"] != order:
        raise OptionError(f"order is {order!r}, but the state was made with {state.options['order']!r}; go on with the same options")
    columns = [column for column in (order, choices.get("period")) if isinstance(column, str) and column != "log"]
    _, log, quarantine = work.read(votes, model_a, model_b, winner, max_rejected, columns, single_votes=True)
    assert log is not None
    rated = SYSTEMS[system](log if order == "log" else in_order(log, order), state=state, **choices)
    work.inputs += [] if resume is None else [resume]
    work.specification = {"order": order, **rated.options}
    tell_quarantine(quarantine)
    if isinstance(log.columns.get(order), Factor):
        tell(f"column {order!r} is text; votes are sorted by its alphabet, not by size or time")
    work.finish(_frame(rated), TITLES[system])


def _frame(rated: SequentialRatings) -> pd.DataFrame:
    """Ratings in order, with what else the system knows."""
    further = {"deviation": rated.deviations, "volatility": rated.volatilities}
    known = {name: values for name, values in further.items() if not np.isnan(values).all()}
    return _ranked({"competitor": rated.names, "rating": rated.ratings, **known, "n_votes": rated.n_votes})


def _frame_of_orders(permuted: EloPermutations, confidence_level: float) -> pd.DataFrame:
    """Mean ratings in order, with their spread over the orders of the votes."""
    lower, upper = permuted.interval(confidence_level)
    spread = {"order_sd": permuted.deviations, "order_lower": lower, "order_upper": upper}
    return _ranked({"competitor": permuted.names, "rating": permuted.ratings, **spread, "n_votes": permuted.n_votes})


def _ranked(columns: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame(columns).sort_values(["rating", "competitor"], ascending=[False, True], ignore_index=True)
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame
