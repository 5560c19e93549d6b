"""The tables of the Monte Carlo of the verdict, from rows whose shares are known."""

import math
from pathlib import Path

import polars as pl
import pytest
from scipy import stats

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def harness(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    import hazards_verdicts

    return hazards_verdicts


def rows_of(harness, out: Path, truth: float) -> None:
    """Forty registers: the headline off by its standard error in every second, and by 3 in two."""
    for seed in range(1, 41):
        apart = 3.0 if seed <= 2 else (-1.0) ** seed
        headline = {"headline": truth + 0.1 * apart, "events": 2_000, "clusters": 20}
        headline |= {"low": headline["headline"] - 0.2, "high": headline["headline"] + 0.2}
        said = {
            "placebo": ("contradicted", 0.01) if seed <= 10 else ("silent", 0.2),
            "closing": ("supported", None),
            "leads": ("contradicted" if seed in (3, 39) else "supported", 0.04),
        }
        shared = {"scenario": "H17@0.78", "seed": seed, "persons": 500, "seconds": 9.0} | headline
        harness.write(
            [
                shared | {"check": check, "verdict": verdict, "p_value": p}
                for check, (verdict, p) in said.items()
            ],
            out,
        )
    refused = {"scenario": "H17@0.78", "seed": 41, "persons": 500, "check": "headline"}
    harness.write([refused | {"verdict": "refused", "seconds": 1.0}], out)
    harness.write([refused | {"seed": 42, "verdict": "failed", "seconds": 1.0}], out)


def cells(printed: str, first: str) -> list[list[str]]:
    """The lines of tables that begin with a cell."""
    lines = (line.strip("| ").split(" | ") for line in printed.splitlines() if "|" in line)
    return [line for line in lines if line[0] == first]


def test_shares_coverage_and_bias_are_those_of_the_registers(
    harness, tmp_path, monkeypatch, capsys
):
    truth = math.log(0.8)
    monkeypatch.setattr(harness, "known_truths", lambda: {"H17@0.78": (truth, 0.0)})
    rows_of(harness, tmp_path / "rows.csv", truth)
    harness.tables(["H17@0.78"], tmp_path / "rows.csv")
    printed = capsys.readouterr().out
    headline, against = cells(printed, "H17@0.78")
    # The first two lie 3 errors above the truth, the others cancel out.
    bias = math.expm1((2 * 3.0 - 0.0) * 0.1 / 40)
    assert headline[1:6] == ["42", "1", "1", "0.800 (0.000)", f"{0.8 * (1 + bias):.3f}"]
    assert headline[6].startswith(f"{bias:+.1%} (")
    low, high = stats.binomtest(38, 40).proportion_ci(0.99, "exact")
    assert headline[7:10] == [f"0.950 [{low:.3f}, {high:.3f}]", "2000", "20"]
    low, high = stats.binomtest(11, 42).proportion_ci(0.99, "exact")
    assert headline[10] == f"{11 / 42:.3f} [{low:.3f}, {high:.3f}]"
    assert against[2:6] == [f"{n / 42:.2f}" for n in (11, 10, 0, 2)]
    (placebo,) = cells(printed, harness.label("placebo"))
    low, high = stats.binomtest(10, 40).proportion_ci(0.99, "exact")
    quarter = f"0.250 [{low:.3f}, {high:.3f}]"
    assert placebo == [harness.label("placebo"), quarter, "0.750", "0.000", quarter]
    (closing,) = cells(printed, harness.label("closing"))
    assert closing[2:] == ["0.000", "1.000", "–"]
    assert "42 registers in 0.1 CPU-hours, 8.6 s each." in printed


def test_a_run_goes_on_where_it_stopped(harness, tmp_path, monkeypatch):
    out, asked = tmp_path / "rows.csv", []

    class Pool:
        def __init__(self, jobs):
            self.jobs = jobs

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def imap(self, judge, registers):
            asked.append([(one.scenario, one.seed) for one in registers])
            for one in registers:
                yield [one._asdict() | {"check": "leads", "verdict": "silent"}]

    context = type("Context", (), {"Pool": Pool})
    monkeypatch.setattr(harness.multiprocessing, "get_context", lambda _: context)
    monkeypatch.setattr(harness, "THREADS", ())
    harness.run(["H17@0.78"], 2, 500, 1, out)
    harness.run(["H17@0.78", "H17@1.0"], 3, 500, 1, out)
    assert asked[0] == [("H17@0.78", 1), ("H17@0.78", 2)]
    assert asked[1] == [("H17@1.0", 1), ("H17@1.0", 2), ("H17@0.78", 3), ("H17@1.0", 3)]
    assert len(harness.read(out)) == 6


def test_p_values_are_those_that_a_check_is_judged_by(harness):
    tests = pl.DataFrame({"test": ["leads", "pooled lead", "after"], "p_value": [0.02, 0.3, 0.9]})
    designs = pl.DataFrame({"family": ["shape", "placebo"], "p_value": [0.5, 0.01]})
    found = {"event_tests": tests, "designs": designs}
    assert harness.p_value({"check": "leads"}, found) == 0.3
    assert harness.p_value({"check": "placebo"}, found) == 0.01
    assert harness.p_value({"check": "negative_control"}, found) is None
    assert harness.p_value({"check": "balance", "p_value": 0.2}, found) == 0.2
