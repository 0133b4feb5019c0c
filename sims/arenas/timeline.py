"""When competitors can meet: the rows of the log between which nobody enters, nobody is retired and nothing is looked at."""

from dataclasses import dataclass

import numpy as np

from recount.engine.votes import Bools, Floats, Ints
from recount.sims.arenas.arena import Arena


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Periods of the log, and the competitors of each.

    Attributes
    ----------
    bounds : (n_periods + 1,) int64
        First row of each period, and the number of rows.
    since, until : (n,) int64
        Rows between which a competitor is there; newcomers and private variants have their votes anywhere.
    """

    bounds: Ints
    since: Ints
    until: Ints

    @property
    def n_periods(self) -> int:
        """Number of periods."""
        return self.bounds.size - 1

    @property
    def shares(self) -> Floats:
        """Share of the rows in each period, (n_periods,)."""
        return np.asarray(np.diff(self.bounds) / self.bounds[-1])

    @property
    def middles(self) -> Floats:
        """Middle of each period, (n_periods,), as a share of the log."""
        return np.asarray((self.bounds[1:] + self.bounds[:-1]) / 2 / self.bounds[-1])

    @property
    def stayed(self) -> Bools:
        """Who is there all the time, (n,)."""
        return np.asarray((self.since == 0) & (self.until == self.bounds[-1]))

    def of(self, competitors: Bools, n_rows: int) -> "Timeline":
        """The same for some competitors, in a log of so many rows."""
        bounds, since, until = (np.rint(rows * (n_rows / self.bounds[-1])).astype(np.int64) for rows in (self.bounds, self.since, self.until))
        return Timeline(bounds, since[competitors], until[competitors])

    def there(self, period: int) -> Bools:
        """Who is there in a period, (n,)."""
        return np.asarray((self.since <= self.bounds[period]) & (self.until >= self.bounds[period + 1]))


def timeline_of(arena: Arena, rng: np.random.Generator) -> Timeline:
    """Draw when established competitors enter and are retired, and mark the rounds of sampling."""
    n_rows, n = arena.n_rows, arena.size
    since, until = np.zeros(arena.n_drawn, np.int64), np.full(arena.n_drawn, n_rows)
    if arena.stays.late or arena.stays.retired:
        # The last day may be shorter than others.
        row_of_day = np.append(np.rint(np.arange(int(arena.days)) * n_rows / arena.days), n_rows).astype(np.int64)
        enters, leaves = drawn_stays(n, arena.stays.late, arena.stays.retired, int(arena.days), rng)
        since[:n], until[:n] = row_of_day[enters], row_of_day[leaves]
    n_rounds = arena.sampling.n_rounds if arena.sampling.rule != "random" else 1
    rounds = np.rint(np.linspace(0, n_rows, n_rounds + 1)).astype(np.int64)
    return Timeline(np.unique(np.concatenate([rounds, since, until])), since, until)


def drawn_stays(n: int, late: float, retired: float, n_days: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw the day on which each of `n` competitors enters, and the day from which on it is retired, (n,) each; from 0 to `n_days`."""
    enters, leaves = np.zeros(n, np.int64), np.full(n, n_days)
    is_late = rng.permutation(n) < round(late * n)
    is_retired = rng.permutation(n) < round(retired * n)
    # A day is left for those who are both.
    enters[is_late] = rng.integers(1, n_days - is_retired[is_late])
    leaves[is_retired] = rng.integers(enters[is_retired] + 1, n_days)
    return enters, leaves
