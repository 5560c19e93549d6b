"""R's event subsequences, spells and sequence objects, and how each is computed here."""

from pathlib import Path

import numpy as np
import polars as pl

from sequences.r_numbers import same
from sequences.samples import r_states, raw_ex1
from trajectories.sequences import (
    MISSING,
    VOID,
    Constraints,
    StateSequences,
    discriminating_subsequences,
    frequent_subsequences,
    from_spells,
    to_events,
)

LIMITS = Constraints(max_gap=12, window_size=36)


def frequent(seqs, r, entry, *, limits=None, counting="cases") -> None:
    """The commonest subsequences: each of R's has R's support, and the highest are the same."""
    options = {} if limits is None else {"limits": limits}
    found = frequent_subsequences(to_events(seqs), min_share=0.02, counting=counting, **options)
    mine = r.join(found, left_on="subseq", right_on="subsequence", maintain_order="left")
    assert len(mine) == len(r)
    same(mine.select("share", "count"), r.select("Support", "Count"))
    same(found["count"][: len(r)], r["Count"])


def constrained(seqs, r, entry) -> None:
    frequent(seqs, r, entry, limits=LIMITS, counting="occurrences")


def _compared(reference: Path, seqs, r, *, adjust: bool) -> pl.DataFrame:
    group = pl.read_csv(reference / "data" / "mvad.csv")["gcse5eq"].to_numpy()
    events = to_events(seqs)
    found = frequent_subsequences(events, min_share=0.02)
    mine = discriminating_subsequences(events, found, group, adjust=adjust)
    joined = r.join(mine, left_on="subseq", right_on="subsequence", maintain_order="left")
    assert len(joined) == len(r)
    same(
        joined.select(
            "share", "statistic_right", "share_no", "share_yes", "residual_no", "residual_yes"
        ),
        r.select("Support", "statistic", "Freq.no", "Freq.yes", "Resid.no", "Resid.yes"),
    )
    same(mine["statistic"][: len(r)], r["statistic"])
    return joined


def discriminating(reference: Path, seqs, r) -> None:
    same(_compared(reference, seqs, r, adjust=False)["p_value"], r["p.value"])


def adjusted(reference: Path, seqs, r) -> None:
    """R subtracts a power near 1 from 1, which leaves an error of up to 1e-14 that we do not make.

    With the same subtraction the numbers are equal, so both are shown.
    """
    plain = _compared(reference, seqs, r, adjust=False)["p_value"].to_numpy()
    tests = len(frequent_subsequences(to_events(seqs), min_share=0.02))
    np.testing.assert_allclose(1 - (1 - plain) ** tests, r["p.value"], rtol=1e-9, atol=2e-14)
    exact = _compared(reference, seqs, r, adjust=True)["p_value"].to_numpy()
    np.testing.assert_allclose(exact, r["p.value"], rtol=1e-9, atol=2e-14)


def _rows(seqs: StateSequences) -> list[list[str | None]]:
    return [list(row) for row in seqs.labels()]


def overlap(reference: Path, r, name: str) -> None:
    spells = pl.read_csv(reference / "data" / "spell_overlap.csv")
    fill = {"fill": "Z"} if name.endswith("fillZ") else {}
    ids, seqs = from_spells(
        spells,
        "ABCDZ",
        sequence="id",
        state="status",
        first=1,
        last=12,
        overwrite="TRUE" in name,
        **fill,
    )
    assert ids == r["id"].to_list()
    assert _rows(seqs) == [list(row[1:]) for row in r.rows()]


def biographies(reference: Path, r, name: str) -> None:
    spells = pl.read_csv(reference / "data" / "bfspell20.csv")
    alphabet = spells["states"].unique().sort().to_list()
    options: dict = {"sequence": "id", "state": "states"}
    if name.endswith("pdata"):
        options |= {"origin": pl.read_csv(reference / "data" / "bfpdata20.csv"), "last": 16}
    ids, seqs = from_spells(spells, alphabet, **options)
    assert ids == r["id"].to_list()
    assert _rows(seqs) == [list(row[1:]) for row in r.rows()]


def sequence_object(reference: Path, entry: dict) -> None:
    options = {"left": "drop", "gaps": "drop"} if "leftDEL" in entry["name"] else {}
    seqs = StateSequences.from_array(raw_ex1(reference), "ABCD", right="drop", **options)
    table = dict(enumerate(seqs.alphabet)) | {MISSING: "*", VOID: ""}
    written = ["".join(table[code] for code in row) for row in seqs.states.tolist()]
    assert written == r_states(reference / entry["file"])
