"""R's answers on the survival data sets, and the models of this package that they belong to."""

import os
import re
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl

from trajectories.survival.cox.model import CoxFit, fit_cox
from trajectories.survival.cox.subdistribution import ENTRY, EVENT, STOP, WEIGHT, extended

EXACT = 1e-7
LEVELS = {
    "rx": ["Obs", "Lev", "Lev+5FU"],
    "celltype": ["squamous", "smallcell", "adeno", "large"],
}
HEART = {"entry": "start", "stop": "stop", "event": "event"}
CONTROLS = ("age", "year", "surgery", "transplant")
COLON = ("C(rx)", "age", "sex")
COX = {
    "heart": ("heart", {**HEART, "terms": CONTROLS}),
    "heart_robust": ("heart", {**HEART, "terms": CONTROLS, "cluster": "id"}),
    "heart_strata": (
        "heart",
        {**HEART, "terms": ("age", "year", "transplant"), "strata": "surgery"},
    ),
    "jasa1": ("jasa1", {**HEART, "terms": ("(age + surgery) * transplant",)}),
    "colon_WLW": (
        "colon",
        {
            "stop": "time",
            "event": "status",
            "terms": ("C(rx)", "sex", "age"),
            "strata": "etype",
            "cluster": "id",
        },
    ),
    "veteran_survSplit": (
        "veteran_survSplit",
        {
            "entry": "tstart",
            "stop": "time",
            "event": "status",
            "terms": ("trt", "karno:C(tgroup)"),
            "strata": "tgroup",
        },
    ),
}
TIES = ("efron", "breslow")
# Each has a table of coefficients, one of fit statistics (_fit) and one of variances (_vcov).
COX_FILES = [
    *(
        f"cox_{name}_{ties}"
        for name in ("heart", "heart_robust", "heart_strata", "jasa1")
        for ties in TIES
    ),
    "cox_colon_WLW_efron",
    "cox_veteran_survSplit",
    *(f"csh_colon_{exit_name}_{ties}" for exit_name in ("recur", "death") for ties in TIES),
    *(f"finegray_colon_recur_{kind}{ties}" for kind in ("", "cluster_") for ties in TIES),
]


def folder() -> Path:
    """The reference folder; the fixture `reference` skips the test where there is none."""
    return Path(os.environ["TRAJECTORIES_REFERENCE"])


@cache
def data(name: str) -> pl.DataFrame:
    raw = pl.read_csv(folder() / "data" / "survival" / f"{name}.csv", infer_schema=False)
    numbers = [c for c in raw.columns if raw[c].cast(pl.Float64, strict=False).null_count() == 0]
    frame = raw.with_columns(pl.col(numbers).cast(pl.Float64))
    levels = [name for name in LEVELS if name in frame.columns]
    return frame.with_columns(pl.col(name).cast(pl.Enum(LEVELS[name])) for name in levels)


def r_table(file: str) -> pl.DataFrame:
    return pl.read_csv(
        folder() / "survival" / file, infer_schema_length=None, null_values=["NA", ""]
    )


def r_numbers(file: str) -> np.ndarray:
    """The numbers of a file whose first column names the rows."""
    return r_table(file)[:, 1:].cast(pl.Float64).to_numpy()


@cache
def fitted(name: str) -> CoxFit:
    """The model whose coefficients stand in the file `name`."""
    kind, _, rest = name.partition("_")
    ties = "breslow" if rest.endswith("breslow") else "efron"
    if kind == "cox":
        source, arguments = COX[re.sub(r"_(efron|breslow)$", "", rest)]
        return fit_cox(data(source), ties=ties, **arguments)
    colon = data("colon_cr")
    if kind == "csh":
        own = colon.with_columns(event=(pl.col("event") == rest.split("_")[1]).cast(pl.Int8))
        return fit_cox(own, stop="time", event="event", terms=COLON, ties=ties)
    durations = colon.rename({"id": "person"}).with_columns(exit=pl.col("ev").cast(pl.Int64))
    rows = extended(durations, 1, "after").with_row_index("row")
    # Without clusters R takes each weighted row for one.
    cluster = "person" if "cluster" in rest else "row"
    return fit_cox(
        rows,
        entry=ENTRY,
        stop=STOP,
        event=EVENT,
        terms=COLON,
        ties=ties,
        weight=WEIGHT,
        cluster=cluster,
    )


def close(ours, r, *, tolerance: float = EXACT) -> None:
    """Every number is R's to 1e-7 of itself; where R's is 0, to 1e-14."""
    ours, r = np.asarray(ours, dtype=np.float64), np.asarray(r, dtype=np.float64)
    np.testing.assert_allclose(ours, r, rtol=tolerance, atol=1e-14)
