"""The command `recount`, made ready for interruptions, closed streams and damaged bytecode before anything else is loaded."""

import os
import signal
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, FrameType

READ_BYTECODE = SourceFileLoader.get_code


def main() -> None:
    """Run the command line."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
    _open_standard_streams()
    # By setattr, because a type checker takes the assignment for a mistake.
    setattr(SourceFileLoader, "get_code", _code)  # noqa: B010
    from recount.sims.command_line.program import main as run

    try:
        run()
    except SystemExit as ended:
        # All is written. Arrow's threads may still read, and could hang or abort an interpreter that ends.
        os._exit(ended.code if isinstance(ended.code, int) else 0)


def _end(number: int, _: FrameType | None) -> None:
    """End at once: nothing has been written yet."""
    os._exit(128 + number)


def _open_standard_streams() -> None:
    """Open what is closed of the three standard streams, so that no file that is opened later takes its place and gets what was meant for it."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # For reading: what is written to a closed stream is an error, and not lost.
            os.open(os.devnull, os.O_RDONLY)
    for name, number in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False))


def _code(loader: SourceFileLoader, fullname: str) -> CodeType | None:
    """Compile a module anew if its bytecode is damaged, as a full disk leaves it."""
    try:
        code: CodeType | None = READ_BYTECODE(loader, fullname)
        return code
    except (EOFError, ValueError, TypeError):
        path = loader.get_filename(fullname)
        return loader.source_to_code(loader.get_data(path), path)


if __name__ == "__main__":
    main()
