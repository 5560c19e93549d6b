"""The whole configuration: loading, merging and validation, with all errors at once."""

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from trajectories.config.document import merge, sections
from trajectories.config.names import located, project_of
from trajectories.config.reforms.filling import with_reforms
from trajectories.config.reforms.package import Text
from trajectories.config.section import Section, refusal, validated
from trajectories.config.sections.dissimilarity import DissimilarityConfig
from trajectories.config.sections.hazards import HazardsConfig
from trajectories.config.sections.reform import CostsConfig, ReformConfig
from trajectories.config.sections.register import TABLE_COLUMNS, RegisterConfig
from trajectories.config.sections.release import ReleaseConfig
from trajectories.config.sections.run import RunConfig
from trajectories.config.sections.sequences import SequencesConfig
from trajectories.config.sections.simulator import SimulatorConfig
from trajectories.config.sections.typology import TypologyConfig
from trajectories.errors import UserError
from trajectories.patterns import matching

DEFAULT = Path("config/config.yaml")

with warnings.catch_warnings():
    # The section `register` hides a method of Python's abstract classes that no model uses.
    warnings.filterwarnings("ignore", message='Field name "register"', category=UserWarning)

    class Config(Section):
        """Every section of a run, in the order of the pipeline."""

        run: RunConfig = RunConfig()
        """What this run is called and where it writes."""
        simulator: SimulatorConfig = SimulatorConfig()
        """The synthetic register; used when `register.source` is `simulator`."""
        register: RegisterConfig = RegisterConfig()
        """Where the extracts lie and how their rows are cleaned."""
        sequences: SequencesConfig = SequencesConfig()
        """Person-months, origins, windows and periods."""
        dissimilarity: DissimilarityConfig = DissimilarityConfig()
        """How unlike two state sequences are."""
        typology: TypologyConfig = TypologyConfig()
        """Clusters of trajectories and how their number is chosen."""
        reform: ReformConfig = ReformConfig()
        """Comparison of periods and the relabelling checks."""
        costs: CostsConfig = CostsConfig()
        """What courses cost by a table of rates."""
        hazards: HazardsConfig = HazardsConfig()
        """Caseworker changes, risk sets and exits."""
        release: ReleaseConfig = ReleaseConfig()
        """Disclosure control, figures and the report."""


def load(document: Mapping[str, Any], *, name: str, folder: Path = Path()) -> Config:
    """Validate a merged configuration, and fill in what it leaves to its reform packages.

    Args:
        document: the merged sections.
        name: what to call it in messages.
        folder: the project's folder, at which relative paths start.

    Raises:
        UserError: with one line per error: the key, what is wrong, what is allowed, and a
            suggestion for a mistyped key.
    """
    config = with_reforms(validated(Config, document, name=name), folder)
    problems = list(_conflicts(config))
    if problems:
        raise refusal(name, problems)
    return _within_memory(config)


def _within_memory(config: Config) -> Config:
    """Plan no matrix for more than half the run's memory: two stages run side by side."""
    if config.run.memory_gib is None:
        return config
    half = config.run.memory_gib / 2
    sections = {name: getattr(config, name) for name in ("dissimilarity", "typology")}
    return config.model_copy(
        update={
            name: section.model_copy(update={"largest_gib": min(section.largest_gib, half)})
            for name, section in sections.items()
        }
    )


def read(path: Path) -> Config:
    """Read and validate one configuration file; keys it leaves out have their defaults.

    Relative paths are resolved against the project folder.

    Raises:
        UserError: the file is missing, is not YAML, repeats a key or has errors in its keys.
    """
    folder = project_of(path)
    return located(load(sections(path), name=str(path), folder=folder), folder)


def read_overlay(path: Path) -> Config:
    """Read a configuration file as an overlay on its project's default run, as the workflow does.

    Relative paths are resolved against the project folder. Without a `config/config.yaml` there,
    the overlay changes the models' defaults.

    Raises:
        UserError: either file cannot be read, or the merged keys have errors.
    """
    folder = project_of(path)
    default = folder / DEFAULT
    below = sections(default) if default.is_file() else {}
    document = complete(merge(below, sections(path)))
    return located(load(document, name=str(path), folder=folder), folder)


def complete(document: Mapping[str, Any]) -> dict[str, Any]:
    """Merge a document into the models' defaults, so that it adds to maps such as the measures."""
    return merge(Config().model_dump(mode="json"), document)


def dump(config: Config) -> str:
    """Return the whole configuration as YAML, every key in the models' order."""
    return yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def leaf(config: Config, key: str) -> Any:
    """Return the value at a dotted key as plain data, such as `sequences.month`.

    Raises:
        KeyError: there is no such key.
    """
    value: Any = config.model_dump(mode="json")
    for part in key.split("."):
        value = value[part]
    return value


def without_words(value: Any) -> Any:
    """Return plain data without the words of reform packages, which the report alone shows."""
    if isinstance(value, Mapping):
        texts = set(Text.model_fields)
        kept = {
            key: without_words(held)
            for key, held in value.items()
            if not (isinstance(held, Mapping) and set(held) == texts)
        }
        return kept
    return [without_words(one) for one in value] if isinstance(value, list | tuple) else value


def stages(config: Config) -> list[str]:
    """Return the stages of this run in the order of the pipeline.

    A run on a file of durations has only the stage `durations`.
    """
    if config.hazards.enabled and config.hazards.source == "durations":
        return ["durations"]
    switches = {
        "typology": config.typology.enabled,
        "reform": config.reform.enabled,
        "hazards": config.hazards.enabled,
    }
    on = [name for name, enabled in switches.items() if enabled]
    return ["register", "sequences", *(["dissimilarity"] if "typology" in on else []), *on]


def input_files(config: Config) -> list[str]:
    """Return the paths of the extracts that the run reads; globs and folders are resolved."""
    return [
        found
        for paths in _extracts(config).values()
        for path in paths
        for found in [str(file) for file in matching(path)] or [path]
    ]


def _extracts(config: Config) -> dict[str, list[str]]:
    found = {}
    for table in TABLE_COLUMNS:
        paths = getattr(config.register.files, table).path or []
        found[f"register.files.{table}.path"] = [paths] if isinstance(paths, str) else list(paths)
    return found


def statistical_files(config: Config) -> list[str]:
    """Return the SAS and Stata files among the extracts, which a separate job converts."""
    suffixes = (".sas7bdat", ".xpt", ".dta")
    return [path for path in input_files(config) if path.lower().endswith(suffixes)]


def codelists(config: Config) -> list[str]:
    """Return the codelist files that the run reads."""
    register = config.register
    return [register.codelist, register.states, register.alphabet]


def relabellings(config: Config) -> list[str]:
    """Return the relabelling files that the run reverses."""
    return list(config.reform.tables) if config.reform.enabled else []


def readiness_lists(config: Config) -> list[str]:
    """Return the lists of the states that do not use readiness, where the run compares in them."""
    rules = config.reform.readiness
    used = config.reform.enabled and rules.enabled
    return [rules.states, rules.alphabet] if used else []


def rate_files(config: Config) -> list[str]:
    """Return the tables of rates that the run reads, if any."""
    named = (config.costs.rates, config.costs.refunds)
    return [path for path in named if path and config.typology.enabled]


def duration_files(config: Config) -> list[str]:
    """Return the file of durations that the run reads instead of a register, if any."""
    path = config.hazards.durations.path
    return [path] if config.hazards.source == "durations" and path else []


def require_files(config: Config) -> None:
    """Raise `UserError` with a line for each file that is missing or unusable in Snakemake."""
    named = {"hazards.durations.path": duration_files(config)}
    if config.register.source != "none":
        keys = ("register.codelist", "register.states", "register.alphabet")
        named |= {key: [path] for key, path in zip(keys, codelists(config), strict=True)}
        named["reform.relabelling"] = relabellings(config)
        for key, path in (("rates", config.costs.rates), ("refunds", config.costs.refunds)):
            named[f"costs.{key}"] = [path] if path in rate_files(config) else []
        named["reform.readiness"] = readiness_lists(config)
    if config.register.source == "files":
        named |= _extracts(config)
    found = [(key, path, matching(path)) for key, paths in named.items() for path in paths]
    missing = [
        f"  {key}: {path} does not exist; name a file that does, or a pattern that finds one"
        for key, path, files in found
        if not files
    ]
    if missing:
        raise UserError("\n".join(["The configuration names files that do not exist:", *missing]))
    braced = [
        f"  {key}: {file} contains curly brackets, which are wildcards in Snakemake; rename it"
        for key, _, files in found
        for file in files
        if set("{}") & set(str(file))
    ]
    if braced:
        raise UserError("\n".join(["The workflow cannot use some file names:", *braced]))


def _conflicts(config: Config) -> Iterable[str]:
    durations = config.hazards.enabled and config.hazards.source == "durations"
    if durations != (config.register.source == "none"):
        yield (
            "register.source must be none where hazards.source is durations, and nowhere else: "
            "such a run reads one file of durations and no register"
        )
    if durations:
        return
    if config.reform.enabled and not config.typology.enabled:
        yield "reform.enabled is true but typology.enabled is false: reform compares clusters"
    if (
        config.hazards.enabled
        and config.register.source == "files"
        and not config.register.files.assignments.path
    ):
        yield (
            "hazards.enabled is true but register.files.assignments.path is missing: "
            "name the file of caseworker assignments or set hazards.enabled to false"
        )
