"""Figures of a vote log: votes over time, and which pairs have met how often."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from recount.engine.choices.arguments import checked
from recount.engine.choices.declaring import shown
from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.votes import PairCounts
from recount.sims.figures.drawn_figure import DrawnFigure
from recount.sims.figures.house import COLUMN, MAIN, blank, date_axis, in_house_style, whole_numbers
from recount.sims.presentation.wording import competitor, name, number, percent

# Steps of time, and up to how many days of a log each is for.
STEPS = (("D", "day", 60), ("W", "week", 1000), ("M", "month", 36_500), ("Y", "year", 10**9))
# Pairs that can be asked for one by one.
N_TOLD = 50
# Before and after these no vote was cast; an axis of matplotlib has no days before the year 1 and after 9999, also in its margins.
FIRST_DAY, LAST_DAY = np.datetime64("1000-01-01"), np.datetime64("2999-12-31")


def votes_over_time(times: ArrayLike) -> DrawnFigure:
    """Draw how many votes were cast in each day, week, month or year.

    Parameters
    ----------
    times : (n_votes,) datetime64
        NaT where not known.

    Raises
    ------
    OptionError
        If no time is known, one is no time, or lies before the year 1000 or after 2999.
    """
    days = days_of(times)
    known = days[~np.isnat(days)]
    if not known.size:
        raise OptionError("no vote has a time; name the column of times with time_column")
    for day in (known.min(), known.max()):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise OptionError(f"a vote is of {day}, when nobody voted; look at the column of times, or leave it out with a window")
    n_days = int((known.max() - known.min()).astype(int)) + 1
    code, step, _ = next(one for one in STEPS if n_days <= one[2])
    # Weeks begin on a Monday; numpy's on a Thursday, the day of its epoch.
    shift = np.timedelta64(3, "D") if code == "W" else np.timedelta64(0, "D")
    starts = (known + shift).astype(f"datetime64[{code}]")
    first, counts = np.unique(starts, return_counts=True)
    every = np.arange(first[0], first[-1] + 1)
    n = np.zeros(every.size, dtype=np.int64)
    n[np.searchsorted(every, first)] = counts
    begin = every.astype("datetime64[D]") - shift
    end = (every + 1).astype("datetime64[D]") - shift
    frame = pd.DataFrame({"from": begin.astype(str), "n_votes": n})
    with in_house_style():
        figure, (axes,) = blank(COLUMN, 1.9)
        middle = begin + (end - begin) // 2
        axes.bar(middle.astype("datetime64[ms]").astype(object), n, width=(end - begin).astype(float) * 0.9, color=MAIN, linewidth=0)
        axes.set_ylim(0, None)
        axes.set_ylabel(f"Votes a {step}")
        axes.yaxis.set_major_formatter(lambda value, _: number(round(value)))
        axes.grid(axis="y")
        date_axis(axes)
    unknown = days.size - known.size
    most = int(n.argmax())
    dated = f"; {plural(unknown, 'vote')} without a time {'is' if unknown == 1 else 'are'} not shown" if unknown else ""
    when = f"most in the {step} from {begin[most]} ({n[most]:,})" if (n == n[most]).sum() == 1 else f"{n[most]:,} in a {step} at most"
    sentence = f"{plural(known.size, 'vote')} from {known.min()} to {known.max()}, {when}{dated}."
    return DrawnFigure(figure, sentence, frame, "votes over time")


def days_of(times: ArrayLike) -> NDArray[np.datetime64]:
    """Return times as days, (n_votes,); raise `OptionError` if they are none, or not a list."""
    try:
        days: NDArray[np.datetime64] = np.asarray(times, dtype="datetime64[D]")
    except (ValueError, TypeError, OverflowError) as error:
        raise OptionError(f"times are no list of times ({' '.join(str(error).split())}); give them as datetime64") from error
    if days.ndim != 1:
        raise OptionError(f"times are {shown(times)}; give a list of them, one for each vote")
    return days


@checked
def pair_coverage(counts: PairCounts, order: Sequence[str]) -> DrawnFigure:
    """Draw how many votes every two competitors have, best first.

    Parameters
    ----------
    counts : PairCounts
    order : sequence of str
        Competitors in the order in which they are drawn.

    Raises
    ------
    OptionError
        If they are fewer than two, or one is there twice.
    """
    if len(order) < 2:
        raise OptionError(f"order has {plural(len(order), 'competitor')}; give two or more")
    if len(set(order)) < len(order):
        raise OptionError(f"order has {next(who for who in order if list(order).count(who) > 1)!r} twice; give each competitor once")
    of = votes_of_pairs(counts, order)
    n = len(order)
    above = of[np.triu_indices(n, 1)]
    met = above > 0
    one, other = np.triu_indices(n, 1)
    most = np.argsort(-above, kind="stable")[: int(met.sum())]
    frame = pd.DataFrame({"competitor": [order[i] for i in one[most]], "other": [order[i] for i in other[most]], "n_votes": above[most]})
    with in_house_style():
        from matplotlib.colors import to_rgba

        figure, (axes,) = blank(COLUMN, COLUMN - 0.25)
        cells = np.tile(np.array(to_rgba(MAIN)), (n, n, 1))
        # The more votes, the fuller, by the logarithm; none is blank.
        cells[..., 3] = np.where(of > 0, 0.12 + 0.88 * np.log1p(of) / np.log1p(max(of.max(), 1)), 0.0)
        axes.imshow(cells, interpolation="none", extent=(0.5, n + 0.5, n + 0.5, 0.5))
        # Signs that are not seen until one is asked for: the pairs with most votes.
        told = most[:N_TOLD]
        axes.scatter(other[told] + 1.0, one[told] + 1.0, s=3**2, marker="s", color=MAIN, alpha=0.0, linewidths=0, gid="pairs")
        axes.set_xlabel("Rank")
        axes.set_ylabel("Rank")
        whole_numbers(axes, both=True)
    share = met.mean() if met.size else 0.0
    if not met.any():
        return DrawnFigure(figure, "No two of these competitors have met.", frame, "pair coverage")
    half = int(np.searchsorted(np.cumsum(np.sort(above)[::-1]), above.sum() / 2) + 1)
    of_all = f"of {plural(above.size, 'pair')}"
    first, second, n_most = competitor(order[one[most[0]]]), competitor(order[other[most[0]]]), int(above[most[0]])
    who = f"most of {first} and {second} ({n_most:,})" if (above == n_most).sum() == 1 else f"{n_most:,} of a pair at most"
    sentence = (
        f"{plural(int(met.sum()), f'{of_all} has met', f'{of_all} have met')} ({percent(share)}); "
        f"half of the votes are of {plural(half, 'pair')}, {who}.{'' if above[met].min() == n_most else ' The fuller a cell, the more votes.'}"
    )
    words = [f"{name(order[one[i]])} and {name(order[other[i]])}: {plural(int(above[i]), 'vote')}" for i in told]
    return DrawnFigure(figure, sentence, frame, "pair coverage", {"pairs": words})


def votes_of_pairs(counts: PairCounts, order: Sequence[str]) -> NDArray[np.int64]:
    """Return the votes of every two competitors, (n, n), in either order of the two; 0 of those that never met."""
    place = {who: i for i, who in enumerate(order)}
    of = np.array([place.get(who, -1) for who in counts.names])
    first, second = of[counts.first], of[counts.second]
    kept = (first >= 0) & (second >= 0)
    votes = np.zeros((len(order), len(order)), dtype=np.int64)
    np.add.at(votes, (first[kept], second[kept]), counts.counts.sum(axis=1)[kept])
    return votes + votes.T
