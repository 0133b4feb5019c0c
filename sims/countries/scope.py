"""Which models are ranked at all: by release, size, and whether they are retired."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.votes import Bools, Floats
from recount.sims.countries.facts import Facts
from recount.sims.specification import OfCountries


def sizes_of(facts: pd.DataFrame, asked: OfCountries) -> Floats:
    """Billions of parameters of each model, (n,): all, or those active for a token; NaN if not known."""
    return facts[f"{asked.parameters}_parameters_b"].to_numpy(np.float64)


def spans_of(dates: pd.Series) -> pd.DataFrame:
    """First and last day of each date, which may be a day, a month or a year; missing if not known."""
    spans = np.array([_span(text) for text in dates.tolist()], "datetime64[ns]").reshape(-1, 2)
    return pd.DataFrame(spans, index=dates.index, columns=["first", "last"])


@cache
def _span(text: str) -> tuple[np.datetime64, np.datetime64]:
    """First and last day of a date, a few thousand of which there are."""
    if not text:
        return np.datetime64("NaT"), np.datetime64("NaT")
    period = pd.Period(text)
    return period.start_time.to_datetime64(), period.end_time.normalize().to_datetime64()


def in_scope(facts: Facts, names: tuple[str, ...], asked: OfCountries) -> Bools:
    """Which of the competitors are ranked, (n,).

    Raises
    ------
    OptionError
        If it depends on a fact that is known of nobody.
    """
    frame = facts.of(names)
    kept = np.ones(len(frame), np.bool_)
    for choice, fact, missing, passes in _rules(facts, frame, asked):
        if missing.all():
            raise OptionError(f"{choice}, and the catalogue knows of no model {fact}; leave it out, or give a catalogue that does")
        kept &= passes
    return kept


def of_scope(facts: Facts, names: tuple[str, ...], asked: OfCountries) -> Iterator[str]:
    """Say how many competitors are not ranked, by each choice that leaves some out, and of how many the fact is not known."""
    frame = facts.of(names)
    for choice, fact, missing, passes in _rules(facts, frame, asked):
        unknown = f"; of {missing.sum()} the catalogue does not know {fact}" if missing.any() else ""
        yield f"{choice} leaves {(~passes).sum()} of {plural(len(frame), 'competitor')} out{unknown}"


def _rules(facts: Facts, frame: pd.DataFrame, asked: OfCountries) -> Iterator[tuple[str, str, Bools, Bools]]:
    """Yield each choice that leaves models out, in words; the fact on which it depends; of whom it is missing; and who passes, (n,) each."""
    if asked.released:
        spans = spans_of(frame["release_date"])
        missing = spans["first"].isna().to_numpy()
        passes = ~missing
        for name, end in (("since", spans["first"]), ("until", spans["last"])):
            if (day := getattr(asked.released, name)) is not None:
                passes &= (end >= pd.Timestamp(day) if name == "since" else end <= pd.Timestamp(day)).to_numpy(np.bool_)
        words = " and ".join(f"released_{name} is {day}" for name in ("since", "until") if (day := getattr(asked.released, name)))
        yield words, "when it was released", missing, passes
    if asked.parameters_from is not None:
        sizes = sizes_of(frame, asked)
        yield f"parameters_from is {asked.parameters_from:g}", "how large it is", np.isnan(sizes), sizes >= asked.parameters_from
    if asked.retired == "out":
        last = spans_of(frame["retired"])["first"]
        missing = last.isna().to_numpy()
        served = missing if facts.on is None else missing | (last > pd.Timestamp(facts.on)).to_numpy(np.bool_)
        yield "retired is 'out'", "whether it is retired", missing, served
