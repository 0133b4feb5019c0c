"""Keys that stand twice in an object of JSON: programs differ in which of the two they take, so nobody can say what is meant."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from recount.data.fields import readings


class ReadKeys(NamedTuple):
    """The keys that are read, of the outer object and of those inside it."""

    own: frozenset[str]
    inside: frozenset[str]


def read_keys(names: Iterable[str]) -> ReadKeys:
    """Return the keys by which columns, or fields within them, are read."""
    fields = [field for name in names for field in readings(name)]
    return ReadKeys(frozenset(field.column for field in fields), frozenset(step for field in fields for step in field.steps if isinstance(step, str)))


class KeysTwice:
    """What stands twice in the object that was parsed last; `object_of` is given to the parser as its hook of pairs."""

    def __init__(self) -> None:
        self._own: list[str] = []
        self._inside: list[str] = []

    def clear(self) -> None:
        """Begin with another text."""
        self._own, self._inside = [], []

    def object_of(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return an object, which comes after all that are inside it."""
        found = dict(pairs)
        if self._own:
            self._inside += self._own
            self._own = []
        if len(found) < len(pairs):
            self._own = [key for key, n in Counter(key for key, _ in pairs).items() if n > 1]
        return found

    def among(self, keys: ReadKeys | None) -> str | None:
        """Return one that is read, anything if `keys` is None; None if there is none."""
        if not (self._own or self._inside):
            return None
        own, inside = (self._own, self._inside) if keys is None else (keys.own.intersection(self._own), keys.inside.intersection(self._inside))
        return min([*own, *inside], default=None)
