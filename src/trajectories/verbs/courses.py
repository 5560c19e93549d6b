"""The verbs `courses` and `picture`: what needs both the courses and the clusters."""

from pathlib import Path

import numpy as np
import polars as pl

from trajectories import io
from trajectories.config.section import read_section
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.sequences import StateSequences
from trajectories.sequences.describe.trajectory_tables import cluster_stripes, internship_tables


def courses(
    *, config: Path, register: Path, months: Path, sequences: Path, typology: Path, out: Path
) -> None:
    """Write stripes of like courses and counts of internships, by cluster.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the file of person-months.
        sequences: folder of the windows.
        typology: folder of the chosen typology.
        out: folder that receives `tables`: stripes, and where any are counted also internships
            and internship_places.
    """
    settings = read_section(config, "sequences", SequencesConfig)
    windows, seqs = read_clustered(sequences, typology)
    chosen = settings.description
    tables = {
        "stripes": cluster_stripes(
            seqs, windows["cluster"], stripes=chosen.stripes, minimum=chosen.stripe_windows
        )
    }
    if settings.internships.activities:
        counted = internship_tables(
            io.read_parquet(register / "spells.parquet"),
            io.read_parquet(months),
            windows,
            activities=settings.internships.activities,
            gap_days=settings.internships.gap_days,
            within_months=settings.internships.within_months,
            job_state=settings.month.job_state,
            length_months=seqs.length,
        )
        tables |= {name: table for name, table in counted.items() if table.height}
    io.make_private(out)
    for name, table in tables.items():
        io.write_parquet(table, out / "tables" / f"{name}.parquet")


def index_plot(*, config: Path, sequences: Path, typology: Path, style: Path, out: Path) -> None:
    """Draw single courses by cluster, each a line. The picture must never leave the server.

    Args:
        config: the run's configuration.
        sequences: folder of the windows.
        typology: folder of the chosen typology.
        style: labels and colours.
        out: folder that receives the picture `index_plot.png`.
    """
    # Pictures need matplotlib, tables do not.
    from trajectories.release.private_index_plot import draw_index
    from trajectories.release.style import as_png, read_style, settle, styled
    from trajectories.sequences.describe.representatives import similarity_order

    most = read_section(config, "sequences", SequencesConfig).description.index_rows
    windows, seqs = read_clustered(sequences, typology)
    clusters = io.read_json(typology / "clusters.json")["names"]
    panels = {}
    for number in windows["cluster"].unique().sort():
        own = seqs[(windows["cluster"] == number).to_numpy()]
        order = similarity_order(own)
        spread = np.linspace(0, len(order) - 1, min(most, len(order))).astype(np.int64)
        panels[int(number)] = (own.states[order[np.unique(spread)]], len(own))
    with styled():
        figure = draw_index(
            panels,
            [str(state) for state in seqs.alphabet],
            {entry["cluster"]: entry["name"] for entry in clusters},
            read_style(style, language="en", simulated=False),
        )
        settle(figure)
        with io.replacing(io.make_private(out) / "index_plot.png") as temporary:
            temporary.write_bytes(as_png(figure))


def read_clustered(sequences: Path, typology: Path) -> tuple[pl.DataFrame, StateSequences]:
    """Read windows with their cluster, and their sequences."""
    frame = io.read_parquet(sequences / "windows.parquet")
    labels = io.read_parquet(typology / "clusters.parquet")
    alphabet = io.read_json(sequences / "alphabet.json")["alphabet"]
    states = io.read_array(sequences / "states.npy")
    seqs = StateSequences.from_array(states, alphabet, frame["weight"].to_numpy())
    return frame.join(labels, on="window", how="left", maintain_order="left"), seqs
