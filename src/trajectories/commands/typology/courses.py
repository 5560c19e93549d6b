"""`courses`: internships and stripes of like courses, by cluster."""

from pathlib import Path

import polars as pl

from trajectories import io
from trajectories.artefacts.persons import scan
from trajectories.artefacts.tables import write_tables
from trajectories.artefacts.windows import read_windows, with_clusters
from trajectories.config.section import read_section
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.sequences.describe.internships import interns
from trajectories.sequences.describe.matched_months import pool
from trajectories.sequences.describe.trajectory_tables import cluster_stripes, internship_tables


def courses(
    *, config: Path, register: Path, months: Path, sequences: Path, typology: Path, out: Path
) -> None:
    """Count internships that end in paid work and describe courses, by cluster.

    Args:
        config: the run's configuration.
        register: folder of the cleaned register.
        months: the file of person-months.
        sequences: folder of the windows.
        typology: folder of the chosen typology.
        out: folder that receives `tables`: stripes, and where any are counted also internships,
            internship_places and internship_matches.
    """
    settings = read_section(config, "sequences", SequencesConfig)
    frame, seqs = read_windows(sequences)
    windows = with_clusters(frame, typology)
    chosen = settings.description
    tables = {
        "stripes": cluster_stripes(
            seqs, windows["cluster"], stripes=chosen.stripes, minimum=chosen.stripe_windows
        )
    }
    chosen_interns = settings.internships
    if chosen_interns.activities:
        spells = io.read_parquet(register / "spells.parquet")
        persons = io.read_parquet(register / "persons.parquet")
        among = pool(spells["person"], chosen_interns.seed)
        asked = pl.concat([interns(spells, chosen_interns.activities), among]).unique()
        counted = internship_tables(
            spells,
            _months_of(asked, months),
            persons,
            windows,
            among=among,
            settings=chosen_interns,
            job_state=settings.month.job_state,
            length_months=seqs.length,
        )
        tables |= {name: table for name, table in counted.items() if table.height}
    write_tables(tables, out)


def _months_of(persons: pl.Series, months: Path) -> pl.DataFrame:
    """The months of some persons, so that those of a whole country need no memory."""
    file = scan(months).select("person", "month", "state", "benefit", "municipality")
    theirs = persons.to_frame("person").lazy()
    return file.join(theirs, on="person", how="semi").collect(engine="streaming")
