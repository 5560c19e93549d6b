"""Every number of R's on formats, descriptions, indicators and events, to 1e-9 relative."""

import os
from pathlib import Path

import pytest

from sequences import r_events
from sequences.r_numbers import CHECKS, ELSEWHERE, base, entries, load, read

BY_EVENTS = {
    "seqefsub_top20": r_events.frequent,
    "seqefsub_constr_top20": r_events.constrained,
}
BY_FOLDER = {
    "seqecmpgroup_top20": lambda ref, e: r_events.discriminating(ref, load(ref, e), read(ref, e)),
    "seqecmpgroup_bonf_top20": lambda ref, e: r_events.adjusted(ref, load(ref, e), read(ref, e)),
    "stslist_default": r_events.sequence_object,
    "stslist_leftDEL_gapsDEL": r_events.sequence_object,
    **{
        f"overlap_overwrite{overwrite}_fill{fill}": (
            lambda ref, e: r_events.overlap(ref, read(ref, e), e["name"])
        )
        for overwrite in ("TRUE", "FALSE")
        for fill in ("none", "Z")
    },
    **{
        f"bfspell_process_{process}": (
            lambda ref, e: r_events.biographies(ref, read(ref, e), e["name"])
        )
        for process in ("FALSE", "TRUE_pdata")
    },
}
MINE = {*CHECKS, *BY_EVENTS, *BY_FOLDER}


def listed() -> list:
    """The manifest's entries that belong here; none where the reference is not at hand."""
    folder = Path(os.environ.get("TRAJECTORIES_REFERENCE", "-"))
    if not (folder / "MANIFEST.json").is_file():
        return []
    return [
        pytest.param(entry, id=f"{entry['dataset']}-{entry['name']}")
        for entry in entries(folder)
        if base(entry["name"]) in MINE
    ]


@pytest.mark.parametrize("entry", listed())
def test_the_number_is_r_s(entry: dict, reference: Path):
    name = base(entry["name"])
    if name in BY_FOLDER:
        BY_FOLDER[name](reference, entry)
    else:
        check = CHECKS.get(name) or BY_EVENTS[name]
        check(load(reference, entry), read(reference, entry), entry)


def test_every_entry_of_the_manifest_belongs_to_exactly_one_stage(reference: Path):
    names = {base(entry["name"]) for entry in entries(reference)}
    later = {name for name in names if name.startswith(ELSEWHERE)}
    assert names - later == MINE
    assert not later & MINE
