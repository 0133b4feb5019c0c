"""Probes of who met whom, and how it ended: facts of the pairs, and whether one number a competitor is enough."""

import numpy as np

from recount.engine.bradley_terry.existence import groups_that_met, strong_groups, that_join
from recount.engine.pair_contests import contests
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.scrutiny.pairs_by_signs import uneven_pairs
from recount.engine.scrutiny.thin_links import thinnest_link
from recount.engine.showing import listed
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import Finding, NotTested
from recount.sims.presentation.wording import percent

# Of the places of the smaller group in votes: below, differences between groups are ten times as uncertain as the votes of each suggest.
THIN = 0.01
MOST_LINKED = 3000


def disconnected(evidence: Evidence) -> Finding:
    """Competitors that no votes join to the others."""
    played = contests(evidence.counts)
    group = groups_that_met(played)
    sizes = np.bincount(group)
    apart = np.flatnonzero(group != int(np.argmax(sizes)))
    if not apart.size:
        return Finding("votes join all competitors", 0.0, "competitors", is_there=False)
    names = listed(tuple(played.names[i] for i in apart))
    return Finding(
        f"no votes join the largest group of {plural(int(sizes.max()), 'competitor')} to {names}", float(apart.size), "competitors", is_there=True
    )


def undefeated(evidence: Evidence) -> Finding:
    """Competitors without a finite rating, though they met the others."""
    played = that_join(evidence.contests, evidence.specification.ties)
    met, strong = groups_that_met(played), strong_groups(played)
    home = np.flatnonzero(met == int(np.argmax(np.bincount(met))))
    sizes = np.bincount(strong[home])
    # Of several groups that are as large none is the one to which the others are not joined.
    outside = home[strong[home] != int(np.argmax(sizes))] if (sizes == sizes.max()).sum() == 1 else home
    if sizes.max() == home.size:
        return Finding("chains of wins join all competitors that met, both ways", 0.0, "competitors", is_there=False)
    names = listed(tuple(played.names[i] for i in outside))
    said = f"no chains of wins lead both from these to the others and back, so that beside them they have no finite rating: {names}"
    return Finding(said, float(outside.size), "competitors", is_there=True)


def near_empty_pairs(evidence: Evidence) -> Finding | NotTested:
    """Groups whose comparison hangs on hardly any votes."""
    counts = evidence.counts
    group = groups_that_met(contests(counts))
    joined = counts.only(group == int(np.argmax(np.bincount(group))))
    if not 3 <= joined.n_competitors <= MOST_LINKED:
        return NotTested(f"{plural(joined.n_competitors, 'competitor')} that votes join; groups are looked for among 3 to {MOST_LINKED:,}")
    link = thinnest_link(joined)
    smaller = link.group if 2 * link.group.sum() <= link.group.size else ~link.group
    names = listed(tuple(name for name, inside in zip(joined.names, smaller, strict=True) if inside))
    said = f"{plural(link.n_across, 'vote joins', 'votes join')} {names} to the others, {percent(link.conductance, 2)} of all their appearances"
    if link.conductance > THIN:
        said = f"the group that is least joined to the others still meets them in {percent(link.conductance)} of its appearances: {names}"
    return Finding(said, float(link.n_across), "votes", is_there=link.conductance <= THIN)


def intransitive(evidence: Evidence) -> Finding:
    """Pairs that deviate from one number a competitor."""
    found = uneven_pairs(evidence.counted, evidence.independent, evidence.seed)
    size = float(ELO * found.deviation)
    how = f"by {size:.0f} Elo (standard deviation)" if np.isfinite(size) else "without bound: most pairs end in one way only"
    return Finding(f"leads of pairs deviate from differences of ratings {how}", size, "Elo", found.p_value)
