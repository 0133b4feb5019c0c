"""Pages of studies: each study writes one section, and leaves the others as they are."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

DOCS = Path(__file__).parents[1] / "docs"


def write_section(page: Path, heading: str, text: str) -> None:
    """Put `text` under the second-level `heading` of a page, in place of what was there, or at the end."""
    opening = f"## {heading}\n"
    head, *sections = ("\n" + page.read_text(encoding="utf-8")).split("\n## ")
    sections = [f"## {section.rstrip()}\n" for section in sections]
    written = f"{opening}\n{text.strip()}\n"
    places = [k for k, section in enumerate(sections) if section.startswith(opening)]
    if places:
        sections[places[0]] = written
    else:
        sections.append(written)
    page.write_text("\n".join([head.strip() + "\n", *sections]), encoding="utf-8")


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *lines])


def per_cent(shares: "pd.Series[float]") -> str:
    """Mean of shares, one a log, in per cent, with its standard error over logs; logs without the share are left out."""
    known = shares.dropna().to_numpy(np.float64)
    if known.size < 2:
        return "-"
    return f"{100 * known.mean():.1f} ± {100 * known.std(ddof=1) / np.sqrt(known.size):.1f}"
