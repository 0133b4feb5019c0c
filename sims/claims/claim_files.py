"""Files of claims: TOML, a table `[[claim]]` for each, with the choices of its analysis in `[claim.choices]`."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from recount.engine.choices import choices_of
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.sims.claims.claim import Claim
from recount.sims.claims.measurable import check_measurable, check_places
from recount.sims.specification import Specification

HEAD = re.compile(r"^\s*\[\[\s*claim\s*\]\]")
AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
LARGEST = 10_000_000


def read_claims(path: str | Path) -> list[Claim]:
    """Read a file of claims.

    Raises
    ------
    InputError
        Naming the line and the field, if the file cannot be read or a claim is not as it should be.
    """
    label = repr(str(path))[1:-1]
    try:
        if Path(path).stat().st_size > LARGEST:
            raise InputError(f"{label}: is larger than {LARGEST // 1_000_000} MB; is it a file of claims?")
        text = Path(path).read_text(encoding="utf-8-sig")
        held = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{label}: is no TOML: {error}") from error
    except (OSError, UnicodeError) as error:
        raise InputError(f"{label} cannot be read ({str(error)[:200]!r})") from error
    if unknown := [name for name in held if name != "claim"]:
        raise InputError(f"{label}, line {_line_of(text, 0, unknown[0])}: {unknown[0]!r} belongs to no claim; put it below a line [[claim]]")
    listed = held.get("claim", [])
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise InputError(f"{label}: holds no claim; begin each with a line [[claim]], or see recount claims new")
    starts = [number for number, line in enumerate(text.splitlines(), 1) if HEAD.match(line)]
    claims: list[Claim] = []
    for number, raw in enumerate(listed):
        start = starts[number] if number < len(starts) else 0
        claims.append(_claim(raw, label, text, start))
        if [claim.id for claim in claims].count(claims[-1].id) > 1:
            raise InputError(f"{label}, line {_line_of(text, start, 'id')}: id {claims[-1].id!r} is there twice; give each claim one of its own")
    return claims


def _claim(raw: dict[str, Any], label: str, text: str, start: int) -> Claim:
    known = [one.name for one in fields(Claim)]
    for name in raw:
        if name not in known:
            raise InputError(f"{label}, line {_line_of(text, start, name)}: there is no field {name!r}; {did_you_mean(name, known)}")
    plain: dict[str, Any] = {name: value.isoformat() if isinstance(value, date) else value for name, value in raw.items()}
    for name, value in plain.items():
        if isinstance(value, (list, dict)) and name != "choices":
            raise InputError(f"{label}, line {_line_of(text, start, name)}: {name} is a list or a table; give one value")
    try:
        # Plain values by name, as in a manifest.
        Specification.from_dict(plain.get("choices", {}))
    except (OptionError, TypeError, AttributeError) as error:
        name = next((name for name in plain["choices"] if name in str(error)), "choices") if isinstance(plain["choices"], dict) else "choices"
        raise InputError(f"{label}, line {_line_of(text, start, name)}: choices: {error}") from error
    try:
        claim = Claim(**plain)
        check_measurable(claim)
        check_places(claim)
        return claim
    except (OptionError, TypeError) as error:
        name = next(_named_in(str(error)), "id")
        raise InputError(f"{label}, line {_line_of(text, start, name)}: {error}") from error


def _named_in(message: str) -> Iterator[str]:
    """Yield the field that a message begins with."""
    for name in (*choices_of(Claim), "choices"):
        if message.startswith(f"{name} "):
            yield name


def _line_of(text: str, start: int, name: str) -> int:
    """Return the line of a field of the claim that begins at line `start`; that of its beginning if the field is not there."""
    key = re.compile(rf"^\s*[\"']?{re.escape(name)}[\"']?\s*=|^\s*\[+\s*(claim\.)?{re.escape(name)}\s*\]+")
    for number, line in enumerate(text.splitlines(), 1):
        if number > start and HEAD.match(line):
            break
        if number > start and key.match(line):
            return number
    return max(start, 1)
