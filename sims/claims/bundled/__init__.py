"""Bundled sets of published claims, a file each, and their names."""

from pathlib import Path

from recount.engine.errors import InputError
from recount.engine.near_names import did_you_mean

FOLDER = Path(__file__).parent


def sets() -> dict[str, Path]:
    """Files of the bundled sets, by name."""
    return {path.stem.replace("_", "-"): path for path in sorted(FOLDER.glob("*.toml"))}


def path_of(name: str) -> Path:
    """Return the file of a bundled set, or the file that is named.

    Raises
    ------
    InputError
        If there is neither.
    """
    if name in sets():
        return sets()[name]
    if not Path(name).exists():
        raise InputError(f"{name!r} is neither a file nor a bundled set of claims; {did_you_mean(name, [*sets(), 'new'])}")
    return Path(name)
