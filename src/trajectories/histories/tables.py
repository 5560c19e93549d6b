"""Tables of courses around changes: sequence history analysis and the multistate model (SAMM)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from trajectories.arrays import Bools, Ints
from trajectories.caseworkers.handovers import LAST_CHANGE, LAST_LISTED, OF_CHANGES, with_handovers
from trajectories.config.sections.hazards import HazardsConfig, ModelsConfig
from trajectories.config.sections.sensitivity import HistoriesConfig
from trajectories.hazards.designs.nested_samples import OUT
from trajectories.hazards.designs.rows import DESIGN_SCHEMA, EXPOSURE, Work, fit_design, rows_of
from trajectories.hazards.parts import Parts
from trajectories.histories.after_changes import after_types, landmarks
from trajectories.histories.month_states import MonthStates, States
from trajectories.histories.windows import Types, find_types, type_tables

AFTER, LEAVING, BEFORE = "after a change", "after leaving a state", "before the month"
SAMM, HISTORY = "transition to a course", "course so far"
DEPARTURES = {EXPOSURE: "departures"}
CHANGES = {"changes": "changes of any cause"}
BEHIND = {EXPOSURE: LAST_LISTED, "changes": LAST_CHANGE}
LEAST_EVENTS = 20
OF_DESIGNS = (*OUT, "p_corrected")
"""Columns of designs that models of courses lack, because they are not part of a whole."""
NOTE_SCHEMA = {"code": pl.String, "sentence": pl.String}


@dataclass(frozen=True)
class _Given:
    """The inputs of every part: the arguments of `history_tables`."""

    panel: pl.DataFrame
    changes: pl.DataFrame
    months: MonthStates
    section: HazardsConfig
    by_departure: bool

    @property
    def alphabet(self) -> list[str]:
        """The states."""
        return list(self.months.alphabet)


@dataclass
class _Found:
    """The results of the parts."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    sizes: list[pl.DataFrame] = field(default_factory=list)
    models: list[dict[str, Any]] = field(default_factory=list)
    parts: Parts = field(default_factory=Parts)

    def describe(
        self,
        kind: str,
        name: str,
        states: States,
        types: Types,
        rows: pl.DataFrame,
        alphabet: list[str],
    ) -> None:
        """Keep the tables that describe types."""
        sizes, self.tables[name] = type_tables(kind, states, types, rows, alphabet)
        self.sizes.append(sizes)

    def fit(self, works: Iterator[Work]) -> None:
        """Fit models; a model that cannot be estimated becomes a note."""
        for name, one in works:
            self.models += self.parts.attempt("histories", name, one, [])


def history_tables(
    panel: pl.DataFrame,
    changes: pl.DataFrame,
    exposures: pl.DataFrame,
    months: MonthStates,
    *,
    section: HazardsConfig,
    by_departure: bool = True,
) -> dict[str, pl.DataFrame]:
    """Estimate courses after changes, transitions to types of course, and the course so far.

    - After a change: types of the course in the following months, compared with matched months
      without a change (`after_types`).
    - SAMM (Studer, Struffolino & Fasang 2018): a transition out of the state of the month before
      begins a course; the courses of the following months are sorted into types, and a
      discrete-time hazard is fitted for each type, with the departures or the changes so far as
      covariates. Months whose window is not fully observed are dropped whether or not a transition
      begins in them.
    - Sequence history (Rossignon et al. 2018): the type of the course up to the eve of the month,
      as a covariate of the hazard of the event alongside the departures.

    Args:
        panel: person-months at risk, as `risk_set` returns them.
        changes: as `caseworker_changes` returns them.
        exposures: as `caseworker_changes` returns them.
        months: the state of each person and month.
        section: the configuration.
        by_departure: whether departures are modelled; false if the headline has too few.

    Returns:
        course_types, after_states, leaving_states, before_states, after_types, history_models
        (columns of `DESIGN_SCHEMA` but `OF_DESIGNS`) and history_notes (code, sentence); tables
        without rows are dropped, except the notes.
    """
    found = _Found()
    named = with_handovers(panel, changes, exposures, lag_months=section.risk.lag_months)
    given = _Given(with_eve_state(named, months), changes, months, section, by_departure)
    for kind, part in ((AFTER, _after), (LEAVING, _leaving), (BEFORE, _before)):
        found.parts.attempt("histories", f"Courses {kind}", partial(part, given, found), None)
    if found.sizes:
        found.tables["course_types"] = pl.concat(found.sizes)
    found.tables["history_models"] = pl.DataFrame(found.models, schema=DESIGN_SCHEMA).drop(
        OF_DESIGNS
    )
    tables = {name: table for name, table in found.tables.items() if table.height}
    return tables | {
        "history_notes": pl.DataFrame(found.parts.notes, schema=NOTE_SCHEMA, orient="row")
    }


def with_eve_state(panel: pl.DataFrame, months: MonthStates) -> pl.DataFrame:
    """Add the state of the month before, `state` (null if it is not observed)."""
    return panel.with_columns(months.states_at(panel, offset=-1)).sort("person", "month")


def _types(
    states: States, alphabet: list[str], rules: HistoriesConfig, sought: Bools | None = None
) -> Types:
    return find_types(
        states,
        alphabet,
        ks=range(2, rules.most_types + 1),
        sample=rules.sample,
        seed=rules.seed,
        smallest_share=rules.smallest_share,
        sought=sought,
    )


def _after(given: _Given, found: _Found) -> None:
    rules, rows = given.section.histories, landmarks(given.panel, given.changes)
    states, seen = given.months.windows_at(rows, length=rules.after_months, offset=0)
    rows, states = rows.filter(seen), states[seen]
    changed = rows["cause"].is_not_null().to_numpy()
    types = _types(states, given.alphabet, rules, changed)
    found.describe(
        AFTER,
        "after_states",
        states[changed],
        types.of(changed),
        rows.filter(changed).select("person", *OF_CHANGES),
        given.alphabet,
    )
    found.tables["after_types"] = after_types(rows, types.labels, len(types.names))


def _leaving(given: _Given, found: _Found) -> None:
    rules, panel = given.section.histories, given.panel
    states, seen = given.months.windows_at(panel, length=rules.after_months, offset=0)
    seen &= panel["state"].is_not_null().to_numpy()
    rows, states = panel.filter(seen), states[seen]
    moved = states[:, 0] != rows["state"].to_physical().to_numpy()
    types = _types(states[moved], given.alphabet, rules)
    found.describe(
        LEAVING,
        "leaving_states",
        states[moved],
        types,
        rows.filter(moved).select("person"),
        given.alphabet,
    )
    label = np.full(rows.height, -1)
    label[moved] = types.labels
    exposures = DEPARTURES | CHANGES if given.by_departure else CHANGES
    found.fit(samm(rows, label, types.names, given.section.models, exposures))


def _before(given: _Given, found: _Found) -> None:
    rules, panel = given.section.histories, given.panel
    length = rules.before_months
    states, seen = given.months.windows_at(panel, length=length, offset=-length)
    rows, states = panel.filter(seen), states[seen]
    types = _types(states, given.alphabet, rules)
    found.describe(BEFORE, "before_states", states, types, rows.select("person"), given.alphabet)
    exposures = DEPARTURES if given.by_departure else {}
    found.fit(sequence_history(rows, types, given.section.models, exposures))


def samm(
    rows: pl.DataFrame,
    label: Ints,
    names: tuple[str, ...],
    rules: ModelsConfig,
    exposures: Mapping[str, str],
) -> Iterator[Work]:
    """The hazard of a transition to each type of course, by departures and by changes so far.

    Args:
        rows: person-months at risk with the state on the eve.
        label: (n,) the type of the course begun by a transition in the month; −1 for none.
        names: the types.
        rules: link and adjustment; the state on the eve is added.
        exposures: column of counts → what it counts; each in a model of its own.
    """
    for number, name in enumerate(names):
        happened = rows.with_columns(transition=pl.Series((label == number).astype(np.int8)))
        if happened["transition"].sum() < LEAST_EVENTS:
            continue
        for column, term in exposures.items():

            def one(
                number: int = number,
                name: str = name,
                happened: pl.DataFrame = happened,
                column: str = column,
                term: str = term,
            ) -> list[dict[str, Any]]:
                fit = fit_design(
                    happened,
                    rules,
                    [column],
                    event="transition",
                    adjustment=[*rules.adjustment, "C(state)"],
                )
                behind = {column: BEHIND[column]}
                design = f"{number + 1} {name}"
                return rows_of(fit, happened, SAMM, design, {column: term}, behind=behind)

            yield f"Transition to {name}, {term}", one


def sequence_history(
    rows: pl.DataFrame, types: Types, rules: ModelsConfig, exposures: Mapping[str, str]
) -> Iterator[Work]:
    """The hazard of the event by type of the course so far, and by exposures adjusted for it.

    The largest type is the base.
    """
    order = np.argsort(-np.bincount(types.labels, minlength=len(types.names)), kind="stable")
    labels = [f"{number + 1} {types.names[number]}" for number in order]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    typed = rows.with_columns(
        course_so_far=pl.Series(place[types.labels]).replace_strict(
            range(len(labels)), labels, return_dtype=pl.Enum(labels)
        )
    )
    terms = {f"C(course_so_far)[T.{label}]": label for label in labels[1:]}
    own = {term: pl.col("course_so_far").cast(pl.String) == label for term, label in terms.items()}

    def one() -> list[dict[str, Any]]:
        fit = fit_design(typed, rules, ["C(course_so_far)", *exposures])
        held = {column: f"{name}, course held" for column, name in exposures.items()}
        against, nobody = f"against {labels[0]}", dict.fromkeys(terms)
        return rows_of(fit, typed, HISTORY, against, terms | held, own, nobody)

    yield "Course so far", one
