"""`recount data`."""

from typing import TYPE_CHECKING

from recount.engine.errors import InputError, OptionError
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import Shown

if TYPE_CHECKING:
    from recount.sims.command_line.work import Work

SUBJECTS = ("list", "fetch", "path")
NAMED = "NAME"
OPTIONS = {**chosen(Shown)}
EXAMPLES = (
    "recount data list",
    "recount data fetch llmfao",
    'recount check "$(recount data path llmfao)"',
)


def run(given: Given) -> None:
    """Public data sets: list them, fetch some, or print the path of one.

    Copies are kept in RECOUNT_DATA_CACHE, or where this system keeps such files; RECOUNT_DATA_MIRROR, a folder or an address, is used in place of the
    addresses of the registry.
    """
    from recount.sims.command_line.work import Work

    subject, names = given["subject"], given.get("names", ())
    if (subject == "list") == bool(names) or (subject == "path" and len(names) > 1):
        takes = {"list": "no name", "fetch": "the names of data sets", "path": "the name of one data set"}[subject]
        raise OptionError(f"data {subject} takes {takes}; recount data list shows all")
    with Work({name: value for name, value in given.items() if name not in ("subject", "names")}, OPTIONS) as work:
        if subject == "list":
            from recount.sims.presentation.data_sets import public_data

            work.finish(public_data())
            return
        work.refuse(f"on data {subject}", *OPTIONS)
        if subject == "fetch":
            _fetch(work, names)
        else:
            _print_path(names[0])


def _fetch(work: "Work", names: tuple[str, ...]) -> None:
    """Fetch data sets, and print where they are."""
    from recount.data.public.cache import fetch_data
    from recount.data.public.registry import data_set

    for name in names:
        data_set(name)
    for name in names:
        print(fetch_data(name, work.progress.of(f"fetching {name}", "bytes")), flush=True)


def _print_path(name: str) -> None:
    """Print where a data set is; also where it would be, so that a command that gets the path fails, and does not take the bundled votes."""
    from recount.data.public.cache import cache_folder, data_path
    from recount.data.public.registry import data_set

    try:
        print(data_path(name))
    except InputError:
        print(cache_folder() / data_set(name).entry, flush=True)
        raise
