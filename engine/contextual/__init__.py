"""Contextual Bradley-Terry: votes with covariates."""
