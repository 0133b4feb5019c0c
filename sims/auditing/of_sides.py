"""Probes of what stands beside the competitors in a vote: who is shown first, and what the answers look like."""

import numpy as np
from scipy.sparse import csr_array

from recount.engine.contextual.covariates import read_covariate
from recount.engine.scale import ELO
from recount.engine.scrutiny.sign_tests import added_effects
from recount.engine.votes import Floats
from recount.sims.analysis.order_of_names import said_of_order
from recount.sims.auditing.evidence import Evidence
from recount.sims.auditing.finding import Finding, NotTested


def names_in_order(evidence: Evidence) -> Finding | NotTested:
    """Whether it is chance who of a pair is shown first."""
    order = evidence.order
    if not order.can_tell:
        return NotTested(said_of_order(order))
    share = 100 * max(order.n_alphabetical, order.n_votes - order.n_alphabetical) / order.n_votes
    said, otherwise = (said_of_order(order, by_chance=by_chance) for by_chance in (False, True))
    return Finding(said, share, "% in one order of the alphabet", order.p_value, otherwise=otherwise)


def position(evidence: Evidence) -> Finding | NotTested:
    """Whether who is shown first is preferred for that."""
    if evidence.order.is_fixed:
        return NotTested(f"{said_of_order(evidence.order)}, so that being shown first cannot be told from strength")
    counted = evidence.counted
    found = added_effects(counted, csr_array(np.ones((counted.row.size, 1))), evidence.independent, evidence.seed)
    points = float(ELO * found.estimate[0])
    said = f"being shown {'first' if points >= 0 else 'second'} is worth {abs(points):.1f} Elo"
    if not evidence.order.is_by_chance:
        said = f"{said}, which is told from strengths by votes in the rarer order of their pair: {said_of_order(evidence.order)}"
    return Finding(said, points, "Elo", found.p_value())


def style(evidence: Evidence) -> Finding | NotTested:
    """Whether the form of answers moves votes."""
    if not evidence.styles:
        return NotTested("no two columns of numbers say the same of both answers, such as length_a and length_b")
    counted, names, columns = evidence.counted, [], []
    for one in evidence.styles:
        read = read_covariate(one, evidence.votes)
        values = np.nan_to_num(_numbers(read.numbers)[counted.row])
        if (spread := float(values.std())) > 0:
            names.append(one.name)
            columns.append(values / spread)
    if not names:
        return NotTested("answers of a vote are alike in all columns of style")
    found = added_effects(counted, csr_array(np.column_stack(columns)), evidence.independent, evidence.seed)
    points = ELO * found.estimate
    largest = int(np.argmax(np.abs(points)))
    said = f"a standard deviation of {names[largest]} is worth {points[largest]:+.1f} Elo, the most of {len(names)}"
    return Finding(said, float(points[largest]), "Elo", found.p_value())


def _numbers(values: Floats | None) -> Floats:
    return np.zeros(0) if values is None else values
