"""Which tables the report shows, and which released tables each needs."""

from collections.abc import Callable

from trajectories.release.page import (
    tables_appendix,
    tables_checks,
    tables_courses,
    tables_exits,
    tables_sensitivity,
)
from trajectories.release.page.html import HtmlTable
from trajectories.release.store import Tables
from trajectories.release.style import Style

Build = Callable[[Tables, Style], HtmlTable]

BUILDERS: dict[str, tuple[tuple[str, ...], Build]] = {
    "accounting": (("accounting",), tables_courses.accounting),
    "conflicts": (("conflicts",), tables_courses.conflicts),
    "persons_found": (("persons_found",), tables_courses.persons_found),
    "windows": (("window_accounting",), tables_courses.windows),
    "groups": (("sizes",), tables_courses.groups),
    "times": (("state_distribution",), tables_courses.times),
    "indicators": (("indicators",), tables_courses.indicators),
    "discriminating": (("discriminating_subsequences",), tables_courses.discriminating),
    "clusters": (("clusters",), tables_courses.clusters),
    "quality": (("quality",), tables_courses.quality),
    "internships": (("internships", "clusters"), tables_courses.internships),
    "internship_places": (("internship_places",), tables_courses.internship_places),
    "agreement": (("agreement",), tables_courses.agreement),
    "differences": (("differences", "clusters"), tables_exits.differences),
    "relabelling": (("relabelling",), tables_exits.relabelling),
    "ever_changed": (("ever_changed",), tables_exits.ever_changed),
    "exits": (("exits",), tables_exits.exits),
    "models": (("models",), tables_exits.models),
    "verdict": (("verdict",), tables_checks.verdict),
    "job_risks": (("job_risks",), tables_checks.job_risks),
    "designs": (("designs",), tables_checks.designs),
    "balance": (("balance",), tables_checks.balance),
    "randomisation": (("randomisation",), tables_checks.randomisation),
    "lead_bounds": (("lead_bounds",), tables_checks.lead_bounds),
    "after_changes": (("after_changes",), tables_checks.after_changes),
    "mechanisms": (("mechanisms",), tables_checks.mechanisms),
    "attrition": (("risk_accounting",), tables_sensitivity.attrition),
    "detection": (("detection",), tables_sensitivity.detection),
    "incidence_bands": (("incidence_bands",), tables_appendix.incidence_bands),
    "subdistribution": (("subdistribution",), tables_appendix.subdistribution),
    "timing_of_events": (("timing_of_events",), tables_appendix.timing_of_events),
}


def build_tables(tables: Tables, style: Style) -> dict[str, HtmlTable]:
    """Build every table of the report that the released tables allow."""
    return {
        name: build(tables, style)
        for name, (needs, build) in BUILDERS.items()
        if all(need in tables and tables[need].height for need in needs)
    }
