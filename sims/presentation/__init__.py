"""STUB, replaced by the branch that makes the real one."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    kind: str
    frame: Any
    headline: str = ""
    notes: tuple[str, ...] = ()
    title: str = ""

    def summary(self):
        return self.headline

    def to_frame(self):
        return self.frame

    def _repr_html_(self):
        return self.frame.to_html()
