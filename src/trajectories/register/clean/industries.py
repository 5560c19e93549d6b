"""Check of industry codes against the Danish industrial classification.

DB07 is the Danish edition of NACE Rev. 2; its first two digits are a division of NACE (Eurostat,
"NACE Rev. 2", 2008). A longer code that has lost its leading zero is accepted.
"""

from typing import Final

import polars as pl

from trajectories.register.clean.rejections import about

GAPS: Final = (4, 34, 40, 44, 48, 54, 57, 67, 76, 83, 89)
DIVISIONS: Final = tuple(f"{n:02d}" for n in range(1, 100) if n not in GAPS)
PATTERN: Final = r"^\d{2}(\.?\d{1,2}(\.?\d{1,2})?)?$"


def unlikely(codes: pl.Series) -> pl.Series:
    """Return for each code whether it is not a DB07 code; null for a null code."""
    short = pl.col("x").str.contains(r"^\d{5}$")
    full = pl.when(short).then(pl.lit("0") + pl.col("x")).otherwise(pl.col("x"))
    division = [pl.col("x"), full]
    fits = pl.any_horizontal(code.str.head(2).is_in(DIVISIONS) for code in division)
    wrong = ~(pl.col("x").str.contains(PATTERN) & fits)
    return codes.cast(pl.String).to_frame("x").select(wrong).to_series()


def note(codes: pl.Series, *, file: str, key: str) -> str | None:
    """Return a warning with the number of distinct codes that are not DB07 codes, if any."""
    distinct = codes.drop_nulls().unique()
    strange = int(unlikely(distinct).sum())
    if not strange:
        return None
    return (
        f"{file}: {about(strange)} of {about(len(distinct))} different industry codes are not in "
        f"DB07 but count as jobs: if some mean that there is no job, add them to {key}."
    )
