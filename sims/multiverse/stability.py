"""What the grid says of each conclusion: how many specifications agree, which choices make the spread of the lead, and the fewest that change it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.engine.errors import InputError
from recount.engine.votes import Bools
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import check_asked, known_facts, of_choices, of_facts
from recount.sims.multiverse.choice_effects import effects_of_choices, most_important
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.departures import departing
from recount.sims.multiverse.fewest_changes import changes_of_conclusion
from recount.sims.multiverse.grid_notes import notes_of_grid, of_incomplete, of_noise
from recount.sims.multiverse.leaders import specification_table, varied_of
from recount.sims.presentation import Table
from recount.sims.specification import Specification

# Ways to change a conclusion that a summary names.
N_NAMED = 3


class Multiverse(NamedTuple):
    """Conclusions under every reasonable specification.

    Attributes
    ----------
    summary : Table
        A row for each conclusion; see `summary_of`.
    specifications : Table
        The specification curve: a row for each specification; see `recount.sims.multiverse.leaders.specification_table`.
    effects : Table
        What each choice, and choices together, make of the spread of the lead; see `recount.sims.multiverse.choice_effects.effects_of_choices`.
    changes : Table
        Every way to change a conclusion by the fewest choices; see `recount.sims.multiverse.fewest_changes.changes_of_conclusion`.
    """

    summary: Table
    specifications: Table
    effects: Table
    changes: Table


def across_specifications(analysis: Analysis, catalogue: Catalogue | None = None) -> Multiverse:
    """Rank countries under every reasonable specification.

    Parameters
    ----------
    analysis : Analysis
        Choices that the grid does not vary are those of its specification, whose leader is the usual one. Of given ratings it varies only what is
        asked of them.
    catalogue : Catalogue, optional
        As `recount.data.read_catalogue` returns it; the bundled one by default.

    Raises
    ------
    InputError
        If no competitor has a country in the catalogue, or none that has is left under any specification.
    RecountError
        If the votes cannot be rated under the specification of the analysis itself.
    """
    check_asked(analysis.under(analysis.specification.but(anchor=None)))
    facts = known_facts(analysis, catalogue)
    lines, impossible = specification_table(analysis, facts)
    if lines["country"].isna().all():
        raise InputError("no model of a known country is left under any specification; give a log with more votes")
    by = ("group", "metric")
    told = (
        *of_facts(facts, analysis.specification),
        *of_choices(facts, tuple(facts.frame.index), analysis.specification),
        *notes_of_grid(analysis, varied_of(analysis), impossible),
        *of_incomplete(lines, analysis.specification.but(anchor=None), by, bool(impossible)),
        *of_noise(lines, analysis.specification),
    )
    return multiverse_of(lines, analysis.specification, by, "country", told)


def multiverse_of(lines: pd.DataFrame, base: Specification, by: Sequence[str], who: str, told: Sequence[str]) -> Multiverse:
    """Sum up the specifications of one or several conclusions.

    Parameters
    ----------
    lines : DataFrame
        Rows for each conclusion: analysis, n_specifications, the choices by their plain names, who leads, comparable, lead, lead_lower, lead_upper,
        p_usual.
    base : Specification
        The usual one.
    by : sequence of str
        Columns that name the conclusion.
    who : str
        Column of who leads.
    told : sequence of str
        Notes.
    """
    usual, fields = base.as_dict(), list(reasonable_values(base))
    summary, effects, changes = [], [], []
    for names, rows in lines.groupby(list(by), sort=False):
        named: dict[str, Any] = dict(zip(by, names, strict=True))
        of_effects = effects_of_choices(rows, usual, fields)
        leader = usual_leader(rows, usual, fields, who)
        holds: Bools = (rows[who] == leader).to_numpy(np.bool_)
        # Who is not ranked neither leads nor is overtaken.
        of_changes = [] if leader is None else changes_of_conclusion(rows, usual, fields, ~rows["comparable"].to_numpy(np.bool_) | holds, who)
        summary.append({**named, **summary_of(rows, leader, holds, who), **matters(of_effects), **in_short(of_changes)})
        effects += [{**named, "leader": leader, **row} for row in of_effects]
        changes += [{**named, "leader": leader, **row} for row in of_changes]
    notes = tuple(told)
    return Multiverse(
        Table("multiverse", pd.DataFrame(summary), notes, "In how many analyses the usual leader leads", confidence_level=base.confidence_level),
        Table("specifications", lines, notes, "Who leads, under every specification", confidence_level=base.confidence_level),
        Table("choice effects", pd.DataFrame(effects, columns=[*by, *EFFECT_COLUMNS]), notes, "Which choices make the spread of the lead"),
        Table("changes", pd.DataFrame(changes, columns=[*by, *CHANGE_COLUMNS]), notes, "The fewest choices that change who leads"),
    )


EFFECT_COLUMNS = ("leader", "choices", "n_choices", "share", "share_total", "shapley", "lead_least", "with_least", "lead_most", "with_most")
CHANGE_COLUMNS = ("leader", "n_choices", "change", "leads", "lead", "p_usual")


def usual_leader(rows: pd.DataFrame, usual: Mapping[str, Any], fields: Sequence[str], who: str) -> str | None:
    """Return who leads under the usual specification; several names if they share the lead, None if nobody is ranked."""
    found = rows.loc[np.sum([*departing(rows, usual, fields).values()], axis=0) == 0, who]
    return str(found.iloc[0]) if found.notna().any() else None


def summary_of(rows: pd.DataFrame, leader: str | None, holds: Bools, who: str) -> dict[str, Any]:
    """Say in how many analyses the usual leader leads, by what lead, and who else does.

    Several that share the usual lead are one leader, which leads where the same ones share it.

    Returns
    -------
    dict
        unit (of the lead), leader (missing where nobody is ranked under the usual specification), share_agree (of the specifications under which the
        usual leader, and both of a pair, and anybody else are ranked), n_leads (analyses in which it leads), n_analyses (of these),
        n_specifications (of the grid, that they stand for), n_unranked (the other specifications), lead_min, lead_max (of that leader over all),
        others (who else leads, and in how many analyses).
    """
    comparable = rows["comparable"].to_numpy(np.bool_)
    analyses = rows[comparable].drop_duplicates("analysis")
    others = analyses.loc[analyses[who] != leader, who].value_counts(sort=False)
    weight = rows["n_specifications"].to_numpy(np.int64)
    return {
        "unit": rows["unit"].iloc[0],
        "leader": leader,
        "share_agree": float("nan") if leader is None or not comparable.any() else float(weight[holds & comparable].sum() / weight[comparable].sum()),
        "n_leads": int((analyses[who] == leader).sum()),
        "n_analyses": len(analyses),
        "n_specifications": int(weight[comparable].sum()),
        "n_unranked": int(weight[~comparable].sum()),
        "lead_min": rows["lead"].min(),
        "lead_max": rows["lead"].max(),
        "others": "; ".join(f"{name} in {n:,}" for name, n in sorted(others.items(), key=lambda other: (-other[1], other[0]))),
    }


def matters(effects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Name the choice that makes most of the spread of the lead, and its share: the Shapley effect."""
    name, share = most_important(effects)
    return {"matters": name, "matters_share": share}


def in_short(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Say how many choices change who leads, and which, as far as a few can be named."""
    sets = list(dict.fromkeys(row["change"] for row in changes))
    more = [f"and {len(sets) - N_NAMED:,} more"] if len(sets) > N_NAMED else []
    return {"n_flip": changes[0]["n_choices"] if changes else None, "flips": ", ".join([*sets[:N_NAMED], *more])}
