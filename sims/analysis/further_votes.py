"""How many further votes settle a question, and between whom."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from recount.data import Catalogue
from recount.engine.choices import of_kind
from recount.engine.choices.ties import TieRule
from recount.engine.errors import InputError, OptionError
from recount.engine.fitting import Fit
from recount.engine.planning.new_votes import Plan
from recount.engine.planning.settling import Outlook, Settling, Sides, deciding_plan, plan_as_before
from recount.engine.plurals import plural
from recount.engine.scale import ELO
from recount.engine.scrutiny.conclusion import LEAST_LEAD
from recount.engine.uncertainty.interface import Uncertainty
from recount.engine.uncertainty.posterior import covariance_of_replicates, shrunken_draws, why_unshrunken
from recount.engine.uncertainty.replicates import Replicates
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.votes import Floats, Ints
from recount.sims.analysis.analysis import Analysis
from recount.sims.countries.by_country import of_facts
from recount.sims.countries.facts import Facts, facts_of
from recount.sims.countries.groups import members_of
from recount.sims.presentation import Table
from recount.sims.specification import Specification, WhatIsSettled
from recount.sims.specification.country_choices import CountryGroup


@dataclass(frozen=True, slots=True, eq=False)
class VotesNeeded:
    """What further votes settle.

    Attributes
    ----------
    outlook : Outlook
    plan : Plan
    summary : Table
        One row: how many votes settle the question, and how probable that is.
    by_pair : Table
        Between whom they are cast.
    """

    outlook: Outlook
    plan: Plan
    summary: Table
    by_pair: Table

    def to_frame(self) -> pd.DataFrame:
        """The summary as a data frame."""
        return self.summary.to_frame()

    def __repr__(self) -> str:
        return self.summary.summary()

    def _repr_html_(self) -> str:
        return self.summary._repr_html_()


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What is to be settled: in words, who stands on which side, what a side is called, and notes."""

    text: str
    sides: Sides
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()


def what_settles(analysis: Analysis, about: WhatIsSettled, catalogue: Catalogue | None = None) -> VotesNeeded:
    """Find how many further votes settle a question with a probability, and between whom they are to be cast.

    Parameters
    ----------
    analysis : Analysis
        Of votes.
    about : WhatIsSettled
    catalogue : Catalogue, optional
        For the lead of a country; the bundled one by default.

    Raises
    ------
    OptionError
        If the votes have weights or covariates, each pair has a parameter of ties of its own, or replicates have no covariance to rely on.
    InputError
        If a group has models of fewer than two known countries, or all votes are ties.
    """
    s, about = analysis.specification, of_kind("about", about, WhatIsSettled)
    fitted, rated = analysis.fit, analysis.uncertainty
    asked = question_of(fitted, about, s, catalogue)
    truths = _truths(rated, analysis.draws.shape[0] - 1, s.seed, asked)
    plan = deciding_plan(truths, asked.sides) if about.allocation == "deciding" else plan_as_before(fitted.contests)
    if (share := _tie_share(fitted)) == 1:
        raise InputError(
            f"all {plural(fitted.contests.n_votes, 'vote is', 'votes are')} ties, so all further ones are taken to be ties too, of "
            f"which no number settles {asked.text}; give a log with decided votes"
        )
    effect = _design_effect(analysis)
    of_votes = {"tie_share": share, "design_effect": effect}
    settling = Settling(fitted, _covariance(rated), truths, asked.sides, plan, confidence_level=s.confidence_level, seed=s.seed, **of_votes)
    outlook = settling.fewest(about.probability)
    within = settling.fewest_within_error(about.probability) if outlook.n_votes and outlook.p_settled >= about.probability else None
    frame = _summary_frame(fitted, asked, about, outlook, settling.outlook(0).p_settled == 1)
    notes = (*asked.notes, *analysis.notes_of_fit(), *_of_votes(analysis, share, effect), *_of_plan(about, s, within))
    summary = Table("votes needed", frame, notes, "Votes needed", confidence_level=s.confidence_level)
    by_pair = Table("votes needed by pair", _pair_frame(fitted, plan, outlook.n_votes), notes, "Votes needed: between whom", summary.headline)
    return VotesNeeded(outlook, plan, summary, by_pair)


def question_of(fitted: Fit, about: WhatIsSettled, specification: Specification, catalogue: Catalogue | None) -> Question:
    """Say who stands on which side."""
    n = len(fitted.names)
    if about.country_lead is not None:
        return _of_countries(fitted, specification, about.country_lead, facts_of(fitted.names, catalogue))
    if about.pair is None:
        return Question("who is first", Sides(np.arange(n)), tuple(map(repr, fitted.names)))
    for name in about.pair:
        if name not in fitted.names:
            raise OptionError(f"{name!r} is not among the {plural(n, 'rated competitor')}; name one of them, for example {fitted.names[0]!r}")
    if about.pair[0] == about.pair[1]:
        raise OptionError(f"{about.pair[0]!r} is named twice; name two competitors")
    one, other = about.pair
    sides = np.where(np.isin(np.arange(n), [fitted.names.index(one), fitted.names.index(other)]), np.arange(n), -1)
    return Question(f"which of {one!r} and {other!r} is better", Sides(sides), tuple(map(repr, fitted.names)))


def _of_countries(fitted: Fit, specification: Specification, group: CountryGroup, facts: Facts) -> Question:
    """Put the models of a group on the sides of their countries; a model of several is on a side with others of the same ones."""
    members = members_of(fitted.names, facts, specification, group)
    owned = np.zeros((len(members.owners), len(fitted.names)), np.bool_)
    owned[:, members.places] = members.parts[:, members.model] > 0
    found: dict[str, int] = {}
    sides = np.full(len(fitted.names), -1)
    for i in np.flatnonzero(owned.any(axis=0)):
        owners = " and ".join(members.owners[k] for k in np.flatnonzero(owned[:, i]))
        sides[i] = found.setdefault(owners, len(found))
    if len(found) < 2:
        raise InputError(f"group {group!r} has models of fewer than two known countries; take another group, or a catalogue with more countries")
    notes = tuple(of_facts(facts, specification.but(groups=group)))
    return Question(f"which {specification.entity} has the best model of group {group!r}", Sides(sides), tuple(found), notes)


def _truths(rated: Uncertainty, n_draws: int, seed: int, asked: Question) -> Floats:
    """Draw true strengths given their estimates; of countries those of a side may have something in common."""
    if isinstance(rated, Replicates) and (why := why_unshrunken(rated)):
        raise OptionError(f"intervals='bootstrap', whose replicates have no covariance to rely on: {why}; take more, or intervals='sandwich'")
    of_each = asked.sides.of_each
    groups = [asked.names[side] if side >= 0 else "" for side in of_each] if len(asked.names) < of_each.size else []
    truths = shrunken_draws(rated, n_draws, seed, groups)
    assert truths is not None
    return truths


def _covariance(rated: Uncertainty) -> Floats:
    if isinstance(rated, JointNormal):
        return rated.covariance
    assert isinstance(rated, Replicates)
    return covariance_of_replicates(rated.values)


def _tie_share(fitted: Fit) -> float:
    played = fitted.contests
    return float(played.ties.sum() / played.n_votes) if fitted.ties is TieRule.HALF else 0.0


def _design_effect(analysis: Analysis) -> float:
    """Return the mean variance of strengths over that with all votes independent."""
    s = analysis.specification
    if not s.clusters:
        return 1.0
    apart = analysis.under(s.but(clusters=())).uncertainty
    return float(np.trace(_covariance(analysis.uncertainty)) / np.trace(_covariance(apart)))


def _summary_frame(fitted: Fit, asked: Question, about: WhatIsSettled, outlook: Outlook, is_settled: bool) -> pd.DataFrame:
    sides, strengths = (of[asked.sides.of_each >= 0] for of in (asked.sides.of_each, fitted.strengths))
    leaders = list(dict.fromkeys(asked.names[side] for side in sides[strengths.max() - strengths <= LEAST_LEAD / ELO]))
    enough = outlook.p_settled >= about.probability
    row = {
        "question": asked.text,
        "leader": ", ".join(leaders),
        "level": len(leaders) > 1,
        "settled": is_settled,
        "probability": about.probability,
        "n_votes": int(fitted.contests.n_votes),
        "n_needed": outlook.n_votes if enough else None,
        "n_tried": outlook.n_votes,
        "p_settled": outlook.p_settled,
        "p_error": outlook.p_error,
        "p_right": outlook.p_right,
        "allocation": about.allocation,
    }
    return pd.DataFrame([row]).astype({"n_needed": "Int64"})


def _pair_frame(fitted: Fit, plan: Plan, n_votes: int) -> pd.DataFrame:
    """Say between whom the votes are cast, the pair with most first; pairs that get none are left out, unless no votes are needed."""
    names, played = np.array(fitted.names, dtype=object), fitted.contests
    met = zip(played.first.tolist(), played.second.tolist(), strict=True)
    so_far = dict(zip(met, (played.wins + played.losses + played.ties).tolist(), strict=True))
    pairs: list[tuple[int, int]] = list(zip(plan.first.tolist(), plan.second.tolist(), strict=True))
    counts: Ints = plan.counts(n_votes)
    frame = pd.DataFrame(
        {
            "first": names[plan.first],
            "second": names[plan.second],
            "n_votes": [int(so_far.get(pair, 0)) for pair in pairs],
            "n_needed": counts,
            "share": plan.share,
        }
    )
    frame = frame[(counts > 0) | (n_votes == 0)]
    return frame.sort_values("share", ascending=False, kind="stable", ignore_index=True)


def _of_votes(analysis: Analysis, tie_share: float, design_effect: float) -> Iterator[str]:
    """Say what further votes are taken to be like."""
    fitted = analysis.fit
    counts = analysis.log.counts.only(np.isin(analysis.log.counts.names, fitted.names))
    if (n_all := counts.n_votes) > (n := fitted.contests.n_votes):
        yield f"votes are those that count, {n:,.0f} of {n_all:,.0f} between the rated competitors; of further ones as many more are needed"
    if tie_share:
        yield f"of further votes {100 * tie_share:.1f} % are taken to be ties, as of those so far"
    if design_effect != 1:
        yield (
            f"further votes are taken to depend on each other as those so far do, by {', '.join(analysis.specification.clusters)}: "
            f"variances are {design_effect:.3g} times those of independent votes"
        )


def _of_plan(about: WhatIsSettled, specification: Specification, within: tuple[int, float] | None) -> Iterator[str]:
    """Say what is settled when, where votes go, and within which numbers the draws know how many."""
    if within is not None:
        until = f"to {within[1]:,.0f}" if math.isfinite(within[1]) else "or more"
        yield f"as far as the draws tell (two standard errors), {within[0]:,} {until} votes settle it; more `n_draws` tell it better"
    yield (
        f"settled means that intervals ({100 * specification.confidence_level:.4g} %) of the lead over each of the others lie above 0; "
        "the probability is over what the true strengths may be"
    )
    share = "with which it is likely to be the best two" if about.allocation == "deciding" else "that it has of those so far"
    yield f"each pair gets the share of further votes {share}"
