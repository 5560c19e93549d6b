"""The command line: `trajectories COMMAND`, one command a rule and some beside.

This is the table of commands; each is a function in `trajectories.commands`, whose docstring is its
help. A command is imported when it is called, so that `--threads` takes effect before any library
starts its own threads, and `--help` answers at once.
"""

import ast
import atexit
import os
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from inspect import BoundArguments
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NamedTuple, NoReturn

from cyclopts import App, CycloptsError, Parameter
from cyclopts.validators import Number

from trajectories.errors import FileError, UserError, out_of_memory, why_unwritten
from trajectories.machine.logs import logged
from trajectories.machine.progress import shown
from trajectories.parallel import usual_threads

USER_ERROR = 2
FAULT = 1
READER_LEFT = 141
"""What a shell reports of a program whose output nobody reads."""
NO_MEMORY = (
    "The machine has no memory left for this step: use fewer cores, lower "
    "dissimilarity.largest_gib and typology.largest_gib, or run it on a larger machine. Nothing "
    "half written is kept."
)


class Command(NamedTuple):
    """A line of the table.

    Attributes:
        name: what is typed.
        place: the function, as module and name in `trajectories.commands`.
        step: whether the workflow runs it, so that it says when it begins and how long it took.
        part: whether the rest of a run can go on without it. Its `out` is a folder, and with
            `--keep-going` a `UserError` leaves `refused.json` there; a command that needs the
            folder leaves the same refusal in its own. A broken file ends the run all the same.
        optional: the option whose folders are left out where they hold a refusal.
    """

    name: str
    place: str
    step: bool = False
    part: bool = False
    optional: str = ""


def _step(name: str, place: str) -> Command:
    return Command(name, place, step=True)


def _part(name: str, place: str, optional: str = "") -> Command:
    return Command(name, place, step=True, part=True, optional=optional)


COMMANDS = (
    _step("simulate", "register.simulate:simulate"),
    _step("convert", "register.convert:convert"),
    _step("ingest", "register.ingest:ingest"),
    Command("rejected", "register.rejected:rejected"),
    Command("describe", "register.describe:describe"),
    Command("codelist check", "register.check_codelist:check"),
    _step("months", "sequences.months:months"),
    _part("windows", "sequences.windows:windows"),
    _part("channels", "dissimilarity.channels:channels"),
    _part("tile", "dissimilarity.tile:tile"),
    _part("distances", "dissimilarity.distances:distances"),
    _part("cluster", "typology.cluster:cluster", optional="others"),
    _part("hours", "typology.hours:hours"),
    _part("associations", "typology.associations:associations"),
    _part("courses", "typology.courses:courses"),
    _part("long-courses", "typology.long_courses:long_courses"),
    _part("memberships", "typology.memberships:memberships"),
    _part("picture", "typology.picture:picture"),
    _part("compare", "reform.compare:compare"),
    _part("costs", "reform.costs:costs"),
    _part("municipalities", "reform.municipalities:municipalities", optional="changes"),
    _part("changes", "hazards.changes:changes"),
    _part("risk", "hazards.risk:risk"),
    _part("estimate", "hazards.estimate:estimate"),
    _part("histories", "hazards.histories:histories"),
    _part("sensitivity", "hazards.sensitivity:sensitivity"),
    _part("durations", "hazards.durations:durations"),
    _step("protect", "release.protect:protect"),
    _step("figures", "release.figures:figures"),
    _step("headline", "release.headline:headline"),
    _step("provenance", "release.provenance:provenance"),
    _step("report", "release.report:report"),
    Command("redraw", "release.redraw:redraw"),
    Command("check-release", "release.check_release:check"),
    Command("register-release", "release.register_release:register"),
    Command("compare-releases", "release.compare_releases:compare"),
    Command("hjemtag", "release.hjemtag:hjemtag"),
    Command("check-hjemtag", "release.hjemtag:check_hjemtag"),
    Command("explain", "release.explain:explain"),
    Command("summary", "release.summary:summary"),
    Command("run", "tools.run:run"),
    Command("bundle", "tools.bundle:bundle"),
    Command("power", "studies.power:power"),
    Command("plan", "studies.plan:plan"),
    Command("config check", "config.check:check"),
    Command("config write", "config.write:write"),
    Command("docs write", "tools.write_docs:write"),
    Command("example extracts", "tools.extracts:extracts"),
    Command("example mvad", "tools.mvad:mvad"),
)
HOME = "trajectories.commands"
ROWS = {f"{HOME}.{row.place}": row for row in COMMANDS}
GROUPS = {
    "codelist": "Compare extracts with the codelist.",
    "config": "Check or write configuration files.",
    "docs": "Pages of the documentation that are written.",
    "example": "Fetch or make data for the example runs.",
}
HELP = """Benefit trajectories and caseworker changes from administrative registers.

Before the command: `--threads N`; `--keep-going`, which leaves refused.json in the folder of a part
that the data do not allow and ends with exit code 0, as the workflow does; `--log FILE`, which
writes what is printed to a file of its owner's alone.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; a user's mistake ends with its sentence and exit code 2.

    Args:
        arguments: what is typed after `trajectories`; by default that of this process.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    for before, token in zip(["the command", *given], given, strict=False):
        if not token.strip():
            _end(f"What follows {before} is empty: write a value, or leave it out.", USER_ERROR)
    options = App(help_flags=(), version_flags=(), result_action="return_value")
    options.default(launch)
    with ended_by_a_sentence():
        options(given, exit_on_error=False, print_error=False)


def launch(
    *command: Annotated[str, Parameter(allow_leading_hyphen=True)],
    threads: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    keep_going: Annotated[bool, Parameter(negative=())] = False,
    log: Path | None = None,
) -> None:
    """Run a command with the options that all commands have.

    Args:
        command: what is typed after these options.
        threads: threads to use; the processors of this process by default, but at most three.
        keep_going: whether a part that the data do not allow leaves a refusal.
        log: file that receives what is printed.
    """
    for name in ("POLARS_MAX_THREADS", "NUMBA_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[name] = str(threads or usual_threads())
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    with logged(log), ended_by_a_sentence():
        if log is not None:
            from trajectories.machine.orphans import end_with_run

            end_with_run()
        run(command, keep_going=keep_going)


def run(tokens: Sequence[str], *, keep_going: bool = False) -> None:
    """Read the tokens of a command and run it.

    Raises:
        CycloptsError: there is no such command, or its options are wrong.
        UserError: the configuration or the data do not allow the command.
    """
    listing = not {" ".join(tokens[:words]) for words in (1, 2)} & {row.name for row in COMMANDS}
    function, bound, _ = application(summaries=listing).parse_args(
        tokens, exit_on_error=False, print_error=False
    )
    row = ROWS.get(f"{function.__module__}:{function.__name__}")
    if row is None:  # what prints the help
        function(*bound.args, **bound.kwargs)
        return
    bound.apply_defaults()
    if isinstance(bound.arguments.get("config"), Path):
        whole = _require_order(bound.arguments["config"])
        if row.step:
            bound.arguments["config"] = whole
    if row.part:
        _run_part(row, function, bound, keep_going=keep_going)
    elif row.step:
        with _announced(sentence_of(row)):
            function(*bound.args, **bound.kwargs)
    else:
        said: str | Iterable[str] | None = function(*bound.args, **bound.kwargs)
        for line in [said] if isinstance(said, str) else said or ():
            print(line.removesuffix("\n"), flush=True)


def application(*, summaries: bool) -> App:
    """Return the commands, none of which is imported before it is called.

    Args:
        summaries: whether each has the first sentence of its help, for a list of commands.
    """
    app = App(
        name="trajectories",
        help=HELP,
        version_flags=(),
        default_parameter=Parameter(negative=()),
        result_action="return_value",
    )
    groups = {"": app} | {name: App(name=name, help=text) for name, text in GROUPS.items()}
    for group in GROUPS:
        app.command(groups[group])
    for row in COMMANDS:
        group, _, name = row.name.rpartition(" ")
        help_ = {"help": f"{sentence_of(row)}."} if summaries else {}
        groups[group].command(f"{HOME}.{row.place}", name=name, **help_)
    return app


def sentence_of(row: Command) -> str:
    """Return the first sentence of a command's docstring, without importing it."""
    module, _, function = row.place.partition(":")
    path = Path(__file__).parent.joinpath("commands", *module.split(".")).with_suffix(".py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            return (ast.get_docstring(node) or "").partition("\n")[0].rstrip(".")
    raise AttributeError(f"{path} has no function {function}")


def _require_order(path: Path) -> Path:
    """Refuse a configuration that has errors anywhere, in the words of `config check`.

    What it says of the machine, memory and temporary files, holds from here on.

    Returns:
        A file with the whole configuration: `path` itself in the workflow, else one that holds
        what the defaults and the reform add to it, until this process ends.
    """
    from trajectories.commands.config import settings
    from trajectories.config import root
    from trajectories.machine.memory import end_process, watch
    from trajectories.machine.running import use_temporary

    config = root.read_overlay(path)
    settings.check(config, name=str(path))
    use_temporary(config.run.temporary)
    budget = config.run.memory_gib
    watch(budget, lambda gib: end_process(gib, budget or 0.0))
    text = root.dump(config)
    if path.read_text(encoding="utf-8") == text:
        return path
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    whole = Path(folder) / path.name
    whole.write_text(text, encoding="utf-8")
    return whole


def _run_part(
    row: Command, function: Callable[..., Any], bound: BoundArguments, *, keep_going: bool
) -> None:
    """Run a command without which the rest of a run can go on, or leave its refusal."""
    from trajectories.refusals import REFUSED, Refusal, first_refusal, refusal_in
    from trajectories.register.read.cpr import scrub

    given = bound.arguments
    if given.get(row.optional):
        given[row.optional] = [p for p in given[row.optional] if refusal_in(p) is None]
    needed = [
        path
        for name, value in given.items()
        if name != "out"
        for path in (value if isinstance(value, list | tuple) else [value])
        if isinstance(path, Path)
    ]
    name = " ".join(filter(None, (row.name, given.get("name"))))
    earlier, text = first_refusal(needed), sentence_of(row)
    try:
        if earlier is not None:
            raise UserError(earlier.sentence)
        with _announced(text):
            function(*bound.args, **bound.kwargs)
    except FileError:
        raise
    except UserError as error:
        if not keep_going:
            raise
        origin = name if earlier is None else earlier.origin
        Refusal(name, origin, str(error)).write(given["out"])
        why = f". {scrub(str(error))}" if earlier is None else f", as is `{origin}`"
        print(f"  ✗ {text}: left out{why}")
    else:
        (given["out"] / REFUSED).unlink(missing_ok=True)


@contextmanager
def _announced(text: str) -> Iterator[None]:
    start = time.perf_counter()
    print(f"  ▸ {text} …", flush=True)
    with shown(text):
        yield
    print(f"  ✓ {text} ({time.perf_counter() - start:.1f} s)", flush=True)


@contextmanager
def ended_by_a_sentence() -> Iterator[None]:
    """End the process with a sentence where the block raises.

    No message shows a value of the data: CPR numbers are taken out of the sentences, and a fault
    of the program shows where it happened and what kind it is, since the words of a library's
    error may quote a cell.
    """
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        raise
    except BrokenPipeError:
        # Who reads, such as `head`, has enough; Python would try to write the rest when it ends.
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), sys.stdout.fileno())
        sys.exit(READER_LEFT)
    except CycloptsError as error:
        _end(str(error), USER_ERROR)
    except UserError as error:
        from trajectories.register.read.cpr import scrub

        _end(scrub(str(error)), USER_ERROR)
    except BaseException as error:  # a panic of polars is no Exception
        if out_of_memory(error):
            _end(NO_MEMORY, USER_ERROR)
        if why := why_unwritten(error):
            place = getattr(error, "filename", None) or "A file"
            _end(f"{place} could not be written, {why}, and run again.", USER_ERROR)
        if isinstance(error, OSError):
            _end(describe_path(error), USER_ERROR if error.filename else FAULT)
        _end(describe_fault(error), FAULT)


def _end(text: str, code: int) -> NoReturn:
    sys.stdout.flush()
    print(text, file=sys.stderr, flush=True)
    sys.exit(code)


def describe_path(error: OSError) -> str:
    """Say which file or folder could not be read or written; a fault where none is named."""
    from trajectories.register.read.cpr import scrub

    if not error.filename:
        return describe_fault(error)
    why = (error.strerror or type(error).__name__).lower()
    place = error.filename2 or error.filename
    return scrub(f"{place}: {why}; name another file or folder, or run what makes it first.")


def describe_fault(error: BaseException) -> str:
    """Say where and of which kind a fault of the program is; its words only on demand."""
    if os.environ.get("TRAJECTORIES_SHOW_FAULTS"):
        return "".join(traceback.format_exception(error))
    steps = traceback.extract_tb(error.__traceback__)
    places = "".join(f"  {step.filename}:{step.lineno} {step.name}\n" for step in steps)
    own = type(error).__module__.startswith("trajectories")
    return (
        f"A fault of the program, {type(error).__name__}{f': {error}' if own else ''}, at\n{places}"
        "Please report these lines. Its words may quote the data and are shown only where "
        "TRAJECTORIES_SHOW_FAULTS=1 is set."
    )
