"""`run`: the whole workflow of a folder, on as many processors as the configuration says."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from trajectories.config import root
from trajectories.errors import UserError
from trajectories.machine.launcher_words import readable
from trajectories.machine.needs import MIB_A_GIB
from trajectories.parallel import usual_threads

ELSEWHERE = frozenset({"-s", "--snakefile", "-d", "--directory"})
"""Options that name a workflow or folder of another place."""


def run(
    *more: Annotated[str, Parameter(allow_leading_hyphen=True)],
    overlay: Annotated[Path | None, Parameter(name="--config")] = None,
    cores: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
) -> None:
    """Run the workflow of the folder in which it is called.

    Args:
        more: options and targets of Snakemake.
        overlay: configuration that is laid over the default run.
        cores: processors to use; `run.cores` by default.

    Raises:
        UserError: the folder holds no workflow, or the configuration is wrong.
    """
    if not Path("Snakefile").is_file() and not ELSEWHERE & set(more):
        raise UserError(
            f"{Path().absolute()} holds no Snakefile: change to the project's folder, or run "
            "`python run.py results` by its path."
        )
    settings = root.read_overlay(overlay or root.DEFAULT).run
    command = [sys.executable, "-P", "-m", "snakemake"]
    command += ["--cores", str(cores or settings.cores or usual_threads())]
    laid_over = ["--configfile", str(overlay)] if overlay else []
    # Steps run side by side only where both are expected to fit.
    budget = settings.memory_gib and int(settings.memory_gib * MIB_A_GIB)
    memory = ["--resources", f"mem_mb={budget}"] if budget and "--resources" not in more else []
    # Snakemake would take targets that follow the configuration for further configurations.
    whole = [*command, *more, *laid_over, *memory]
    on_terminal = sys.stdout.isatty() and sys.stderr.isatty()
    sys.exit(_on_terminal(whole) if on_terminal else _in_lines(whole))


def _in_lines(command: list[str]) -> int:
    """Run a command, without what repeats a sentence to the user, and return its exit code."""

    def say(lines: Iterable[str]) -> None:
        for line in readable(lines):
            sys.stderr.write(line)
            sys.stderr.flush()

    return _heard(command, "stderr", say, stderr=subprocess.PIPE)


def _on_terminal(command: list[str]) -> int:
    """Run a command, with bars below what it says, and return its exit code."""
    from rich.console import Console

    from trajectories.machine.terminal import follow

    def say(lines: Iterable[str]) -> None:
        follow(readable(lines), Console())

    return _heard(command, "stdout", say, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def _heard(
    command: list[str], stream: str, say: Callable[[Iterable[str]], None], **piped: int
) -> int:
    with subprocess.Popen(command, encoding="utf-8", errors="replace", **piped) as process:  # type: ignore[call-overload]
        while True:
            try:
                say(getattr(process, stream))
                return int(process.wait())
            except KeyboardInterrupt:  # the run hears it as well, and says how it ends
                continue
