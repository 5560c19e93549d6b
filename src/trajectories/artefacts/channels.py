"""The folder of channels and series that measures compare."""

from pathlib import Path

from trajectories import io
from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.errors import UserError
from trajectories.sequences import StateSequences
from trajectories.sequences.months.channels import Compared

ALPHABETS = "channels.json"


def write_compared(made: Compared, out: Path) -> None:
    """Write each channel and series by its name, and the alphabets of the channels."""
    io.make_private(out)
    alphabets = {}
    for name, values in made.items():
        if isinstance(values, StateSequences):
            alphabets[name] = list(values.alphabet)
        array = values.states if isinstance(values, StateSequences) else values
        io.write_array(array, out / f"{name}.npy")
    io.write_json(alphabets, out / ALPHABETS)


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
    alphabets = io.read_json(folder / ALPHABETS)
    arrays = {key: io.read_array(folder / f"{key}.npy") for key in wanted}
    return {
        key: StateSequences.from_array(array, alphabets[key]) if key in alphabets else array
        for key, array in arrays.items()
    }
