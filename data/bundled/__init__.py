"""Data inside the package: the Arena votes to 2024-08-14 as saved counts; source and licence in `data/README.md`."""

from datetime import date
from pathlib import Path

ARENA_VOTES = Path(__file__).with_name("arena_20240814.parquet")
ARENA_DAY = date(2024, 8, 14)
