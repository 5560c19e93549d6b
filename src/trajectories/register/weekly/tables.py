"""From the runs of a weekly register to interval tables, for some persons at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import polars as pl

from trajectories.arrays import Ints
from trajectories.config.sections.dream import DreamConfig, Unit
from trajectories.register.read.readers import RawTable
from trajectories.register.weekly.calendar import days_of_period, weeks_of_period
from trajectories.register.weekly.columns import Kind
from trajectories.register.weekly.run_kernels import RUN, jobs, order_runs, spells_with_places
from trajectories.register.weekly.runs import Buckets, Runs, periods_as
from trajectories.register.weekly.scan import Scan

PERSONS_AT_ONCE: Final = 2**17
DAYS_A_WEEK: Final = 7
MONDAY: Final = -3
SUNDAY: Final = 3


@dataclass(frozen=True)
class Ordered:
    """Runs sorted by person, first period and value, and the first run of each person."""

    runs: Runs
    at: Ints


class WeeklyTables:
    """The tables derived from a weekly register, for one bucket of persons at a time.

    Benefit spells are runs of one code, split where the municipality changes. Jobs are weeks
    without a benefit in months with an industry code. Readiness intervals are runs of one
    visitation group. Weeks run from Monday to Sunday; visitation covers whole calendar periods.
    """

    def __init__(
        self,
        scan: Scan,
        config: DreamConfig,
        person_of_unit: Ints,
        *,
        persons: int,
        scratch: Path,
        persons_at_once: int = PERSONS_AT_ONCE,
    ) -> None:
        """Distribute the runs to buckets of consecutive persons.

        Args:
            scan: the scan of the files.
            config: the definition of a job.
            person_of_unit: number of each unit's person, −1 if its row is not used.
            persons: number of persons.
            scratch: folder for the buckets.
            persons_at_once: persons per bucket.
        """
        self.count = max(1, -(-persons // persons_at_once))
        self.size = persons_at_once
        self._scan, self._config, self._person = scan, config, person_of_unit
        bucket = np.where(person_of_unit < 0, self.count, person_of_unit // persons_at_once)
        self._buckets = {
            kind: Buckets(scratch, kind, self.count).fill(
                runs, bucket.astype(np.uint16), scan.places[kind]
            )
            for kind, runs in scan.runs.items()
        }

    def __enter__(self) -> Self:
        """Return the tables; the buckets exist only within the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Delete the buckets."""
        for buckets in self._buckets.values():
            buckets.close()

    def has(self, table: str) -> bool:
        """Return whether the files have the columns from which a table is derived."""
        kind: Kind = {"spells": "weeks", "employment": "industry"}.get(table, "visitation")  # type: ignore[assignment]
        return len(self._scan.texts.get(kind, ())) > 1

    def table(self, name: str, bucket: int) -> RawTable:
        """Return one table for the persons of a bucket."""
        make = {"spells": self._spells, "employment": self._employment}.get(name, self._readiness)
        runs, columns, unit = make(bucket)
        keys = self._scan.table.frame["person"].gather(runs["unit"])
        bounds = _days(runs) if unit == "week" else _calendar_days(runs, unit)
        frame = pl.DataFrame({"person": keys, **columns, **bounds})
        return RawTable(
            name,
            frame,
            self._scan.table.files,
            source=(self._scan.table, runs["unit"].astype(np.int64)),
            missing=self._scan.table.missing,
        )

    def _spells(self, bucket: int) -> tuple[Runs, dict[str, Any], Unit]:
        spells, places = self._in_weeks("weeks", bucket), self._in_weeks("municipality", bucket)
        runs, where = spells_with_places(spells.runs, spells.at, places.runs, places.at)
        columns = {"code": self._scan.texts["weeks"].gather(runs["value"])}
        if len(self._scan.texts.get("municipality", ())) > 1:
            columns["municipality"] = self._scan.texts["municipality"].gather(where)
        return runs, columns, "week"

    def _employment(self, bucket: int) -> tuple[Runs, dict[str, Any], Unit]:
        spells, industries = self._in_weeks("weeks", bucket), self._in_weeks("industry", bucket)
        runs = jobs(
            spells.runs,
            spells.at,
            industries.runs,
            industries.at,
            self._scan.first_week,
            self._scan.last_week,
            self._config.job_min_weeks,
            self._config.job_gap_weeks,
        )
        return runs, {"industry": self._scan.texts["industry"].gather(runs["value"])}, "week"

    def _readiness(self, bucket: int) -> tuple[Runs, dict[str, Any], Unit]:
        runs = self._ordered(self._buckets["visitation"].of(bucket), bucket).runs
        texts = self._scan.texts["visitation"].gather(runs["value"])
        return runs, {"readiness": texts}, self._scan.units["visitation"]

    def _in_weeks(self, kind: Kind, bucket: int) -> Ordered:
        """Return the runs of a bucket in weeks; none if the files lack the columns."""
        if kind not in self._buckets:
            return Ordered(np.empty(0, RUN), np.zeros(self.size + 1, np.int64))
        runs, unit = self._buckets[kind].of(bucket), self._scan.units[kind]
        weeks = (self._scan.first_week, self._scan.last_week)
        if unit == "always":
            runs = periods_as(runs, [weeks], 0)
        elif unit != "week" and len(runs):
            first, last = int(runs["first"].min()), int(runs["last"].max())
            bounds = [weeks_of_period(unit, number) for number in range(first, last + 1)]
            runs = periods_as(runs, bounds, first)
        return self._ordered(runs, bucket)

    def _ordered(self, runs: Runs, bucket: int) -> Ordered:
        local = (self._person[runs["unit"]] - bucket * self.size).astype(np.uint32)
        return Ordered(*order_runs(local, runs, self.size))


def _days(runs: Runs) -> Mapping[str, pl.Series]:
    """Return the Monday of each run's first week and the Sunday of its last."""
    first, last = (runs[name].astype(np.int32) * DAYS_A_WEEK for name in ("first", "last"))
    return {
        "start": pl.Series(first + MONDAY).cast(pl.Date),
        "end": pl.Series(last + SUNDAY).cast(pl.Date),
    }


def _calendar_days(runs: Runs, unit: Unit) -> Mapping[str, pl.Series]:
    """Return the first day of each run's first period and the last day of its last."""
    if not len(runs):
        return dict.fromkeys(("start", "end"), pl.Series([], dtype=pl.Date))
    first, last = int(runs["first"].min()), int(runs["last"].max())
    days = [days_of_period(unit, number) for number in range(first, last + 1)]
    begins, ends = (pl.Series(bounds, dtype=pl.Date) for bounds in zip(*days, strict=True))
    return {"start": begins.gather(runs["first"] - first), "end": ends.gather(runs["last"] - first)}
