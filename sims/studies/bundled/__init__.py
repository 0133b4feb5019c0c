"""Bundled plans, a file each, and their names."""

from pathlib import Path

from recount.engine.errors import InputError
from recount.engine.near_names import did_you_mean

FOLDER = Path(__file__).parent


def bundled_plans() -> dict[str, Path]:
    """Files of the bundled plans, by name."""
    return {path.stem.replace("_", "-"): path for path in sorted(FOLDER.glob("*.toml"))}


def plan_path(name: str) -> Path:
    """Return the file of a bundled plan, or the file that is named.

    Raises
    ------
    InputError
        If there is neither.
    """
    plans = bundled_plans()
    if name in plans:
        return plans[name]
    if not Path(name).exists():
        raise InputError(f"{name!r} is neither a file nor a bundled plan; {did_you_mean(name, [*plans, 'list'])}")
    return Path(name)
