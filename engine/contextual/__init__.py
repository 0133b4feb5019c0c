"""Contextual Bradley-Terry: votes with covariates."""

from engine.contextual.bootstrap import contextual_bootstrap
from engine.contextual.covariates import CategoryEffect, Covariate, Position, Style, with_values
from engine.contextual.design import Design, Effect
from engine.contextual.fit import ContextualFit, fit_contextual
from engine.contextual.uncertainty import Effects, contextual_covariance

__all__ = [
    "CategoryEffect",
    "ContextualFit",
    "Covariate",
    "Design",
    "Effect",
    "Effects",
    "Position",
    "Style",
    "contextual_bootstrap",
    "contextual_covariance",
    "fit_contextual",
    "with_values",
]
