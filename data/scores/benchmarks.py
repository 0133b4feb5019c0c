"""Numbers of items of benchmarks whose size is fixed, from the papers that define them.

A score is a proportion of so many items only where every item was asked, and once; a source that states its own number is believed over this table.
"""

import re
from dataclasses import dataclass

# A letter, a digit or a sign that tells names apart; or what stands between two digits.
PART = re.compile(r"([^\W_]|[+<>])|((?<=\d)[^\w+<>]+(?=\d))")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A benchmark of fixed size.

    Attributes
    ----------
    spellings : tuple of str
        Names under which scores are published, the usual one first; letters and digits decide, whatever their case.
    n_items : int
    source : str
    doubt : str
        What else a score of this name may be of; "" if nothing.
    guessing : float or None
        Chance of a right guess: one in as many answers as an item offers, 0 where answers are free; None where items differ.
    """

    spellings: tuple[str, ...]
    n_items: int
    source: str
    doubt: str = ""
    guessing: float | None = 0.0


BENCHMARKS = (
    Benchmark(("MMLU",), 14_042, "arXiv 2009.03300, test set", guessing=0.25),
    Benchmark(("MMLU-Pro",), 12_032, "arXiv 2406.01574, test set", guessing=None),
    Benchmark(("GPQA",), 448, "arXiv 2311.12022, main set", "198 of the diamond set, which most reports of models mean", 0.25),
    Benchmark(("GPQA diamond", "GPQA (diamond)"), 198, "arXiv 2311.12022", guessing=0.25),
    Benchmark(("MATH", "Hendrycks MATH"), 5_000, "arXiv 2103.03874, test set", "500 of MATH-500, which many reports of models mean"),
    Benchmark(("MATH-500",), 500, "arXiv 2305.20050"),
    Benchmark(("MATH level 5", "MATH lvl 5"), 1_324, "arXiv 2103.03874, the hardest level of the test set"),
    Benchmark(("GSM8K",), 1_319, "arXiv 2110.14168, test set"),
    Benchmark(("HumanEval",), 164, "arXiv 2107.03374"),
    Benchmark(("IFEval",), 541, "arXiv 2311.07911", "834 instructions, where scores are by instruction"),
    Benchmark(("BBH", "BIG-Bench Hard"), 6_511, "arXiv 2210.09261, 27 tasks", "5,761 of the 24 tasks of the Open LLM leaderboard", None),
    Benchmark(("MuSR",), 756, "arXiv 2310.16049", guessing=None),
    Benchmark(("AIME 2024", "AIME24"), 30, "the two exams of the year"),
    Benchmark(("AIME 2025", "AIME25"), 30, "the two exams of the year"),
    Benchmark(("OTIS Mock AIME 2024-2025",), 45, "Epoch AI's benchmarking hub"),
    Benchmark(("SWE-bench verified",), 500, "OpenAI 2024, a subset of arXiv 2310.06770", "477 or 484 that some evaluators can run"),
    Benchmark(("SimpleQA",), 4_326, "arXiv 2411.04368"),
    Benchmark(("TruthfulQA",), 817, "arXiv 2109.07958", guessing=None),
    Benchmark(("Humanity's Last Exam", "HLE"), 2_500, "arXiv 2501.14249, as of 2025-04", "the questions without images", None),
)


def key_of(name: str) -> str:
    """What decides whether two names are the same: letters, digits, what parts two digits (by any sign), and the signs + < >."""
    return "".join("." if apart else c for c, apart in PART.findall(name.casefold()))


_BY_KEY = {key_of(spelling): one for one in BENCHMARKS for spelling in one.spellings}


def known_benchmark(name: str) -> Benchmark | None:
    """Return what is known of a benchmark by one of its names; None if nothing is."""
    return _BY_KEY.get(key_of(name))
