"""The project's commands for machines with or without make, bash and a network.

    python run.py results [--config my.yaml] [--cores 3] [-- options of snakemake]
    python run.py test

Both first set up what they need: the locked environment in .venv/, from the wheels of a bundle
where this folder holds them (wheels/), and by uv elsewhere. Any Python from 3.11 on will do.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
UV_VERSION = "0.13.9"
WINDOWS = os.name == "nt"
SCRIPTS = "Scripts" if WINDOWS else "bin"
SUFFIX = ".exe" if WINDOWS else ""
VENV = ROOT / ".venv"
READY = VENV / ".ready"
WHEELS = ROOT / "wheels"
SUMS = "SHA256SUMS"
# Folders of tests that calculate nothing: the project's own files, and whole runs.
NOT_CALCULATED = ("workflow", "fixtures", "examples")
LINES = {
    "setup": "set up the locked environment",
    "verify": "compare the files of a bundle with their checksums",
    "results": "run the workflow (--config my.yaml for a run of your own)",
    "redraw": "redraw every figure from a release folder alone (--source FOLDER)",
    "check": "run every linter, formatter and type check",
    "test": "pass every check and test",
    "coverage": "pass every test and say which lines none of them reaches",
    "lowest": "pass the tests of calculations on the oldest dependencies allowed",
    "words": "bring the catalogues of translations in line with the code",
    "docs": "build the documentation into site/",
    "unlock": "remove the lock that a killed run left behind",
    "clean": "delete all results",
}


def main() -> int:
    """Run the command that is typed and return its exit code."""
    if sys.version_info < OLDEST:
        version = ".".join(map(str, sys.version_info[:3]))
        return say(f"Python 3.11 or newer is needed; this is {version}.")
    os.chdir(ROOT)
    parser = argparse.ArgumentParser(
        usage="run.py COMMAND [options] [-- options of snakemake, mkdocs or pytest]",
        description="Commands:\n" + "\n".join(f"  {name:10}{line}" for name, line in LINES.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=LINES, metavar="COMMAND")
    parser.add_argument("--config", help="configuration of a run of your own")
    parser.add_argument("--cores", type=int, help="processors to use; run.cores by default")
    parser.add_argument("--source", help="folder of a release")
    words = sys.argv[1:]
    end = words.index("--") if "--" in words else len(words)
    given, more = parser.parse_args(words[:end]), words[end + 1 :]
    if given.command == "verify":
        return verify()
    if given.command == "clean":
        shutil.rmtree("results", ignore_errors=True)
        return 0
    failed = setup(again=given.command == "setup" and WHEELS.is_dir())
    if failed or given.command == "setup":
        return failed
    overlay = ["--config", given.config] if given.config else []
    cores = [] if given.cores is None else ["--cores", str(given.cores)]
    if given.command == "results":
        return run(python("trajectories", "run", *overlay, *cores, *more))
    if given.command == "redraw":
        source = f"redraw_from={given.source or 'results/synthetic/release'}"
        return run(python("snakemake", "redraw", *more, "--config", source))
    if given.command == "unlock":
        return run(python("trajectories", "run", *overlay, "--unlock"))
    if given.command == "docs":
        return run(python("mkdocs", "build", "--strict", "--quiet", *more))
    if given.command == "words":
        return run(python("trajectories.catalogues", "write"))
    if given.command == "lowest":
        return lowest()
    if given.command == "coverage":
        return test(["--cov", "--cov-report=term", "--cov-fail-under=98", *more])
    return check() or (test(more) if given.command == "test" else 0)


def setup(*, again: bool = False) -> int:
    """Make the environment in .venv/ unless it is newer than the lock; return an exit code."""
    locks = [ROOT / "pyproject.toml", ROOT / "uv.lock"]
    if (
        not again
        and READY.exists()
        and READY.stat().st_mtime >= max(x.stat().st_mtime for x in locks)
    ):
        return 0
    print("Setting up the locked environment in .venv/ …", flush=True)
    failed = from_wheels() if WHEELS.is_dir() else from_index()
    if not failed:
        READY.touch()
    return failed


def from_wheels() -> int:
    """Install what a bundle holds, without a network, whatever pip's own settings are.

    The environment runs the code in src/, so that what is changed there counts.
    """
    version = ".".join(map(str, sys.version_info[:2]))
    lock = ROOT / f"requirements-{version}.txt"
    if not lock.exists():
        others = sorted(path.stem.partition("-")[2] for path in ROOT.glob("requirements-*.txt"))
        return say(f"This bundle is for Python {', '.join(others)}; this is {version}.")
    if run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
        return say("This Python cannot make a virtual environment (Debian: python3-venv).")
    install = python(
        *("pip", "--isolated", "install", "--no-index", "--no-deps", "--quiet"),
        *("--disable-pip-version-check", "--find-links", str(WHEELS)),
    )
    locked = ["--require-hashes", "--requirement", str(lock)]
    failed = run([*install, *locked]) or run([*install, "trajectories"])
    for folder in VENV.glob("**/site-packages"):
        line = f"import sys; sys.path.insert(0, {str(ROOT / 'src')!a})\n"
        (folder / "trajectories_of_this_folder.pth").write_text(line, encoding="ascii")
    return failed


def verify() -> int:
    """Compare every file of a bundle with its checksum."""
    lines = (ROOT / SUMS).read_text(encoding="utf-8").splitlines() if (ROOT / SUMS).exists() else []
    wrong = []
    for digest, _, name in (line.partition("  ") for line in lines):
        path = ROOT / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(f"{name} is missing or differs")
    print("\n".join(wrong) or f"{len(lines)} files are as they were made.")
    return 2 if wrong or not lines else 0


def from_index() -> int:
    """Install the lock with uv, which is fetched where it is missing."""
    uv = find_uv()
    return run([uv, "sync", "--locked", "--quiet"]) if uv else 2


def find_uv() -> str | None:
    """Return the path of uv, installed in .uv/ where the machine has none; None with a sentence."""
    found = shutil.which("uv")
    own = ROOT / ".uv" / SCRIPTS / f"uv{SUFFIX}"
    if found or own.exists():
        return found or str(own)
    if run([sys.executable, "-m", "venv", str(ROOT / ".uv")]):
        say("This Python cannot make a virtual environment (Debian: apt-get install python3-venv).")
        return None
    pip = [str(own.with_name(f"python{SUFFIX}")), "-m", "pip", "install", "--quiet"]
    if run([*pip, "--disable-pip-version-check", f"uv=={UV_VERSION}"]):
        say("uv could not be fetched: without a network use a bundle (docs/closed-servers.md).")
        return None
    return str(own)


def check() -> int:
    """Run all checks, two at a time; each says what it has to say as a whole."""
    examples = sorted(map(str, Path("config/examples").glob("*.yaml")))
    jobs = [
        [python("mypy")],
        [python("mkdocs", "build", "--strict", "--quiet", "--site-dir", "site")],
        [
            python("ruff", "check", "."),
            python("ruff", "format", "--check", "."),
            python("snakefmt", "--check", "Snakefile", "workflow"),
            [program("lint-imports"), "--no-logo"],
            [program("deptry"), "src"],
            python("trajectories.catalogues", "check"),
            python("trajectories", "config", "check", "config/config.yaml", *examples),
        ],
    ]
    with ThreadPoolExecutor(2) as pool:
        return max(pool.map(collected, jobs))


def collected(commands: list[list[str]]) -> int:
    """Run commands one after another up to the first that fails, then print what they said."""
    said, code = b"", 0
    for command in commands:
        done = subprocess.run(
            command,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said, code = said + done.stdout, done.returncode
        if code:
            break
    sys.stdout.buffer.write(said)
    sys.stdout.flush()
    return code


def test(more: list[str]) -> int:
    """Run the whole suite."""
    return run(python("pytest", "-n", "auto", "--dist", "loadscope", *more))


def lowest() -> int:
    """Test on the oldest dependencies; what their versions deprecate is no fault here."""
    uv = find_uv()
    if uv is None:
        return 2
    folder = ROOT / ".venv-lowest"
    # Kernels of the oldest numba and of the locked one would replace each other.
    os.environ["NUMBA_CACHE_DIR"] = str(folder / "kernels")
    made = run([uv, "venv", "--quiet", "--clear", "--python", str(interpreter()), str(folder)])
    oldest = ["--resolution", "lowest-direct", "--editable", ".", "--group", "dev"]
    where = ["--python", str(folder)]
    failed = made or run([uv, "pip", "install", "--quiet", *where, *oldest])
    folders = [
        str(path)
        for path in sorted(Path("tests").iterdir())
        if path.is_dir() and path.name not in NOT_CALCULATED and not path.name.startswith("_")
    ]
    pytest = [str(interpreter(folder)), "-m", "pytest", "-n", "auto", "--dist", "loadscope"]
    return failed or run([*pytest, "-W", "ignore::DeprecationWarning", *folders])


def interpreter(folder: Path = VENV) -> Path:
    """Return the Python of an environment."""
    return folder / SCRIPTS / f"python{SUFFIX}"


def python(module: str, *words: str) -> list[str]:
    """Return the command that runs a module of the environment, whatever lies in this folder."""
    return [str(interpreter()), "-P", "-m", module, *words]


def program(name: str) -> str:
    """Return the path of a program of the environment."""
    return str(VENV / SCRIPTS / f"{name}{SUFFIX}")


def environment() -> dict[str, str]:
    """Return the variables of the programs that are run."""
    # A run is many short processes: without cached bytecode each would compile every module again.
    kept = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PROJECT_ENVIRONMENT": str(VENV),
        "UV_COMPILE_BYTECODE": "1",
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONUTF8": "1",
    }


def run(command: list[str]) -> int:
    """Run a command to its end and return its exit code, also where Ctrl-C ends it."""
    sys.stdout.flush()
    with subprocess.Popen(command, env=environment()) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the command hears it as well, and says so
                continue


def say(sentence: str) -> int:
    """Print a sentence and return the exit code of a user's mistake."""
    print(sentence, file=sys.stderr, flush=True)
    return 2


if __name__ == "__main__":
    sys.exit(main())
