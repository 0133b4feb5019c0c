"""Probes of who cast the votes: rigging, carelessness, votes that are there twice."""

from collections import Counter

import numpy as np

from recount.engine.plurals import plural
from recount.engine.voters.care_of_voters import FEWEST, uneven_care
from recount.engine.voters.favour_of_voters import uneven_favour
from recount.engine.voters.four_tests import FALSE_ALARMS, adjusted
from recount.engine.voters.votes_twice import repeated_runs
from recount.sims.analysis.single_votes_again import said_of_again
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import Finding, NotTested
from recount.sims.presentation.wording import percent

# Votes without which no test could speak against a voter among many.
BUSY = 10


def repeated_votes(evidence: Evidence) -> Finding | NotTested:
    """Votes that are there twice: runs of them, or single ones at one time."""
    if not evidence.has_rows:
        return NotTested("no single votes: counts do not say which votes came one after another")
    runs = [repeated_runs(evidence.votes)]
    if evidence.has_voters:
        runs.append(repeated_runs(evidence.votes, evidence.voters.codes))
    run, again = min(runs, key=lambda look: look.p_value), evidence.again
    if isinstance(again, str) and (n_votes := evidence.votes.n_votes) < 2 * min(look.length for look in runs):
        return NotTested(f"{plural(n_votes, 'vote')}, in which there are no two runs of {plural(run.length, 'vote')}; {again}")
    stand = plural(run.n_matched, "vote stands", "votes stand")
    said = f"{stand} in runs of {run.length} or more on the pairs of another run, {run.n_agree:,} with the same outcome"
    if not run.n_matched:
        said = f"no two runs of {plural(run.length, 'vote is', 'votes are')} on the same pairs in the same order"
    if isinstance(again, str):
        return Finding(f"{said}; {again}", float(run.n_agree), "votes", min(1.0, len(runs) * run.p_value))
    p_value, by_single = min(1.0, (len(runs) + 1) * min(run.p_value, again.found.p_value)), again.found.p_value < run.p_value
    single, honest = (said_of_again(again, as_honest=as_honest) for as_honest in (False, True))
    size = float(again.found.n_again if by_single else run.n_agree)
    return Finding(f"{single}; {said}" if by_single else f"{said}; {single}", size, "votes", p_value, otherwise=f"{said}; {honest}")


def rigged(evidence: Evidence) -> Finding | NotTested:
    """Voters who vote for, against, or on one competitor beyond what others' votes and usual tastes explain, one by one or together."""
    codes, names = evidence.voters.codes, evidence.votes.names
    n_busy = int((np.bincount(codes[codes >= 0]) >= BUSY).sum())
    together = uneven_favour(evidence.decided, len(names))
    if not n_busy and together is None:
        return NotTested(f"no voter in {evidence.voters.column!r} has cast {BUSY} votes, and too few have cast two about one competitor")
    found = evidence.suspicion
    each = np.stack([found.p_values["favourite"], found.p_values["focus"]])
    of_voter = adjusted(np.minimum(1.0, 2 * each.min(axis=0)))
    named = np.flatnonzero(of_voter <= FALSE_ALARMS)
    n_votes = int(np.isin(codes, named).sum())
    about = Counter(names[found.favourite[k] if each[0, k] <= each[1, k] else found.focus[k]] for k in named.tolist())
    p_values = [float(of_voter.min(initial=1.0)), 1.0 if together is None else together.p_value]
    said = f"of {plural(n_busy, 'voter')} with {BUSY} votes or more nobody is for, against or on one competitor beyond what others' votes explain"
    otherwise = said
    if about:
        target, n = about.most_common(1)[0]
        said = (
            f"{plural(named.size, 'voter')} with {plural(n_votes, 'vote')} {'is' if named.size == 1 else 'are'} for, against or on one competitor "
            f"beyond what others' votes explain; {'it is' if named.size == 1 else f'of {n:,} it is'} {target!r}"
        )
    elif together is not None and together.p_value <= FALSE_ALARMS:
        said = f"voters are of one mind each about {names[together.competitor]!r}, more than about others, by {together.z:.1f} standard errors"
    otherwise = said if said == otherwise else f"{said}; among so many tests that may be chance"
    return Finding(said, float(n_votes), "votes", min(1.0, 2 * min(p_values)), otherwise=otherwise)


def careless_voters(evidence: Evidence) -> Finding | NotTested:
    """Voters who do not follow the strengths as others do."""
    codes, n = evidence.voters.codes, len(evidence.voters.labels)
    uneven = uneven_care(evidence.decided, n)
    n_busy = int((np.bincount(codes[codes >= 0]) >= BUSY).sum())
    # Of one voter alone the strengths are what he says.
    if uneven is None and n_busy < 2:
        column = evidence.voters.column
        return NotTested(
            f"fewer than {FEWEST} voters in {column!r} have cast two decided votes between different competitors, and fewer than two {BUSY}"
        )
    of_voter = adjusted(evidence.suspicion.p_values["against"])
    against, named = float(of_voter.min(initial=1.0)), int((of_voter <= FALSE_ALARMS).sum())
    if uneven is None:
        # Too few to be compared with each other; each is with all others.
        honest = f"of {plural(n_busy, 'voter')} with {BUSY} votes or more none votes for the weaker one more often than tastes explain"
        votes = plural(named, "voter votes", "voters vote")
        said = f"{votes} for the weaker one more often than tastes explain" if named else honest
        n_votes = float(np.isin(codes, np.flatnonzero(of_voter <= FALSE_ALARMS)).sum())
        return Finding(
            said, 100 * n_votes / max(codes.size, 1), "% of votes", against, otherwise=honest if not named else f"{said}; that may be chance"
        )
    as_if = f"as if {percent(uneven.share, 1)} of votes were cast at random"
    said = f"voters differ in how far they follow the strengths, {as_if}"
    if against < uneven.p_value:
        said = f"{plural(named, 'voter votes', 'voters vote')} for the weaker one more often than tastes explain; voters follow the strengths {as_if}"
    otherwise = f"voters differ no more than by chance in how far they follow the strengths ({as_if})"
    return Finding(said, 100 * uneven.share, "% of votes", min(1.0, 2 * min(uneven.p_value, against)), otherwise=otherwise)
