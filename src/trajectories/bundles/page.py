"""The page for who has to let a bundle in: what it is, whose it is, what it never does."""

from collections.abc import Iterable, Sequence

from trajectories.bundles.wheels import Wheel

NAME = "FOR-THE-DATA-MANAGER.txt"
PAGE = """{title}
{line}

What it is
  A Python program for research on register data: it reads extracts, cleans them, groups courses
  of benefits, models exits, and writes tables, figures and a report that passed disclosure
  control. It is for {platform} with Python {pythons} (the usual one of the machine, 64 bits).

What is in the zip
  src/, Snakefile, workflow/, config/   the program itself, readable text
  wheels/                               the {count} Python packages that it needs, as their authors
                                        published them ({megabytes} MB)
  requirements-*.txt                    their versions and SHA-256 sums; nothing else is installed
  SHA256SUMS                            a sum of every file: `python run.py verify` compares them
{more}
How it is installed
  Unpack it in a folder of the project's, then in that folder
      python run.py setup
  It makes a virtual environment in .venv/ there. It needs no administrator's rights, no network
  and no compiler, and changes nothing outside its folder. `python run.py results` runs it on
  simulated persons. To remove it, delete the folder{cache}.

What it never does
  - It makes no network calls. It runs on a machine without a network, and on one with a network
    it opens no connection and no port. (One command, `trajectories example mvad`, fetches an open
    data set, and only when typed; there is no use for it here.)
  - It sends nothing: no telemetry, no look for updates.
  - It starts no service and no task of the system, and nothing of it outlives a run.
  - It needs no other program: no shell, no make, no compiler, no R.
  - It writes nothing but to its results folder, the temporary folder and a cache of compiled
    functions (without data) in the user's own folder.

What leaves the machine
  Only results/<run>/release/ is meant to leave, after your own output check: counts below the
  threshold are withheld, others are rounded. results/<run>/private/ never leaves.

Load on a machine that others use
  At most three processors unless told otherwise, at a low priority.

Never tried
  It was built and tested on Linux. {tried}

Licences
  The program itself: MIT. Of the packages, in their authors' words:
{licences}
"""
FULL = """  docs-html/                            the documentation: open docs-html/index.html
  tests/                                what shows that it works: `python run.py test`
"""
UNTRIED = "Nobody has yet run it on Windows: tell the authors what you see."
TRIED = "This bundle is for Linux."


def page(
    title: str,
    platform: str,
    pythons: Sequence[str],
    wheels: Iterable[Wheel],
    *,
    size: int,
    slim: bool,
) -> str:
    """Return the page as plain text.

    Args:
        title: name and version of the bundle.
        platform: "linux" or "windows".
        pythons: versions of Python whose wheels are there.
        wheels: all of them.
        size: of all wheels, in bytes.
        slim: whether documentation and tests are left out.
    """
    found = {(wheel.name, wheel.version): wheel.licence for wheel in wheels}
    width = max((len(f"{name} {version}") for name, version in found), default=0)
    return PAGE.format(
        title=title,
        line="=" * len(title),
        platform={"linux": "Linux (glibc 2.28 or newer)", "windows": "Windows"}[platform],
        pythons=", ".join(pythons),
        count=len(found),
        megabytes=round(size / 1e6),
        more="" if slim else FULL,
        cache=" and the folder trajectories in the user's cache",
        tried=UNTRIED if platform == "windows" else TRIED,
        licences="\n".join(
            f"  {f'{name} {version}':{width}}  {licence}"
            for (name, version), licence in sorted(found.items(), key=lambda x: x[0][0].lower())
        ),
    )
