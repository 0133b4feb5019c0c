"""An audit: every probe, adjusted for their number."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from recount.engine.choices.arguments import checked
from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.engine.room import check_room
from recount.engine.scrutiny.sign_tests import FEWEST_GROUPS
from recount.engine.showing import listed
from recount.engine.votes import Floats
from recount.sims.analysis.log import Log
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import FALSE_ALARMS, Finding, NotTested, Probe
from recount.sims.auditing.probes import PROBES
from recount.sims.presentation import Table
from recount.sims.presentation.wording import percent
from recount.sims.specification import Specification

# Columns, places in time, residuals, and what each adds to every effect.
BYTES_A_VOTE = 1000.0
FOUND, NOT_FOUND, UNTESTED = "found", "not found", "not tested"


@checked
def audit(log: Log, specification: Specification | None = None, *, voter_column: str | None = None) -> Table:
    """Look for defects of a log.

    Parameters
    ----------
    log : Log
    specification : Specification, optional
        Its filters say which votes are looked at, its rules of ties what they mean, its styles which columns are of style. Its weights, priors,
        further covariates and intervals have no part in an audit.
    voter_column : str, optional
        That names voters; one with a usual name by default.

    Returns
    -------
    Table
        A row a probe: probe, asks, finding (found, not found, not tested), p_value (missing where the defect is a fact, or not tested), p_adjusted
        (Holm), size, unit, says, needs. A defect that is no fact is found if its adjusted p-value is at most 5 %, so that in no more than 5 % of logs
        without defects any is found.

    Raises
    ------
    InputError
        If the log cannot be read, or lacks a column that was named.
    OptionError
        If there are more votes than this machine has memory for.
    """
    evidence = Evidence(log, specification or Specification(), voter_column)
    n_votes = evidence.counts.n_votes
    check_room(
        f"an audit of {plural(n_votes, 'vote')}", BYTES_A_VOTE * n_votes, "audit fewer, such as those of a window of time by `since` and `until`"
    )
    # What is wrong with the log, or with what was named, is no finding.
    _ = evidence.votes
    if voter_column is not None:
        _ = evidence.voters
    seen = [_looked(probe, evidence) for probe in PROBES]
    frame = _frame(PROBES, seen)
    return Table("audit", frame, tuple(_told(evidence, frame, n_votes)), "Audit")


def _looked(probe: Probe, evidence: Evidence) -> Finding | NotTested:
    """Let a probe look; what keeps it from that is why it did not test."""
    try:
        return probe.look(evidence)
    except RecountError as error:
        return NotTested(str(error))


def _frame(probes: Sequence[Probe], seen: Sequence[Finding | NotTested]) -> pd.DataFrame:
    p_values = np.array([np.nan if isinstance(one, NotTested) or one.p_value is None else one.p_value for one in seen])
    adjusted = holm(p_values)
    rows = []
    for probe, one, p, p_adjusted in zip(probes, seen, p_values, adjusted, strict=True):
        if isinstance(one, NotTested):
            rows.append((probe.name, probe.asks, UNTESTED, p, p_adjusted, np.nan, "", one.why, probe.needs))
            continue
        there = one.is_there if one.p_value is None else p_adjusted <= FALSE_ALARMS
        # A size that a test does not tell from none may be chance.
        unsure = one.says if one.p_value is None else f"{one.says}; that may be chance"
        said = one.says if there else one.otherwise or unsure
        rows.append((probe.name, probe.asks, FOUND if there else NOT_FOUND, p, p_adjusted, one.size, one.unit, said, probe.needs))
    return pd.DataFrame(rows, columns=["probe", "asks", "finding", "p_value", "p_adjusted", "size", "unit", "says", "needs"])


def holm(p_values: Floats) -> Floats:
    """Adjust p-values for their number (Holm 1979), (n,); those that are NaN are none and stay so."""
    known = np.flatnonzero(~np.isnan(p_values))
    order = known[np.argsort(p_values[known], kind="stable")]
    adjusted = np.full(p_values.size, np.nan)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * np.arange(order.size, 0, -1)))
    return adjusted


def _told(evidence: Evidence, frame: pd.DataFrame, n_votes: int) -> list[str]:
    """What was looked at, and what the audit promises."""
    n_tests = int(frame["p_value"].notna().sum())
    told = [
        f"{plural(n_votes, 'vote')} of {plural(evidence.counts.n_competitors, 'competitor')}; {plural(n_tests, 'test')}, adjusted for their number "
        f"by Holm: "
        f"of logs without any of these defects no more than {percent(FALSE_ALARMS)} have one found"
    ]
    told += [f"a fact of the votes is told without a test: {', '.join(probe.name for probe in PROBES if probe.is_fact)}"]
    told += _of_ratings(evidence)
    s = evidence.specification
    if s.weights.kind != "none" or s.prior.kind != "none" or s.position or s.category_effects or evidence.log.is_weighted:
        told.append("weights, priors, position and category effects have no part in an audit: every vote counts for one")
    return told


def _of_ratings(evidence: Evidence) -> Iterator[str]:
    """Whom the tests leave out, and what they take for independent."""
    try:
        dropped = evidence.fit.dropped
        if dropped:
            yield f"probes that need ratings are of the largest group that wins join both ways, without {listed(dropped)}"
        if evidence.has_few_voters:
            yield f"fewer than {FEWEST_GROUPS} voters: their votes are taken as independent, and findings hold for these voters"
    except RecountError:
        # Said where it keeps a probe from testing.
        return
