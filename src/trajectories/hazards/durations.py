"""Durations from a user's table: person-periods, a discrete-time model, Kaplan–Meier curves."""

from difflib import get_close_matches
from typing import Any

import polars as pl

from trajectories.config.sections.durations import DurationsConfig
from trajectories.errors import UserError
from trajectories.hazards.headline.models import MODEL_SCHEMA
from trajectories.survival.bands import band
from trajectories.survival.discrete_time.design import used_columns
from trajectories.survival.discrete_time.fit import HazardFit, fit_hazard
from trajectories.survival.life_tables import kaplan_meier
from trajectories.survival.usable import refuse_rows, require_size, require_usable

MODEL = "durations"
ALL = "all"
PERIOD, BAND, EVENT, PERSON = "period", "period_band", "event", "person"


def person_periods(durations: pl.DataFrame, rules: DurationsConfig) -> pl.DataFrame:
    """One row per person and period at risk.

    Args:
        durations: one row per duration, with the columns that `rules` names. A duration of t
            periods is at risk in periods 1…t (from entry + 1 with late entry), and the event, if
            any, is in period t.
        rules: columns and bands.

    Returns:
        person (u32, row number of the duration), period (i64), period_band (Enum), event (i8), and
        the durations' other columns.

    Raises:
        UserError: the durations cannot be used (`require_usable`), a time is not an integer, or
            there would be more than `max_person_periods`.
    """
    _check(durations, rules)
    used = [rules.time, rules.event, *([rules.entry] if rules.entry else [])]
    entry = pl.col(rules.entry).cast(pl.Int64) if rules.entry else pl.lit(0, pl.Int64)
    time = pl.col(rules.time).cast(pl.Int64)
    covariates = [name for name in durations.columns if name not in used]
    return (
        durations.with_row_index(PERSON)
        .with_columns(**{PERIOD: pl.int_ranges(entry + 1, time + 1)})
        .explode(PERIOD)
        .with_columns(
            ((pl.col(PERIOD) == time) & (pl.col(rules.event) == 1)).cast(pl.Int8).alias(EVENT),
            band(pl.col(PERIOD), rules.period_starts).alias(BAND),
        )
        .select(PERSON, PERIOD, BAND, EVENT, *covariates)
    )


def _check(durations: pl.DataFrame, rules: DurationsConfig) -> None:
    _require_named(durations, rules)
    groups = [rules.group] if rules.group else []
    require_usable(
        durations,
        f"durations of {rules.path}",
        stop=rules.time,
        entry=rules.entry,
        event=rules.event,
        filled=[*groups, *rules.exit_flags, *used_columns(rules.terms, durations.columns)],
    )
    times = [rules.time, *([rules.entry] if rules.entry else [])]
    for name in times:
        if (durations[name].cast(pl.Float64) % 1 != 0).any():
            raise UserError(f"{rules.path}: the column {name!r} must hold whole periods.")
    none = int((durations[rules.time] == 0).sum())
    refuse_rows(none, f"durations of {rules.path}", f"{rules.time!r} is 0", "the first period is 1")
    periods = pl.col(rules.time).cast(pl.Float64) - (pl.col(rules.entry) if rules.entry else 0)
    require_size(
        int(durations.select(periods.sum()).item()),
        f"person-periods of {rules.path}",
        most=rules.max_person_periods,
        mend=f"check {rules.time!r} for mistyped values, use longer periods, or raise "
        "hazards.durations.max_person_periods",
    )
    reserved = {PERSON, PERIOD, BAND, EVENT} & (set(durations.columns) - {rules.time, rules.event})
    if reserved:
        raise UserError(
            f"{rules.path} has a column {min(reserved)!r}, a name used by person-periods: "
            "rename it."
        )


def _require_named(durations: pl.DataFrame, rules: DurationsConfig) -> None:
    keys = [(key, getattr(rules, key)) for key in ("time", "event", "entry", "group")]
    for key, name in [*keys, *(("exit_flags", flag) for flag in rules.exit_flags)]:
        if name is not None and name not in durations.columns:
            close = get_close_matches(name, durations.columns, n=1)
            hint = f"did you mean {close[0]!r}" if close else "name one of those"
            raise UserError(
                f"hazards.durations.{key} names {name!r}, which is no column of {rules.path} "
                f"({', '.join(durations.columns)}): {hint}."
            )
    try:
        used_columns(rules.terms, durations.columns)
    except UserError as error:
        raise UserError(f"hazards.durations.terms: {error}") from error


def fit_durations(periods: pl.DataFrame, rules: DurationsConfig) -> HazardFit:
    """The discrete-time model of the event on the baseline's bands and the configured terms."""
    return fit_hazard(
        periods, event=EVENT, terms=[f"C({BAND})", *rules.terms], link=rules.link, cluster=PERSON
    )


def model_table(fit: HazardFit) -> pl.DataFrame:
    """All terms with model-based and sandwich variances, in the columns of `MODEL_SCHEMA`."""
    rows: list[dict[str, Any]] = []
    for variance, one in (("model", fit.with_cluster(None)), ("sandwich by person", fit)):
        rows += [
            {
                "model": MODEL,
                "label": "Hazard of the event, period by period",
                "variance": variance,
                "person_months": fit.n,
                "persons": fit.clusters,
                "events": fit.events,
                "departures": None,
                "residual_degrees": fit.clusters - fit.table.height,
                "clusters": one.clusters or None,
                "largest_cluster_share": one.largest_cluster_share or None,
                "planted": None,
                **row,
            }
            for row in one.table.iter_rows(named=True)
        ]
    return pl.DataFrame(rows, schema=MODEL_SCHEMA)


def survival(durations: pl.DataFrame, rules: DurationsConfig) -> pl.DataFrame:
    """Kaplan–Meier curves, for all and for each value of the group.

    Returns:
        group, time, at_risk, events, censored (i64), estimate, se (f64), sorted.
    """
    base = durations.select(
        group=pl.lit(ALL),
        time=pl.col(rules.time).cast(pl.Int64),
        exit=(pl.col(rules.event) == 1).cast(pl.Int64),
        **({"entry": pl.col(rules.entry).cast(pl.Int64)} if rules.entry else {}),
    ).with_row_index(PERSON)
    frames = [base]
    if rules.group:
        values = pl.format("{}={}", pl.lit(rules.group), durations[rules.group]).alias("group")
        frames.append(base.with_columns(values))
    return kaplan_meier(pl.concat(frames), by="group")


def notes(durations: pl.DataFrame, fit: HazardFit, rules: DurationsConfig) -> pl.DataFrame:
    """Notes for the reader: code, sentence."""
    rows = [("durations_note", note) for note in fit.notes]
    if rules.exit_flags:
        none = pl.all_horizontal(pl.col(flag) != 1 for flag in rules.exit_flags)
        count = durations.filter(none).height
        if count:
            rows.append(
                (
                    "no_exit_flag",
                    f"{count} durations carry none of {', '.join(rules.exit_flags)}: they count "
                    "as censored.",
                )
            )
    return pl.DataFrame(rows, schema={"code": pl.String, "sentence": pl.String}, orient="row")
