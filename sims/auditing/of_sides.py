"""Probes of what stands beside the competitors in a vote: who is shown first, and what the answers look like."""

import numpy as np
from scipy.sparse import csr_array

from recount.engine.contextual.covariates import read_covariate
from recount.engine.scrutiny.effect_sizes import fitted_effects
from recount.engine.scrutiny.sign_tests import added_effects
from recount.engine.voters.fair_coins import ERROR_RATE
from recount.engine.votes import FIRST_WON, SECOND_WON, Floats
from recount.sims.analysis.order_of_names import said_of_order
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import Finding, NotTested, in_elo, said_of_points

# Of a log that lists each pair by the alphabet, as counts do.
UNSAID = "the log does not say who was shown first"


def names_in_order(evidence: Evidence) -> Finding | NotTested:
    """Whether it is chance who of a pair is shown first."""
    order = evidence.order
    if not order.can_tell:
        return NotTested(said_of_order(order))
    share = 100 * max(order.n_alphabetical, order.n_votes - order.n_alphabetical) / order.n_votes
    said, otherwise = (said_of_order(order, by_chance=by_chance) for by_chance in (False, True))
    said += f", so that {UNSAID}" if order.n_alphabetical in (0, order.n_votes) else ""
    return Finding(said, share, "% in one order of the alphabet", order.p_value, otherwise=otherwise)


def position(evidence: Evidence) -> Finding | NotTested:
    """Whether who is shown first is preferred for that."""
    if evidence.order.is_fixed:
        one_side = _always_wins(evidence)
        said = f"{said_of_order(evidence.order)}, so that being shown first cannot be told from strength"
        return NotTested(f"{one_side}; {said}" if one_side else said)
    counted = evidence.counted
    shown = csr_array(np.ones((counted.row.size, 1)))
    found, fitted = added_effects(counted, shown, evidence.independent, evidence.seed), fitted_effects(counted, shown)
    points = in_elo(fitted)[0]
    said = f"being shown {'first' if points >= 0 else 'second'} is worth {said_of_points(abs(points))}"
    if one_side := _always_wins(evidence):
        said = f"{one_side}; {said if np.isfinite(points) else 'no number of Elo is enough for that'}"
    elif not evidence.order.is_by_chance:
        said = f"{said}, which is told from strengths by votes in the rarer order of their pair: {said_of_order(evidence.order)}"
    return Finding(said, points, "Elo", found.p_value())


def _always_wins(evidence: Evidence) -> str:
    """That one side wins every decided vote, if it is no chance that it does."""
    n_won = evidence.counts.counts[:, [FIRST_WON, SECOND_WON]].sum(axis=0)
    if n_won.min() > 0 or 2 * 0.5 ** n_won.max() > ERROR_RATE:
        return ""
    side, columns = ("first", "winner and loser") if n_won[0] else ("second", "loser and winner")
    return f"the {side} one wins every decided vote: the columns look like {columns}"


def style(evidence: Evidence) -> Finding | NotTested:
    """Whether the form of answers moves votes."""
    if not evidence.styles:
        return NotTested("no two columns of numbers say the same of both answers, such as length_a and length_b")
    counted, names, columns = evidence.counted, [], []
    for one in evidence.styles:
        read = read_covariate(one, evidence.votes)
        # A vote without a value says nothing of this style, as one with the same value on both sides.
        values = np.nan_to_num(_numbers(read.numbers)[counted.row])
        if (spread := float(values.std())) > 0:
            names.append(one.name)
            columns.append(values / spread)
    if not names:
        return NotTested("answers of a vote are alike in all columns of style")
    added = csr_array(np.column_stack(columns))
    found, fitted = added_effects(counted, added, evidence.independent, evidence.seed), fitted_effects(counted, added)
    points = in_elo(fitted)
    largest = int(np.argmax(np.abs(points)))
    said = f"a standard deviation of {names[largest]} is worth {said_of_points(points[largest], sign='+')}, the most of {len(names)}"
    return Finding(said, float(points[largest]), "Elo", found.p_value())


def _numbers(values: Floats | None) -> Floats:
    return np.zeros(0) if values is None else values
