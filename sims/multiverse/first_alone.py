"""Who is first when each reasonable choice of how votes are rated is made otherwise than usual, one at a time."""

import pandas as pd

from recount.engine.choices import choices_of
from recount.engine.choices.arguments import checked
from recount.engine.errors import OptionError
from recount.engine.linear_algebra import one_thread
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.multiverse.alone import departures_from
from recount.sims.multiverse.rated_conclusions import lead_in, leaders_among
from recount.sims.multiverse.rated_grid import Impossible, rate_all
from recount.sims.multiverse.usual_scale import TOLD, on_usual_scale, usual_over_other
from recount.sims.presentation import Table
from recount.sims.presentation.specification_sentences import FIRST
from recount.sims.specification import WhatIsAsked


@checked
def first_by_each_choice(analysis: Analysis) -> Table:
    """Say who is first under every specification that departs from the usual one in a single choice of how votes are rated.

    Parameters
    ----------
    analysis : Analysis
        Of votes.

    Returns
    -------
    Table
        As of `recount.sims.multiverse.alone.each_choice_alone`, with conclusion in place of group and metric.

    Raises
    ------
    OptionError
        If ratings were given in place of votes.
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    log, s = analysis.source, analysis.specification.but(anchor=None)
    if not isinstance(log, Log):
        raise OptionError("choices vary how votes are rated, and ratings were given in their place; give a vote log")
    departures = [one for one in departures_from(analysis.under(s)) if one[0] not in choices_of(WhatIsAsked)]
    usual = analysis.under(s).uncertainty
    leaders = leaders_among(usual, ())
    rows, impossible = [], []
    for (field, words, _), found in zip(departures, rate_all(log, [one for *_, one in departures], s), strict=True):
        if isinstance(found, Impossible):
            impossible.append(f"{words} is not possible and not shown: {found.reason}")
            continue
        with one_thread():
            row = lead_in(found[1], (), leaders)
        row = on_usual_scale({**row, "unit": "points"}, usual_over_other(usual, found[1].uncertainty))
        rows.append({"conclusion": FIRST, "leader": ", ".join(leaders), "choices": field, "change": words, "leads": row.pop("competitor"), **row})
    notes = ("leads are differences of estimated ratings; all other choices are as chosen", TOLD, *impossible, *analysis.notes())
    return Table("one choice", pd.DataFrame(rows), notes, "One choice at a time", confidence_level=s.confidence_level)
