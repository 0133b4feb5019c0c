"""Streams of random numbers by purpose, beside those of arenas: the same seed draws the same strengths for both."""

from enum import IntEnum


class Drawn(IntEnum):
    """What is drawn; far from the numbers of `recount.sims.arenas.random_streams`."""

    ABILITIES = 1000
    DIFFICULTIES = 1001
    DISCRIMINATIONS = 1002
    WRONG_KEYS = 1003
    SEEN_ITEMS = 1004
    SEEN_BY = 1005
    ANSWERS = 1006
    ASKED = 1007
