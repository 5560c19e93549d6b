"""All figures: which released tables each needs, and how it is drawn."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.figures import (
    bars,
    checks,
    chronograms,
    clusters,
    courses,
    curves,
    events,
    hazards,
    histories,
    reform,
    sensitivity,
    times,
)
from trajectories.release.store import Tables
from trajectories.release.style import SIZES, Size, Style, as_png, as_svg, settle, styled

Draw = Callable[[Tables, Style, Size], Figure]


@dataclass(frozen=True)
class Drawing:
    """One figure.

    Attributes:
        name: the file's name without ending.
        stage: the stage that the figure belongs to.
        tables: the released tables that it is drawn from, and nothing else.
        needs: columns of the first table that must hold at least one number.
        draw: tables, style and size to a figure.
        shown: the rows of the first table that are drawn; None for all.
    """

    name: str
    stage: str
    tables: tuple[str, ...]
    needs: tuple[str, ...]
    draw: Draw
    shown: pl.Expr | None = field(default=None, compare=False)

    def possible(self, tables: Tables) -> bool:
        """Tell whether the tables are there and hold something to draw."""
        if any(name not in tables for name in self.tables):
            return False
        first = tables[self.tables[0]]
        if self.shown is not None:
            first = first.filter(self.shown)
        return all(first[column].null_count() < first.height for column in self.needs)


DRAWINGS = (
    Drawing("rows", "register", ("accounting",), ("rows",), bars.draw_rows),
    Drawing(
        "state_distribution",
        "sequences",
        ("state_distribution",),
        ("share",),
        chronograms.draw_groups,
    ),
    Drawing(
        "modal_states", "sequences", ("state_distribution",), ("share",), times.draw_modal_states
    ),
    Drawing(
        "mean_times", "sequences", ("mean_times",), ("mean_months", "se"), times.draw_mean_times
    ),
    Drawing("transitions", "sequences", ("transitions",), ("rate",), times.draw_transitions),
    Drawing(
        "common_sequences",
        "sequences",
        ("common_sequences",),
        ("windows",),
        courses.draw_sequences,
    ),
    Drawing("common_paths", "sequences", ("common_paths",), ("windows",), courses.draw_paths),
    Drawing(
        "event_subsequences",
        "sequences",
        ("event_subsequences",),
        ("share",),
        events.draw_subsequences,
    ),
    Drawing("quality", "typology", ("quality",), ("ASW",), clusters.draw_quality),
    Drawing(
        "cluster_states",
        "typology",
        ("cluster_states", "clusters"),
        ("share",),
        chronograms.draw_clusters,
    ),
    Drawing(
        "cluster_group_states",
        "typology",
        ("cluster_group_states", "clusters"),
        ("share",),
        chronograms.draw_cluster_groups,
    ),
    Drawing("stripes", "typology", ("stripes", "clusters"), ("state",), courses.draw_stripes),
    Drawing("hours", "typology", ("hours", "clusters"), ("mean_hours",), clusters.draw_hours),
    Drawing(
        "internships",
        "typology",
        ("internships", "internship_places", "clusters"),
        ("share",),
        events.draw_internships,
    ),
    Drawing("shares", "reform", ("shares", "clusters"), ("share", "low"), reform.draw_shares),
    Drawing("seam", "reform", ("seam",), ("excess",), reform.draw_seam, reform.SHOWN_SEAM),
    Drawing("causes", "hazards", ("changes_by_cause",), ("changes",), bars.draw_causes),
    Drawing(
        "change_rates",
        "hazards",
        ("changes_by_month", "change_hazard"),
        ("rate",),
        sensitivity.draw_change_rates,
    ),
    Drawing(
        "after_changes",
        "hazards",
        ("after_changes",),
        ("share",),
        sensitivity.draw_after_changes,
        (pl.col("cause") != sensitivity.NO_CHANGE)
        & pl.col("outcome").is_in(sensitivity.SHOWN_OUTCOMES),
    ),
    Drawing("caseloads", "hazards", ("caseloads",), ("mean_caseload",), sensitivity.draw_caseloads),
    Drawing("exit_months", "hazards", ("exit_months",), ("exit_share",), hazards.draw_exit_months),
    Drawing(
        "cumulative_incidence",
        "hazards",
        ("cumulative_incidence",),
        ("estimate",),
        curves.draw_incidence,
        pl.col("estimate") > 0,
    ),
    Drawing("kaplan_meier", "hazards", ("kaplan_meier",), ("estimate",), curves.draw_kaplan_meier),
    Drawing(
        "hazard_by_duration",
        "hazards",
        ("hazard_by_duration",),
        ("hazard",),
        hazards.draw_hazard_by_duration,
    ),
    Drawing("forest", "hazards", ("models",), ("hazard_ratio", "low"), hazards.draw_forest),
    Drawing(
        "after_states",
        "hazards",
        ("after_states", "course_types"),
        ("share",),
        histories.draw_after_states,
    ),
    Drawing(
        "after_types",
        "hazards",
        ("after_types", "course_types"),
        ("difference",),
        histories.draw_after_types,
    ),
    Drawing(
        "leaving_states",
        "hazards",
        ("leaving_states", "course_types"),
        ("share",),
        histories.draw_leaving_states,
    ),
    Drawing(
        "history_models",
        "hazards",
        ("history_models",),
        ("hazard_ratio", "low"),
        histories.draw_history_models,
    ),
    Drawing(
        "event_study",
        "hazards",
        ("event_study",),
        ("hazard_ratio",),
        checks.draw_event_study,
        pl.col("contrast") == checks.AGAINST_OTHERS,
    ),
    Drawing(
        "selection_curve",
        "hazards",
        ("selection_curve",),
        ("association",),
        sensitivity.draw_selection_curve,
    ),
    Drawing(
        "specifications",
        "hazards",
        ("designs",),
        ("hazard_ratio",),
        checks.draw_specifications,
        pl.col("family") == "specification",
    ),
)


def render(drawing: Drawing, tables: Tables, style: Style) -> Iterator[tuple[str, bytes]]:
    """Draw one figure in all its forms.

    Yields:
        File name and bytes: `<name>.svg` and `.png` for pages, `<name>_narrow.svg` for phones.
    """
    for size in SIZES:
        with styled():
            figure = drawing.draw(tables, style, size)
            settle(figure)
            suffix = "" if size == "wide" else "_narrow"
            yield f"{drawing.name}{suffix}.svg", as_svg(figure)
            if size == "wide":
                yield f"{drawing.name}.png", as_png(figure)
