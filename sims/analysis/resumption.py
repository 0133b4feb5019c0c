"""Sequential ratings read back from a table that `recount elo -o` wrote, and its manifest."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from recount.data.checksums import sha256
from recount.data.manifests import manifest_path
from recount.data.places.copies import BY_CHANCE, Fingerprint, fingerprint, numbers_of
from recount.data.places.stretches import LENGTH, Numbers, first_not_by_chance, kept_stretches, stretch_numbers
from recount.data.recognition.surroundings import as_time
from recount.engine import InputError, SequentialRatings
from recount.engine.counting import count
from recount.engine.plurals import plural
from recount.engine.times import FIRST_SECONDS, seconds_or_missing
from recount.engine.votes import Factor, Floats, Votes

# In a manifest: files whose votes were counted in what was resumed from.
COUNTED = "votes_counted"
# In a manifest: the votes of each file, or files, that were rated in turn, by their number and a fingerprint.
PORTIONS = "votes_in_turn"
# In a manifest: the last time, or number, by which votes were sorted, or which stands beside votes in the order of their log.
UNTIL = "votes_until"


def read_state(path: Path) -> SequentialRatings:
    """Read ratings to resume from; their options are those in the manifest, `order` among them.

    Raises
    ------
    InputError
        If the table or its manifest cannot be read, the table has changed since it was written, or it holds no sequential ratings in one order.
    """
    options = _specification(path)
    if not {"system", "order"} <= options.keys():
        raise InputError(f"{str(path)!r} holds no sequential ratings; give a file that recount elo -o wrote")
    if options["order"] == "random":
        raise InputError(f"{str(path)!r} holds means over random orders, from which no order goes on; give ratings in one order")
    try:
        table = _table(path)
        rating, deviation, volatility = (_numbers(table, name) for name in ("rating", "deviation", "volatility"))
        n_votes = np.array([int(n) for n in table["n_votes"]], np.int64)
        names = tuple(map(str, table["competitor"]))
    except (OSError, LookupError, ValueError, TypeError, OverflowError, AttributeError, pa.ArrowException) as error:
        raise InputError(f"{str(path)!r} holds no sequential ratings ({error}); give a file that recount elo -o wrote") from error
    if len(set(names)) != len(names) or not np.isfinite(rating).all() or (n_votes < 0).any():
        raise InputError(f"{str(path)!r} names a competitor twice, or holds a rating that is no number; give a file that recount elo -o wrote")
    return SequentialRatings(names, rating, deviation, volatility, n_votes, options)


def votes_counted(path: Path) -> dict[str, str]:
    """Files whose votes are in the ratings of a file to resume from, through all that it was resumed from: their paths by SHA-256."""
    manifest = _manifest(path)
    try:
        return {file["sha256"]: file["path"] for name in ("inputs", COUNTED) for file in manifest.get(name, ())}
    except (LookupError, TypeError, AttributeError) as error:
        raise _no_manifest(path) from error


def portion_of(rows: Votes) -> dict[str, Any]:
    """Return the number of votes and what they are told by, whatever their form, together and in stretches, as a manifest holds it."""
    return {"n": rows.n_votes, "fingerprint": list(_fingerprint(rows).sums), "stretches": kept_stretches(_numbers_of(rows))}


def portions_counted(path: Path) -> list[dict[str, Any]]:
    """Return the votes that a file to resume from was rated by in turn, as of `portion_of`; nothing if its manifest does not say."""
    try:
        return [
            {"n": int(one["n"]), **{name: [int(number) % 2**64 for number in one.get(name, [])] for name in ("fingerprint", "stretches")}}
            for one in _manifest(path).get(PORTIONS, [])
        ]
    except (LookupError, TypeError, ValueError) as error:
        raise _no_manifest(path) from error


def check_not_again(rows: Votes, resume: Path) -> None:
    """Raise `InputError` if votes are those of a file that they resume from, in whatever form, begin with them, or share a stretch with them."""
    portions, remedy = portions_counted(resume), "leave out `resume`"
    if any(one["n"] == rows.n_votes and _are_told_by(rows, one["fingerprint"]) for one in portions):
        raise InputError(f"these votes are already in the ratings of {str(resume)!r}, perhaps in another form; give later votes, or {remedy}")
    n_before = sum(one["n"] for one in portions)
    if portions and n_before <= rows.n_votes:
        together = [sum(sums) % 2**64 for sums in zip(*(one["fingerprint"] for one in portions), strict=True)]
        if _are_told_by(rows.only(np.arange(n_before)), together):
            first = plural(n_before, "vote is", "votes are")
            raise InputError(f"the first {first} already in the ratings of {str(resume)!r}; give the later ones alone, or {remedy}")
    numbers, counted = _numbers_of(rows), np.array([stretch for one in portions for stretch in one["stretches"]], np.uint64)
    place = first_not_by_chance(numbers, np.flatnonzero(np.isin(stretch_numbers(numbers), counted)))
    if place is not None:
        shared = f"{LENGTH} votes or more, one after the other from {rows.row_of(place)} on,"
        raise InputError(f"{shared} are already in the ratings of {str(resume)!r}; give votes that are not, or {remedy}")


def _numbers_of(rows: Votes) -> Numbers:
    return numbers_of(rows.names, rows.first, rows.second, rows.outcome)[:, 0]


def _fingerprint(rows: Votes) -> Fingerprint:
    counted = count(rows)
    return fingerprint(counted.names, counted.first, counted.second, counted.counts)


def _are_told_by(rows: Votes, sums: list[int]) -> bool:
    """Whether votes have a fingerprint that as many others hardly have."""
    found = _fingerprint(rows)
    return list(found.sums) == sums and found.log_chance < math.log(BY_CHANCE)


def votes_until(path: Path) -> float | None:
    """The last time (seconds since 1970) or number of the votes of a file to resume from; None if its manifest has none."""
    until = _manifest(path).get(UNTIL)
    return float(until) if isinstance(until, int | float) and not isinstance(until, bool) else None


def span_of_order(rows: Votes, column: str) -> tuple[float, float] | None:
    """The first and the last time (seconds since 1970), or number, in a column of votes; None of other labels, and of no votes."""
    held = rows.columns.get(column)
    if held is None or not rows.n_votes:
        return None
    try:
        values = seconds_or_missing(column, held)
    except InputError:
        if isinstance(held, Factor):
            return None
        values = held.astype(np.float64)
    return None if np.isnan(values).all() else (float(np.nanmin(values)), float(np.nanmax(values)))


def said_of_earlier(rows: Votes, column: str, resume: Path) -> str:
    """Say that votes begin, by a column, before the last of those of a file that they resume from; nothing if they do not, or nobody knows."""
    until, span = votes_until(resume), span_of_order(rows, column)
    if until is None or span is None or span[0] >= until:
        return ""
    first, last = (as_time(value) if value > FIRST_SECONDS else f"{value:.15g}" for value in (span[0], until))
    return f"votes begin at {first} by {column!r}, and the ratings of {str(resume)!r} are of votes until {last}"


def check_follows(rows: Votes, column: str, resume: Path) -> None:
    """Raise `InputError` if votes that are sorted by a column do not follow those of a file that they resume from."""
    if said := said_of_earlier(rows, column, resume):
        raise InputError(f"{said}, so they would not be in order; give later votes, or rate all of them without `resume`")


def _specification(path: Path) -> dict[str, Any]:
    """Return the choices in the manifest."""
    try:
        return dict(_manifest(path)["specification"])
    except (LookupError, ValueError, TypeError) as error:
        raise _no_manifest(path) from error


def _manifest(path: Path) -> dict[str, Any]:
    """Return the manifest of a file, after checking the file by it."""
    try:
        found = sha256(path)
        manifest = json.loads(manifest_path(path).read_text(encoding="ascii"))
        written = manifest["output_sha256"]
    except OSError as error:
        name = str(error.filename)
        raise InputError(f"{name!r} cannot be read ({error.strerror}); --resume needs a file that recount elo -o wrote, and its manifest") from error
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise _no_manifest(path) from error
    if written != found:
        raise InputError(f"{str(path)!r} is not as it was written, by the checksum in its manifest; write it again with recount elo -o")
    return dict(manifest)


def _no_manifest(path: Path) -> InputError:
    return InputError(f"{str(manifest_path(path))!r} is no manifest; keep the one that recount elo -o wrote beside the file")


def _table(path: Path) -> pd.DataFrame:
    """Read what `recount.sims.presentation.files.write_table` wrote; numbers in a text file stay text, so that no digit is lost."""
    kind = path.suffix.lower()
    if kind == ".csv":
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    if kind == ".parquet":
        return pd.read_parquet(path)
    return pd.DataFrame(json.loads(path.read_text(encoding="utf-8")))


def _numbers(table: pd.DataFrame, name: str) -> Floats:
    """Return a column; NaN if the system has none."""
    return np.array([float(value) for value in table[name]]) if name in table else np.full(len(table), np.nan)
