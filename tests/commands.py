"""The command `recount` in tests: in this process, or in one of its own."""

import io
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from tests.logs import in_bytes

RECOUNT = Path(sys.executable).with_name("recount")


class Said(NamedTuple):
    """Exit code, stdout and stderr."""

    code: int
    out: str
    err: str

    def frame(self, index="competitor"):
        """The CSV on stdout, every cell as text."""
        return pd.read_csv(io.StringIO(self.out), dtype=str, keep_default_na=False).set_index(index)


def runner(monkeypatch, capsys):
    """Return what runs the command in this process."""
    from recount.sims.command_line import program

    # The program's way to end when nobody reads on; here it would end the tests.
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["recount", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            program.main()
        return Said(ended.value.code or 0, *capsys.readouterr())

    return run


def outside(*arguments, folder, **more):
    """Run the command in a process of its own."""
    return subprocess.run([RECOUNT, *map(str, arguments)], cwd=folder, capture_output=True, encoding="utf-8", timeout=120, check=False, **more)


def one_line(text):
    """The last line is the error, and there is no other that looks like one."""
    lines = text.splitlines()
    assert lines[-1].startswith("error: ")
    assert "Traceback" not in text
    assert sum(line.startswith("error") for line in lines) == 1
    assert all(map(str.isprintable, lines))
    return lines[-1]


def write_log(path, votes):
    """Write votes as the ending says."""
    path.write_bytes(in_bytes(path.suffix, votes))
    return path
