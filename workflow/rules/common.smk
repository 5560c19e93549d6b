import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import polars as pl
from snakemake.persistence import PersistenceBase
from snakemake_interface_executor_plugins.executors.real import RealExecutor

from trajectories.codehash import Code
from trajectories.commands.config.settings import check
from trajectories.commands.release.past import registered_by_others
from trajectories.config import root
from trajectories.config.document import as_written, sections
from trajectories.errors import UserError, why_unwritten
from trajectories.io import make_private, remove_unfinished, write_text
from trajectories.machine.clocks import date_back
from trajectories.machine import needs
from trajectories.machine.logs import last_words
from trajectories.machine.memory import watch_jobs
from trajectories.machine.orphans import name_run
from trajectories.machine.times import describe_times
from trajectories.machine.running import clear_locks, join, stand_back, use_temporary


def validated(document):
    """Validate the merged configuration, or end with every error and no traceback."""
    try:
        for path in reversed(workflow.configfiles):
            document = as_written(document, sections(Path(path)))
        found = root.load(root.complete(document), name="The configuration")
        check(found, name="The configuration")
        made = Path(found.run.results) / found.run.name / "private"
        # What was read once may lie elsewhere by now: Snakemake asks for it only where it must.
        if not any((made / stage).exists() for stage in ("register", "hazards")):
            root.require_files(found)
        return found
    except UserError as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(2)


def leaves(*keys):
    """Return the named configuration values as text: a change of one of them reruns the rule.

    Words of the report, such as the labels of events, do not count.
    """
    return leaves_and_words(*keys, worded=root.without_words)


def leaves_and_words(*keys, worded=dict):
    """Return the named configuration values with the words of the report among them.

    It is JSON with round brackets for curly ones, which Snakemake would take for wildcards.
    """
    found = {key: root.leaf(settings, key) for key in keys}
    text = json.dumps(worded(found), sort_keys=True).translate(
        str.maketrans("{}", "()")
    )
    KEYS[text] = sorted(keys)
    return text


def options(name, paths):
    """Return an option of a command, once for each path, as words to be quoted."""
    return [word for path in paths for word in (name, str(path))]


def stamps(paths):
    """Return sizes and times of files as text: a file that an older one replaces reruns the rule.

    Snakemake by itself looks for files that are newer than what was made of them.
    """
    found = [
        (path.stat().st_size, path.stat().st_mtime_ns)
        for path in map(Path, paths)
        if path.exists()
    ]
    return json.dumps(found)


def code(command):
    """Return the hash of the code that a command runs; words do not count."""
    return CODE.hash(f"trajectories.commands.{command}")


def code_and_words(command):
    """Return the hash of the code that a page's command runs, and of the words that it writes."""
    return CODE.hash(f"trajectories.commands.{command}", words=True)


def compares(measure):
    """Return the folder of channels where a measure compares any, and nothing else."""
    options = settings.dissimilarity.measures.get(measure)
    needs = options is not None and (options.channels or options.series)
    return [CHANNELS] if needs else []


def compared_by_any():
    """Return the folder of channels where any measure compares some, and nothing else."""
    return [CHANNELS] if any(map(compares, settings.dissimilarity.measures)) else []


def channel_option(measure):
    """Return the option by which a command finds what a measure compares besides states."""
    return options("--channels", compares(measure))


def tiles_of(wildcards):
    """Return the folders of a measure's tiles; none where one job computes all."""
    if settings.dissimilarity.tiles == 1:
        return []
    return [
        path.format(measure=wildcards.measure) for path in gather.tiles(TILE_OF_MEASURE)
    ]


def tile_options(wildcards):
    """Return the options by which the command finds a measure's tiles."""
    return options("--tiles", tiles_of(wildcards))


def persons():
    """Return about how many persons the extracts hold: asked of the register where there is one."""
    register = PRIVATE / "register" / "persons.parquet"
    try:
        return pl.scan_parquet(register, glob=False).select(pl.len()).collect().item()
    except (OSError, pl.exceptions.PolarsError):
        pass  # not made yet
    if settings.register.source == "simulator":
        return settings.simulator.persons
    sizes = [
        path.stat().st_size
        for path in map(Path, root.input_files(settings))
        if path.exists()
    ]
    return max(LEAST_PERSONS, sum(sizes) // BYTES_A_PERSON)


def memory(rule):
    """Return what says how much memory a job books, in MiB: no more than the whole run may take."""
    largest, budget = settings.typology.largest_gib, settings.run.memory_gib
    most = sys.maxsize if budget is None else int(budget * needs.MIB_A_GIB)
    return lambda _, attempt: min(
        most, needs.memory_mib(rule, PERSONS, largest, attempt)
    )


def minutes(rule):
    """Return what says how many minutes a job asks a cluster for."""
    return lambda _, attempt: needs.minutes(rule, PERSONS, attempt)


def write_settings():
    """Keep the validated configuration beside the results, where every command reads it."""
    text = root.dump(settings)
    if not CONFIG.exists() or CONFIG.read_text(encoding="utf-8") != text:
        write_text(text, CONFIG)


def write_rules():
    """Keep which code and settings each rule runs with, for the provenance of what it makes."""
    described = [
        {
            "rule": rule.name,
            "code": rule.params.get("code"),
            "settings": KEYS.get(rule.params.get("settings"), []),
            "after": sorted(rules_before(rule)),
            "outputs": [str(path) for path in rule.output],
        }
        for rule in workflow.rules
        if rule.params.get("code")
    ]
    text = json.dumps(described, indent=2) + "\n"
    if not RULES.exists() or RULES.read_text(encoding="utf-8") != text:
        write_text(text, RULES)


def rules_before(rule):
    """Return the names of the rules that make what a rule reads."""
    asked = SimpleNamespace(measure=settings.dissimilarity.main)
    read = []
    for item in rule.input:
        found = item(asked) if callable(item) else item
        read += map(str, [found] if isinstance(found, str | Path) else found)
    return {
        other.name
        for other in workflow.rules
        for path in other.output
        if any(path.match(name) for name in read)
    }


def begin():
    """Stand back behind others on the machine; go on where a run was killed and left a lock."""
    stand_back(settings.run.niceness)
    name_run()
    try:
        use_temporary(settings.run.temporary)
        make_private(PRIVATE)
        RELEASE.mkdir(parents=True, exist_ok=True)
        if workflow.is_main_process:
            watch_jobs(settings.run.memory_gib, say)
            go_on()
        # What Snakemake and its jobs make is its owner's alone, but for what lies in an open folder.
        os.umask(0o077)
        write_settings()
    except OSError as error:
        why = why_unwritten(error) or error.strerror
        say(f"{error.filename or RUN} could not be written, {why}, and run again.")
        os._exit(2)
    except UserError as error:
        say(str(error))
        os._exit(2)


def go_on():
    """Clear away what killed runs left, where no other run is alive in the folder."""
    own = Path(".snakemake")
    if not join(own):
        return
    if said := clear_locks(own):
        say(said)
    remove_unfinished(RUN)
    if date_back(RUN):
        say(
            "Files of this run were dated ahead of the clock; they have today's date now."
        )


def say(sentence):
    """Print a sentence among Snakemake's own words."""
    print(sentence, file=sys.stderr, flush=True)


STARTED = time.time()
settings = validated({key: config[key] for key in config if key != "redraw_from"})
RUN = Path(settings.run.results) / settings.run.name
PRIVATE = RUN / "private"
RELEASE = RUN / "release"
LOGS = PRIVATE / "logs"
TIMES = RUN / "benchmarks"
CONFIG = PRIVATE / "config.yaml"
RULES = PRIVATE / "rules.json"
# The keys of the configuration behind the settings of each rule.
KEYS = {}
STAGES = root.stages(settings)
# The typology's branch and the hazards' run side by side, so that a large job takes half the cores.
CORES = workflow.cores or 2
HALF = max(1, CORES // 2)
# Half the cores are booked for clustering, all may be used: the hazards' branch often ends first. On
# a node of a cluster there is what was booked.
ALL = CORES if workflow.is_main_process else HALF

begin()
# By which jobs ask a cluster for memory and time. Extracts as text take about this much a person.
LEAST_PERSONS = 20_000
BYTES_A_PERSON = 1_500
PERSONS = persons()
CODE = Code(PRIVATE / "code.json")
# An environment need not be activated, and no file of the project's folder hides a module of it.
PYTHON = sys.executable
# A cluster's job is a line for a shell, in which Snakemake quotes everything but this.
for executor in RealExecutor.__subclasses__():
    executor.get_python_executable = lambda _: shlex.quote(PYTHON)
# Parameters of rules are texts and lists; to look for frames among them, Snakemake would import pandas.
PersistenceBase._serialize_param = PersistenceBase._serialize_param_builtin


onsuccess:
    # A redraw or a single stage ends without a report of its own.
    if (RELEASE / "report.html").exists():
        command = [PYTHON, "-P", "-m", "trajectories", "summary"]
        subprocess.run(
            [*command, "--release", RELEASE, "--private", GATE], check=True
        )
    if took := describe_times(TIMES, STARTED, time.time()):
        print(took, flush=True)


onerror:
    print(f"\nStopped.\n{last_words(LOGS, STARTED)}", file=sys.stderr, flush=True)
