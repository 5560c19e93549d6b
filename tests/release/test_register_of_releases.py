"""The register of releases on disk: what it keeps, what it refuses, what a new run makes of it."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from trajectories.cli import main
from trajectories.commands.release.check_release import check
from trajectories.commands.release.past import persons_of, read_register, registered_by_others
from trajectories.commands.release.protect import protect
from trajectories.commands.release.register_release import register
from trajectories.errors import UserError
from trajectories.io import read_json, write_parquet
from trajectories.release.earlier.sketches import contributions, keyed, persons_changed

from .conftest import JOBLESS, STYLE, Made, write_stages
from .fakes import duration_tables

SECRET = "person-4711"


def persons(folder: Path, *, without: int | None = None, numbered_from: int = 0) -> None:
    """A register as a run numbers it, with keys that must not leave it."""
    kept = [one for one in range(40) if one != without]
    numbers = [numbered_from + place for place in range(len(kept))][::-1]
    keys = pl.DataFrame({"key": [f"person-{4700 + one}" for one in kept], "person": numbers})
    spells = pl.DataFrame(
        {
            "person": [number for number in numbers for _ in range(2)],
            "code": [f"{one % 3}" for one in kept for _ in range(2)],
            "start": [date(2014, 1 + one % 12, 1 + two) for one in kept for two in range(2)],
        }
    )
    write_parquet(keys, folder / "keys.parquet")
    write_parquet(spells.sample(fraction=1, shuffle=True, seed=without), folder / "spells.parquet")


def run(root: Path, earlier: Path, *, fewer: int = 0, without: int | None = None) -> Made:
    """Protect a release of durations whose counts are smaller by some."""
    made = Made(root)
    root.mkdir(parents=True, exist_ok=True)
    config = {**JOBLESS, "release": {"earlier": str(earlier)}}
    made.config.write_text(yaml.safe_dump(config), encoding="utf-8")
    tables = {
        name: table.with_columns(
            pl.col(column) - fewer
            for column in ("persons", "events", "at_risk")
            if column in table.columns and table[column].min() > fewer
        )
        for name, table in duration_tables().items()
    }
    inputs = write_stages(root, {"hazards": tables})
    persons(inputs[0], without=without, numbered_from=7 * fewer)
    protect(config=made.config, inputs=inputs, out=made.release, private=made.private)
    (made.release / "figures").mkdir()
    shutil.copy(STYLE, made.release / "figures")
    return made


def tables_of(made: Made) -> dict[str, str]:
    return {path.name: path.read_text() for path in (made.release / "tables").iterdir()}


@pytest.fixture(scope="module")
def registered(tmp_path_factory) -> tuple[Made, Path]:
    """A release, and the register in which it is noted."""
    root = tmp_path_factory.mktemp("first")
    earlier = root / "data" / "releases"
    made = run(root / "run", earlier)
    assert [*register(made.release, private=made.private)] == [
        f"{made.release} is registered as release 1 in {earlier}. Keep a copy of that folder."
    ]
    return made, earlier


@pytest.fixture
def copied(registered, tmp_path) -> Path:
    return Path(shutil.copytree(registered[1], tmp_path / "releases"))


def test_without_a_register_no_earlier_release_is_known(registered):
    made, _ = registered
    about = read_json(made.release / "about.json")
    assert about["earlier"] == {"releases": 0}
    assert "WITHHELD" in about["settings"]["release"]["earlier"].upper()
    assert list(check(made.release))[-1].startswith("No earlier release was known")


def test_one_person_fewer_changes_no_number_of_a_registered_release(registered, tmp_path):
    first, earlier = registered
    alone = run(tmp_path / "alone", tmp_path / "nothing", fewer=3, without=11)
    assert tables_of(alone) != tables_of(first)
    again = run(tmp_path / "again", earlier, fewer=3, without=11)
    assert tables_of(again) == tables_of(first)
    assert read_json(again.release / "about.json")["earlier"] == {"releases": 1}
    assert any(one["standing"] for one in read_json(again.private / "log.json"))
    said = list(check(again.release, private=again.private))
    assert said[-1] == "Compared with 1 earlier release."
    assert any("as release 2" in line for line in register(again.release, private=again.private))
    assert [one.about["name"] for one in read_register(earlier)] == ["jobless", "jobless"]
    shutil.rmtree(earlier / "0002")


def test_other_persons_are_not_compared(registered, tmp_path):
    first, earlier = registered
    moved = tmp_path / "moved"
    made = Made(moved)
    inputs = write_stages(moved, {"hazards": duration_tables()})
    write_parquet(pl.DataFrame({"key": ["x"], "person": [1]}), inputs[0] / "keys.parquet")
    shutil.copy(first.config, made.config)
    protect(config=made.config, inputs=inputs, out=made.release, private=made.private)
    assert read_json(made.release / "about.json")["earlier"] == {"releases": 0}
    assert len(read_register(earlier)) == 1


def test_a_release_is_registered_once(registered):
    made, earlier = registered
    assert list(register(made.release, private=made.private)) == [
        f"{made.release} is registered already, as release 1 in {earlier}."
    ]


def test_the_register_names_nobody_and_is_its_owners_alone(registered):
    _, earlier = registered
    for path in earlier.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
        assert path.is_dir() or SECRET.encode() not in path.read_bytes()
    sketch = pl.read_parquet(earlier / "0001" / "persons.parquet")
    assert sketch.height == 40
    assert not sketch["person"].str.contains("person").any()


def test_a_private_folder_of_another_run_is_refused(registered, tmp_path):
    made, earlier = registered
    other = run(tmp_path / "other", earlier, fewer=300)
    with pytest.raises(UserError, match="belongs to another run of the gate than"):
        list(register(made.release, private=other.private))
    shutil.rmtree(other.private / "publication")
    with pytest.raises(UserError, match="is missing: run the workflow again"):
        list(register(other.release, private=other.private))


def test_an_altered_release_is_not_registered(registered, tmp_path):
    made, _ = registered
    release = Path(shutil.copytree(made.release, tmp_path / "release"))
    next((release / "tables").iterdir()).write_text("x")
    with pytest.raises(UserError, match="was changed after"):
        list(register(release, private=made.private))


def _cut(name: str):
    def damage(folder: Path) -> None:
        path = folder / name
        path.write_bytes(path.read_bytes()[:-9])

    return damage


def _other_key(folder: Path) -> None:
    (folder / "register.key").write_text("ab" * 32)


def _other_note(folder: Path) -> None:
    note = folder / "0001" / "release.json"
    note.write_text(json.dumps({**json.loads(note.read_text()), "name": "other"}))


def _file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_cut("0001/numbers.parquet"), "was changed since it was registered, or belongs to"),
        (_cut("0001/release.json"), "was changed since it was registered, or belongs to"),
        (_other_note, "was changed since it was registered, or belongs to"),
        (_other_key, "belongs to another register.key: put the register of releases back"),
        (_cut("register.key"), "not a whole key, so the releases in"),
        (lambda folder: (folder / "register.key").unlink(), "is missing or not a whole key"),
        (lambda folder: (folder / "0001" / "release.json").unlink(), "lacks release.json: put"),
        (lambda folder: (folder / "0001" / "persons.parquet").unlink(), "was changed since"),
        (lambda folder: (folder / "0001" / "release.json").write_text("[]"), "was changed since"),
        (lambda folder: (folder / "0001").rename(folder / "1"), "holds 1, which is not named as"),
        (lambda folder: (folder / "0001").rename(folder / "0002"), "lacks 0001: put the folder"),
        (lambda folder: shutil.rmtree(folder / "0001"), "holds register.key and no release: put"),
        (_file_in_its_place, "is a file: name a folder for the register of releases"),
    ],
)
def test_a_damaged_register_stops_the_gate_with_a_sentence(copied, tmp_path, damage, sentence):
    damage(copied)
    with pytest.raises(UserError, match=sentence):
        run(tmp_path / "run", copied)


def test_a_register_among_the_results_is_refused(tmp_path, capsys):
    config = tmp_path / "config.yaml"
    config.write_text(
        yaml.safe_dump({"run": {"results": "results"}, "release": {"earlier": "results/releases"}})
    )
    with pytest.raises(SystemExit):
        main(["config", "check", str(config)])
    assert "release.earlier: results/releases lies among the results" in capsys.readouterr().err


def test_persons_are_known_again_however_a_run_numbers_them(tmp_path):
    key = b"k" * 32
    persons(tmp_path / "a" / "register")
    persons(tmp_path / "b" / "register", numbered_from=500)
    persons(tmp_path / "c" / "register", without=5)
    a, b, c = (keyed(persons_of([tmp_path / name / "register"]).sketch, key) for name in "abc")
    assert persons_changed(a, b) == (40, 0)
    assert persons_changed(a, c) == (39, 1)
    assert keyed(persons_of([tmp_path / "a" / "register"]).sketch, b"x" * 32)[
        "person"
    ].to_list() != list(a["person"])


def test_most_that_one_adds_is_counted_in_the_data():
    keys = pl.DataFrame({"key": ["a", "b"], "person": [1, 2]})
    workers = pl.DataFrame({"key": ["w", "v"], "caseworker": [8, 9]})
    frames = {
        "register/spells": pl.DataFrame(
            {"person": [1, 1, 1, 2], "start": [date(2014, 1, 1)] * 3 + [date(2014, 12, 3)]}
        ),
        "register/assignments": pl.DataFrame({"person": [1, 2], "caseworker": [9, 9]}),
        "sequences/windows": pl.DataFrame({"window": [0, 1, 2], "person": [1, 1, 2]}),
    }
    sketch, most = contributions(frames.items(), keys, workers)
    assert most == {
        **dict.fromkeys(("events", "rows", "other"), 3),
        "windows": 2,
        "caseworkers": 2,
        "months": 13.0,
    }
    renumbered = frames | {
        "register/assignments": pl.DataFrame({"person": [1, 2], "caseworker": [7, 7]})
    }
    again, _ = contributions(
        renumbered.items(), keys, workers.with_columns(caseworker=pl.Series([8, 7]))
    )
    assert again.equals(sketch)
    moved = frames | {"sequences/windows": pl.DataFrame({"window": [0, 1], "person": [1, 2]})}
    other, _ = contributions(moved.items(), keys, workers)
    assert (other["contribution"] == sketch["contribution"]).to_list() == [False, True]


def bytes_of(made: Made) -> dict[str, bytes]:
    files = (path for path in made.release.rglob("*") if path.is_file())
    return {
        path.relative_to(made.release).as_posix(): path.read_bytes()
        for path in files
        if path.parent.name != "figures"
    }


def test_a_registered_release_comes_out_the_same_in_every_byte(registered, copied, tmp_path):
    first, _ = registered
    twice = shutil.copytree(copied, tmp_path / "twice")
    for earlier in (copied, twice):
        if earlier == twice:
            later = run(tmp_path / "later", earlier, fewer=300)
            assert read_json(later.release / "about.json")["earlier"] == {"releases": 1}
            list(register(later.release, private=later.private))
        again = run(tmp_path / f"{earlier.name} again", earlier)
        assert bytes_of(again) == bytes_of(first)
        assert [*register(again.release, private=again.private)] == [
            f"{again.release} is registered already, as release 1 in {earlier}."
        ]


def test_with_other_data_and_the_same_numbers_it_is_another_release(registered, copied, tmp_path):
    first, _ = registered
    again = run(tmp_path / "again", copied, without=11)
    assert tables_of(again) == tables_of(first)
    assert read_json(again.release / "about.json")["earlier"] == {"releases": 1}


def test_a_run_is_not_compared_anew_with_what_it_registered_itself(registered, copied):
    made, _ = registered
    assert registered_by_others(copied, made.private) == []
    assert registered_by_others(copied, made.private.parent / "other") == ["0001"]
    (copied / "0001" / "release.json").write_text("[")
    assert registered_by_others(copied, made.private) == ["0001"]
    assert registered_by_others(copied / "nothing", made.private) == []
