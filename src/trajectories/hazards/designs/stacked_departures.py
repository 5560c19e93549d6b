"""Event study of stacked departures, with controls from other teams (`event_study`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from trajectories.caseworkers import handovers
from trajectories.caseworkers.calendar import months_between
from trajectories.caseworkers.exposures import listed_months
from trajectories.config.sections.hazards import ModelsConfig
from trajectories.distributions import t_quantile
from trajectories.hazards.designs.contrasts import Coefficients
from trajectories.hazards.designs.rows import CLUSTER, SIZES, joint_test
from trajectories.hazards.designs.stacked_rows import (
    AFTER_BIN,
    BINS,
    FIRST,
    LAST,
    LEAD_BINS,
    NOTICE_BIN,
    OTHERS,
    stack,
)
from trajectories.hazards.thresholds import LEADS
from trajectories.notebook.described import described
from trajectories.survival.discrete_time.design import used_columns
from trajectories.survival.discrete_time.fit import fit_hazard
from trajectories.survival.errors import NotEstimableError

POWER = 0.8
STACKED = (
    "person",
    "course",
    "month",
    "municipality",
    "cluster",
    "caseworker",
    "listed_departures",
)
"""Columns of the panel that the event study uses beside the event and the adjustment."""
AGAINST_OTHERS, AGAINST_BEFORE = "against other clients", "against the same list before"
TEST_SCHEMA = {
    "test": pl.String,
    **dict.fromkeys(("person_months", "persons", "events", "clusters"), pl.Int64),
    **handovers.COUNTED_SCHEMA,
    **dict.fromkeys(("hazard_ratio", "low", "high", "p_value"), pl.Float64),
}
EVENT_SCHEMA = {
    "contrast": pl.String,
    **dict.fromkeys(("lag", "person_months", "persons", "events", "residual_degrees"), pl.Int64),
    **handovers.COUNTED_SCHEMA,
    **dict.fromkeys(("coef", "se", "hazard_ratio", "low", "high"), pl.Float64),
}


@described(
    lambda x: f"{x.table.height} months and contrasts, {x.rows.height:,} person-months",
    "table",
    "tests",
)
@dataclass(frozen=True)
class EventStudy:
    """The hazard of the event in the months around departures.

    Attributes:
        table: contrast, lag (event month; 0 is the leaver's last month), person_months, persons,
            events (of clients on a list), from_caseworkers (leavers), to_caseworkers (their
            clients' next caseworkers), coef, se, hazard_ratio, low, high.
        tests: one row per test, columns of `TEST_SCHEMA`: "leads" (joint test of months −12…−4, in
            three bins), "pooled lead" (their mean; 90 % interval), "smallest detectable lead" (the
            ratios detected with 80 % power), "anticipation" (mean of −3…−1), "after" (mean of
            1…12 against the same list before), "first stage" (share whose caseworker has changed
            minus that of the controls, in the column of the hazard ratio) and "scaled by the first
            stage".
        rows: the person-months used, as `stack` returns them.
    """

    table: pl.DataFrame
    tests: pl.DataFrame
    rows: pl.DataFrame = field(default_factory=pl.DataFrame)


def event_study(
    panel: pl.DataFrame,
    exposures: pl.DataFrame,
    departures: pl.DataFrame,
    teams: pl.DataFrame,
    changes: pl.DataFrame,
    *,
    rules: ModelsConfig | None = None,
    lag_months: int = 1,
) -> EventStudy:
    """Estimate the hazard by month around departures (stacked; Cengiz et al. 2019).

    Args:
        panel: as `risk_set` returns it.
        exposures: clients on leavers' lists, as `caseworker_changes` returns them.
        departures: the lists that ended with a departure.
        teams: caseworker, team.
        changes: dated changes, for the first stage.
        rules: link, event and adjustment; the defaults if None.
        lag_months: the lag of the panel's counts; months.

    Raises:
        NotEstimableError: there are no departures, no controls, or no events around departures.

    Examples:
        Of the 200 clients of each of two caseworkers, 4 find a job each month. After caseworker 1
        left, 2 of hers do.

        >>> from datetime import date
        >>> import polars as pl
        >>> from trajectories.config.sections.hazards import ModelsConfig
        >>> from trajectories.hazards import event_study
        >>> left = date(2013, 1, 1)
        >>> exits = {1: [*range(12)] * 4 + [*range(12, 24)] * 2, 2: [*range(24)] * 4}
        >>> rows = [(who, e) for who, es in exits.items() for e in es + [99] * (200 - len(es))]
        >>> people = pl.DataFrame(rows, ["caseworker", "exit"], orient="row")
        >>> month = pl.date_range(date(2012, 1, 1), date(2013, 12, 1), "1mo", eager=True)
        >>> time = pl.DataFrame({"time": range(24), "month": month})
        >>> panel = people.with_row_index("person").join(time, how="cross")
        >>> gone = (pl.col("caseworker") == 1) & (pl.col("time") > 12)
        >>> panel = panel.filter(pl.col("time") <= pl.col("exit")).with_columns(
        ...     course="person",
        ...     municipality=751,
        ...     cluster=pl.col("caseworker").cast(pl.String),
        ...     listed_departures=gone.cast(pl.Int16),
        ...     job=(pl.col("time") == pl.col("exit")).cast(pl.Int8),
        ... )
        >>> clients = panel.filter(caseworker=1, time=9)
        >>> listed = {"list": 0, "list_day": date(2012, 10, 31), "month": left}
        >>> study = event_study(
        ...     panel,
        ...     clients.select("person", "caseworker", **listed),
        ...     pl.DataFrame({"caseworker": 1, "month": left, "team": ["A"], "municipality": 751}),
        ...     pl.DataFrame({"caseworker": [1, 2], "team": ["A", "B"]}),
        ...     clients.select(
        ...         "person",
        ...         month=left,
        ...         date=left,
        ...         from_caseworker=1,
        ...         to_caseworker=3,
        ...         cause=pl.lit("departure"),
        ...     ),
        ...     rules=ModelsConfig(adjustment=("C(time)",)),
        ... )
        >>> months = study.table.filter(contrast="against other clients")
        >>> ratios = dict(months.select("lag", pl.col("hazard_ratio").round(2)).iter_rows())
        >>> ratios[-6], ratios[0]
        (1.0, 0.5)

    See Also:
        `caseworker_changes`, `risk_set`, `trajectories.plot.event_study`.

    R equivalent: `fixest::feglm` with `i(event_month)` on the stacked person-months.
    """
    rules = rules or ModelsConfig()
    # Stacking copies the panel several times: only what is used goes along.
    terms = used_columns(rules.adjustment, panel.columns)
    panel = panel.select(list(dict.fromkeys([*STACKED, *terms, rules.event])))
    rows = stack(panel, exposures, departures, teams, lag_months=lag_months)
    rows = handovers.with_successors(rows, changes)
    kinds = rows["event_month"].cast(pl.String)
    if not (kinds == OTHERS).any() or (kinds == OTHERS).all():
        raise NotEstimableError(
            "There is no departure with clients of other teams beside it, so the months around "
            "departures are not compared."
        )
    fit = fit_hazard(
        rows,
        event=rules.event,
        terms=[*rules.adjustment, "C(event_month)"],
        link=rules.link,
        cluster=CLUSTER,
        weight="weight",
    )
    months = {f"C(event_month)[T.{month}]": month for month in range(FIRST, LAST + 1)}
    coefs = Coefficients.of(fit, months)
    free = rows["person"].n_unique() - fit.table.height
    sizes = {
        row["event_month"]: row
        for row in rows.group_by(pl.col("event_month").cast(pl.String))
        .agg(
            pl.len().cast(pl.Int64).alias("person_months"),
            pl.col("person").n_unique().cast(pl.Int64).alias("persons"),
            pl.col(rules.event).cast(pl.Int64).sum().alias("events"),
            *handovers.counted(handovers.LAST_LISTED),
        )
        .iter_rows(named=True)
    }
    leads = [month for month in LEADS if month in coefs.place]
    table: list[dict[str, Any]] = []
    for contrast, base in ((AGAINST_OTHERS, []), (AGAINST_BEFORE, leads)):
        for month in sorted(coefs.place):
            if base and month in base:
                continue
            if contrast == AGAINST_BEFORE and not leads:
                continue
            size = {k: sizes[str(month)][k] for k in (*SIZES, *handovers.COUNTED)}
            estimate = coefs.estimate([month], base)
            table.append({"contrast": contrast, "lag": month, **size, **estimate})
            table[-1]["residual_degrees"] = free
    tests = lead_tests(binned(rows, rules, BINS), rows, panel, exposures, changes, rules.event)
    return EventStudy(
        pl.DataFrame(table, schema=EVENT_SCHEMA), pl.DataFrame(tests, schema=TEST_SCHEMA), rows
    )


def binned(rows: pl.DataFrame, rules: ModelsConfig, bins: Mapping[str, range]) -> Coefficients:
    """Coefficients of event months in a few bins, with the jackknife over clusters.

    Single months have few events, and the sandwich with few clusters would reject true null
    hypotheses too often, so tests use these bins.
    """
    names = {str(month): name for name, months in bins.items() for month in months}
    named = rows.with_columns(
        event_bin=pl.col("event_month")
        .cast(pl.String)
        .replace(names)
        .cast(pl.Enum([OTHERS, *bins]))
    )
    fit = fit_hazard(
        named,
        event=rules.event,
        terms=[*rules.adjustment, "C(event_bin)"],
        link=rules.link,
        cluster=CLUSTER,
        variance="crv3",
        weight="weight",
    )
    return Coefficients.of(fit, {f"C(event_bin)[T.{name}]": name for name in bins})


def lead_tests(
    coefs: Coefficients,
    rows: pl.DataFrame,
    panel: pl.DataFrame,
    exposures: pl.DataFrame,
    changes: pl.DataFrame,
    event: str,
) -> list[dict[str, Any]]:
    """The tests of the event study, one row each, from the coefficients of its bins.

    Degrees of freedom count only the clusters with person-months in the tested months: the others
    carry no information on their variation, and with few clusters the joint test would reject too
    often.

    Args:
        coefs: by the names of `BINS`.
        rows: as `stack` returns them.
        panel: as `risk_set` returns it.
        exposures: clients on leavers' lists.
        changes: dated changes.
        event: the column of events.
    """
    treated = rows.filter(pl.col("event_month").cast(pl.String) != OTHERS)
    months = treated["event_month"].cast(pl.String).cast(pl.Int64)

    def within(chosen: range) -> pl.DataFrame:
        return treated.filter(months.is_in(list(chosen)))

    def known_from(chosen: range) -> Coefficients:
        # Teams without an event are not part of the fit.
        return replace(coefs, clusters=min(coefs.clusters, within(chosen)[CLUSTER].n_unique()))

    def row(test: str, chosen: range, values: dict[str, Any]) -> dict[str, Any]:
        part = within(chosen)
        size = {
            "person_months": part.height,
            "persons": part["person"].n_unique(),
            "events": int(part[event].sum()),
            "clusters": known_from(chosen).clusters,
            **handovers.count_of(part, handovers.LAST_LISTED),
        }
        return {"test": test, **size, **values}

    leads = [name for name in LEAD_BINS if name in coefs.place]
    found = []
    if leads:
        places = [coefs.place[name] for name in leads]
        early = known_from(LEADS)
        p = joint_test(
            coefs.coef[places],
            coefs.vcov[np.ix_(places, places)],
            np.eye(len(places)),
            early.clusters,
        )
        pooled = early.estimate(leads, [], confidence=0.9)
        degrees = max(early.clusters - 1, 1)
        reach = (t_quantile(0.975, degrees) + t_quantile(POWER, degrees)) * pooled["se"]
        least = {"low": float(np.exp(-reach)), "high": float(np.exp(reach))}
        found += [
            row("leads", LEADS, {"p_value": p}),
            row("pooled lead", LEADS, pooled),
            row("smallest detectable lead", LEADS, least),
        ]
    for name, one in (("anticipation", NOTICE_BIN), ("after", AFTER_BIN)):
        if one in coefs.place and leads:
            found.append(row(name, BINS[one], known_from(BINS[one]).estimate([one], leads)))
    share = first_stage(rows, panel, exposures, changes)
    found.append(row("first stage", range(1, 2), {"hazard_ratio": share}))
    after = next((one for one in found if one["test"] == "after"), None)
    if after is not None and share > 0:
        scaled = {
            name: float(np.exp(np.log(after[name]) / share))
            for name in ("hazard_ratio", "low", "high")
        }
        found.append(row("scaled by the first stage", range(1, LAST + 1), scaled))
    return found


def first_stage(
    rows: pl.DataFrame, panel: pl.DataFrame, exposures: pl.DataFrame, changes: pl.DataFrame
) -> float:
    """How much more likely a caseworker change is on a leaver's list than elsewhere.

    The share of persons at risk in event month 1 with a change dated in event months −2…0, minus
    the share of control person-months with a change in as many months.
    """
    made = changes.select("person", changed="month").unique()
    one = (
        panel.join(listed_months(panel, exposures).rename({"month": "leaves"}), on="course")
        .filter(months_between(pl.col("month"), pl.col("leaves")) == 1)
        .select("person", "month")
        .unique()
    )
    controls = rows.filter(pl.col("event_month").cast(pl.String) == OTHERS)
    shares = []
    for part in (one, controls.select("person", "month")):
        hit = (
            part.join(made, on="person")
            .filter(months_between(pl.col("changed"), pl.col("month")).is_between(-3, -1))
            .select("person", "month")
            .unique()
        )
        shares.append(hit.height / part.height if part.height else 0.0)
    return shares[0] - shares[1]
