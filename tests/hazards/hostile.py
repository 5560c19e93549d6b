"""Registers in which something cannot be estimated, as raw extracts that a run reads.

`PYTHONPATH=src:tests python -m hazards.hostile FOLDER` writes each of them, with a configuration
that `snakemake --configfile FOLDER/<name>.yaml` runs to the report.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.simulator import RAW_TABLES, Register, simulate
from untyped import UNTYPED

PERSONS = 2000
ASSISTANCE_CODES = "^(13|14|72|73)"
Extracts = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Hostile:
    """One such register.

    Attributes:
        what: what is wrong with it, as the title of its report says it.
        simulator: settings of the simulated register that it is made from.
        spoil: extracts of the simulated register to those of this one; None where it is simulated
            as it is.
    """

    what: str
    simulator: dict[str, Any] = field(default_factory=dict)
    spoil: Callable[[Register, Extracts], Extracts] | None = None


def one_municipality(_: Register, extracts: Extracts) -> Extracts:
    """Keep the persons whose case has been in the commonest municipality alone."""
    cases = extracts["assignments"]
    (code,) = cases["municipality"].mode().sort().head(1)
    elsewhere = cases.filter(pl.col("municipality") != code)
    here = cases.join(elsewhere, on="person", how="anti").select("person").unique()
    return {name: table.join(here, on="person", how="semi") for name, table in extracts.items()}


def no_jobs(_: Register, extracts: Extracts) -> Extracts:
    """Leave nothing of the employment file but its header."""
    return extracts | {"employment": extracts["employment"].clear()}


def all_censored(_: Register, extracts: Extracts) -> Extracts:
    """Let everybody stay on social assistance until the end of the extract."""
    spells = extracts["spells"].sort("person", "start")
    last = spells.select(pl.max_horizontal(pl.col("start", "end").max())).item()
    other = ~pl.col("code").str.contains(ASSISTANCE_CODES)
    following = pl.col("start").shift(-1).over("person") - pl.duration(days=1)
    return extracts | {
        "spells": spells.with_columns(
            code=pl.when(other).then(pl.lit("130")).otherwise("code"),
            end=following.fill_null(last),
        ).filter(pl.col("start") <= pl.col("end")),
        "persons": extracts["persons"].with_columns(pl.lit(None, pl.Date).alias("died"))
        .with_columns(emigrated="died"),
    }  # fmt: skip


def jobs_of_women(_: Register, extracts: Extracts) -> Extracts:
    """Let nobody but women find a job."""
    women = extracts["persons"].filter(pl.col("sex") == "K")
    return extracts | {"employment": extracts["employment"].join(women, on="person", how="semi")}


def jobs_without_leavers(register: Register, extracts: Extracts) -> Extracts:
    """Let nobody find a job who ever had a caseworker who leaves."""
    met = extracts["assignments"].join(register.truth_departures, on="caseworker", how="semi")
    return extracts | {"employment": extracts["employment"].join(met, on="person", how="anti")}


REGISTERS = {
    "no-departures": Hostile("no caseworker leaves", {"departure_rate": 0}),
    "few-departures": Hostile("too few caseworkers leave", {"departure_rate": 0.001}),
    "one-municipality": Hostile("one municipality", spoil=one_municipality),
    "no-job-exits": Hostile("nobody finds a job", spoil=no_jobs),
    "all-censored": Hostile("nobody leaves social assistance", spoil=all_censored),
    "jobs-of-women": Hostile("only women find jobs", spoil=jobs_of_women),
    "jobs-without-leavers": Hostile(
        "nobody finds a job whose caseworker left", spoil=jobs_without_leavers
    ),
}


def settings_of(hostile: Hostile, *, persons: int = PERSONS) -> dict[str, Any]:
    """The section `simulator` of its configuration."""
    return UNTYPED | {"persons": persons, **hostile.simulator}


def write_extracts(hostile: Hostile, folder: Path, *, persons: int = PERSONS) -> dict[str, Any]:
    """Write the extracts as CSV files; return the section `register` of a configuration."""
    simulator = settings_of(hostile, persons=persons) | {"messy_share": 0}
    register = simulate(SimulatorConfig.model_validate(simulator))
    extracts = {name: getattr(register, name) for name in RAW_TABLES}
    if hostile.spoil is not None:
        extracts = hostile.spoil(register, extracts)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, table in extracts.items():
        table.write_csv(folder / f"{name}.csv")
        files[name] = {"path": str(folder / f"{name}.csv")}
    return {"source": "files", "files": files}


def configuration(name: str, folder: Path, *, persons: int = PERSONS) -> dict[str, Any]:
    """A configuration that runs one of `REGISTERS`; its extracts are written where it has any."""
    hostile = REGISTERS[name]
    run = {"name": name, "title": f"A simulated register: {hostile.what}", "results": str(folder)}
    if hostile.spoil is None:
        return {"run": run, "simulator": settings_of(hostile, persons=persons)}
    return {"run": run, "register": write_extracts(hostile, folder / "extracts" / name)}


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    for register_name in REGISTERS:
        document = configuration(register_name, target)
        (target / f"{register_name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
        print(f"snakemake --configfile {target / register_name}.yaml")
