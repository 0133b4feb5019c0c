"""What to do with competitors whose ratings do not exist."""

from typing import Literal

Existence = Literal["error", "drop", "largest", "prior"]
