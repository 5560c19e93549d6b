"""`windows`: windows of equal length and their description."""

from pathlib import Path

from trajectories import io
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import write_windows
from trajectories.config.section import read_section
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.sequences import Event, breaks_seen
from trajectories.sequences.calendar import months_of
from trajectories.sequences.configured import cut_configured
from trajectories.sequences.describe.window_tables import tables


def windows(*, config: Path, register: Path, months: Path, out: Path) -> None:
    """Find origins, cut windows of equal length and describe the state sequences.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the file of person-months, or its folder.
        out: folder that receives `windows.parquet`, `states.npy`, `alphabet.json`,
            `breaks_seen.parquet` and `tables`.
    """
    settings = read_section(config, "sequences", SequencesConfig)
    file = months / "person_months.parquet" if months.is_dir() else months
    person_months = io.read_parquet(file)
    persons = io.read_parquet(register / "persons.parquet")
    cut = cut_configured(person_months, persons, settings=settings)
    io.make_private(out)
    write_windows(cut.frame, cut.sequences, out)
    chosen = settings.description
    made = tables(
        cut,
        person_months,
        min_share=chosen.min_share,
        max_events=chosen.max_events,
        most=chosen.listed,
    )
    write_tables(made, out)
    events = [Event(event.name, event.date) for event in settings.events or ()]
    seen = breaks_seen(
        cut.frame["group"], months_of(cut.frame["origin"]), settings.window.length_months, events
    )
    io.write_parquet(seen, out / "breaks_seen.parquet")
