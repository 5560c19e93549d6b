"""A release made once from invented aggregates, for the tests of what comes after the gate."""

import shutil
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
import yaml

from packages import settings_of
from trajectories.commands.release.figures import figures
from trajectories.commands.release.headline import headline
from trajectories.commands.release.protect import protect
from trajectories.commands.release.provenance import provenance
from trajectories.commands.release.report import report
from trajectories.inputs import attested
from trajectories.io import write_json, write_parquet
from untraced import untraced

from .fakes import all_tables, duration_tables, mvad_tables

ROOT = Path(__file__).parents[2]
STYLE = ROOT / "config" / "style.yaml"
# Made of tables that belong together, in test_municipalities.
OF_MUNICIPALITIES = ("municipality_funnels", "municipality_rates")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
LOCK = ROOT / "uv.lock"

DEFAULT = {
    "run": {"name": "synthetic", "title": "Trajectories <before> & after"},
    "simulator": {"seed": 1},
    "register": {"source": "simulator", "key_seed": 99},
    "sequences": {"window": {"length_months": 24, "months_without": 12}}
    | settings_of()["sequences"],
    "reform": settings_of()["reform"],
    "dissimilarity": {"main": "om", "measures": {"om": {"measure": "om", "costs": "trate"}}},
    "typology": {
        "choice": {"rule": "rank_sum", "indices": ["ASW", "HC", "PBC"], "minimum_share": 0.02}
    },
    "release": {"authors": ["Ærø Åse"]},
}
MVAD = {
    "run": {"name": "mvad", "title": "From school to work"},
    "register": {"source": "files", "files": {"spells": {"path": "/home/somebody/mvad.csv"}}},
    "sequences": {
        "group_by": "gcse5eq",
        "window": {"length_months": 70, "origin_month": "1993-09-01"},
    },
    "hazards": {"enabled": False},
    "release": {"language": "da", "absent": {"hazards": "the data hold no caseworkers"}},
}
JOBLESS = {
    "run": {"name": "jobless", "title": "Unemployment spells"},
    "hazards": {"source": "durations"},
    "typology": {"enabled": False},
    "reform": {"enabled": False},
}


@dataclass(frozen=True)
class Made:
    """The folders of a made release."""

    root: Path

    @property
    def release(self) -> Path:
        return self.root / "release"

    @property
    def private(self) -> Path:
        return self.root / "private" / "release"

    @property
    def read(self) -> Path:
        """The folder of a part that read one file."""
        return self.root / "private" / "read"

    @property
    def config(self) -> Path:
        return self.root / "config.yaml"


def write_stages(root: Path, stages: dict[str, dict[str, pl.DataFrame]]) -> list[Path]:
    """Write exact tables as the stages do; return their folders."""
    for stage, tables in stages.items():
        for name, table in tables.items():
            write_parquet(table, root / "private" / stage / "tables" / f"{name}.parquet")
    return [root / "private" / stage for stage in stages]


def write_rules(made: Made, stages: list[str]) -> Path:
    """Write what a workflow says of its rules: one that reads, one a stage, the gate and after."""
    parts = [
        ("read", made.read, []),
        *((f"make_{name}", made.read.parent / name, ["read"]) for name in stages),
    ]
    described = [
        {
            "rule": rule,
            "code": f"{number:016x}",
            "settings": [],
            "after": after,
            "outputs": [str(out)],
        }
        for number, (rule, out, after) in enumerate(parts)
    ]
    described[0]["settings"] = ["register"]
    for one in described[1:]:
        one["settings"] = [key for key in ("sequences", "reform", "hazards") if key in one["rule"]]
    after = [rule for rule, _, _ in parts[1:]]
    for number, rule in enumerate(("protect", "figures", "headline", "provenance", "report")):
        described.append(
            {
                "rule": rule,
                "code": f"{90 + number:016x}",
                "settings": [],
                "after": after,
                "outputs": [],
            }
        )
        after = ["protect"]
    write_json(described, made.root / "rules.json")
    return made.root / "rules.json"


def make(root: Path, stages: dict[str, dict[str, pl.DataFrame]], config: dict) -> Made:
    """Run every verb of the release stage."""
    made = Made(root)
    earlier = {"earlier": str(root / "data" / "releases")}
    whole = {**config, "release": {**earlier, **config.get("release", {})}}
    made.config.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    inputs = write_stages(root, stages)
    release, private = made.release, made.private
    protect(config=made.config, inputs=inputs, out=release, private=private)
    # Of the widest run, coverage sees each figure drawn once: in `test_figures`.
    with untraced() if config is DEFAULT else nullcontext():
        figures(release=release, style=STYLE, out=release / "figures")
    headline(
        release=release,
        private=private,
        out=release / "headline.json",
        exact=private / "headline.json",
    )
    with attested([made.config], made.read):
        pass
    provenance(
        config=made.config,
        lock=LOCK,
        read=[made.read],
        release=release,
        private=private,
        out=release / "provenance.json",
        rules=write_rules(made, list(stages)),
    )
    report(release=release, out=release)
    return made


def fewer_panels(stages: dict[str, dict[str, pl.DataFrame]]) -> dict:
    """Keep three clusters in the tables by month, which make the figures with most panels."""
    few = pl.col("cluster") <= 3
    return {
        stage: {
            name: table.filter(few) if {"cluster", "position"} <= set(table.columns) else table
            for name, table in tables.items()
        }
        for stage, tables in stages.items()
    }


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory) -> Made:
    """The default run, simulated."""
    return make(tmp_path_factory.mktemp("synthetic"), fewer_panels(all_tables()), DEFAULT)


@pytest.fixture(scope="session")
def mvad(tmp_path_factory) -> Made:
    """A run on real data without hazards, labels in Danish."""
    return make(tmp_path_factory.mktemp("mvad"), mvad_tables(), MVAD)


@pytest.fixture(scope="session")
def jobless(tmp_path_factory) -> Made:
    """A run on durations alone."""
    return make(tmp_path_factory.mktemp("jobless"), {"hazards": duration_tables()}, JOBLESS)


def write(name: str) -> Callable[[Path], None]:
    """Put a file into a release."""

    def make(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")

    return make
