"""The commands, gathered into one program; only the one that is run is loaded."""

import contextlib
import difflib
import errno
import gc
import io
import os
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, NoReturn, TextIO

import click

from recount.engine.errors import RecountError
from recount.sims.command_line.telling import tell

if TYPE_CHECKING:
    from recount.sims.specification.flat import Option

INTERRUPTED = 130
BROKEN_PIPE = 141
# Of the command that runs.
OPTIONS: list["Option"] = []
# The first sentence of each, for the list of commands.
COMMANDS = {
    "check": "What a log holds, and what can be rated.",
    "audit": "Defects of a log, each looked for by a probe.",
    "rate": "Leaderboard: ratings, intervals, rank sets.",
    "quality": "How well ratings describe and predict votes.",
    "elo": "Sequential systems: Elo, Glicko-2, TrueSkill.",
    "influence": "The fewest votes that overturn a conclusion: dropped, flipped or added.",
    "votes-needed": "How many further votes settle who is first, and between whom.",
    "countries": "Country rankings, every metric with its interval.",
    "releases": "How releases grow by country, and when they surge.",
    "claims": "Published claims put to the test, with a verdict each.",
    "study": "Many runs under other votes and other choices; resumable.",
    "saturation": "Whether the best on each benchmark can still be told apart.",
    "report": "One page of everything, to read or to send.",
    "simulate": "Votes, or answers to a benchmark, from a known truth.",
    "data": "Public data sets: list, fetch, path.",
}
# What a command is on, beside options: arguments of `recount.sims.command_line.options.command`, and the names under which a module states them.
ARGUMENTS = {"subjects": "SUBJECTS", "file": "FILE", "named": "NAMED", "on_votes": "ON_VOTES", "examples": "EXAMPLES"}
HELP = """Ratings from pairwise votes, and how sure they are.

A command takes the bundled Arena votes unless logs are named: recount rate log.parquet -o board.csv

A shell completes commands and options after this line in its start-up file, for bash (or zsh, fish in both places):

\b
  eval "$(_RECOUNT_COMPLETE=bash_source recount)"
"""


class Program(click.Group):
    """The program; a command is loaded when it is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            raise click.UsageError(f"No such command {cmd_name!r}; " + (f"did you mean {near[0]!r}?" if near else f"there are {', '.join(COMMANDS)}"))
        from recount.sims.command_line.options import command

        module = import_module(f"recount.sims.command_line.{cmd_name.replace('-', '_')}_command")
        OPTIONS[:] = module.OPTIONS.values()
        stated = {keyword: getattr(module, name) for keyword, name in ARGUMENTS.items() if hasattr(module, name)}
        return command(cmd_name, module.run, module.OPTIONS, **stated)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"recount {version('arena-recount')}")
        context.exit()


def main() -> None:
    """Run the command line: an error of the user is one line and exit code 2, an interruption 130, and anything else a defect."""
    # What is loaded now stays; searching it for garbage would take a twentieth of a command.
    gc.disable()
    for number in (signal.SIGINT, signal.SIGTERM):
        # What is ignored, as by nohup, stays so.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupted)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Names in any script, whatever the locale; files are in UTF-8 too.
        sys.stdout.reconfigure(encoding="utf-8")
    shown = click.Option(["--version"], is_flag=True, expose_value=False, is_eager=True, callback=_show_version, help="Show the version.")
    program = Program("recount", params=[shown], help=HELP)
    try:
        code = program.main(sys.argv[1:] or ["--help"], prog_name="recount", standalone_mode=False)
        sys.stdout.flush()
    except click.Abort:
        code = INTERRUPTED
    except click.ClickException as error:
        code = _refused(error.format_message())
    except RecountError as error:
        from recount.sims.command_line.options import in_options

        code = _refused(in_options(str(error), OPTIONS))
    except MemoryError as error:
        code = _refused(f"out of memory ({error or 'no more is known'}); ask for less at once")
    except (BrokenPipeError, SystemExit) as ended:
        # click turns a broken pipe into the end of the program with 1, and ends it for no other reason than that a shell has its completions.
        if isinstance(ended, BrokenPipeError) or ended.code:
            _end_as_others_in_a_pipe()
        code = 0
    except OSError as error:
        what = "standard output is closed" if error.errno == errno.EBADF else error.strerror or error
        # What has no name is what is shown.
        nameless = "" if error.errno == errno.EBADF else ": standard output" if error.errno == errno.ENOSPC else ""
        code = _refused(f"{what}{f': {error.filename}' if error.filename else nameless}")
    _flush(sys.stdout)
    _flush(sys.stderr)
    sys.exit(code)


def _interrupted(number: int, _: FrameType | None) -> None:
    """End at once, wherever that is: nothing that is not whole stays, and a cursor that progress has hidden comes back."""
    # Nothing is imported here: an import may be what was interrupted.
    whole_files = sys.modules.get("recount.data.whole_files")
    if (remove := getattr(whole_files, "remove_temporary_files", None)) is not None:
        remove()
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr.isatty():
            os.write(2, b"\x1b[?25h\r\x1b[K")
    if (tell := getattr(sys.modules.get("recount.sims.command_line.interruption"), "tell_at_interruption", None)) is not None:
        tell()
    # Workers notice the end of this process late at times, and then not without a word.
    with contextlib.suppress(OSError, ValueError, AssertionError):
        for child in getattr(sys.modules.get("multiprocessing.process"), "active_children", list)():
            child.kill()
    os._exit(128 + number)


def _end_as_others_in_a_pipe() -> NoReturn:
    """End quietly, by the signal, because nobody reads on."""
    _flush(sys.stderr)
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGPIPE)
    # Where the signal is blocked.
    os._exit(BROKEN_PIPE)


def _flush(stream: TextIO) -> None:
    """Flush a stream; let go what cannot be written, so that Python does not try again when it ends."""
    try:
        stream.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _refused(message: str) -> int:
    tell(f"error: {message}")
    return 2
