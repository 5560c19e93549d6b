"""Runs whose reports are read word for word: their settings, and what each must say."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from packages import settings_of

from .conftest import DEFAULT, JOBLESS, MVAD
from .fakes import all_tables, duration_tables, mvad_tables

Stages = dict[str, dict[str, pl.DataFrame]]
Change = Callable[[Stages], Stages]

DATES = r"(?:18 )?April 2013|(?:1 )?January 2014|april 2013|januar 2014"
"""The default reform's."""


def unchanged(stages: Stages) -> Stages:
    return stages


def without(*names: str) -> Change:
    """Leave out stages or tables."""

    def change(stages: Stages) -> Stages:
        return {
            stage: {name: table for name, table in tables.items() if name not in names}
            for stage, tables in stages.items()
            if stage not in names
        }

    return change


def horizons(*times: int) -> Change:
    def change(stages: Stages) -> Stages:
        risks = stages["hazards"]["job_risks"].with_columns(time=pl.Series(times))
        return stages | {"hazards": stages["hazards"] | {"job_risks": risks}}

    return change


def refused(stages: Stages) -> Stages:
    """Too few departures for the headline."""
    hazards = without("job_risks", "designs", "verdict", "balance", "event_study", "event_tests")(
        stages
    )["hazards"]
    of_departures = pl.col("model").str.starts_with("departures")
    notes = pl.DataFrame({"code": ["headline_refused"], "sentence": ["3 departures"]})
    models = hazards["models"].filter(~of_departures)
    return stages | {"hazards": hazards | {"models": models, "notes": notes}}


def without_employment(stages: Stages) -> Stages:
    """Nothing tells who has a job."""
    register, sequences = stages["register"], stages["sequences"]
    rows = register["accounting"].filter(pl.col("table") != "employment")
    found = {
        name: table.filter(pl.col("state") != "JOB") if "state" in table.columns else table
        for name, table in sequences.items()
    }
    return stages | {"register": register | {"accounting": rows}, "sequences": found}


def with_unknown_place(stages: Stages) -> Stages:
    """Some internships lie in no municipality."""
    places = stages["typology"]["internship_places"]
    first = places["municipality"][0]
    renamed = places.with_columns(pl.col("municipality").replace(first, "unknown"))
    return stages | {"typology": stages["typology"] | {"internship_places": renamed}}


EVENTS_LATER = {
    "in_force": "one_assistance",
    "integration_benefit": "work_duty",
    "benefit_cap": "flexible_contact",
}
LATER_YEARS = re.compile(r"\b(?:19|20)\d\d(?=\b|H[12])")


def eleven_years_later(stages: Stages) -> Stages:
    """The same numbers around a reform eleven years later, whose renamed codes are unknown."""

    def later(column: pl.Expr) -> pl.Expr:
        return column.map_elements(
            lambda text: LATER_YEARS.sub(
                lambda year: str(int(year[0]) + 11), EVENTS_LATER.get(text, text)
            ),
            return_dtype=pl.String,
        )

    made = {
        stage: {
            name: table.with_columns(
                later(pl.col(column))
                for column, kind in table.schema.items()
                if kind == pl.String and column != "regime"
            )
            for name, table in tables.items()
        }
        for stage, tables in stages.items()
    }
    reform = {name: table for name, table in made["reform"].items() if name != "relabelling"}
    return made | {"reform": reform}


EARLIER = (
    r"(?i)\b(?:january|april|july|october|januar|juli|oktober) 201\d",
    r"before 2014",
    r"relabelling_2014",
    r"Act (?:461|894|895|1364)",
    r"match ?grup|match group",
    r"(?i)sickness-benefit reform|pension reform|førtidspensionsreform|sygedagpengereform",
    r"(?i)ceiling abolished|loft afskaffet",
)
LATER = (
    r"\b202[4-7]\b",
    r"(?i)act adopted|loven vedtaget|work duty|arbejdspligt|one social assistance|én kontanthjælp",
    r"(?i)overgangsydelse|job centres optional|jobcentre valgfri|target groups|målgrupper",
    r"Act (?:1655|1750)",
)


def hazards(**parts: Mapping[str, Any]) -> dict[str, Any]:
    return {"hazards": dict(parts)}


EVENTS = [
    {"name": "agreement", "date": "2015-05-06", "role": "agreement", "source": "A"},
    {"name": "in_force", "date": "2016-02-01", "role": "in_force", "source": "A"},
]


@dataclass(frozen=True)
class Case:
    """A run: its settings, what it lacks, and what its report says.

    Attributes:
        settings: sections over those of the default run.
        change: the default run's tables to those of this run.
        outcome: key of `OUTCOMES`.
        population: keys of `POPULATIONS`.
        numbers: over `STANDARD`.
        says: what must be said.
        never: what must not be said besides.
        config: the settings that `settings` lie over.
        stages: the tables that `change` begins with.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    change: Change = unchanged
    outcome: str = "job"
    population: tuple[str, ...] = ("activity-ready",)
    numbers: Mapping[str, int] = field(default_factory=dict)
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    config: Mapping[str, Any] = field(default_factory=lambda: DEFAULT)
    stages: Callable[[], Stages] = all_tables


CASES = {
    "default": Case(
        says=(
            "hazard ratio of a job when the caseworker leaves",
            "Of the activity-ready",
            "of the activity-ready",
            "Within 12 months",
            "the social-assistance reform of January 2014",
            "Courses by the exit that ended them",
            "those that begin in January 2011 or earlier end before Pension reform (January 2013)",
        ),
        never=LATER,
    ),
    "education": Case(
        hazards(models={"event": "education"}),
        outcome="education",
        says=(
            "hazard ratio of education when the caseworker leaves",
            "An exit to education.",
            "Monthly hazard of education",
            "had begun education",
        ),
    ),
    "death": Case(
        hazards(models={"event": "death"}), outcome="death", says=("An exit by death.", "had died")
    ),
    "job-ready": Case(
        hazards(risk={"readiness": ["job_ready"]}),
        population=("job-ready",),
        says=("of the job-ready", "Job-ready in a month at risk"),
    ),
    "two groups": Case(
        hazards(risk={"readiness": ["activity_ready", "education_ready"]}),
        population=("activity-ready", "education-ready"),
        says=("of the activity-ready and education-ready",),
    ),
    "education of the job-ready, in Danish": Case(
        hazards(risk={"readiness": ["job_ready"]}, models={"event": "education"})
        | {"release": {"language": "da"}},
        outcome="education",
        population=("job-ready",),
        says=(
            "hazard ratio for uddannelse, når sagsbehandleren stopper",
            "af de jobparate",
            "Månedlig hazard for uddannelse",
            "begyndt på uddannelse",
        ),
        never=("Monthly hazard of education by",),
    ),
    "windows of 12 months": Case(
        {"sequences": {"window": {"length_months": 12}}}, numbers={"window": 12}
    ),
    "windows of 36 months": Case(
        {"sequences": {"window": {"length_months": 36, "months_without": 6}}},
        numbers={"window": 36, "without": 6},
    ),
    "lags": Case(
        hazards(risk={"lag_months": 2}, changes={"list_months": 5}),
        numbers={"lag": 2, "list": 5},
    ),
    "no lag": Case(hazards(risk={"lag_months": 0}), numbers={"lag": 0}),
    "horizons": Case(
        hazards(models={"risk_months": [9, 18], "departure_month": 4}),
        horizons(9, 18),
        numbers={"departure": 4, "horizon": 9},
        says=("begin at least 18 months before the data end",),
        never=(r"[Ww]ithin 12 months, the model",),
    ),
    "odds ratios": Case(
        hazards(models={"link": "logit"}),
        says=("odds ratio of a job when the caseworker leaves", "monthly odds of a job"),
        never=("[Hh]azard ratios? of a job", "monthly chance of a job"),
    ),
    "lasting jobs": Case(
        hazards(risk={"job_days": 60, "job_months": 6, "job_hours": 80, "pause": ["sickness"]}),
        says=(
            "at least 60 days without benefit",
            "lasting 6 months or longer",
            "of 80 hours a month or more",
            "Sickness benefit only pauses",
        ),
        never=("28 days",),
    ),
    "another reform": Case(
        {"sequences": {"events": EVENTS}, "reform": {"split_age": 25, "packages": []}},
        numbers={"age": 25},
        says=("reform of February 2016", "6 May 2015", "from 1 February 2016"),
        never=(DATES,),
    ),
    "reform of 2025": Case(
        settings_of("kontanthjaelp-2025"),
        change=eleven_years_later,
        says=(
            "the social-assistance reform of July 2025",
            "before the social-assistance reform of July 2025 was announced (30 December 2024)",
            "Which benefit codes the register uses from July 2025 is not confirmed",
            "fewer changes of readiness are registered",
            "no comparison group, and the comparison is descriptive",
        ),
        never=EARLIER,
    ),
    "reform of 2025 in Danish": Case(
        settings_of("kontanthjaelp-2025") | {"release": {"language": "da"}},
        change=eleven_years_later,
        says=("kontanthjælpsreformen i juli 2025",),
        never=EARLIER,
    ),
    "other adjustment": Case(
        hazards(models={"adjustment": ["C(duration_band)", "C(sex)"]}),
        says=("adjusted for duration bands and sex",),
        never=("municipality by half-year",),
    ),
    "refused": Case(
        change=refused,
        says=("too few caseworkers of the persons at risk left", "No hazard ratio is given"),
        never=("could not tell,", "0 supported"),
    ),
    "no employment": Case(
        change=without_employment,
        says=("No benefit, job not known",),
        never=("Self-support, no job",),
    ),
    "no municipality": Case(
        change=with_unknown_place, says=("Unknown",), never=(r"(?<![\d.])[-−]1(?= [\d,]+ )",)
    ),
    "small register": Case(
        {"release": {"threshold": 900}}, says=("Counts under 900",), never=("NaN",)
    ),
    "no reform": Case(
        {"reform": {"enabled": False}},
        without("reform"),
        says=("reform.enabled",),
        never=("Was it only relabelled",),
    ),
    "no hazards": Case(
        {"hazards": {"enabled": False}},
        without("hazards"),
        population=(),
        outcome="",
        never=("caseworker left", "per cent lower", "[Hh]azard ratio"),
    ),
    "no typology": Case(
        {"typology": {"enabled": False}, "reform": {"enabled": False}},
        without("typology", "typology_hours", "reform"),
        never=("largest are", "typology of trajectories"),
    ),
    "school to work": Case(
        config=MVAD,
        stages=mvad_tables,
        population=(),
        outcome="",
        numbers={"window": 70},
        never=("social assistance", "the reform", DATES),
    ),
    "durations": Case(
        config=JOBLESS,
        stages=lambda: {"hazards": duration_tables()},
        population=(),
        outcome="the event",
        says=("Hazard ratios of the event",),
        never=("month in the",),
    ),
}
