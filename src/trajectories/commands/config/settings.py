"""What a configuration names, checked against what it names; and rules between sections.

Values and columns of the extracts are checked where data are read: by `config check --data` and by
the first stage that meets them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar, get_args

from trajectories.config.names import Kind, Named, texts_of
from trajectories.config.root import Config, relabellings, stages
from trajectories.config.section import refusal
from trajectories.config.sections.hazards import ADJUSTMENT, Exit, HazardsConfig, ModelsConfig
from trajectories.config.sections.register import OWN_PERSON_COLUMNS, READINESS, TABLE_COLUMNS
from trajectories.config.sentences import did_you_mean
from trajectories.errors import UserError
from trajectories.hazards.columns import PANEL
from trajectories.register.codes.codelist import load_alphabet, load_codelist, load_states
from trajectories.register.codes.relabelling import load_relabelling

Known = Mapping[Kind, tuple[list[str], str]]
"""Of each kind, the names that are known and where they are listed."""

T = TypeVar("T")
DAY_RULES = ("first_day", "mid_month")
USUAL_TERMS = (*ADJUSTMENT, *ModelsConfig().censoring_terms)
MOST_LISTED = 12
NAME = r"[^\W\d]\w*(?![\w.(])"
"""A word of a formula that is no function."""
CATEGORIES = (
    *("duration_band", "half_year", "age_band", "sex", "team_first", "cluster", "readiness_now"),
    *("active_state", "since_departure", "exit", "month"),
)
"""Columns that are no numbers."""
CENSORING_COLUMNS = ("active_state", "since_departure")
"""What the model of another change may use besides the panel's columns."""


def check(config: Config, *, name: str) -> None:
    """Refuse a configuration that names what is not there or contradicts itself.

    Args:
        config: the configuration.
        name: what to call it in the message, usually its file.

    Raises:
        UserError: with a line for each finding.
    """
    found = findings(config)
    if found:
        raise refusal(name, found)


def findings(config: Config) -> list[str]:
    """List what is wrong with a valid configuration, each in a sentence that begins with its key.

    Lists that are not there are passed over: `root.require_files` names them.
    """
    found: list[str] = []
    known = _known(config, found)
    for named in texts_of(config):
        if _is_used(named.key, config):
            found += _unknown(named, known)
    if "register" in stages(config):
        found += _periods(config)
        found += _columns(config)
        found += _weekly(config)
    if "hazards" in stages(config):
        found += _hazards(config.hazards)
    if "durations" in stages(config):
        found += _terms("hazards.durations.terms", config.hazards.durations.terms, None)
    found += _register_of_releases(config)
    return list(dict.fromkeys(found))


def _register_of_releases(config: Config) -> list[str]:
    """Refuse a register of releases that goes when results are cleared."""
    place, results = Path(config.release.earlier).absolute(), Path(config.run.results).absolute()
    if results not in (place, *place.parents):
        return []
    return [
        f"release.earlier: {config.release.earlier} lies among the results (run.results), where a "
        "new start would lose it: write data/releases, or another folder beside the data"
    ]


def _is_used(key: str, config: Config) -> bool:
    on = stages(config)
    if key == "sequences.window.origin_states" and config.sequences.window.origin_month:
        return False
    section = "durations" if key.startswith("hazards.durations.") else key.split(".")[0]
    return {"costs": "typology", "release": "register"}.get(section, section) in on


def _known(config: Config, found: list[str]) -> Known:
    """Read the lists that the configuration names; what stops one is added to `found`."""
    known: dict[Kind, tuple[list[str], str]] = {
        "measure": (list(config.dissimilarity.measures), "dissimilarity.measures"),
        "column of persons": (
            sorted(OWN_PERSON_COLUMNS | set(config.register.keep)),
            "register.keep or of those that are always kept",
        ),
    }
    if "register" not in stages(config):
        return known
    register = config.register
    codelist = _loaded("register.codelist", register.codelist, load_codelist, found)
    alphabet = _loaded("register.alphabet", register.alphabet, load_alphabet, found)
    rules = _loaded("register.states", register.states, load_states, found)
    if alphabet is not None:
        known["state"] = (alphabet, f"the alphabet {register.alphabet}")
        if rules is not None:
            try:
                rules.check_alphabet(alphabet)
            except UserError as error:
                found.append(f"register.states: {error}")
    if codelist is not None:
        where = f"the codelist {register.codelist}"
        codes, groups = (codelist[name].unique().sort().to_list() for name in ("code", "group"))
        abilities, activities = (
            codelist[name].drop_nulls().unique().sort().to_list()
            for name in ("readiness", "activity")
        )
        known["code"], known["group"] = (codes, where), (groups, where)
        known["group or code"] = ([*groups, *codes], where)
        known["readiness"] = (list(dict.fromkeys([*READINESS, *abilities])), where)
        known["activity"] = (activities, where)
    for table in relabellings(config):
        _loaded("reform.relabelling", table, load_relabelling, found)
    return known


def _loaded(key: str, path: str, load: Callable[[Path], T], found: list[str]) -> T | None:
    try:
        return load(Path(path)) if Path(path).is_file() else None
    except (UserError, OSError) as error:
        found.append(f"{key}: {error}")
        return None


def _unknown(named: Named, known: Known) -> Iterator[str]:
    if named.names is None or named.names.kind not in known:
        return
    names, where = known[named.names.kind]
    if named.text in names or (named.names.optional and named.default):
        return
    hint = did_you_mean(named.text, names)
    hint = hint or f"; it holds {_listed(names)}"
    yield f"{named.key}: names {named.text!r}, which is no {named.names.kind} of {where}{hint}"


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:MOST_LISTED]) + (" …" if len(every) > MOST_LISTED else "")


def _periods(config: Config) -> Iterator[str]:
    if config.sequences.group_by is None and config.sequences.event("in_force") is None:
        yield (
            "reform.package: is null, so that there are no periods: name a reform of "
            "config/reforms, or a column of persons in sequences.group_by"
        )


def _columns(config: Config) -> Iterator[str]:
    if config.register.source != "files":
        return
    for table, columns in TABLE_COLUMNS.items():
        allowed = [*columns, *(config.register.keep if table == "persons" else ())]
        for name in getattr(config.register.files, table).columns:
            if name not in allowed:
                hint = did_you_mean(name, allowed) or f"; it may name {', '.join(allowed)}"
                yield (
                    f"register.files.{table}.columns: names {name!r}, which is no column of this "
                    f"table{hint}"
                )


def _weekly(config: Config) -> Iterator[str]:
    files = config.register.files
    simulated = config.register.source == "simulator" and config.simulator.format == "dream"
    written = config.register.source == "files" and files.dream.path is not None
    if not simulated and not written:
        return
    if config.sequences.month.rule in DAY_RULES and (simulated or files.spells.path is None):
        yield (
            f"sequences.month.rule: is `{config.sequences.month.rule}`, which needs days, and a "
            "weekly register knows weeks alone: write thursdays or majority"
        )
    worked = simulated or files.employment.path is None
    if "hazards" in stages(config) and worked and config.hazards.risk.job_hours > 0:
        yield (
            "hazards.risk.job_hours: asks for hours of work, and a weekly register has none: "
            "write 0, or name a file of employment"
        )


def _hazards(section: HazardsConfig) -> Iterator[str]:
    models, risk = section.models, section.risk
    if models.event in risk.pause:
        yield (
            f"hazards.models.event: is `{models.event}`, which hazards.risk.pause takes for a "
            "pause: take it out of one of them"
        )
    exits = {
        group: name for name in type(risk.exits).model_fields for group in getattr(risk.exits, name)
    }
    for group in risk.assistance_groups:
        if group in exits:
            yield (
                f"hazards.risk.assistance_groups: names {group}, which hazards.risk.exits."
                f"{exits[group]} names as well: an exit ends social assistance"
            )
    yield from _horizons(models, risk.lag_months)
    panel = [*PANEL, *(name for name in get_args(Exit) if name not in risk.pause)]
    yield from _terms("hazards.models.adjustment", models.adjustment, panel)
    further = [*panel, *CENSORING_COLUMNS]
    yield from _terms("hazards.models.censoring_terms", models.censoring_terms, further)


def _horizons(models: ModelsConfig, lag_months: int) -> Iterator[str]:
    """Check that the departure that is compared shows before each horizon."""
    shows = models.departure_month + lag_months
    early = [month for month in models.risk_months if month <= shows]
    if models.risks and early:
        yield (
            f"hazards.models.risk_months: names {early[0]}, but a departure in month "
            f"{models.departure_month} (departure_month) first counts {lag_months} later "
            f"(hazards.risk.lag_months): name months after {shows}, or an earlier departure_month"
        )


def _terms(key: str, terms: Iterable[str], columns: list[str] | None) -> Iterator[str]:
    for term in terms:
        wrong = None if term in USUAL_TERMS else _wrong_term(term, columns)
        if wrong is not None:
            yield f"{key}: {term!r} {wrong}"


def _wrong_term(term: str, columns: list[str] | None) -> str | None:
    """Say what is wrong with a formula term; the columns are not known before the data are."""
    from trajectories.survival.discrete_time.design import used_columns

    words = re.findall(NAME, term)
    strange = [word for word in words if columns and word not in columns]
    try:
        if re.search(r"[~|]", term) or not term.strip():
            raise UserError(term)
        used_columns([term], columns if columns is not None else words)
    except UserError:
        if not strange:
            return (
                "cannot be read as a formula term: write a column, C(column) for a category, or "
                "a:b and a*b for interactions"
            )
        hint = did_you_mean(strange[0], columns or []) or f"; it has {_listed(columns or [])}"
        return f"names {strange[0]!r}, which is no column of the panel{hint}"
    bare = re.findall(NAME, re.sub(r"C\([^()]*\)", "", term))
    plain = [word for word in bare if columns and word in CATEGORIES]
    return f"takes {plain[0]} for a number: write C({plain[0]})" if plain else None
