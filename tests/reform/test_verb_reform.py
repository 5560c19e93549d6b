"""The verb `compare`, on a small simulated register, against a rebuild by other means."""

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from packages import settings_of
from trajectories.commands.dissimilarity.distances import distances
from trajectories.commands.reform.compare import compare as compare_command
from trajectories.commands.register.ingest import ingest
from trajectories.commands.register.simulate import simulate
from trajectories.commands.sequences.months import months
from trajectories.commands.sequences.windows import windows
from trajectories.commands.typology.cluster import cluster
from trajectories.reform import relabelling_contrast
from trajectories.register.codes.codelist import describe_codes, load_codelist
from untyped import UNTYPED

ROOT = Path(__file__).parents[2]
LISTS = ROOT / "config" / "codelists"
IN_FORCE = dt.date(2014, 1, 1)


class Run:
    """A small run up to the typology."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.register = folder / "register"
        self.months = folder / "sequences" / "person_months.parquet"
        self.sequences = folder / "sequences"
        self.om = folder / "om"
        self.typology = folder / "typology"

    def config(self, relabelling: Path | None) -> Path:
        path = self.folder / "config.yaml"
        document = {
            "simulator": UNTYPED | {"persons": 500},
            "register": {
                name: str(LISTS / f"{file}.csv")
                for name, file in (
                    ("codelist", "dream"),
                    ("states", "states"),
                    ("alphabet", "alphabet"),
                )
            },
            "typology": {"method": "pam", "k_max": 5, "starts": 2},
            "reform": {
                "relabelling": None if relabelling is None else str(relabelling),
                "adjustment": {"replicates": 3, "candidates": 100},
                "packages": settings_of()["reform"]["packages"],
                "split_age": 30,
                "readiness": {
                    name: str(LISTS / f"{name}_without_readiness.csv")
                    for name in ("states", "alphabet")
                },
            },
            "sequences": settings_of()["sequences"],
        }
        path.write_text(yaml.safe_dump(document))
        return path

    def compare(self, relabelling: Path | None, name: str) -> Path:
        out = self.folder / name
        compare_command(
            config=self.config(relabelling),
            register=self.register,
            months=self.months,
            sequences=self.sequences,
            dissimilarity=self.om,
            typology=self.typology,
            out=out,
        )
        return out / "tables"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    made = Run(tmp_path_factory.mktemp("reform"))
    config = made.config(None)
    simulate(config=config, out=made.folder)
    ingest(config=config, raw=made.folder / "raw", out=made.register)
    months(config=config, register=made.register, out=made.sequences)
    windows(config=config, register=made.register, months=made.months, out=made.sequences)
    distances(config=config, name="om", sequences=made.sequences, out=made.om)
    cluster(config=config, sequences=made.sequences, distances=made.om, out=made.typology)
    return made


def renamed_by_hand(run: Run, folder: Path) -> pl.DataFrame:
    """Rename values back in the whole register, then build its months and windows anew.

    Returns the windows with their states as text.
    """
    folder.mkdir()
    for name in ("persons", "employment"):
        frame = pl.read_parquet(run.register / f"{name}.parquet")
        frame.write_parquet(folder / f"{name}.parquet")
    (folder / "coverage.json").write_text((run.register / "coverage.json").read_text())
    rows = []
    for row in pl.read_parquet(run.register / "readiness.parquet").iter_rows(named=True):
        if row["readiness"] == "job_ready" or row["end"] < IN_FORCE:
            rows.append(row)
            continue
        if row["start"] < IN_FORCE:
            rows.append({**row, "end": IN_FORCE - dt.timedelta(days=1)})
        rows.append({**row, "start": max(row["start"], IN_FORCE), "readiness": "job_ready"})
    schema = pl.read_parquet_schema(run.register / "readiness.parquet")
    pl.DataFrame(rows, schema=schema).write_parquet(folder / "readiness.parquet")
    spells = pl.read_parquet(run.register / "spells.parquet")
    own = spells.drop("benefit", "activity", "readiness", "group")
    described = describe_codes(own, load_codelist(LISTS / "dream.csv")).select(spells.columns)
    described.write_parquet(folder / "spells.parquet")
    config = run.config(None)
    months(config=config, register=folder, out=folder)
    windows(config=config, register=folder, months=folder / "person_months.parquet", out=folder)
    return with_text(folder)


def with_text(folder: Path) -> pl.DataFrame:
    states = np.load(folder / "states.npy")
    return pl.read_parquet(folder / "windows.parquet").with_columns(
        text=pl.Series(["-".join(map(str, row)) for row in states])
    )


def test_undoing_the_renamed_codes_changes_nothing(run: Run) -> None:
    table = pl.read_parquet(
        run.compare(LISTS / "relabelling_2014.csv", "codes") / "relabelling.parquet"
    )
    assert relabelling_contrast(table) == 0
    assert table["windows"].sum() > 100


def test_persons_rebuilt_some_at_a_time_make_the_same_table(run: Run, monkeypatch) -> None:
    table = LISTS / "relabelling_2014_readiness.csv"
    whole = pl.read_parquet(run.compare(table, "whole") / "relabelling.parquet")
    monkeypatch.setattr("trajectories.commands.reform.compare.PERSONS_AT_ONCE", 60)
    parts = pl.read_parquet(run.compare(table, "parts") / "relabelling.parquet")
    assert parts.equals(whole)


def test_undoing_a_renamed_readiness_shows(run: Run) -> None:
    table = pl.read_parquet(
        run.compare(LISTS / "relabelling_2014_readiness.csv", "readiness") / "relabelling.parquet"
    )
    assert relabelling_contrast(table) > 0.05
    before = table.filter(age="all", group="before")
    assert before["difference"].abs().max() == 0, "these windows ended before 2014"
    registered = with_text(run.sequences).join(
        pl.read_parquet(run.typology / "clusters.parquet").select("window", "cluster"), on="window"
    )
    clusters = dict(registered.select("text", "cluster").iter_rows())
    undone = renamed_by_hand(run, run.folder / "by_hand").with_columns(
        cluster=pl.col("text").replace_strict(clusters, default=None, return_dtype=pl.Int64)
    )
    for row in table.filter(age="all").iter_rows(named=True):
        group = undone.filter(pl.col("group") == row["group"])
        sure = group.filter(pl.col("cluster") == row["cluster"]).height
        # a sequence that no registered window has goes to some cluster
        unsure = group["cluster"].null_count()
        assert sure <= row["windows_undone"] <= sure + unsure
    totals = table.filter(age="all").group_by("group").agg(pl.col("windows_undone").sum())
    assert dict(totals.iter_rows()) == dict(undone.group_by("group").len().iter_rows())


def test_no_relabelling_is_checked_where_none_is_configured(run: Run) -> None:
    tables = run.compare(None, "none")
    assert {path.stem for path in tables.iterdir()} == {
        "shares",
        "differences",
        "seam",
        "readiness",
        "adjusted_differences",
        "adjusted_shares",
        "composition_balance",
        "decomposition",
        "design",
        "design_placebos",
        "design_trends",
        "effective_sizes",
    }
    shares = pl.read_parquet(tables / "shares.parquet").filter(age="all")
    sums = shares.group_by("group").agg(pl.col("share").sum())["share"]
    assert sums.to_list() == pytest.approx([1.0] * sums.len())


def test_a_relabelling_without_a_renamed_value_is_the_identity(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "never.csv"
    path.write_text("dimension,after,before,from_date\ncode,140,130,2030-01-01\n")
    table = pl.read_parquet(run.compare(path, "never") / "relabelling.parquet")
    assert table["windows"].to_list() == table["windows_undone"].to_list()


def test_types_in_states_without_readiness_are_those_of_the_nearest_recoded_medoid(
    run: Run,
) -> None:
    table = pl.read_parquet(run.compare(None, "unready") / "readiness.parquet").filter(age="all")
    shares = pl.read_parquet(run.folder / "unready/tables/shares.parquet").filter(age="all")
    registered = shares.select("group", "cluster", "windows").join(
        table, on=["group", "cluster"], suffix="_nearest"
    )
    assert registered["windows"].to_list() == registered["windows_nearest"].to_list()
    sums = table.group_by("group").agg(pl.col("windows", "windows_without").sum())
    assert sums["windows"].to_list() == sums["windows_without"].to_list()
    assert table["windows"].to_list() != table["windows_without"].to_list()
