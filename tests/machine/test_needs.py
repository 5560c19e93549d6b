"""What rules ask a cluster for lies above what was measured, and within what machines have."""

import re
from pathlib import Path

import pytest

from trajectories.machine import needs

ROOT = Path(__file__).parents[2]
MEASURED = {
    20_000: {
        "associations": 769,
        "cluster": 1_134,
        "compare": 594,
        "estimate": 607,
        "histories": 751,
        "hours": 414,
        "ingest": 363,
        "memberships": 452,
        "months": 343,
        "risk": 509,
        "sensitivity": 527,
    },
    100_000: {
        "simulate": 450,
        "ingest": 755,
        "months": 580,
        "changes": 285,
        "windows": 533,
        "risk": 1_141,
        "distances": 190,
        "histories": 926,
        "sensitivity": 1_009,
    },
    1_000_000: {
        "simulate": 442,
        "ingest": 3_852,
        "months": 823,
        "changes": 1_470,
        "windows": 3_667,
        "distances": 331,
        "cluster": 1_034,
    },
}
"""Peaks in MiB, from docs/workflow.md and a default run."""


@pytest.mark.parametrize("persons", MEASURED)
def test_what_is_asked_for_is_enough_and_not_ten_times_too_much(persons: int) -> None:
    for rule, peak in MEASURED[persons].items():
        asked = needs.memory_mib(rule, persons, 4.0)
        assert 1.2 * peak <= asked <= 10 * peak + 1_000, (rule, asked, peak)


def test_every_rule_has_its_needs_and_no_other() -> None:
    rules = {
        name
        for path in (ROOT / "workflow/rules").glob("*.smk")
        for name in re.findall(r"^rule (\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert rules == set(needs.NEEDS)


def test_more_persons_and_further_attempts_get_more() -> None:
    for rule in needs.NEEDS:
        few, many = (needs.memory_mib(rule, n, 4.0) for n in (1_000, 1_000_000))
        assert few <= many
        assert needs.memory_mib(rule, 1_000, 4.0, attempt=2) == pytest.approx(2 * few, abs=1)
        assert needs.minutes(rule, 1_000) <= needs.minutes(rule, 1_000_000) < 7 * 24 * 60


def test_distances_count_up_to_their_limit() -> None:
    small, large = (needs.memory_mib("cluster", 10**6, gib) for gib in (1.0, 4.0))
    assert large - small == pytest.approx(needs.MARGIN * 3 * needs.MIB_A_GIB, abs=2)
