"""The five best scores on each benchmark (repository evaleval/benchmark-saturation): a CSV, a row a benchmark, "model: score; model: score".

A best five is no sample: it says what the best reach, and nothing of the others. Scores are percentages. The number of items is the authors', who
count what a benchmark has, not always what was asked; their `SE_delta`, of the difference between first and fifth, is no error of a score.
Beside the five are five columns of numbers, of which their index is computed; where these are not the five in their order, that is told.
"""

import re
from pathlib import Path

from recount.data.labels import number_in
from recount.data.scores.stated import NO_BENCHMARK, NO_SCORE, Stated, header_of, rows_of, text_of

NAME, FIVE, ITEMS = "Name", "top5_models_extracted", "Quantity of test samples"
NUMBERS = tuple(f"top model {place}" for place in range(1, 6))
# A name, and the number at the end; a colon between them, or space.
ONE = re.compile(r"(.+?)\s*(?::\s*|\s)(-?\d+(?:\.\d+)?)\s*%?\s*,?")


def is_saturation(path: Path) -> bool:
    """Whether a path is such a CSV."""
    return {NAME, FIVE, "SE_delta", ITEMS} <= set(header_of(path))


def read_saturation(path: Path) -> Stated:
    """Read such a CSV: up to five scores a row."""
    stated = Stated()
    n_empty = 0
    for number, row in rows_of(path):
        benchmark = text_of(row[NAME])
        if benchmark is None and not any(value.strip() for value in row.values()):
            n_empty += 1
            continue
        n_items = row[ITEMS].replace(",", "").strip() or None
        parts = [part.strip() for part in re.split(r"[;\n]", row[FIVE]) if part.strip()]
        if benchmark is None:
            stated.reject(path, number, NO_BENCHMARK, ", ".join(value for value in row.values() if value.strip()))
            continue
        if not parts:
            stated.reject(path, number, NO_SCORE, benchmark)
        found: list[str] = []
        for part in parts:
            one = ONE.fullmatch(part)
            if one is None:
                stated.reject(path, number, NO_SCORE, f"{benchmark}: {part}")
                continue
            found.append(one[2])
            score = {"model": one[1], "benchmark": benchmark, "score": one[2], "maximum": 100.0, "n_items": n_items}
            stated.scores.append(score | {"setting": f"one of the best {len(parts)}", "file": path, "row": number})
        numbers = [text for name in NUMBERS if (text := row.get(name, "").strip())]
        if found and numbers and _in_numbers(numbers) != sorted(_in_numbers(found), reverse=True):
            stated.notes.append(
                ("scores", f"{benchmark}: {', '.join(found)}", f"{', '.join(numbers)} in the columns of numbers; the former are kept")
            )
    if n_empty:
        stated.notes.append(("rows", f"empty: {n_empty}", "passed over"))
    stated.notes.append(("selection", "the best scores of each benchmark only", "no sample of models"))
    return stated


def _in_numbers(texts: list[str]) -> list[float]:
    return [number_in(text) for text in texts]
