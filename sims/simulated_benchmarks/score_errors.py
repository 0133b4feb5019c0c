r"""Errors of mean scores of models that are asked the same items.

Items are taken as drawn from many like them. Of n items, the covariance of the mean scores of two models is that of their answers to one item over n;
as an item that is hard for one is hard for the other, it is positive, so that differences are surer than errors taken as independent say (Miller
2024, arXiv 2411.00640):

.. math:: Var(\bar x_i - \bar x_j) = \frac{1}{n} (s_i (1 - s_i) + s_j (1 - s_j) - 2 Cov(x_i, x_j)).
"""

import numpy as np

from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.votes import Floats


def score_covariance(answers: Floats) -> Floats:
    """Covariance of mean scores, (n_models, n_models), from answers to single items.

    Parameters
    ----------
    answers : (n_models, n_items) array
        1 or true where an answer is right.

    Raises
    ------
    InputError
        If there are fewer than two items, of which nobody knows how they vary.
    """
    n_items = answers.shape[1]
    if n_items < 2:
        raise InputError(f"answers are to {plural(n_items, 'item')}; how far scores vary by items is seen from two on")
    apart = answers - answers.mean(axis=1, keepdims=True, dtype=np.float64)
    covariance: Floats = apart @ apart.T / (n_items * (n_items - 1.0))
    return covariance


def expected_score_covariance(chances: Floats) -> Floats:
    """Covariance of mean scores that answers with these chances, (n_models, n_items), will have, (n_models, n_models)."""
    n_items, scores = chances.shape[1], chances.mean(axis=1)
    covariance: Floats = (chances @ chances.T / n_items - np.outer(scores, scores)) / n_items
    # An answer is 0 or 1, and has a variance beside that of its chance.
    np.fill_diagonal(covariance, scores * (1.0 - scores) / n_items)
    return covariance


def errors_of_differences(covariance: Floats, paired: bool = True) -> Floats:
    """Standard errors of differences of all two scores, (n_models, n_models); without what they have in common, if not `paired`."""
    variances = np.diag(covariance)
    both = variances[:, None] + variances
    if paired:
        both = both - 2.0 * covariance
    # Scores that go up and down together may leave a difference without variance, but for rounding.
    errors: Floats = np.sqrt(np.maximum(both, 0.0))
    return errors
