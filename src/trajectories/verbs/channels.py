"""The verb `channels`: what measures compare besides the states of windows."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trajectories import io
from trajectories.config.section import read_section
from trajectories.config.sections.channels import SourcesConfig
from trajectories.config.sections.dissimilarity import DissimilarityConfig, MeasureConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.errors import UserError
from trajectories.sequences import Sources, StateSequences, channel, window_hours
from trajectories.sequences.months.hours import DAYS_A_WEEK, month_days

Compared = dict[str, StateSequences | npt.NDArray[np.float64]]


def channels(*, config: Path, register: Path, months: Path, sequences: Path, out: Path) -> None:
    """Write the channels and series that the configured measures compare.

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
    windows = io.read_parquet(sequences / "windows.parquet")
    alphabet = io.read_json(sequences / "alphabet.json")["alphabet"]
    states = StateSequences.from_array(io.read_array(sequences / "states.npy"), alphabet)
    sources = Sources(
        windows=windows,
        states=states,
        person_months=io.read_parquet(months),
        spells=io.read_parquet(register / "spells.parquet"),
        employment=employment,
        out_state=read_section(config, "sequences", SequencesConfig).month.out_state,
    )
    made = compared(sources, settings.channels(), settings.series(), settings.sources)
    io.make_private(out)
    alphabets = {}
    for name, values in made.items():
        if isinstance(values, StateSequences):
            alphabets[name] = list(values.alphabet)
            io.write_array(values.states, out / f"{name}.npy")
        else:
            io.write_array(values, out / f"{name}.npy")
    io.write_json(alphabets, out / "channels.json")


def compared(
    sources: Sources,
    channel_names: Sequence[str],
    series_names: Sequence[str],
    settings: SourcesConfig,
    alphabets: Mapping[str, Sequence[str]] | None = None,
) -> Compared:
    """Make channels and series of windows.

    Args:
        sources: what they are made of.
        channel_names: the channels.
        series_names: the series.
        settings: how they are made.
        alphabets: the alphabet of each channel, where other windows have settled them.
    """
    made: Compared = {
        name: channel(
            name,
            sources,
            bands=settings.employment_bands,
            missing_weekly_hours=settings.missing_weekly_hours,
            least_share=settings.least_share,
            alphabet=() if alphabets is None else alphabets[name],
        )
        for name in channel_names
    }
    if not series_names:
        return made
    length = sources.states.length
    hours = window_hours(
        sources.windows,
        sources.employment,
        length,
        missing_weekly_hours=settings.missing_weekly_hours,
    )
    full = settings.full_time_hours / DAYS_A_WEEK * month_days(sources.windows["origin"], length)
    every = {"hours": hours, "degree": np.minimum(hours / full, 1.0)}
    return made | {name: every[name] for name in series_names}


def read_compared(folder: Path | None, options: MeasureConfig, name: str) -> Compared:
    """Read the channels or the series of one measure; none where it compares states alone.

    Raises:
        UserError: the folder was not given.
    """
    wanted = [*options.channels, *([options.series] if options.series else [])]
    if not wanted:
        return {}
    if folder is None:
        raise UserError(
            f"dissimilarity.measures.{name} compares {', '.join(wanted)}: "
            "run `trajectories channels` first and give its folder as --channels."
        )
    alphabets = io.read_json(folder / "channels.json")
    arrays = {key: io.read_array(folder / f"{key}.npy") for key in wanted}
    return {
        key: StateSequences.from_array(array, alphabets[key]) if key in alphabets else array
        for key, array in arrays.items()
    }


def _refuse_without_employment(settings: DissimilarityConfig) -> None:
    for name, measure in settings.measures.items():
        if measure.series is not None or "employment" in measure.channels:
            raise UserError(
                f"dissimilarity.measures.{name} compares employment, but the register has no "
                "employment spells: name their file under register.files.employment, or take the "
                "measure out."
            )
