"""Codes of countries, written out once on a page."""

from collections.abc import Iterable

from recount.data.catalogue.iso_3166 import NAMES
from recount.data.catalogue.tables import BETWEEN


def named_codes(cells: Iterable[object]) -> dict[str, str]:
    """Return the codes of countries among cells, some of which hold several, with their names; names of others are left out."""
    codes = {code.strip() for cell in cells for code in str(cell).replace(BETWEEN, ",").split(",")}
    return {code: NAMES[code] for code in sorted(codes & NAMES.keys())}


def with_its_name(code: str) -> str:
    """Return a code with the name of its country, or what is no code as it is."""
    return f"{code} {NAMES[code]}" if code in NAMES else code
