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
        "simulate": 508,
        "ingest": 755,
        "months": 613,
        "changes": 313,
        "windows": 533,
        "municipalities": 527,
        "risk": 1_141,
        "distances": 397,
        "cluster": 8_496,
        "courses": 1_333,
        "associations": 1_649,
        "compare": 1_959,
        "index_plot": 269,
        "hours": 359,
        "long_courses": 1_155,
        "memberships": 973,
        "estimate": 2_424,
        "histories": 996,
        "sensitivity": 1_324,
        "protect": 527,
        "figures": 379,
        "report": 298,
    },
    1_000_000: {
        "simulate": 442,
        "ingest": 3_852,
        "months": 823,
        "changes": 1_571,
        "windows": 3_667,
        "municipalities": 4_024,
        "risk": 5_196,
        "distances": 851,
        "cluster": 1_034,
        "histories": 6_200,
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


def test_distances_count_up_to_their_limit_and_not_where_there_are_surely_none() -> None:
    least, small, large = (needs.memory_mib("cluster", 60_000, gib) for gib in (0.1, 1.0, 4.0))
    assert least < small < large
    assert small - least == pytest.approx(needs.MARGIN * 2 * needs.MIB_A_GIB, abs=2)
    pairs = needs.unique_sequences(60_000) ** 2 / needs.MIB
    assert large - least == pytest.approx(needs.MARGIN * needs.BYTES_A_PAIR * pairs, abs=2)
    assert needs.memory_mib("cluster", 10**6, 4.0) < small
