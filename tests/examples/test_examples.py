"""The mvad example: fetched by hash or read from a copy, written as spells with real dates."""

import datetime as dt
import hashlib
import io
import urllib.error
import zipfile
from http.client import IncompleteRead
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from trajectories import examples
from trajectories.commands.register.ingest import ingest
from trajectories.commands.sequences.months import months
from trajectories.commands.sequences.windows import windows
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.errors import UserError

EXAMPLE = Path(__file__).parents[2] / "config" / "examples" / "mvad.yaml"


def wide(rows: list[tuple[str, list[str]]]) -> pl.DataFrame:
    """A table of the form of mvad from (male, 72 states) of each person."""
    covariates = [name for name in examples.PERSON_COLUMNS if name not in ("weight", "male")]
    names = [f"{dt.date(1993 + (6 + t) // 12, (6 + t) % 12 + 1, 1):%b.%y}" for t in range(72)]
    return pl.DataFrame(
        [
            {
                "id": place + 1,
                "weight": 0.5,
                "male": male,
                **dict.fromkeys(covariates, "no"),
                **dict(zip(names, states, strict=True)),
            }
            for place, (male, states) in enumerate(rows)
        ]
    )


@pytest.fixture
def table() -> pl.DataFrame:
    return wide([("yes", ["school"] * 71 + ["FE"]), ("no", ["FE", *["HE"] * 70, "FE"])])


@pytest.fixture
def wheel(table, monkeypatch) -> bytes:
    """A wheel that holds the small table, pinned in place of the real one."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(examples.MVAD_IN_WHEEL, table.write_csv())
    content = archive.getvalue()
    monkeypatch.setattr(examples, "MVAD_WHEEL_SHA256", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(
        examples.urllib.request, "urlopen", lambda url, timeout: io.BytesIO(content)
    )
    return content


def test_equal_months_in_a_row_become_one_spell_from_first_day_to_last(table):
    assert examples.mvad_spells(table).rows() == [
        (1, "school", dt.date(1993, 7, 1), dt.date(1999, 5, 31)),
        (1, "FE", dt.date(1999, 6, 1), dt.date(1999, 6, 30)),
        (2, "FE", dt.date(1993, 7, 1), dt.date(1993, 7, 31)),
        (2, "HE", dt.date(1993, 8, 1), dt.date(1999, 5, 31)),
        (2, "FE", dt.date(1999, 6, 1), dt.date(1999, 6, 30)),
    ]


def test_persons_keep_their_covariates_and_get_a_sex(table):
    persons = examples.mvad_persons(table)
    assert persons.select("person", "sex", "weight", "gcse5eq").rows() == [
        (1, "M", 0.5, "no"),
        (2, "K", 0.5, "no"),
    ]


def test_the_wheel_and_a_copy_give_the_same_files(tmp_path, table, wheel):
    examples.fetch_mvad(tmp_path / "fetched")
    table.write_csv(tmp_path / "mvad.csv")
    examples.fetch_mvad(tmp_path / "copied", source=tmp_path / "mvad.csv")
    for name in ("persons.csv", "spells.csv"):
        fetched = (tmp_path / "fetched" / name).read_bytes()
        assert fetched == (tmp_path / "copied" / name).read_bytes()


def test_a_wheel_with_another_hash_is_refused(tmp_path, wheel, monkeypatch):
    monkeypatch.setattr(examples, "MVAD_WHEEL_SHA256", "0" * 64)
    with pytest.raises(UserError, match="has another SHA-256 than expected"):
        examples.fetch_mvad(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "error",
    [
        urllib.error.URLError("no route"),
        TimeoutError("too slow"),
        ConnectionResetError(),
        IncompleteRead(b""),
    ],
)
def test_without_a_network_a_sentence_says_what_to_do(tmp_path, monkeypatch, error):
    def fail(url, timeout):
        raise error

    monkeypatch.setattr(examples.urllib.request, "urlopen", fail)
    with pytest.raises(UserError, match=r"not be downloaded \(.*\): connect .* with --source"):
        examples.fetch_mvad(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not a CSV file"),
        (b"id,weight\n1,2\n", "has no column male: mvad.csv has id, weight, male"),
    ],
)
def test_another_file_is_refused(tmp_path, content, message):
    source = tmp_path / "other.csv"
    source.write_bytes(content)
    with pytest.raises(UserError, match=message):
        examples.fetch_mvad(tmp_path / "out", source=source)


def test_a_table_with_too_few_months_is_refused(tmp_path, table):
    source = tmp_path / "short.csv"
    table[:, :-1].write_csv(source)
    with pytest.raises(UserError, match=r"has 85 columns: mvad.csv has id, .* and 72 months"):
        examples.fetch_mvad(tmp_path / "out", source=source)


def test_a_copy_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UserError, match=r"nothing\.csv is missing"):
        examples.fetch_mvad(tmp_path, source=tmp_path / "nothing.csv")


def test_the_pinned_wheel_is_the_version_that_is_named():
    assert "/sequenzo-0.1.42-" in examples.MVAD_WHEEL
    assert examples.MVAD_WHEEL.startswith("https://files.pythonhosted.org/")


def test_the_whole_pipeline_gives_the_states_of_the_table(tmp_path, reference: Path):
    examples.fetch_mvad(tmp_path / "mvad", source=reference / "data" / "mvad.csv")
    config = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    for name, file in config["register"]["files"].items():
        file["path"] = str(tmp_path / "mvad" / f"{name}.csv")
    written = tmp_path / "config.yaml"
    written.write_text(yaml.safe_dump(config), encoding="utf-8")
    ingest(config=written, out=tmp_path / "register")
    months(config=written, register=tmp_path / "register", out=tmp_path / "sequences")
    windows(
        config=written,
        register=tmp_path / "register",
        months=tmp_path / "sequences",
        out=tmp_path / "sequences",
    )
    table = pl.read_csv(reference / "data" / "mvad.csv")
    keys = pl.read_parquet(tmp_path / "register" / "keys.parquet")
    ours = pl.read_parquet(tmp_path / "sequences" / "windows.parquet").join(keys, on="person")
    row = ours["key"].cast(pl.Int64).to_numpy() - 1
    states = np.load(tmp_path / "sequences" / "states.npy")
    alphabet = np.array(["employment", "FE", "HE", "joblessness", "school", "training"])
    assert states.shape == (712, 70)
    assert np.array_equal(
        alphabet[states[ours["window"].to_numpy()]], table[:, 16:86].to_numpy()[row]
    )
    assert ours["weight"].to_list() == table["weight"].gather(row).to_list()
    assert ours["group"].to_list() == table["gcse5eq"].gather(row).to_list()


def test_the_example_names_groups_weights_and_a_fixed_origin():
    section = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))["sequences"]
    config = SequencesConfig.model_validate(section)
    assert (config.group_by, config.weight) == ("gcse5eq", "weight")
    assert config.window.origin_month == dt.date(1993, 9, 1)
    assert config.window.length_months == 70
