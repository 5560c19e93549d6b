"""What a run prints, with a sentence in place of Snakemake's reports that a user cannot use."""

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
LOCKED: Final = "LockException:"
END_OF_LOCKED: Final = "the --unlock argument."
BESIDE: Final = (
    "Another run in this folder holds the same results. Run again when it has ended, or give this "
    "one another `run.name`.\n"
)
UNKNOWN_TARGET: Final = "MissingRuleException:"
NO_RULE: Final = re.compile(r"No rule to produce (.+) \(if you use input functions")
OUT_OF_JOBS: Final = "BUG: Out of jobs ready to be started"
NOTHING_LEFT: Final = (
    "No step is left that can start, though not all results that were asked for are made: an "
    "earlier part was left out or stopped. Run again without `--until` and without targets, so "
    "that what is missing is made first.\n"
)


def readable(lines: Iterable[str]) -> Iterator[str]:
    """Say what a user can act on, as the functions below do."""
    return without_reports(beside_another(in_words(lines)))


def in_words(lines: Iterable[str]) -> Iterator[str]:
    """Say in a sentence what Snakemake says of its own parts in one line.

    Args:
        lines: what a run prints, as it comes.

    Yields:
        The lines, with sentences on an unknown target and on steps that cannot start.
    """
    for line in lines:
        if found := NO_RULE.match(line):
            yield (
                f"The workflow makes no {found[1]}: name a rule or a file that it makes; "
                "`trajectories run --list-target-rules` names the rules.\n"
            )
        elif line.startswith(OUT_OF_JOBS):
            yield NOTHING_LEFT
        elif line.rstrip("\r\n") != UNKNOWN_TARGET:
            yield line


def beside_another(lines: Iterable[str]) -> Iterator[str]:
    """Say in one sentence that another run holds the files of this one.

    Locks that killed runs left are gone by then (`running.clear_locks`), so that the other is
    alive; Snakemake's report speaks of unlocking by hand, which would let both write at once.

    Args:
        lines: what a run prints, as it comes.

    Yields:
        The lines, with the sentence in place of the report.
    """
    report: list[str] = []
    for line in lines:
        text = line.rstrip("\r\n")
        if not report and text != LOCKED:
            yield line
            continue
        report.append(line)
        if text.endswith(END_OF_LOCKED):
            yield BESIDE
            report = []
        elif len(report) >= LONGEST:
            yield from report
            report = []
    yield from report


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
