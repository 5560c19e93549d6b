"""Everything that the report shows of the hazards, as tables by name."""

from collections.abc import Mapping

import polars as pl

from trajectories.config.hazards import HazardsConfig
from trajectories.hazards import aftermath, describe
from trajectories.hazards.appendix import appendix
from trajectories.hazards.assignments import first_teams
from trajectories.hazards.design_rows import DESIGN_SCHEMA, prepare
from trajectories.hazards.designs import fit_designs
from trajectories.hazards.errors import NotEstimableError
from trajectories.hazards.event_study import EVENT_SCHEMA, TEST_SCHEMA, event_study
from trajectories.hazards.gcomputation import RISK_SCHEMA, job_risks
from trajectories.hazards.handovers import LAST_LISTED, count_of, with_handovers
from trajectories.hazards.models import fit_models
from trajectories.hazards.risk import NO_MUNICIPALITY
from trajectories.hazards.verdict import ALWAYS as ALWAYS_CHECKED
from trajectories.hazards.verdict import OF_DESIGNS, OF_EVENT_STUDY, verdict

ALWAYS = (
    "models",
    "notes",
    "ever_changed",
    "exits",
    "hazard_by_duration",
    "cumulative_incidence",
    "exit_months",
)
"""Tables that are written even where they hold no row."""

NOTE_SCHEMA = {"code": pl.String, "sentence": pl.String}


def name_unknown_places(designs: pl.DataFrame) -> pl.DataFrame:
    """Call the municipality of those who have none unknown, among subgroups and left out."""
    unknown = (pl.col("design") == "municipality") & (pl.col("term") == str(NO_MUNICIPALITY))
    return designs.with_columns(
        term=pl.when(unknown).then(pl.lit("unknown")).otherwise("term"),
        design=pl.col("design").replace(
            f"without {NO_MUNICIPALITY}", "without unknown municipality"
        ),
    )


def estimate_tables(
    panel: pl.DataFrame,
    *,
    changes: pl.DataFrame,
    exposures: pl.DataFrame,
    lists: pl.DataFrame,
    assignments: pl.DataFrame,
    section: HazardsConfig,
    planted: float | None = None,
    job_variants: Mapping[str, pl.DataFrame] | None = None,
    earlier: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Fit and describe; what cannot be estimated becomes a sentence in `notes`.

    Args:
        panel: person-months at risk, as `risk_set` gives them.
        changes: as `caseworker_changes` gives them.
        exposures: likewise.
        lists: likewise.
        assignments: likewise, recoded identifiers mapped.
        section: the configuration.
        planted: the hazard ratio a change that the register was simulated with.
        job_variants: panels with other definitions of a job, by name.
        earlier: course, earlier_course: the type of each course's months before time zero.

    Returns:
        Tables by name; `docs/hazards.md` lists them.
    """
    rules, lag = section.models, section.risk.lag_months
    panel = with_handovers(panel, changes, exposures, lag_months=lag)
    models, notes = fit_models(panel, exposures, lag_months=lag, rules=rules, planted=planted)
    more: list[tuple[str, str]] = []
    tables = {
        "models": models,
        "ever_changed": describe.ever_changed(panel, changes, section.risk),
        "exits": describe.exits(panel),
        "hazard_by_duration": describe.hazard_by_duration(panel, event=rules.event),
        "cumulative_incidence": describe.incidence_curves(panel),
        "exit_months": describe.exit_months(panel, changes, event=rules.event),
        "after_changes": aftermath.after_changes(panel, changes),
        "mechanisms": aftermath.mechanisms(changes, assignments),
    }
    departures = lists.filter(pl.col("kind").cast(pl.String) == "departure")
    teams = first_teams(assignments)
    # Without a headline there is nothing to check; the sentence that refuses it says why.
    given = bool((models["model"] == "departures_total").any())
    tables["job_risks"] = pl.DataFrame(schema=RISK_SCHEMA)
    tables["designs"] = pl.DataFrame(schema=DESIGN_SCHEMA)
    tables["event_study"] = pl.DataFrame(schema=EVENT_SCHEMA)
    tables["event_tests"] = pl.DataFrame(schema=TEST_SCHEMA)
    tables["balance"] = pl.DataFrame(schema=aftermath.BALANCE_SCHEMA)
    if given:
        tables["balance"] = aftermath.balance(panel, exposures, departures, teams)
    if given and rules.risks:
        try:
            behind = [pl.lit(n).alias(name) for name, n in count_of(panel, LAST_LISTED).items()]
            tables["job_risks"] = risk_differences(panel, section).with_columns(behind)
        except NotEstimableError as error:
            more.append(("risks_refused", f"Risk of a job with and without a departure: {error}"))
    if given and rules.designs:
        made = prepare(
            panel,
            changes,
            exposures,
            departures,
            rules=rules,
            lag_months=lag,
            job_variants=job_variants,
            earlier=earlier,
            readiness=section.risk.readiness,
        )
        designs, refused = fit_designs(made)
        tables["designs"] = name_unknown_places(designs)
        more += refused
    if given and rules.event_study:
        try:
            study = event_study(
                panel, exposures, departures, teams, changes, rules=rules, lag_months=lag
            )
            tables["event_study"], tables["event_tests"] = study.table, study.tests
        except NotEstimableError as error:
            more.append(("event_study_refused", f"Event study: {error}"))
    if given:
        tables["verdict"] = verdict(
            models=models,
            designs=tables["designs"],
            tests=tables["event_tests"],
            balanced=tables["balance"],
            exit_months=tables["exit_months"],
            lag_months=lag,
            asked=(
                *ALWAYS_CHECKED,
                *(OF_DESIGNS if rules.designs else ()),
                *(OF_EVENT_STUDY if rules.event_study else ()),
            ),
        )
    further, appended = appendix(panel, rules)
    tables |= further
    extra = pl.DataFrame(more + appended, schema=NOTE_SCHEMA, orient="row")
    tables["notes"] = pl.concat([notes, extra])
    return {name: table for name, table in tables.items() if table.height or name in ALWAYS}


def risk_differences(panel: pl.DataFrame, section: HazardsConfig) -> pl.DataFrame:
    """`job_risks` of a panel, as the configuration asks for them."""
    rules = section.models
    return job_risks(
        panel,
        event=rules.event,
        adjustment=rules.adjustment,
        duration_starts=section.risk.duration_starts,
        link=rules.link,
        departure_month=rules.departure_month,
        lag_months=section.risk.lag_months,
        horizons=rules.risk_months,
    )
