"""The catalogue of models: who made them, where, under which licence, how large, when. Every fact has its source beside it."""

from pathlib import Path

import numpy as np
import pandas as pd

from recount.engine.errors import InputError

CATALOGUE = Path(__file__).with_name("catalogue.csv")
COLUMNS = ("key", "organisation", "country", "licence_class", "total_parameters_b")
LICENCE_CLASSES = ("proprietary", "open_weights", "open_weights_noncommercial", "open_source")


def read_catalogue(path: str | Path = CATALOGUE) -> pd.DataFrame:
    """Read a catalogue, one row a model; what is unknown is missing.

    Returns
    -------
    DataFrame
        Indexed by key; text columns, and total_parameters_b and active_parameters_b in billions (float64).

    Raises
    ------
    InputError
        If the file cannot be read, lacks a column, repeats a key or has an invalid licence class or size.
    """
    try:
        # Text whatever the ending; pandas would unpack what is called .gz or .zip.
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8", compression=None)
    except (OSError, ValueError, MemoryError) as error:
        raise InputError(f"catalogue {path} cannot be read: {str(error).partition(chr(10))[0]}") from error
    missing = [name for name in COLUMNS if name not in frame]
    if missing:
        raise InputError(f"catalogue {path} has no column {missing[0]!r}; needed are {', '.join(COLUMNS)}")
    if frame["key"].duplicated().any():
        raise InputError(f"catalogue {path} has the key {frame['key'][frame['key'].duplicated()].iloc[0]!r} twice")
    odd = ~frame["licence_class"].isin(("", *LICENCE_CLASSES))
    if odd.any():
        raise InputError(f"catalogue {path}: licence class {frame['licence_class'][odd].iloc[0]!r}; allowed are {', '.join(LICENCE_CLASSES)}")
    for name in ("total_parameters_b", "active_parameters_b"):
        if name in frame:
            try:
                frame[name] = pd.to_numeric(frame[name].replace("", None))
            except ValueError as error:
                raise InputError(f"catalogue {path}: {name} holds a value that is no number ({error})") from error
            if ((frame[name] <= 0) | np.isinf(frame[name].astype(np.float64))).any():
                raise InputError(f"catalogue {path}: {name} holds a value that is not positive and finite")
    return frame.set_index("key")
