"""What is told of a grid: what it varies, which specifications are not possible, what is counted, and what of the spread is noise."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine.choices import choices_of
from recount.engine.choices.usual import N_DRAWS
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.plurals import plural
from recount.sims.analysis import notes
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.order_of_countries import WORTH
from recount.sims.filtering import of_filters
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.departures import choice_words, departing
from recount.sims.multiverse.fewest_changes import smallest_changes
from recount.sims.multiverse.rated_grid import Impossible
from recount.sims.multiverse.usual_scale import TOLD
from recount.sims.presentation.wording import percent
from recount.sims.specification import Specification, WhatIsAsked

# Variance of a median over that of a mean, of a normal law; of the variance of a lead, from which share on its noise is told.
ERROR_OF_MEDIAN, TOLD_NOISE = np.pi / 2, 0.02


def notes_of_grid(analysis: Analysis, varied: Mapping[str, Sequence[Any]], impossible: Sequence[Impossible]) -> Iterator[str]:
    """Say which votes were left out, what the grid varies, what of it is not possible, and what is counted."""
    if analysis.has_votes:
        yield from notes.of_quarantine(analysis.log.quarantine)
        yield from of_filters(analysis.log)
        yield from notes.of_labels(analysis.rows, analysis.specification)
    else:
        yield from analysis.notes()
    yield f"the grid varies {', '.join(f'{name} ({_listed(values)})' for name, values in varied.items())}; everything else is as chosen"
    n_asked = math.prod(len(values) for name, values in varied.items() if name in choices_of(WhatIsAsked))
    n_all = math.prod(map(len, varied.values()))
    for reason, n in Counter(one.reason for one in impossible).items():
        yield f"{n * n_asked:,} of {plural(n_all, 'specification is', 'specifications are')} not possible and not counted: {reason}"
    yield (
        "an analysis is counted once, however many specifications it is: they may differ in choices on which a ranking does not depend, or which "
        "change nothing of these votes, such as a top N larger than the group"
    )
    yield "every specification counts alike; the lead of the usual leader is by how much it is ahead of the best other, below 0 where another leads"
    if analysis.has_votes:
        yield TOLD
    if analysis.specification.anchor is not None:
        yield "estimates are on the scale without an anchor, which may not be rated under every specification"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))


def of_incomplete(lines: pd.DataFrame, base: Specification, by: Sequence[str], are_impossible: bool) -> Iterator[str]:
    """Say under how many specifications a conclusion cannot be asked about, by which choices, and what the parts of the variance then are."""
    incomplete, usual, fields = are_impossible, base.as_dict(), list(reasonable_values(base))
    for names, rows in lines.groupby(list(by), sort=False):
        unranked = ~rows["comparable"].to_numpy(np.bool_)
        if not unranked.any():
            continue
        incomplete = True
        weight, departs = rows["n_specifications"].to_numpy(np.int64), departing(rows, usual, fields)
        told = []
        for reason, of_reason in rows[unranked].groupby("reason", sort=False):
            here = rows.index.isin(of_reason.index)
            fewest = smallest_changes(departs, here)[1]
            ways = dict.fromkeys(choice_words(rows.iloc[place].to_dict(), usual, [f for f in fields if departs[f][place]]) for place in fewest)
            told.append(f"in {weight[here].sum():,} {reason}{f' ({listed})' if (listed := ', '.join(ways)) else ''}")
        yield (
            f"{', '.join(map(str, names))}: of {plural(int(weight.sum()), 'specification')}, {'; '.join(told)}; these say nothing of the "
            "conclusion, and are not among those that agree with it or not"
        )
    if incomplete:
        yield (
            "where combinations are missing, parts of the variance are those among the specifications that have a lead: choices depend on each other "
            "there, and the part of several together can be below 0; Shapley effects share out all of it"
        )


def of_noise(lines: pd.DataFrame, base: Specification) -> Iterator[str]:
    """Say where much of the spread of a lead may be the Monte-Carlo error of the draws, which looks like choices that matter together."""
    deviations = 2 * normal_quantile(0.5 + base.confidence_level / 2)
    for (group, metric), rows in lines.groupby(["group", "metric"], sort=False):
        drawn = (rows["country_draws"] == "posterior").to_numpy(np.bool_)
        errors = ((rows["lead_upper"] - rows["lead_lower"]).to_numpy(np.float64) / deviations)[drawn] ** 2 * ERROR_OF_MEDIAN
        noise = float(errors[np.isfinite(errors)].sum()) / max(1, rows["lead"].count()) / (WORTH * (base.n_draws or N_DRAWS))
        if (spread := float(rows["lead"].var(ddof=0))) > 0 and noise > TOLD_NOISE * spread:
            yield (
                f"group {group!r}, {metric}: up to {percent(min(noise / spread, 1.0))} of the variance of the lead is Monte-Carlo error of the "
                "draws, and looks like choices that matter together; take more n_draws"
            )
