"""`example mvad`: open data for the example run."""

from pathlib import Path

from trajectories import examples


def mvad(*, out: Path = Path("data/mvad"), source: Path | None = None) -> None:
    """Fetch the school-to-work data of McVicar & Anyadike-Danes (2002).

    Args:
        out: folder to write to.
        source: a local mvad.csv instead.
    """
    examples.fetch_mvad(out, source=source)
