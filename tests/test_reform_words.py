"""No reform stands in the code: years, laws, benefits and age borders are in its package."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import trajectories

PACKAGE = Path(trajectories.__file__).parent
ROOT = PACKAGE.parents[1]
EXEMPT = (
    "simulator/",
    "config/sections/simulator.py",
    "register/named_cases/",
    "register/profile/dictionary.py",
)
"""The simulator plants reforms, named cases are rows of an invented extract, and the dictionary
tells which years have a week 53."""

YEARS = r"20(?:1[1-9]|2[4-7])"
LAWS = r"\bAct \d+|\blov(?:e|ene)? (?:nr\. )?\d+"
BENEFITS = (
    r"uddannelseshj(?:æ|ae)lp|education assistance|overgangsydelse|integrationsydelse"
    r"|integration benefit|225[- ]hour|225-timers|kontanthj(?:æ|ae)lpsloft|benefit cap"
    r"|nytteindsats|resource course begin"
)
NAMED = re.compile(
    rf"{LAWS}|{BENEFITS}|relabelling_{YEARS}|(?:reform|aftale) (?:of|fra|i) {YEARS}", re.I
)
DATED = re.compile(rf"\b{YEARS}\b")
BORDER = re.compile(r"split_age|youth_ages|reform_(?:from|to)|under_age|age_border")


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module that are no docstrings, with their lines."""
    tree = ast.parse(source)
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.lineno, node.value


def released_on() -> str:
    """The day of this version: metadata of a release, no date of a reform."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return str(citation["date-released"])


def dates(source: str) -> Iterator[tuple[int, str]]:
    """Yield the years of the packages among whole numbers, and numbers given for age borders."""
    for node in ast.walk(ast.parse(source)):
        dated = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "date"
        if dated and re.match(rf".*date\({YEARS}\b", ast.unparse(node)):
            yield node.lineno, ast.unparse(node)  # type: ignore[attr-defined]
        names: list[str] = []
        value: ast.expr | None = None
        if isinstance(node, ast.AnnAssign):
            names, value = [ast.unparse(node.target)], node.value
        elif isinstance(node, ast.Assign):
            names, value = [ast.unparse(one) for one in node.targets], node.value
        elif isinstance(node, ast.keyword):
            names, value = [node.arg or ""], node.value
        elif isinstance(node, ast.arguments):
            pairs = zip(node.kwonlyargs, node.kw_defaults, strict=True)
            for argument, usual in pairs:
                if BORDER.search(argument.arg) and usual is not None and numbers(usual):
                    yield argument.lineno, f"{argument.arg}={ast.unparse(usual)}"
        if value is not None and any(map(BORDER.search, names)) and numbers(value):
            yield node.lineno, f"{names[0]}={ast.unparse(value)}"  # type: ignore[attr-defined]


def numbers(value: ast.expr) -> bool:
    """Tell whether an expression gives a number: bounds such as ge=16 are none."""
    if isinstance(value, ast.Call):
        return any(numbers(one) for one in value.args)
    if isinstance(value, ast.Tuple | ast.List):
        return any(numbers(one) for one in value.elts)
    return isinstance(value, ast.Constant) and type(value.value) is int


def found_in(name: str, source: str) -> list[str]:
    """List what of one reform stands in a file: module, template or catalogue."""
    lines = [
        f"{name}:{number}: {hit[0]}"
        for number, line in enumerate(source.splitlines(), 1)
        for hit in NAMED.finditer(line)
    ]
    if not name.endswith(".py"):
        hits = (
            (number, line)
            for number, line in enumerate(source.splitlines(), 1)
            if DATED.search(line) and not line.startswith(("#", '"POT', '"PO-'))
        )
        return lines + [f"{name}:{number}: {line.strip()}" for number, line in hits]
    cited = re.compile(rf"[A-Z]\w+(?:,| et al\.,?| and \w+| & \w+)* \(?{YEARS}\)?")
    lines += [
        f"{name}:{number}: {text}"
        for number, text in texts(source)
        if DATED.search(cited.sub("", text)) and text != released_on()
    ]
    return lines + [f"{name}:{number}: {text}" for number, text in dates(source)]


def files() -> list[Path]:
    """The modules, templates and catalogues of the package."""
    kinds = ("*.py", "*.j2", "*.po")
    every = (path for kind in kinds for path in sorted(PACKAGE.rglob(kind)))
    return [p for p in every if not p.relative_to(PACKAGE).as_posix().startswith(EXEMPT)]


def test_no_reform_stands_in_the_code() -> None:
    found = [
        line
        for path in files()
        for line in found_in(path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("name", "planted"),
    [
        ("a.py", "x = dt.date(2014, 1, 1)\n"),
        ("a.py", "def f(*, split_age: int = 30) -> None: ...\n"),
        ("a.py", "youth_ages: tuple[int, ...] = Field((25, 30))\n"),
        ("a.py", "f(split_age=30)\n"),
        ("a.py", 'x = "The reform of 2013 moved the young."\n'),
        ("a.py", '"""Young people got uddannelseshjælp."""\n'),
        ("a.py", '"""Acts 894: Act 894 of July."""\n'),
        ("a.py", 'x = "config/codelists/relabelling_2014.csv"\n'),
        ("a.j2", "<p>Since January 2014 they are separate.</p>\n"),
        ("a.po", 'msgid "the benefit cap"\n'),
    ],
)
def test_a_planted_reform_is_found(name: str, planted: str) -> None:
    assert found_in(name, planted)


def test_citations_and_bounds_are_no_reform() -> None:
    source = 'x = "Abbring and Van den Berg 2003; Studer 2021"\nsplit_age: int = Field(ge=16)\n'
    assert found_in("a.py", source) == []
