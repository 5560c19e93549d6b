"""Cleaning of persons: one row each, with a row number in place of the key."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from trajectories.config.sections.register import RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.accounting import Ledger
from trajectories.register.clean.contracts import PersonRows, reject
from trajectories.register.clean.keys import number_keys, usable_keys
from trajectories.register.clean.rejections import advise, weigh
from trajectories.register.read.cpr import digits_of, refuse_cpr, refuse_cpr_beside_text
from trajectories.register.read.parsing import Kind, parse, tidy_columns
from trajectories.register.read.readers import RawTable

KINDS: dict[str, Kind] = {
    "person": "text",
    "birth_date": "date",
    "sex": "text",
    "municipality": "whole",
    "died": "date",
    "emigrated": "date",
}
CONTRADICTION = "person has several rows that contradict each other"
CONTENT = ("birth_date", "sex", "municipality", "died", "emigrated")


@dataclass(frozen=True)
class People:
    """The persons of the extract.

    Attributes:
        frame: key, person (UInt32, 0 … n−1: a permutation of the sorted keys), birth_date, sex,
            municipality (Int16), died, emigrated, and the kept columns; sorted by person.
        keys: the key table: key, person, sorted by key.
        rejected: keys of persons all of whose rows were rejected.
        remark: a warning if many rows were rejected.
    """

    frame: pl.DataFrame
    keys: pl.DataFrame
    rejected: pl.Series
    remark: str | None = None

    def lookup(self, keys: pl.Series) -> pl.DataFrame:
        """Return person (null if unknown) and rejected (Boolean) for each key, in order."""
        refused = pl.DataFrame({"key": self.rejected}).with_columns(
            person=pl.lit(None, dtype=pl.UInt32), rejected=pl.lit(True)
        )
        known = self.keys.with_columns(rejected=pl.lit(False))
        found = (
            keys.alias("key")
            .to_frame()
            .join(pl.concat([known, refused]), on="key", how="left", maintain_order="left")
        )
        return found.select("person", pl.col("rejected").fill_null(False))


def clean_persons(raw: RawTable, config: RegisterConfig, *, key_seed: int) -> tuple[People, Ledger]:
    """Reject invalid rows, merge equal ones, and reject persons with contradictory rows.

    Raises:
        UserError: the table has no usable rows, lacks a kept column, or contains CPR numbers.
    """
    if raw.frame.is_empty():
        raise UserError(f"{raw.label} has no rows: it needs one for each person.")
    kept = raw.frame.select(config.keep)
    words = raw.missing
    own = parse(raw.frame, KINDS, file=raw.label, dates=raw.dates, missing=words)
    own = own.with_columns(usable_keys(own["person"], raw.key_digits).alias("person"))
    parsed = (
        pl.concat([own, tidy_columns(kept, words)], how="horizontal")
        .rename({"person": "key"})
        .with_columns(pl.col("sex").replace(config.sex_map))
        .with_row_index("row")
    )
    for column in ("key", *config.keep):
        refuse_cpr(
            digits_of(parsed[column]).unique(),
            file=raw.label,
            column="person" if column == "key" else column,
            allowed=config.allow_cpr_keys,
        )
    refuse_cpr_beside_text(raw.frame, parsed, file=raw.label, allowed=config.allow_cpr_keys)
    ledger = Ledger("persons", raw.frame.height)
    reject(parsed, PersonRows, ledger)
    good = parsed.filter(pl.Series(ledger.without_fate))
    single = _merge_duplicates(good, (*CONTENT, *config.keep), ledger)
    remark = weigh(ledger.close(), config, file=raw.label, advice=advise(raw, ledger))
    frame, keys = _number(single, key_seed)
    rest = parsed["key"].drop_nulls().unique()
    gone = rest.filter(~rest.is_in(keys["key"].implode())).sort()
    return People(frame.select("key", "person", *CONTENT, *config.keep), keys, gone, remark), ledger


def persons_from_spells(
    keys: pl.Series, config: RegisterConfig, *, file: str, key_seed: int
) -> People:
    """Return the persons of an extract without a table `persons`, with all facts missing.

    Raises:
        UserError: keys look like CPR numbers.
    """
    refuse_cpr(keys.unique(), file=file, column="person", allowed=config.allow_cpr_keys)
    found = pl.DataFrame({"key": keys.drop_nulls().unique()})
    empty = [pl.lit(None, dtype=pl.Date).alias(n) for n in ("birth_date", "died", "emigrated")]
    nobody = pl.Series("key", [], dtype=pl.String)
    frame, table = _number(found, key_seed)
    full = frame.with_columns(
        *empty, sex=pl.lit(None, dtype=pl.String), municipality=pl.lit(None, dtype=pl.Int16)
    )
    return People(full.select("key", "person", *CONTENT), table, nobody)


def _merge_duplicates(rows: pl.DataFrame, content: tuple[str, ...], ledger: Ledger) -> pl.DataFrame:
    ordered = rows.sort("key", "row")
    values = pl.struct(content)
    variants = ordered.select(values.n_unique().over("key")).to_series()
    conflicting = ordered["row"].filter(variants > 1)
    ledger.enter("rejected", CONTRADICTION, conflicting.to_numpy())
    single = ordered.filter(variants == 1)
    again = single.select(pl.col("key") == pl.col("key").shift(1)).to_series().fill_null(False)
    ledger.enter("merged", "equal to another row", single["row"].filter(again).to_numpy())
    used = single.filter(~again)
    ledger.enter("used", "as registered", used["row"].to_numpy())
    return used


def _number(frame: pl.DataFrame, key_seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Number the persons of a frame with one row per key; return them by number, and the keys."""
    columns: dict[str, Any] = {"municipality": pl.col("municipality").cast(pl.Int16)}
    present = {name: value for name, value in columns.items() if name in frame.columns}
    keys = number_keys(frame["key"], seed=key_seed, name="person")
    numbered = frame.sort("key").with_columns(keys["person"], **present)
    return numbered.sort("person"), keys
