"""`channels`: what measures compare besides the states of windows."""

from pathlib import Path

from trajectories import io
from trajectories.artefacts.channels import write_compared
from trajectories.artefacts.windows import read_windows
from trajectories.config.section import read_section
from trajectories.config.sections.dissimilarity import DissimilarityConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.errors import UserError
from trajectories.sequences import Sources
from trajectories.sequences.months.channels import compared


def channels(*, config: Path, register: Path, months: Path, sequences: Path, out: Path) -> None:
    """Make the channels and series of windows that measures compare.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the file of person-months.
        sequences: folder of the windows and their states.
        out: folder that receives a file of each channel, uint8 (n, L), and of each series, float64
            (n, L), by its name; and `channels.json`, the alphabet of each channel.

    Raises:
        UserError: a measure needs employment spells, and there are none.
    """
    settings = read_section(config, "dissimilarity", DissimilarityConfig)
    employment = io.read_parquet(register / "employment.parquet")
    if employment.is_empty():
        _refuse_without_employment(settings)
    windows, states = read_windows(sequences)
    sources = Sources(
        windows=windows,
        states=states,
        person_months=io.read_parquet(months),
        spells=io.read_parquet(register / "spells.parquet"),
        employment=employment,
        out_state=read_section(config, "sequences", SequencesConfig).month.out_state,
    )
    made = compared(sources, settings.channels(), settings.series(), settings.sources)
    write_compared(made, out)


def _refuse_without_employment(settings: DissimilarityConfig) -> None:
    for name, measure in settings.measures.items():
        if measure.series is not None or "employment" in measure.channels:
            raise UserError(
                f"dissimilarity.measures.{name} compares employment, but the register has no "
                "employment spells: name their file under register.files.employment, or take the "
                "measure out."
            )
