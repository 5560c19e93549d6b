"""A run on a terminal: one line for the whole, a bar for each step, what is said above them."""

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

BEGUN: Final = re.compile(r"^  ▸ (?P<step>.+) …$")
ENDED: Final = re.compile(r"^  [✓✗] (?P<step>.+?)(?: \([\d.]+ s\)|: left out.*)$")
COUNTED: Final = re.compile(
    r"^    (?P<step>[^:]+): (?P<done>[\d,]+) of (?P<total>[\d,]+) (?P<what>[^,]+), "
    r"(?P<rate>[^,]+), about (?P<left>.+) left$"
)
WIDEST_STEP: Final = 30
BAR: Final = 10
CLOCK: Final = 7
STEPS: Final = re.compile(r"^(?P<done>\d+) of (?P<total>\d+) steps \(")


@dataclass
class Step:
    """How far a step is.

    Attributes:
        begun: when it began, in seconds of any clock.
        done: how many of what it counts are done.
        total: of how many; None where it counts nothing.
        said: what they are, how fast it goes and how long the rest takes.
    """

    begun: float
    done: int = 0
    total: int | None = None
    said: str = ""


@dataclass
class Run:
    """What is known of a run by the lines that it printed.

    Attributes:
        done: steps that have ended.
        total: steps of the run; 0 while nobody has said.
        steps: those that are going on, by what they do.
    """

    done: int = 0
    total: int = 0
    steps: dict[str, Step] = field(default_factory=dict)

    def read(self, line: str, now: float) -> bool:
        """Take a line into account, and say whether a bar shows what it says."""
        if found := BEGUN.match(line):
            self.steps[found["step"]] = Step(now)
            return True
        if found := COUNTED.match(line):
            step = self.steps.setdefault(found["step"], Step(now))
            step.done, step.total = (
                int(found[name].replace(",", "")) for name in ("done", "total")
            )
            step.said = f"{found['rate']}, {found['left']} left ({found['what']})"
            return True
        if found := ENDED.match(line):
            self.steps.pop(found["step"], None)
        elif found := STEPS.match(line):
            self.done, self.total = int(found["done"]), int(found["total"])
            return True
        return False


def follow(lines: Iterable[str], console: Any, clock: Callable[[], float] = time.monotonic) -> None:
    """Draw the bars of a run below what it says, until it says no more.

    Args:
        lines: what the run prints, as it comes.
        console: of rich.
        clock: seconds of any clock that only goes forward.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
    from rich.table import Column

    room = max(WIDEST_STEP, console.width - WIDEST_STEP - BAR - CLOCK - 5)

    def narrow(width: int) -> Any:
        return Column(max_width=width, no_wrap=True, overflow="ellipsis")

    run, begun = Run(), clock()
    bars = Progress(
        TextColumn("{task.description}", table_column=narrow(WIDEST_STEP)),
        BarColumn(BAR, table_column=Column(min_width=BAR)),
        TimeElapsedColumn(Column(min_width=CLOCK)),
        TextColumn("{task.fields[count]}", table_column=narrow(room)),
        console=console,
        transient=True,
    )
    whole = bars.add_task("The run", total=None, count="")
    drawn: dict[str, Any] = {}
    with bars:
        for line in lines:
            text = line.rstrip("\n")
            if not run.read(text, clock() - begun):
                bars.console.print(text, markup=False, highlight=False, soft_wrap=True)
            if run.total:
                count = f"{run.done} of {run.total} steps"
                bars.update(whole, completed=run.done, total=run.total, count=count)
            for name in [name for name in drawn if name not in run.steps]:
                bars.remove_task(drawn.pop(name))
            for name, step in run.steps.items():
                if name not in drawn:
                    drawn[name] = bars.add_task(f"  {name}", total=None, count="")
                if step.total:
                    count = f"{step.done:,} of {step.total:,}, {step.said}"
                    bars.update(drawn[name], completed=step.done, total=step.total, count=count)
