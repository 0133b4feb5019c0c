"""Logs without copies, in which votes of a voter on a pair are alike: times are coarse, pages are long, judges have questions and turns."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from benchmarks.defects import drawn, voter_of
from recount.engine.votes import Factor, Floats, Votes
from recount.sims.arenas import Outcomes, Stays, Strengths, Voters

DAY, START = 86_400.0, 1.7e9 // 86_400 * 86_400
USUAL = {"n_votes": 3000, "n_competitors": 10, "stays": Stays()}


def of_time(votes: Votes, seconds: Floats, **further: np.ndarray) -> Votes:
    """Give votes other times, and further columns in place of those they have."""
    return replace(votes, columns={"voter": votes.columns["voter"], "tstamp": START + seconds, **further})


def coarse(seed: int, every: float, n_voters: int, **choices: object) -> Votes:
    """Votes at times of which only the day, or the hour, is known."""
    votes = drawn(seed, **{**USUAL, "voters": Voters(n_voters, "equal", tastes=100.0), **choices}).votes
    return of_time(votes, np.linspace(0, 20 * DAY, votes.n_votes, endpoint=False) // every * every)


def pages(seed: int, size: int, alike: float = 0.0, **further: bool) -> Votes:
    """Votes that come by pages: of one voter on one pair, at one time; some say again what the first one of the page says."""
    one = drawn(seed, **{**USUAL, "n_votes": 3000 // size, "voters": Voters(30, tastes=100.0)})
    rng = np.random.default_rng([seed, 31])
    first, second = (np.repeat(side, size) for side in (one.votes.first, one.votes.second))
    codes, levels = voter_of(one.votes)
    lead = one.parameters.strengths[first] - one.parameters.strengths[second]
    outcome = np.where(rng.random(lead.size) < 0.3, 2, (rng.random(lead.size) > 1 / (1 + np.exp(-lead))).astype(int))
    outcome = np.where(rng.random(lead.size) < alike, np.repeat(outcome[::size], size), outcome)
    page, turn = np.repeat(np.arange(lead.size // size), size), np.tile(np.arange(size), lead.size // size)
    votes = Votes(one.votes.names, first, second, outcome, {"voter": Factor(np.repeat(codes, size), levels)})
    return of_time(votes, page * 60.0, **({"turn": turn} if further else {}))


def one_judge(seed: int) -> Votes:
    """A judge puts 80 questions with two turns to pairs, all on one day; the second turn mostly ends as the first."""
    votes = pages(seed, 2, 0.8, turns=True)
    everyone = Factor(np.zeros(votes.n_votes, int), ("judge",))
    question = np.arange(votes.n_votes) // 2 % 80
    columns = {"voter": everyone, "tstamp": np.where(np.arange(votes.n_votes) < 1, START + DAY, START), "question_id": question}
    return replace(votes, columns={**columns, "turn": votes.columns["turn"]})


ALIKE: Mapping[str, Callable[[int], Votes]] = {
    "days, 100 voters": lambda seed: coarse(seed, DAY, 100),
    "days, 3 voters": lambda seed: coarse(seed, DAY, 3),
    "days, 3 voters, 3 competitors of 400 Elo, no ties": lambda seed: coarse(
        seed, DAY, 3, n_competitors=3, strengths=Strengths.normal(400.0), outcomes=Outcomes.davidson(0.0)
    ),
    "hours, 1 voter": lambda seed: coarse(seed, 3600.0, 1),
    "pages of 2 votes": lambda seed: pages(seed, 2),
    "pages of 10 votes": lambda seed: pages(seed, 10),
    "pages of 2 votes, half of them as the first": lambda seed: pages(seed, 2, 0.5),
    "a judge of one day, 80 questions, 2 turns": one_judge,
}
