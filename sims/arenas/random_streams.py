"""Streams of random numbers by purpose: (seed, purpose) names one, so that a mechanism that is added or left out changes no draw of another."""

from enum import IntEnum

import numpy as np

from recount.engine.kernels.streams import stream


class Purpose(IntEnum):
    """What is drawn; a new one goes to the end."""

    STRENGTHS = 0
    POPULARITY = 1
    ACTIVITY = 2
    NEWCOMERS = 3
    PAIRS = 4
    VOTERS = 5
    TASTES = 6
    PROMPTS = 7
    PROMPT_TASTES = 8
    OUTCOMES = 9
    COUNTS = 10
    INTENTS = 11
    SAID = 12
    STAND_INS = 13
    CATEGORIES = 14
    CATEGORY_STRENGTHS = 15
    LENGTHS = 16
    MEDIAN_LENGTHS = 17
    STAYS = 18
    VARIANTS = 19
    ORDERS = 20


def start_of(seed: int, purpose: Purpose) -> np.uint64:
    """Return where the stream of a purpose starts, for draws of single votes."""
    # A compiled function returns a Python number, whose type would be guessed anew.
    return np.uint64(stream(np.uint64(seed), np.uint64(purpose)))


def generator(seed: int, purpose: IntEnum) -> np.random.Generator:
    """Return a generator for what is drawn once an arena."""
    return np.random.default_rng([seed, int(purpose)])
