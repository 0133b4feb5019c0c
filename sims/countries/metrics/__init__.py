"""Metrics of countries, a small function each, on the estimate and on every draw of a group of models."""

from recount.sims.countries.metrics.all_metrics import METRICS, meaning_of_metric
from recount.sims.countries.metrics.metric import Metric

__all__ = ["METRICS", "Metric", "meaning_of_metric"]
