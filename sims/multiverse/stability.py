"""What the grid says of each conclusion: how many specifications agree, which choices make the spread of the lead, and the fewest that change it."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.engine.choices import choices_of
from recount.engine.choices.usual import N_DRAWS
from recount.engine.errors import InputError
from recount.engine.normal_quantiles import normal_quantile
from recount.engine.votes import Bools
from recount.sims.analysis import notes
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import check_asked, known_facts, of_choices, of_facts
from recount.sims.countries.facts import Facts
from recount.sims.countries.standings import WORTH
from recount.sims.filtering import of_filters
from recount.sims.multiverse.choice_effects import effects_of_choices, most_important
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.departures import departing
from recount.sims.multiverse.leaders import specification_table, varied_of
from recount.sims.multiverse.rated_grid import Impossible
from recount.sims.multiverse.smallest_changes import changes_of_conclusion
from recount.sims.presentation import Table
from recount.sims.specification import Specification, WhatIsAsked

# Ways to change a conclusion that a summary names.
N_NAMED = 3
# Variance of a median over that of a mean, of a normal law; of the variance of a lead, from which share on its noise is told.
ERROR_OF_MEDIAN, TOLD_NOISE = np.pi / 2, 0.02


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
        Every way to change a conclusion by the fewest choices; see `recount.sims.multiverse.smallest_changes.changes_of_conclusion`.
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
    if lines.empty:
        raise InputError("no model of a known country is left under any specification; give a log with more votes")
    by = ("group", "metric")
    told = (
        *notes_of_grid(analysis, facts, impossible),
        *of_incomplete(lines, by, bool(impossible)),
        *of_noise(lines, analysis.specification),
    )
    return multiverse_of(lines, analysis.specification, by, "country", told)


def multiverse_of(lines: pd.DataFrame, base: Specification, by: Sequence[str], who: str, told: Sequence[str]) -> Multiverse:
    """Sum up the specifications of one or several conclusions.

    Parameters
    ----------
    lines : DataFrame
        Rows for each conclusion: analysis, n_specifications, the choices by their plain names, who leads, lead, lead_lower, lead_upper, p_usual.
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
        of_changes = [] if leader is None else changes_of_conclusion(rows, usual, fields, holds, who)
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
    return str(found.iloc[0]) if len(found) else None


def summary_of(rows: pd.DataFrame, leader: str | None, holds: Bools, who: str) -> dict[str, Any]:
    """Say in how many analyses the usual leader leads, by what lead, and who else does.

    Returns
    -------
    dict
        unit (of the lead), leader (missing where nobody is ranked under the usual specification), share_agree (of the specifications), n_leads
        (analyses in which it leads), n_analyses, n_specifications (of the grid, that they stand for), lead_min, lead_max (of that leader over all),
        others (who else leads, and in how many analyses).
    """
    analyses = rows.drop_duplicates("analysis")
    others = analyses.loc[analyses[who] != leader, who].value_counts(sort=False)
    weight = rows["n_specifications"].to_numpy(np.float64)
    return {
        "unit": rows["unit"].iloc[0],
        "leader": leader,
        "share_agree": float("nan") if leader is None else float(weight[holds].sum() / weight.sum()),
        "n_leads": int((analyses[who] == leader).sum()),
        "n_analyses": len(analyses),
        "n_specifications": int(rows["n_specifications"].sum()),
        "lead_min": rows["lead"].min(),
        "lead_max": rows["lead"].max(),
        "others": "; ".join(f"{name} in {n}" for name, n in sorted(others.items(), key=lambda other: (-other[1], other[0]))),
    }


def matters(effects: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Name the choice that makes most of the spread of the lead, and its share: the Shapley effect."""
    name, share = most_important(effects)
    return {"matters": name, "matters_share": share}


def in_short(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Say how many choices change who leads, and which, as far as a few can be named."""
    sets = list(dict.fromkeys(row["change"] for row in changes))
    more = [f"{len(sets) - N_NAMED} more"] if len(sets) > N_NAMED else []
    return {"n_flip": changes[0]["n_choices"] if changes else None, "flips": ", ".join([*sets[:N_NAMED], *more])}


def of_noise(lines: pd.DataFrame, base: Specification) -> Iterator[str]:
    """Say where much of the spread of a lead may be the Monte-Carlo error of the draws, which looks like choices that matter together."""
    deviations = 2 * normal_quantile(0.5 + base.confidence_level / 2)
    for (group, metric), rows in lines.groupby(["group", "metric"], sort=False):
        drawn = (rows["country_draws"] == "posterior").to_numpy(np.bool_)
        errors = ((rows["lead_upper"] - rows["lead_lower"]).to_numpy(np.float64) / deviations)[drawn] ** 2 * ERROR_OF_MEDIAN
        noise = float(np.nan_to_num(errors[np.isfinite(errors)]).sum()) / len(rows) / (WORTH * (base.n_draws or N_DRAWS))
        if (spread := float(rows["lead"].var(ddof=0))) > 0 and noise > TOLD_NOISE * spread:
            yield (
                f"group {group!r}, {metric}: up to {min(noise / spread, 1.0):.0%} of the variance of the lead is Monte-Carlo error of the draws, and "
                "looks like choices that matter together; take more n_draws"
            )


def of_incomplete(lines: pd.DataFrame, by: Sequence[str], are_impossible: bool) -> Iterator[str]:
    """Say of which conclusions not every specification has a lead of the usual leader, and what the parts of the variance then are."""
    incomplete = are_impossible
    for names, rows in lines.groupby(list(by), sort=False):
        weight = rows["n_specifications"].to_numpy(np.int64)
        if n := int(weight[rows["lead"].isna().to_numpy(np.bool_)].sum()):
            incomplete = True
            yield f"{', '.join(map(str, names))}: in {n:,} of {weight.sum():,} specifications the usual leader is not ranked, and so does not lead"
    if incomplete:
        yield (
            "where combinations are missing, parts of the variance are those among the specifications that have a lead: choices depend on each other "
            "there, and the part of several together can be below 0; Shapley effects share out all of it"
        )


def notes_of_grid(analysis: Analysis, facts: Facts, impossible: Sequence[Impossible]) -> Iterator[str]:
    """Say which votes were left out, which competitors have no country, what the grid varies, what of it is not possible, and what is counted."""
    s = analysis.specification
    yield from of_facts(facts, s)
    yield from of_choices(facts, tuple(facts.frame.index), s)
    if analysis.has_votes:
        yield from notes.of_quarantine(analysis.log.quarantine)
        yield from of_filters(analysis.log)
        yield from notes.of_labels(analysis.rows, s)
    else:
        yield from analysis.notes()
    varied = varied_of(analysis)
    yield f"the grid varies {', '.join(f'{name} ({_listed(values)})' for name, values in varied.items())}; everything else is as chosen"
    n_asked = math.prod(len(values) for name, values in varied.items() if name in choices_of(WhatIsAsked))
    n_all = math.prod(map(len, varied.values()))
    for reason, n in Counter(one.reason for one in impossible).items():
        yield f"{n * n_asked:,} of {n_all:,} specifications are not possible and not counted: {reason}"
    yield (
        "an analysis is counted once, however many specifications it is: they may differ in choices on which a ranking does not depend, or which "
        "change nothing of these votes, such as a top N larger than the group"
    )
    yield "every specification counts alike; the lead of the usual leader is by how much it is ahead of the best other, below 0 where another leads"
    if s.anchor is not None:
        yield "estimates are on the scale without an anchor, which may not be rated under every specification"


def _listed(values: Sequence[Any]) -> str:
    return ", ".join(map(str, values))
