"""The medoids of a typology, read from its folder and that of its measure."""

from pathlib import Path

from trajectories import io
from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.typology.nearest_medoid import Medoids


def read_medoids(distances: Path, typology: Path) -> Medoids:
    """Read a typology's medoids and how courses are compared with them."""
    meta = io.read_json(distances / "meta.json")
    options = MeasureConfig(**{key: meta[key] for key in MeasureConfig.model_fields})
    chosen = io.read_json(typology / "clusters.json")["medoids"]
    unique = io.read_arrays(distances / "unique.npz")
    wanted = {"states", "series", *options.channels} & unique.keys()
    return Medoids(
        options,
        meta["normalisation"],
        io.read_json(distances / "costs.json"),
        {name: unique[name][chosen] for name in wanted},
    )
