"""Every choice of an analyst, by what it decides: which model, which votes, how sure, what is asked.

A field states its type, default, help, bounds and the other reasonable values here and nowhere else. Options of the command line, checks, keywords of
Python, the grid, manifests and the keys under which results are kept derive from it. A choice on which others depend is a value of its own, such as a
prior with its amount, or a bootstrap with its replicates: without the one, the others cannot be given.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from recount.engine.choices import (
    Anchor,
    BothBadRule,
    CategoryEffect,
    Covariate,
    DailyCap,
    Existence,
    Position,
    Prior,
    Resampling,
    Style,
    TieRule,
    Weights,
    Where,
    Window,
    choice,
)
from recount.engine.choices.resampling import LARGEST_SEED
from recount.engine.choices.usual import BOTH_BAD_AS, CONFIDENCE_LEVEL, EXISTENCE, N_DRAWS, P_TOP, RIDGE, SEED, TIES_AS
from recount.sims.specification.country_choices import OfCountries


@dataclass(frozen=True, kw_only=True)
class WhichModel:
    """The model of the votes.

    Attributes
    ----------
    ties : TieRule
        A tie is half a win for each side, is left out, or is an outcome with a parameter, one for all pairs or one for each.
    both_bad : {"tie", "drop", "outcome"}
        "Both bad" is treated as a tie is, is left out, or is an outcome of its own.
    weights : Weights
        Weights of the votes.
    existence : {"error", "drop", "largest", "prior"}
        What to do with competitors whose ratings do not exist.
    prior : Prior
    position : bool
        Whether an advantage of being shown first is fitted beside the ratings.
    styles : tuple of Style
    category_effects : tuple of str
        Columns for whose every label an advantage of being shown first is fitted.
    ridge : float
        Precision of a normal prior of each effect around 0.
    """

    ties: TieRule = choice(
        TIES_AS,
        "A tie is half a win for each side (half), is left out (drop), or is an outcome with a parameter (davidson, rao-kupper), or with one for "
        "each pair.",
        reasonable=(TieRule.HALF, TieRule.DROP, TieRule.DAVIDSON, TieRule.RAO_KUPPER),
    )
    both_bad: BothBadRule = choice(
        BOTH_BAD_AS, '"Both bad" is treated as a tie is (tie), is left out (drop), or is an outcome of its own (outcome).', reasonable=("tie", "drop")
    )
    weights: Weights = choice(
        Weights.none(),
        "Weight of a vote: none (1), pairs or pairs:FLOOR (1 / max(votes of the pair, FLOOR), 50 unless given), voters:COLUMN (1 / votes of the "
        "voter), decay:COLUMN:DAYS (half as much after so many days).",
        metavar="WEIGHTS",
        example="Weights.pairs()",
        reasonable=(Weights.none(), Weights.pairs()),
    )
    existence: Existence = choice(
        EXISTENCE,
        "If ratings do not exist: stop (error), leave out competitors that never lost or never won (drop), keep the largest group that wins connect "
        "both ways (largest), or give every competitor a tied vote (prior).",
    )
    # Of the others the one that Arena had: the default penalty of scikit-learn's regression, as a normal law on its scale of 400 points.
    prior: Prior = choice(Prior(), "Prior of the strengths.", example="Prior('votes')", reasonable=(Prior(), Prior("gaussian", 400.0)))
    position: bool = choice(False, "Fit an advantage of being shown first beside the ratings.")
    styles: tuple[Style, ...] = choice(
        (),
        "Effect of a property of both answers: COLUMN_A,COLUMN_B, as (a - b) / (a + b) over its standard deviation; with ,difference as a - b.",
        option="style",
        metavar="COLUMN_A,COLUMN_B",
        example="Style('tokens_a', 'tokens_b')",
    )
    category_effects: tuple[str, ...] = choice(
        (), "Fit an advantage of being shown first for each label in this column.", option="category_effect", metavar="COLUMN"
    )
    ridge: float = choice(RIDGE, "Precision (1 / variance) of a normal prior of each effect around 0; 0 for none.", least=0.0, most=1e12)

    @property
    def covariates(self) -> tuple[Covariate, ...]:
        """What influences a vote besides the competitors."""
        return (*([Position()] if self.position else []), *self.styles, *map(CategoryEffect, self.category_effects))


@dataclass(frozen=True, kw_only=True)
class WhichVotes:
    """Which votes are rated. The filters apply in this order, each to what those before it leave.

    Attributes
    ----------
    window : Window
        When votes were cast.
    where : tuple of Where
        Labels that votes need to have: one of those named of a column, in every column that is named.
    anonymous : bool
        Leave out votes in which the competitors were not anonymous, by the column "anony".
    without_voters : path, optional
        A list of voters whose votes are left out, as `recount check --suspects` writes it.
    distinct : tuple of str
        Columns, such as voter and prompt: of votes of the same pair with the same values in all of them, the first in the log counts, whatever the
        others say.
    daily_cap : DailyCap, optional
    only, without : tuple of str
        Competitors between whom the votes are; competitors whose votes are left out.
    minimum_votes : int
        Competitors with fewer votes, of any outcome and weight, are left out before the fit; asked once, of all votes that the other filters leave.
    """

    window: Window = choice(Window(), "When votes were cast.", example="Window(since='2024-01-01')")
    where: tuple[Where, ...] = choice(
        (),
        "Leave out votes without this label; of one column given several times any of the labels will do.",
        metavar="COLUMN=LABEL",
        example="Where('language', 'English')",
    )
    anonymous: bool = choice(
        False, "Leave out votes in which the models were not anonymous, by the column anony.", option="anonymous_only", optional=True
    )
    without_voters: Path | None = choice(
        None, "Leave out the votes of the voters in this list, as recount check --suspects writes it.", metavar="FILE", optional=True
    )
    distinct: tuple[str, ...] = choice(
        (),
        "Column, such as voter and prompt: of votes of a pair with the same values in all those named, only the first in the log counts, also if "
        "others contradict it.",
        metavar="COLUMN",
        optional=True,
    )
    daily_cap: DailyCap | None = choice(
        None,
        "Count at most N votes of a voter a day (UTC), the first in time; by columns with usual names unless named.",
        metavar="N[:VOTER[:TIME]]",
        example="DailyCap(20)",
        optional=True,
    )
    only: tuple[str, ...] = choice((), "Rate this competitor; with several, leave out every vote that is not between two of them.", metavar="NAME")
    without: tuple[str, ...] = choice((), "Leave out this competitor, with all its votes.", metavar="NAME")
    minimum_votes: int = choice(0, "Leave out competitors with fewer votes.", least=0, reasonable=(0, 1000, 5000), span=(0, 5000))

    @property
    def filters_rows(self) -> bool:
        """Whether single votes have to be looked at."""
        return bool(self.window or self.where or self.anonymous or self.without_voters or self.distinct or self.daily_cap)


@dataclass(frozen=True, kw_only=True)
class HowSure:
    """How uncertainty is found.

    Attributes
    ----------
    intervals : "sandwich", "fisher" or Resampling
        Where the uncertainty of the ratings comes from.
    clusters : tuple of str
        Columns of the log, at most two, whose values are independent clusters of votes; none where single votes are independent.
    confidence_level : float
    n_draws : int, optional
        Joint draws of all strengths.
    seed : int
    """

    intervals: Literal["sandwich", "fisher"] | Resampling = choice(
        "sandwich",
        "Where uncertainty comes from: the sandwich covariance (sandwich), Fisher information, which trusts the model of the vote (fisher), or "
        "refits of resampled votes (bootstrap).",
        example="Resampling(n_replicates=1000)",
    )
    clusters: tuple[str, ...] = choice(
        (),
        "Column whose values are independent clusters of votes (voter, prompt, session); give it twice for two that cross; COLUMN:day for days.",
        option="cluster",
        metavar="COLUMN",
    )
    confidence_level: float = choice(CONFIDENCE_LEVEL, "Confidence level of every interval.", above=0.0, below=1.0, example="0.95")
    n_draws: int | None = choice(None, "Joint draws of all strengths.", least=1, unset=f"{N_DRAWS}, and all replicates of a bootstrap")
    seed: int = choice(SEED, "Seed of the draws, the bootstrap, the folds and the simulated logs.", least=0, most=LARGEST_SEED)


@dataclass(frozen=True, kw_only=True)
class WhatIsAsked(OfCountries):
    """What is asked of the ratings; of countries, what `OfCountries` holds.

    Attributes
    ----------
    p_top : int
        A leaderboard's P(top) is the probability to be among this many best.
    anchor : Anchor, optional
    by : str, optional
        Column whose labels are rated separately.
    shrink : bool
        Whether each of those is shrunk toward the ratings by all other votes.
    """

    p_top: int = choice(P_TOP, "P(top) is the probability to be among this many best.", least=1, option="top")
    anchor: Anchor | None = choice(None, "Competitor whose rating is set.", example="Anchor('gpt-4', 1000)")
    by: str | None = choice(None, "Rate the votes of each label in this column separately; of a board, these categories, or all.", metavar="COLUMN")
    shrink: bool = choice(False, "With --by: shrink each category toward the ratings by all other votes.")
