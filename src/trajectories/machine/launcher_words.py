"""What a run prints, without Snakemake's reports of steps that told the user what is wrong."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

BEGUN: Final = "RuleException:"
STATUS: Final = re.compile(r"returned non-zero exit status (\d+)\.$")
USER_ERROR: Final = "2"
LONGEST: Final = 12
"""A report of a failed step has fewer lines; what goes on for longer is something else."""
REMOVED: Final = "Removing output files of failed job "
AROUND: Final = frozenset(
    {
        "Shutting down, this might take some time.",
        "Exiting because a job execution failed. Look above for error messages",
        "WorkflowError:",
        "At least one job did not complete successfully.",
    }
)
"""Lines that say no more than that a step failed."""


def without_reports(lines: Iterable[str]) -> Iterator[str]:
    """Leave out Snakemake's reports of steps that have told the user what is wrong.

    Such a step ends with status 2 after its sentence. Of any other failed step all lines are kept,
    as are all that follow it.

    Args:
        lines: what a run prints, as it comes.

    Yields:
        The lines that are kept.
    """
    report: list[str] = []
    told = fault = path_follows = False
    for line in lines:
        text = line.rstrip("\r\n")
        if report or text == BEGUN:
            report.append(line)
            found = STATUS.search(text)
            if not found and len(report) < LONGEST:
                continue
            if found and found[1] == USER_ERROR:
                told = True
            else:
                fault = True
                yield from report
            report = []
        elif told and not fault and (path_follows or text in AROUND or text.startswith(REMOVED)):
            path_follows = text.startswith(REMOVED)
        else:
            yield line
    yield from report
