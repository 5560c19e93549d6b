"""A table of the codes in an extract: when and how often they occur, and their meaning."""

from collections.abc import Mapping

import polars as pl

from trajectories.register.codes.codelist import outside_validity

STATUSES = ("unmapped", "mapped", "known")
LABELS = ("danish", "english", "confidence", "valid_from", "valid_to")


def protected(count: pl.Expr, *, threshold: int, base: int) -> pl.Expr:
    """Round a count to a multiple of `base`, halves up; null if smaller than `threshold`."""
    return pl.when(count >= threshold).then((count + base // 2) // base * base)


def check_codes(
    spells: pl.DataFrame,
    labels: pl.DataFrame,
    code_map: Mapping[str, str],
    *,
    threshold: int,
    base: int,
) -> pl.DataFrame:
    """Tabulate the codes of an extract against the codelist.

    Args:
        spells: key, code (text), start (Date); nulls allowed.
        labels: as `codelist.load_labels` returns it.
        code_map: codes of the extract mapped to codes of the codelist.
        threshold: smallest number of persons that is shown.
        base: counts are rounded to multiples of it.

    Returns:
        One row per code, unmapped ones first: code, status (known, mapped or unmapped), target (the
        codelist's code), rows and persons (rounded, null if fewer than `threshold` persons have
        the code), first_month and last_month (the months between which all but the `threshold` − 1
        earliest and latest persons start a spell with it; null if they would cross), rows_outside
        (rows that start outside the code's validity, rounded, null if they belong to fewer than
        `threshold` persons), danish, english, confidence, valid_from, valid_to.
    """
    known = labels.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in LABELS if name not in labels.columns
    ).select("code", *LABELS)
    rows = spells.select("key", "code", "start").filter(pl.col("code").is_not_null())
    target = pl.col("code").replace_strict(dict(code_map), default=pl.col("code"))
    coded = rows.with_columns(target=target).join(
        known.select(pl.col("code").alias("target"), "valid_from", "valid_to", found=True),
        on="target",
        how="left",
    )
    outside = outside_validity(coded["start"], coded).fill_null(False)
    by_person = (
        coded.with_columns(outside=outside)
        .group_by("code", "target", "key")
        .agg(
            rows=pl.len(),
            first=pl.col("start").min(),
            last=pl.col("start").max(),
            outside=pl.col("outside").sum(),
            found=pl.col("found").first(),
        )
    )
    nth = threshold - 1
    counts = by_person.group_by("code", "target").agg(
        pl.col("found").first(),
        pl.col("rows").sum(),
        persons=pl.len(),
        first_month=pl.col("first").sort().get(nth, null_on_oob=True).dt.month_start(),
        last_month=pl.col("last")
        .sort(descending=True, nulls_last=True)
        .get(nth, null_on_oob=True)
        .dt.month_start(),
        rows_outside=pl.col("outside").sum(),
        persons_outside=(pl.col("outside") > 0).sum(),
    )
    status = (
        pl.when(pl.col("found").is_null())
        .then(pl.lit("unmapped"))
        .when(pl.col("code").is_in(list(code_map)))
        .then(pl.lit("mapped"))
        .otherwise(pl.lit("known"))
    )
    rounded = {
        name: protected(pl.col(name), threshold=threshold, base=base)
        for name in ("rows", "persons", "rows_outside")
    }
    enough = pl.col("persons") >= threshold
    none_outside = pl.col("persons_outside") == 0
    table = (
        counts.with_columns(status=status.cast(pl.Enum(STATUSES)))
        .with_columns(
            pl.when(enough).then(rounded["rows"]).alias("rows"),
            rounded["persons"].alias("persons"),
            pl.when(none_outside)
            .then(0)
            .when(pl.col("persons_outside") >= threshold)
            .then(rounded["rows_outside"])
            .alias("rows_outside"),
        )
        .sort("status", "code")
        .join(known.rename({"code": "target"}), on="target", how="left", maintain_order="left")
    )
    in_order = pl.col("first_month") <= pl.col("last_month")
    return table.select(
        "code",
        pl.col("status").cast(pl.String),
        "target",
        pl.col("rows", "persons").cast(pl.Int64),
        *(pl.when(in_order).then(name).alias(name) for name in ("first_month", "last_month")),
        pl.col("rows_outside").cast(pl.Int64),
        *LABELS,
    )
