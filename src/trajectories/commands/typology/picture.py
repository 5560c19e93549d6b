"""`picture`: single courses by cluster, which never leave the server."""

from pathlib import Path

import numpy as np

from trajectories import io
from trajectories.artefacts.windows import read_windows, with_clusters
from trajectories.config.section import read_section
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.release.charts.private_index_plot import draw_index
from trajectories.release.style import as_png, read_style, settle, styled
from trajectories.sequences.describe.representatives import similarity_order


def picture(*, config: Path, sequences: Path, typology: Path, style: Path, out: Path) -> None:
    """Draw single courses by cluster: a private picture that never leaves the server.

    Args:
        config: the run's configuration.
        sequences: folder of the windows.
        typology: folder of the chosen typology.
        style: labels and colours.
        out: folder that receives the picture `index_plot.png`.
    """
    most = read_section(config, "sequences", SequencesConfig).description.index_rows
    frame, seqs = read_windows(sequences)
    windows = with_clusters(frame, typology)
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
