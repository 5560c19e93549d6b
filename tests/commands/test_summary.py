from pathlib import Path

import pytest

from trajectories.commands.release.summary import summary
from trajectories.errors import FileError
from trajectories.io import write_json

HEADLINE = {
    "rows_read": 1_250_000,
    "rows_rejected": 1_200,
    "persons": 4_100,
    "person_months": 61_000,
    "k": 6,
    "asw": 0.31,
    "relabelling_contrast": 0.0,
    "ever_changed_share": 0.4,
    "departure_hr": 0.78,
    "departure_hr_ci": [0.71, 0.86],
    "association_hr": 0.8,
    "association_hr_ci": None,
}


def _release(folder: Path, numbers: dict, *, simulated: bool, settings: dict | None = None) -> Path:
    write_json(numbers, folder / "headline.json")
    about = {"simulated": simulated, "settings": settings or {}, "missing": []}
    write_json(about, folder / "about.json")
    return folder


def test_a_simulated_run_says_so_and_shows_its_numbers(tmp_path: Path) -> None:
    text = summary(_release(tmp_path, HEADLINE, simulated=True))
    assert f"Report: {tmp_path / 'report.html'}" in text
    assert "SIMULATED DATA" in text
    assert "1,250,000, 1,200" in text
    assert "0.78 (0.71 to 0.86)" in text
    assert [line.split()[-1] for line in text.splitlines() if "association" in line] == ["0.8"]


def test_an_effect_that_was_refused_is_not_silent(tmp_path: Path) -> None:
    numbers = HEADLINE | {"departure_hr": None, "departure_hr_ci": None}
    text = summary(_release(tmp_path, numbers, simulated=False))
    line = next(line for line in text.splitlines() if "a caseworker leaves" in line)
    assert line.endswith("not given: see the report")


def test_numbers_of_stages_that_were_off_are_left_out(tmp_path: Path) -> None:
    numbers = {key: None for key in HEADLINE} | {"rows_read": 712}
    text = summary(_release(tmp_path, numbers, simulated=False))
    assert "SIMULATED" not in text
    assert "hazard ratio" not in text
    assert "712" in text


def test_outcome_and_population_are_those_of_the_run(tmp_path: Path) -> None:
    hazards = {"risk": {"readiness": ["job_ready"]}, "models": {"event": "education"}}
    settings = {"hazards": hazards}
    text = summary(_release(tmp_path, HEADLINE, simulated=False, settings=settings))
    assert "hazard ratio of education, a caseworker leaves" in text
    assert "caseworker change, job-ready" in text
    assert "a job" not in text
    assert "activity" not in text


@pytest.mark.parametrize("name", ["headline.json", "about.json"])
def test_a_file_of_another_shape_is_named(tmp_path: Path, name: str) -> None:
    release = _release(tmp_path, HEADLINE, simulated=True)
    write_json([], release / name)
    with pytest.raises(FileError, match=f"{name} is not a whole JSON file"):
        summary(release)
