"""A run on a terminal: bars for what goes on, and its words above them."""

import io

from rich.console import Console

from trajectories.machine.progress import describe
from trajectories.machine.terminal import Run, follow

SAID = [
    "  ▸ Build one typology over all periods …",
    "3 of 27 steps (11%) done",
    f"    Build one typology over all periods: {describe('bootstraps', 1040, 2000, 60.0)}",
    "  ▸ Estimate hazards …",
    "spells.csv: column `start` is missing [bold].",
    "  ✓ Estimate hazards (12.3 s)",
    "  ✗ Build one typology over all periods: left out. Too few windows.",
    "27 of 27 steps (100%) done",
]


def test_what_goes_on_is_known_by_what_was_said() -> None:
    run = Run()
    shown = [run.read(line, 0.0) for line in SAID[:4]]
    assert shown == [True] * 4
    typology = run.steps["Build one typology over all periods"]
    assert (typology.done, typology.total) == (1040, 2000)
    assert typology.said == "17 a second, 55 s left (bootstraps)"
    assert set(run.steps) == {"Build one typology over all periods", "Estimate hazards"}
    assert [run.read(line, 0.0) for line in SAID[4:7]] == [False] * 3
    assert run.steps == {}
    assert (run.done, run.total) == (3, 27)


def test_words_stay_and_bars_go() -> None:
    out = io.StringIO()
    follow((f"{line}\n" for line in SAID), Console(file=out, width=100, force_terminal=False))
    kept = out.getvalue()
    assert "spells.csv: column `start` is missing [bold]." in kept
    assert "✓ Estimate hazards (12.3 s)" in kept
    assert "▸" not in kept
