"""Outcomes that `recount influence` finds: the fewest votes whose change overturns a conclusion of the run."""

import pandas as pd

from recount.data import Catalogue
from recount.engine.errors import InputError
from recount.sims.analysis.analysis import Analysis
from recount.sims.presentation import Table
from recount.sims.specification import WhatIsConcluded
from recount.sims.studies.country_outcomes import claim_of
from recount.sims.studies.order_outcomes import top_of
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.seen import Measured, SeenAnalysis


def votes_to_lose_first(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Fewest votes whose change (drop, flip or add) changes who is first, verified by a refit; says what is seen instead."""
    return _fewest(WhatIsConcluded(change=outcome.change), seen, "changes who is first")


def votes_to_lose_top(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Fewest votes whose change (drop, flip or add) changes who the first k are, in any order, verified by a refit; says who passes whom."""
    top_of(outcome, seen.rated.names, seen.rated.strengths)
    return _fewest(WhatIsConcluded(best=outcome.k, change=outcome.change), seen, f"changes who the first {outcome.k} are")


def votes_to_lose_order(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Fewest votes whose change (drop, flip or add) brings Kendall's tau with the order before it below `kendall_tau`, verified by a refit."""
    about = WhatIsConcluded(kendall_tau=outcome.kendall_tau, change=outcome.change)
    return _fewest(about, seen, f"brings Kendall's tau below {outcome.kendall_tau:g}")


def votes_to_lose_lead(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Fewest votes whose change (drop, flip or add) changes which country has the best model, verified by a refit; says which model is best then."""
    if isinstance(seen.facts, str):
        raise InputError(seen.facts)
    about = WhatIsConcluded(country_lead=outcome.group, change=outcome.change)
    return _fewest(about, seen, f"changes which country has the best model of group {outcome.group!r}")


def votes_to_overturn_claim(outcome: Outcome, seen: SeenAnalysis) -> Measured:
    """Fewest votes whose change (drop, flip or add) makes a claim untrue by the estimated ratings, or true, verified by a refit; says which."""
    claim = claim_of(outcome)
    about = WhatIsConcluded(claim=f"{outcome.claims}:{claim.id}", change=outcome.change)
    return _fewest(about, seen, f"overturns claim {claim.id!r}")


def _fewest(about: WhatIsConcluded, seen: SeenAnalysis, what_it_does: str) -> Measured:
    (found,) = votes_changed(seen.analysis, about, seen.catalogue).frame.to_dict("records")
    if pd.isna(found["n_changed"]):
        raise InputError(f"no change of votes was found that {what_it_does}, which does not prove that there is none")
    return Measured(float(found["n_changed"]), str(found["result"]))


def votes_changed(analysis: Analysis, about: WhatIsConcluded, catalogue: Catalogue) -> Table:
    """Return the summary of the fewest votes that overturn a conclusion: of single votes, whatever intervals take as clusters."""
    return analysis.under(analysis.specification.but(clusters=())).influence(about, catalogue).summary
