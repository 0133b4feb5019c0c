"""Who is first, or the better one of two, under every specification of how votes are rated.

A lead is the difference of two estimated ratings, with the interval of a difference, as in a comparison of two; how probable it is that the usual
leader leads is asked of strengths given their estimates, as in a leaderboard. Leads are on the usual scale (`recount.sims.multiverse.usual_scale`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from recount.engine import ELO
from recount.engine.choices import choices_of
from recount.engine.choices.arguments import checked
from recount.engine.choices.usual import N_DRAWS
from recount.engine.errors import OptionError
from recount.engine.exact_ties import highest
from recount.engine.executors import executor_or_threads, in_order
from recount.engine.linear_algebra import one_thread
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.posterior import shrunken_draws
from recount.engine.votes import Ints
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.countries.order_of_countries import p_leads
from recount.sims.multiverse.combinations import combined, reasonable_values
from recount.sims.multiverse.grid_notes import notes_of_grid, of_incomplete
from recount.sims.multiverse.rated_grid import Impossible, Kind, rate_all
from recount.sims.multiverse.stability import Multiverse, multiverse_of
from recount.sims.multiverse.usual_lead import who_is_missing
from recount.sims.multiverse.usual_scale import on_usual_scale, usual_over_other
from recount.sims.presentation.specification_sentences import FIRST
from recount.sims.specification import Specification, WhatIsAsked, WhatIsConcluded

Row = dict[str, Any]
OF_LEAD = ("competitor", "comparable", "reason", "lead", "lead_lower", "lead_upper", "p_usual", "scale")


@checked
def ratings_across_specifications(analysis: Analysis, about: WhatIsConcluded | None = None) -> Multiverse:
    """Ask who is first, or the better one of two, under every reasonable specification of how votes are rated.

    Parameters
    ----------
    analysis : Analysis
        Of votes; choices that the grid does not vary are those of its specification.
    about : WhatIsConcluded, optional
        First place by default, or a pair.

    Raises
    ------
    OptionError
        If ratings were given in place of votes, of which nothing varies; or another conclusion is asked, or who is not rated.
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    about = about or WhatIsConcluded()
    log, base = analysis.source, analysis.specification.but(anchor=None)
    if not isinstance(log, Log):
        raise OptionError("the grid varies how votes are rated, and ratings were given in their place; give a vote log")
    among = check_conclusion(analysis.under(base), about)
    varied = {name: values for name, values in reasonable_values(base).items() if name not in choices_of(WhatIsAsked)}
    specifications = list(combined(base, varied))
    of_usual = analysis.under(base).uncertainty
    usual = leaders_among(of_usual, among)
    about_it = {"conclusion": " or ".join(among) if among else FIRST, "unit": "points"}
    found: list[tuple[Specification, int, int]] = []
    impossible: list[Impossible] = []
    kinds: dict[int, Kind] = {}
    for one in rate_all(log, specifications, base):
        if isinstance(one, Impossible):
            impossible.append(one)
        else:
            found.append((one[0].specification, one[0].kind, len(one[1].ratings.names)))
            kinds.setdefault(one[0].kind, one[1])
    with one_thread(), executor_or_threads(log.executor) as (pool, n_waiting):
        leads: list[Row] = []
        for kind, row in zip(kinds.values(), in_order(lambda kind: pool.submit(lead_in, kind, among, usual), kinds.values(), n_waiting), strict=True):
            leads.append(on_usual_scale({**about_it, **row}, usual_over_other(of_usual, kind.uncertainty)))
            if analysis.progress:
                analysis.progress(len(leads), len(leads) / len(kinds))
    lines = pd.DataFrame(
        [
            {**about_it, "analysis": kind + 1, "n_specifications": 1, **one.as_dict(), "n_rated": n, **{name: leads[kind][name] for name in OF_LEAD}}
            for one, kind, n in found
        ]
    )
    told = (*notes_of_grid(analysis, varied, impossible), *of_incomplete(lines, base, ("conclusion",), bool(impossible)))
    return multiverse_of(lines, base, ("conclusion",), "competitor", told)


def check_conclusion(usual: Analysis, about: WhatIsConcluded) -> tuple[str, ...]:
    """Return who is compared, nobody for all; raise `OptionError` if it is another conclusion, or one of them is not rated."""
    if about.best != 1 or about.country_lead is not None:
        raise OptionError("the question is who is first, or the better one of a pair; leave out `best` and `country_lead`")
    if unknown := [name for name in about.pair or () if name not in usual.names]:
        raise OptionError(f"competitor {unknown[0]!r} is not rated under the usual specification; name one that is")
    if about.pair is not None and about.pair[0] == about.pair[1]:
        raise OptionError(f"competitor {about.pair[0]!r} is given twice; name two competitors")
    return about.pair or ()


def lead_in(kind: Kind, among: Sequence[str], usual: tuple[str, ...]) -> Row:
    """Return who leads by one kind of ratings, and by how much the usual leader does.

    Returns
    -------
    dict
        competitor (the names of all who share the lead; missing where one of a pair is not rated), comparable (whether the usual leaders, and both of
        a pair, are rated), reason (why not, "" if they are), lead, lead_lower, lead_upper (points), p_usual; missing where they are not, or several
        share the usual lead.
    """
    rated, s = kind.uncertainty, kind.specification
    missing = [name for name in dict.fromkeys((*usual, *among)) if name not in rated.names]
    row: Row = {"competitor": ", ".join(leaders_among(rated, among)) or None, "comparable": not missing}
    row["reason"] = who_is_missing(missing) if missing else ""
    row |= dict.fromkeys(("lead", "lead_lower", "lead_upper", "p_usual"), float("nan"))
    if len(usual) > 1 or not row["comparable"]:
        return row
    i, places = rated.names.index(usual[0]), places_among(rated.names, among)
    others = places[places != i]
    j = int(others[np.argmax(rated.strengths[others])])
    lower, upper = (ends[i, j] for ends in rated.difference_intervals(s.confidence_level))
    drawn = shrunken_draws(rated, s.n_draws or N_DRAWS, s.seed)
    draws = rated.draws(s.n_draws, s.seed) if drawn is None else drawn
    p = p_leads(draws[:, places])[np.flatnonzero(places == i)[0]]
    ends = ELO * float(rated.strengths[i] - rated.strengths[j]), ELO * float(lower), ELO * float(upper), float(p)
    return row | dict(zip(("lead", "lead_lower", "lead_upper", "p_usual"), ends, strict=True))


def leaders_among(rated: Uncertainty, among: Sequence[str]) -> tuple[str, ...]:
    """Return who leads, of all or of those named; nobody if one of these is not rated."""
    if any(name not in rated.names for name in among):
        return ()
    places = places_among(rated.names, among)
    return highest([rated.names[i] for i in places], rated.strengths[places])


def places_among(names: Sequence[str], among: Sequence[str]) -> Ints:
    """Return the places of those named, of all if nobody is."""
    return np.array([names.index(name) for name in among or names], np.int64)
