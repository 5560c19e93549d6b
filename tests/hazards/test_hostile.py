"""Registers in which something cannot be estimated: a sentence in the report, and the rest of it.

`hazards.hostile` writes such registers as raw extracts, for runs of the whole workflow; here the
risk set of one small simulated register is spoilt, and taken from the estimates to the report.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from release.outline import Outline, documents_of
from trajectories.commands.hazards.estimate import estimate
from trajectories.commands.hazards.sensitivity import sensitivity
from trajectories.commands.release.headline import headline as headline_command
from trajectories.commands.release.protect import protect
from trajectories.commands.release.provenance import provenance
from trajectories.commands.release.report import report
from trajectories.hazards.at_risk.episodes import EXITS
from trajectories.io import read_json, write_json, write_parquet, write_text

ROOT = Path(__file__).parents[2]
REFUSED = "No number is given for clients whose caseworker left"
FEW = f"{REFUSED}: too few caseworkers of the persons at risk left."
NO_EVENT = "too few of those at risk, or all of them, have the exit that is modelled"
SEPARATED = "some terms of the model predict the exit perfectly (separation)"
Frames = dict[str, pl.DataFrame]


def without_departures(frames: Frames) -> Frames:
    """Nobody leaves."""
    departure = pl.col("kind").cast(pl.String) == "departure"
    cause = pl.col("cause").cast(pl.String) == "departure"
    none = pl.lit(0, pl.Int16)
    return {
        "panel": frames["panel"].with_columns(
            changes=pl.col("changes") - pl.col("departures"),
            departures=none,
            listed_departures=none,
        ),
        "changes": frames["changes"].filter(~cause),
        "exposures": frames["exposures"].clear(),
        "lists": frames["lists"].filter(~departure),
        "departures": frames["departures"].clear(),
    }


def few_departures(frames: Frames) -> Frames:
    """Twelve leave, fewer than the headline asks for."""
    kept = frames["exposures"]["list"].unique().sort().head(12).implode()
    return {"exposures": frames["exposures"].filter(pl.col("list").is_in(kept))}


def one_municipality(frames: Frames) -> Frames:
    """Everybody is in the commonest one, and followed for two years, so that the test is short."""
    (code,) = frames["panel"]["municipality"].mode().sort().head(1)
    here = (pl.col("municipality") == code) & (pl.col("duration") < 24)
    return {"panel": frames["panel"].filter(here)}


def exits_of(frames: Frames, never: pl.Expr, *exits: str) -> Frames:
    """Take some exits from some of the months at risk."""
    gone = never & pl.col("exit").cast(pl.String).is_in(exits)
    return {
        "panel": frames["panel"].with_columns(
            *(pl.when(gone).then(pl.lit(0, pl.Int8)).otherwise(name).alias(name) for name in exits),
            exit=pl.when(~gone).then("exit"),
        )
    }


def no_jobs(frames: Frames) -> Frames:
    """Nobody finds a job."""
    return exits_of(frames, pl.lit(True), "job")


def all_censored(frames: Frames) -> Frames:
    """Nobody leaves social assistance."""
    return exits_of(frames, pl.lit(True), *EXITS)


def jobs_of_women(frames: Frames) -> Frames:
    """A term of the adjustment separates."""
    return exits_of(frames, pl.col("sex").cast(pl.String) == "M", "job")


def jobs_before_departures(frames: Frames) -> Frames:
    """The exposure separates."""
    return exits_of(frames, pl.col("listed_departures") > 0, "job")


@dataclass(frozen=True)
class Case:
    """One spoilt risk set.

    Attributes:
        spoil: frames to those that differ.
        says: what the report must say.
        headline: whether the effect of a departure is given.
        models: settings of the models that make the case what it is.
        selection: whether the selection curve is tried.
    """

    spoil: Callable[[Frames], Frames]
    says: tuple[str, ...]
    headline: bool = False
    models: dict[str, Any] = field(default_factory=dict)
    selection: bool = False


SIMPLE = {
    "min_departures": 5,
    "adjustment": ["C(duration_band)", "C(sex)"],
    "risks": False,
    "designs": False,
    "wild_bootstrap": "never",
}
ONE_TERM = {"adjustment": ["C(duration_band)"]}
CASES = {
    "no departures": Case(without_departures, (FEW,), models=ONE_TERM),
    "few departures": Case(
        few_departures,
        (FEW, "it rests on the same departures as the headline"),
        models=ONE_TERM,
    ),
    "one municipality": Case(
        one_municipality,
        (
            "No single municipality drives the result Inconclusive Not tested: these data do not "
            "allow it",
            "Same chances before the departure (leads) Inconclusive",
        ),
        headline=True,
        models={**SIMPLE, **ONE_TERM, "designs": True, "min_clusters": 2},
    ),
    "no job exits": Case(
        no_jobs,
        (
            f"{REFUSED}: {NO_EVENT}.",
            "No hazard ratio could be estimated.",
            "The models of departures (the headline) and changes of any cause (the association) "
            f"could not be estimated from these data: {NO_EVENT}.",
            "departures and other changes together (the companion) could not be estimated from "
            "these data: it rests on the same departures as the headline",
            "The selection curve could not be computed from these data.",
        ),
        models={"min_departures": 5},
        selection=True,
    ),
    "all censored": Case(
        all_censored,
        (f"{REFUSED}: {NO_EVENT}.", "No hazard ratio could be estimated."),
        models={"min_departures": 5},
    ),
    "a term separates": Case(
        jobs_of_women,
        ("In the models of departures (the headline)",),
        headline=True,
        models={**SIMPLE, "event_study": False},
    ),
    "departures separate": Case(
        jobs_before_departures,
        (f"{REFUSED}: {SEPARATED}.",),
        models={**SIMPLE, "event_study": False},
    ),
}


def spoilt(run: Path, folder: Path, case: Case) -> Path:
    """Copy what the estimates read, with the frames that the case spoils."""
    shutil.copytree(run / "changes", folder / "changes")
    places = {"panel": folder / "panel.parquet"} | {
        name: folder / "changes" / f"{name}.parquet"
        for name in ("changes", "exposures", "lists", "departures")
    }
    sources = places | {"panel": run / "panel.parquet"}
    frames = {name: pl.read_parquet(path) for name, path in sources.items()}
    for name, frame in (frames | case.spoil(frames)).items():
        write_parquet(frame, places[name])
    shutil.copy(run / "risk_accounting.parquet", folder)
    return folder


def reported(run: Path, folder: Path, case: Case) -> Path:
    """Take the spoilt risk set from the estimates to the report, without figures."""
    models = {"subdistribution_exits": [], "event_study": True, **case.models}
    config = folder / "config.yaml"
    document = {"hazards": {"models": models}}
    config.write_text(yaml.safe_dump(document), encoding="utf-8")
    spoilt(run, folder, case)
    inputs: dict[str, Any] = {
        "config": config,
        "panel": folder / "panel.parquet",
        "changes": folder / "changes",
    }
    estimate(**inputs, out=folder / "estimates")
    if case.selection:
        sensitivity(**inputs, register=run / "register", out=folder / "sensitivity")
    out, private = folder / "release", folder / "private"
    stages = sorted(tables.parent for tables in folder.glob("*/tables"))
    protect(config=config, inputs=stages, out=out, private=private)
    write_json([], out / "figures" / "figures.json")
    style = (ROOT / "config" / "style.yaml").read_text(encoding="utf-8")
    write_text(style, out / "figures" / "style.yaml")
    places = {"release": out, "private": private}
    headline_command(**places, out=out / "headline.json", exact=private / "headline.json")
    provenance(**places, config=config, lock=ROOT / "uv.lock", read=[], out=out / "provenance.json")
    report(release=out, out=out)
    return out


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_estimated_is_said_and_the_rest_reported(run, tmp_path, name):
    case = CASES[name]
    out = reported(run, tmp_path, case)
    page = Outline(documents_of(out))
    report_page = Outline((out / "report.html").read_text(encoding="utf-8"))
    assert [said for said in case.says if said not in page.words] == []
    assert not page.leaks
    assert report_page.unmentioned == set()
    numbers = read_json(out / "headline.json")
    assert (numbers["departure_hr"] is not None) == case.headline
    assert (REFUSED in page.words) != case.headline
    assert numbers["departures_given_other_hr"] is None or case.headline
    assert numbers["ever_changed_share"] is not None
    assert "Courses by the exit that ended them." in page.words
