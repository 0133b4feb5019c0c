"""`recount votes-needed`."""

from recount.data.choices import Reading
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import OwnTables, Shown
from recount.sims.command_line.workers import Workers
from recount.sims.specification import HowSure, WhatIsAsked, WhatIsSettled, WhichModel, WhichVotes
from recount.sims.specification.flat import to_flat

# Options that have an effect on the lead in some groups alone.
OF_LEADS = {"open_weights": "'open weights'", "size_threshold": "large or small"}
OPTIONS = {
    **chosen(Reading),
    **chosen(WhichModel, "ties", "both_bad", "existence", "prior"),
    **chosen(WhichVotes),
    **chosen(HowSure, "intervals", "clusters", "confidence_level", "n_draws", "seed"),
    **chosen(WhatIsSettled),
    **chosen(WhatIsAsked, *OF_LEADS),
    **chosen(OwnTables),
    **chosen(Shown),
    **chosen(Workers),
}

EXAMPLES = (
    "recount votes-needed",
    "recount votes-needed --pair gpt-4o-mini-2024-07-18 claude-3-5-sonnet-20240620 --probability 0.9",
)


def run(given: Given) -> None:
    """How many further votes settle who is first, and between whom.

    The probability that they do is over what the true strengths may be, given the votes so far. With -o pairs.csv, a summary is written beside it, in
    pairs.summary.csv.
    """
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.work import Work
    from recount.sims.countries.groups import GROUPS

    with Work(given, OPTIONS) as work:
        about = work.choices(WhatIsSettled)
        if about.country_lead is None:
            work.refuse("without --country-lead", "catalogue")
        matters = () if about.country_lead is None else GROUPS[about.country_lead].varies_by
        for name, lead in OF_LEADS.items():
            if name not in matters:
                work.refuse(f"without --country-lead {lead}", name)
        work.refuse("on votes needed, which are by the covariance of the replicates", "interval_method")
        work.will_write_beside("summary")
        found = work.analysis().votes_needed(about, catalogue_asked(work) if about.country_lead else None)
        # With the choices that had a part in it.
        work.recorded = {name: value for name, value in work.recorded.items() if name not in OF_LEADS or name in matters}
        work.record(**to_flat(about))
        work.finish_beside("summary", found.summary, found.by_pair)
        work.finish(found.by_pair)
