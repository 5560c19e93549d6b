"""All hazard tables of the report, by name (`estimate_tables`)."""

from collections.abc import Callable, Mapping

import polars as pl

from trajectories.caseworkers.assignments import first_teams
from trajectories.caseworkers.handovers import LAST_LISTED, count_of, with_handovers
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.hazards.at_risk.person_months import NO_MUNICIPALITY
from trajectories.hazards.checks.lead_bounds import BOUND_SCHEMA, lead_bounds
from trajectories.hazards.checks.randomised_checks import RANDOMISED_SCHEMA, randomised_checks
from trajectories.hazards.description import after_changes as aftermath
from trajectories.hazards.description import changes_and_exits as describe
from trajectories.hazards.designs import stacked_departures as stacked
from trajectories.hazards.designs.families import fit_designs
from trajectories.hazards.designs.rows import DESIGN_SCHEMA, prepare
from trajectories.hazards.headline import verdict as verdicts
from trajectories.hazards.headline.appendix import appendix
from trajectories.hazards.headline.models import HEADLINE_MODEL, fit_models
from trajectories.hazards.headline.risk_differences import RISK_SCHEMA, job_risks
from trajectories.hazards.headline.verdict import ALWAYS as ALWAYS_CHECKED
from trajectories.hazards.parts import Parts

ALWAYS = (
    "models",
    "notes",
    "ever_changed",
    "exits",
    "hazard_by_duration",
    "cumulative_incidence",
    "exit_months",
)
"""Tables that are written even if they have no rows."""

NOTE_SCHEMA = {"code": pl.String, "sentence": pl.String}


def name_unknown_places(designs: pl.DataFrame) -> pl.DataFrame:
    """Name the missing municipality "unknown", among subgroups and those left out."""
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
    job_variants: Mapping[str, Callable[[], pl.DataFrame]] | None = None,
    earlier: pl.DataFrame | None = None,
) -> dict[str, pl.DataFrame]:
    """Estimate and describe; what cannot be estimated becomes a sentence in `notes`.

    Args:
        panel: person-months at risk, as `risk_set` returns them.
        changes: as `caseworker_changes` returns them.
        exposures: as `caseworker_changes` returns them.
        lists: as `caseworker_changes` returns them.
        assignments: as `caseworker_changes` returns them, recoded identifiers mapped.
        section: the configuration.
        planted: the true hazard ratio per change of a simulated register; None otherwise.
        job_variants: what makes each panel with another definition of a job, by name.
        earlier: course, earlier_course: the type of each course's months before time zero.

    Returns:
        Tables by name; `docs/hazards.md` lists them.
    """
    rules, lag = section.models, section.risk.lag_months
    parts = Parts()
    panel = with_handovers(panel, changes, exposures, lag_months=lag)
    models, notes = fit_models(panel, exposures, lag_months=lag, rules=rules, planted=planted)
    # Without a headline nothing that depends on departures is given; its refusal says why.
    given = bool((models["model"] == HEADLINE_MODEL).any())
    tables = {"models": models} | _described(
        panel, changes, assignments, section, parts, by_departure=given
    )
    departures = lists.filter(pl.col("kind").cast(pl.String) == "departure")
    if given:
        teams = first_teams(assignments)
        tables["balance"] = parts.attempt(
            "balance",
            "Balance of the leavers' lists",
            lambda: aftermath.balance(panel, exposures, departures, teams),
            pl.DataFrame(schema=aftermath.BALANCE_SCHEMA),
        )
        tables["job_risks"] = pl.DataFrame(schema=RISK_SCHEMA)
        tables["designs"] = pl.DataFrame(schema=DESIGN_SCHEMA)
        study = stacked.EventStudy(
            pl.DataFrame(schema=stacked.EVENT_SCHEMA), pl.DataFrame(schema=stacked.TEST_SCHEMA)
        )
        behind = [pl.lit(n).alias(name) for name, n in count_of(panel, LAST_LISTED).items()]
        if rules.risks:
            tables["job_risks"] = parts.attempt(
                "risks",
                "Risk of a job with and without a departure",
                lambda: risk_differences(panel, section).with_columns(behind),
                tables["job_risks"],
            )
        if rules.designs:
            tables["designs"] = parts.attempt(
                "designs",
                "Other designs",
                lambda: fit_designs(
                    prepare(
                        panel,
                        changes,
                        exposures,
                        departures,
                        rules=rules,
                        lag_months=lag,
                        job_variants=job_variants,
                        earlier=earlier,
                        readiness=section.risk.readiness,
                    ),
                    parts,
                ),
                tables["designs"],
            ).pipe(name_unknown_places)
        if rules.event_study:
            study = parts.attempt(
                "event_study",
                "Event study",
                lambda: stacked.event_study(
                    panel, exposures, departures, teams, changes, rules=rules, lag_months=lag
                ),
                study,
            )
        tables |= {"event_study": study.table, "event_tests": study.tests}
        tables["lead_bounds"] = pl.DataFrame(schema=BOUND_SCHEMA)
        if study.rows.height:
            tables["lead_bounds"] = parts.attempt(
                "lead_bounds",
                "Bounds from the leads",
                lambda: lead_bounds(study.rows, rules),
                tables["lead_bounds"],
            )
        tables["randomisation"] = pl.DataFrame(schema=RANDOMISED_SCHEMA)
        if rules.randomisations:
            tables["randomisation"] = parts.attempt(
                "randomisation",
                "Leavers drawn again",
                lambda: randomised_checks(
                    panel,
                    departures,
                    assignments,
                    parts,
                    rules=rules,
                    changes=section.changes,
                    lag_months=lag,
                ),
                tables["randomisation"],
            )
        tables["verdict"] = parts.attempt(
            "verdict", "Verdict", lambda: _judged(tables, section), pl.DataFrame()
        )
    tables |= appendix(panel, rules, parts)
    more = pl.DataFrame(parts.notes, schema=NOTE_SCHEMA, orient="row")
    tables["notes"] = pl.concat([notes, more])
    written = {name for name in ALWAYS if tables[name].width}
    return {name: table for name, table in tables.items() if table.height or name in written}


def _described(
    panel: pl.DataFrame,
    changes: pl.DataFrame,
    assignments: pl.DataFrame,
    section: HazardsConfig,
    parts: Parts,
    *,
    by_departure: bool,
) -> dict[str, pl.DataFrame]:
    """The descriptive tables; one that cannot be made has no rows."""
    event = section.models.event
    made: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
        "ever_changed": (
            "Persons with a change",
            lambda: describe.ever_changed(panel, changes, section.risk),
        ),
        "exits": ("Exits", lambda: describe.exits(panel)),
        "hazard_by_duration": (
            "Hazard by duration",
            lambda: describe.hazard_by_duration(panel, event=event, by_departure=by_departure),
        ),
        "cumulative_incidence": ("Cumulative incidence", lambda: describe.incidence_curves(panel)),
        "exit_months": (
            "Changes in the months of exits",
            lambda: describe.exit_months(panel, changes, event=event),
        ),
        "after_changes": (
            "What follows changes",
            lambda: aftermath.after_changes(panel, changes, by_departure=by_departure),
        ),
        "mechanisms": ("Hand-overs", lambda: aftermath.mechanisms(changes, assignments)),
    }
    schemas = {"exit_months": describe.EXIT_MONTHS_SCHEMA}
    return {
        name: parts.attempt(name, label, make, pl.DataFrame(schema=schemas.get(name)))
        for name, (label, make) in made.items()
    }


def _judged(tables: Mapping[str, pl.DataFrame], section: HazardsConfig) -> pl.DataFrame:
    rules = section.models
    return verdicts.verdict(
        models=tables["models"],
        designs=tables["designs"],
        tests=tables["event_tests"],
        balanced=tables["balance"],
        exit_months=tables["exit_months"],
        randomised=tables["randomisation"],
        bounds=tables["lead_bounds"],
        lag_months=section.risk.lag_months,
        asked=(
            *ALWAYS_CHECKED,
            *(verdicts.OF_DESIGNS if rules.designs else ()),
            *(verdicts.OF_EVENT_STUDY if rules.event_study else ()),
            *(verdicts.OF_RANDOMISATION if rules.randomisations else ()),
        ),
    )


def risk_differences(panel: pl.DataFrame, section: HazardsConfig) -> pl.DataFrame:
    """`job_risks` of a panel, with the configured settings."""
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
