"""Commands called as at a terminal, in this process."""

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass

from trajectories import cli


@dataclass(frozen=True)
class Done:
    """What a command printed, and how it ended."""

    code: int
    stdout: str
    stderr: str


def call(*arguments: str) -> Done:
    """Call `trajectories` with what would be typed after it."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            cli.main(arguments)
        except SystemExit as stopped:
            code = int(stopped.code or 0)
    return Done(code, out.getvalue(), err.getvalue())
