"""Random bits by counter: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").

Word k of a stream is mix(start + k x GOLDEN); it depends on nothing else, so that loops over it run in vector registers and any part of a stream can
be made by itself.
"""

from typing import Any

import numpy as np

from recount.engine.kernels.accelerate import kernel

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@kernel
def mix(word: Any) -> Any:
    """Scramble a uint64 one to one."""
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@kernel
def stream(seed: Any, replicate: Any) -> Any:
    """Return where the stream of (seed, replicate) starts."""
    return mix(mix(np.uint64(seed) + GOLDEN) ^ mix(np.uint64(replicate) * GOLDEN + np.uint64(1)))
