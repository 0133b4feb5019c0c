"""`recount influence`."""

from dataclasses import dataclass
from typing import Literal

from recount.data.choices import Reading
from recount.engine.choices import choice
from recount.engine.errors import OptionError
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import OwnTables, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhatIsAsked, WhatIsConcluded, WhichModel, WhichVotes
from recount.sims.specification.flat import to_flat


@dataclass(frozen=True)
class Removed:
    """Which votes are shown."""

    table: Literal["removed", "effects"] = choice(
        "removed", "The removed votes or clusters (removed), or all, with the effect of each on the lead that is lost (effects)."
    )


# Options that have an effect on the lead in some groups alone.
OF_LEADS = {"open_weights": "'open weights'", "size_threshold": "large or small"}
OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel),
    **chosen(WhichVotes),
    **chosen(HowSure, "clusters"),
    **chosen(WhatIsConcluded),
    **chosen(WhatIsAsked, *OF_LEADS),
    **chosen(OwnTables),
    **chosen(Removed),
    **chosen(Shown),
    **chosen(Workers),
}
EXAMPLES = (
    "recount influence",
    "recount influence --top 3 -o votes.csv",
)


def run(given: Given) -> None:
    """The fewest votes whose removal changes a conclusion.

    They are found by influence and verified by a refit without them. If none are found, that proves nothing. With -o votes.csv, a summary is written
    beside it, in votes.summary.csv.
    """
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.work import Work
    from recount.sims.countries.groups import GROUPS

    with Work(given, OPTIONS) as work:
        about = work.choices(WhatIsConcluded)
        if about.country_lead is None:
            work.refuse("without --country-lead", "catalogue")
        matters = () if about.country_lead is None else GROUPS[about.country_lead].varies_by
        for name, lead in OF_LEADS.items():
            if name not in matters:
                work.refuse(f"without --country-lead {lead}", name)
        if len(work.specification.clusters) > 1:
            raise OptionError(f"clusters is {', '.join(work.specification.clusters)}; votes are removed by one column, name one of them")
        work.will_write_beside("summary")
        found = work.analysis().influence(about, catalogue_asked(work) if about.country_lead else None)
        shown = work.choices(Removed).table
        # With the choices that had a part in it.
        work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_LEADS or name in matters}
        work.record(**(to_flat(about) if about.country_lead is None else {"country_lead": about.country_lead}))
        work.record(conclusion=found.conclusion.statement, table=shown)
        work.finish_beside("summary", found.summary)
        units = found.removed if shown == "removed" else found.effects
        if units is None:
            work.tell_notes(found.summary)
        else:
            work.finish(units)
