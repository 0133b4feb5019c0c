"""Effects of covariates, with their intervals."""

from typing import Any

import pandas as pd

from recount.engine import ELO, Effects, Fit
from recount.engine.errors import OptionError
from recount.sims.analysis.analysis import Analysis
from recount.sims.presentation import Table


def effects_of_covariates(analysis: Analysis) -> Table:
    """Effects of the covariates of the specification, one a row.

    Returns
    -------
    Table
        As `effects_table` says.

    Raises
    ------
    OptionError
        If the specification has no covariate, or ratings were given in place of votes.
    """
    s = analysis.specification
    estimated: Effects | None = getattr(analysis.uncertainty, "effects", None) if s.covariates else None
    if estimated is None:
        raise OptionError("there are no effects without covariates; give position, styles or category_effects")
    frame = effects_table(analysis.fit, estimated, s.confidence_level)
    return Table("effects", frame, tuple(map(_sentence, frame.to_dict("records"))), "Effects of covariates", confidence_level=s.confidence_level)


def _sentence(row: dict[Any, Any]) -> str:
    """Say what an effect is, and of which covariate."""
    said = f"effect {row['effect']}: {row['estimate']:.4f} log-odds, standard error {row['standard_error']:.4f}, {row['points']:.1f} Elo"
    of_number = (row["mean"], row["deviation"]) != (0.0, 1.0)
    return said + (f"; mean {row['mean']:.4g}, deviation {row['deviation']:.4g}" if of_number else "")


def effects_table(fitted: Fit, estimated: Effects, confidence_level: float) -> pd.DataFrame:
    """Return a table of effects and their covariates.

    Returns
    -------
    DataFrame
        effect, estimate, standard_error, lower, upper (log-odds in favour of the first, for a standard deviation or a level), points (the estimate in
        Elo), what the model of ties says of a vote of the first
        against an equal (`recount.engine.vote_law`), mean, deviation (of the covariate), n_votes (where
        it is not 0), n_missing (votes left out), n_alike (both sides 0).
    """
    lower, upper = estimated.interval(confidence_level)
    made = fitted.effects
    return pd.DataFrame(
        {
            "effect": list(estimated.names),
            "estimate": estimated.estimates,
            "standard_error": estimated.standard_errors(),
            "lower": lower,
            "upper": upper,
            "points": ELO * estimated.estimates,
            **fitted.law.of_leads(estimated.estimates),
            "mean": [effect.mean for effect in made],
            "deviation": [effect.deviation for effect in made],
            "n_votes": [effect.n_votes for effect in made],
            "n_missing": [effect.n_missing for effect in made],
            "n_alike": [effect.n_alike for effect in made],
        }
    )
