"""The commands, gathered into one program."""

import io
import os
import signal
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from recount.engine import RecountError
from recount.engine.kernels.accelerate import at_compilation
from recount.sims.command_line.check import check
from recount.sims.command_line.countries import countries
from recount.sims.command_line.elo import elo
from recount.sims.command_line.influence import influence
from recount.sims.command_line.rate import rate
from recount.sims.command_line.tell import tell, tell_compiling

INTERRUPTED = 130
# Plain help leaves the width of the terminal to the words.
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for command in (check, rate, elo, influence, countries):
    app.command()(command)


def show_version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        print(f"recount {version('arena-recount')}")
        raise typer.Exit


@app.callback()
def recount(version: Annotated[bool, typer.Option("--version", callback=show_version, is_eager=True, help="Show the version.")] = False) -> None:
    """Ratings from pairwise votes, and how sure they are.

    A command takes the bundled Arena votes unless logs are named: recount rate log.parquet -o board.csv
    """


def main() -> None:
    """Run the command line: what a user can mend is one line and exit code 2, an interruption is 130, and anything else a defect."""
    at_compilation(tell_compiling)
    if hasattr(signal, "SIGPIPE"):
        # As other programs in a pipe: end quietly when nobody reads on.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names in any script, whatever the locale; files are in UTF-8 too.
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        code = app(sys.argv[1:] or ["--help"], standalone_mode=False)
    except typer.TyperException as error:
        tell(f"error: {error.format_message()}")
        code = 2
    except RecountError as error:
        tell(f"error: {error}")
        code = 2
    except MemoryError as error:
        tell(f"error: out of memory ({error or 'no more is known'}); ask for less at once")
        code = 2
    except OSError as error:
        tell(f"error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        code = 2
    if code == INTERRUPTED:
        # Threads of Arrow may still read: an interpreter that ends under them can be aborted.
        sys.stderr.flush()
        os._exit(INTERRUPTED)
    sys.exit(code)
