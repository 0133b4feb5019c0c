"""Files of claims: TOML, a table `[[claim]]` for each, with the choices of its analysis in `[claim.choices]`."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from recount.data.toml_files import TomlFile, read_toml
from recount.engine.choices import choices_of
from recount.engine.choices.arguments import checked
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.claims.bundled import sets
from recount.sims.claims.claim import Claim
from recount.sims.claims.measurable import check_measurable, check_places
from recount.sims.specification import Specification


@checked
def read_claims(path: str | Path) -> list[Claim]:
    """Read a file of claims, or a bundled set by its name.

    Raises
    ------
    InputError
        Naming the line and the field, if the file cannot be read or a claim is not as it should be.
    """
    file = read_toml(sets().get(str(path), Path(path)), "a file of claims")
    if unknown := [name for name in file.held if name != "claim"]:
        raise file.fault(f"{unknown[0]!r} belongs to no claim; put it below a line [[claim]]", unknown[0])
    listed = file.held.get("claim", [])
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise InputError(f"{file.label}: holds no claim; begin each with a line [[claim]], or see recount claims new")
    claims: list[Claim] = []
    for number, raw in enumerate(listed):
        claims.append(_claim(raw, file, number))
        if [claim.id for claim in claims].count(claims[-1].id) > 1:
            raise file.fault(f"id {claims[-1].id!r} is there twice; give each claim one of its own", "claim", number, "id")
    return claims


def _claim(raw: dict[str, Any], file: TomlFile, number: int) -> Claim:
    known = [one.name for one in fields(Claim)]
    for name in raw:
        if name not in known:
            raise file.fault(f"there is no field {name!r}; {did_you_mean(name, known)}", "claim", number, name)
    plain: dict[str, Any] = {name: value.isoformat() if isinstance(value, date) else value for name, value in raw.items()}
    for name, value in plain.items():
        if isinstance(value, (list, dict)) and name != "choices":
            raise file.fault(f"{name} is a list or a table; give one value", "claim", number, name)
    try:
        # Plain values by name, as in a manifest.
        Specification.from_dict(plain.get("choices", {}))
    except (OptionError, TypeError, AttributeError) as error:
        name = next((name for name in plain["choices"] if name in str(error)), "") if isinstance(plain["choices"], dict) else ""
        raise file.fault(f"choices: {error}", "claim", number, "choices", name) from error
    try:
        claim = Claim(**plain)
        check_measurable(claim)
        check_places(claim)
        return claim
    except (OptionError, TypeError) as error:
        raise file.fault(str(error), "claim", number, next(_named_in(str(error)), "id")) from error


def _named_in(message: str) -> Iterator[str]:
    """Yield the field that a message begins with."""
    for name in (*choices_of(Claim), "choices"):
        if message.startswith(f"{name} "):
            yield name
