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
class Listed:
    """Which votes are shown."""

    table: Literal["changed", "effects"] = choice(
        "changed", "The votes or clusters that are changed (changed), or all, with the effect of each on the lead that is lost (effects)."
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
    **chosen(Listed),
    **chosen(Shown),
    **chosen(Workers),
}
EXAMPLES = (
    "recount influence",
    "recount influence --top 3 --change flip -o votes.csv",
)


def run(given: Given) -> None:
    """The fewest votes that overturn a conclusion when they are dropped, flipped or added.

    They are found by influence and verified by a refit of the changed log. If none are found, that proves nothing. With -o votes.csv, a summary is
    written beside it, in votes.summary.csv.
    """
    from recount.sims.claims.bundled import path_of
    from recount.sims.claims.overturning import claim_named
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.work import Work
    from recount.sims.countries.groups import GROUPS

    with Work(given, OPTIONS) as work:
        about = work.choices(WhatIsConcluded)
        group = about.country_lead
        if about.claim is not None:
            path, claim = path_of(about.claim.rpartition(":")[0]), claim_named(about.claim)
            work.will_read(path)
            group = claim.group
        if group is None:
            work.refuse("without --country-lead or --claim", "catalogue")
        matters = () if group is None else GROUPS[group].varies_by
        for name, lead in OF_LEADS.items():
            if name not in matters:
                work.refuse(f"without --country-lead {lead}, or a claim of such a group", name)
        if len(work.specification.clusters) > 1:
            raise OptionError(f"clusters is {', '.join(work.specification.clusters)}; clusters are dropped by one column, name one of them")
        work.will_write_beside("summary")
        found = work.analysis().influence(about, None if group is None else catalogue_asked(work))
        shown = work.choices(Listed).table
        # With the choices that had a part in it.
        work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_LEADS or name in matters}
        work.record(**(to_flat(about) if about.country_lead is None else {"country_lead": about.country_lead, "change": about.change}))
        work.record(conclusion=found.conclusion.statement, table=shown)
        units = found.changed if shown == "changed" else found.effects
        work.finish_beside("summary", found.summary, units)
        if units is None:
            work.tell_notes(found.summary)
        else:
            work.finish(units)
