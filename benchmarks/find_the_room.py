"""Draw lines of the package at random, to see whether a reader finds the folder they lie in.

`python benchmarks/find_the_room.py ask --seed 1` prints the folders with what they say they are
for, and twenty lines, each with the two lines around it and without its place. Somebody who does
not know the code writes one folder a line into a file; `score FILE --seed 1` counts the right ones.
"""

import argparse
import ast
import random
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "src" / "trajectories"
DRAWN = 20


def folders() -> dict[str, str]:
    """Give each folder with modules in it, and the first line of what it says of itself."""
    found = {}
    for init in sorted(PACKAGE.rglob("__init__.py")):
        if any(path.name != "__init__.py" for path in init.parent.glob("*.py")):
            said = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
            found[init.parent.relative_to(PACKAGE).as_posix()] = said.splitlines()[0]
    return found


def drawn(seed: int) -> list[tuple[str, str]]:
    """Draw lines of function bodies: the folder, and the line between its neighbours."""
    lines = []
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        rows = text.splitlines()
        folder = path.parent.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                for statement in node.body:
                    at = statement.lineno - 1
                    if not isinstance(statement, ast.Expr):
                        around = rows[max(at - 1, 0) : at + 2]
                        lines.append((folder, "\n".join(["   in " + node.name, *around])))
    return random.Random(seed).sample(sorted(lines), DRAWN)


def main() -> None:
    """Print the lines, or how many folders of an answer are right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("ask", "score"))
    parser.add_argument("answers", nargs="?", type=Path, help="one folder a line")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    lines = drawn(given.seed)
    if given.what == "ask":
        for folder, said in folders().items():
            print(f"{folder}: {said}")
        for number, (_, text) in enumerate(lines, start=1):
            print(f"\n{number}.\n{text}")
        return
    answers = given.answers.read_text(encoding="utf-8").split()
    right = 0
    for number, ((folder, _), answer) in enumerate(zip(lines, answers, strict=True), start=1):
        right += answer == folder
        if answer != folder:
            print(f"{number}. {answer}, but it is in {folder}")
    print(f"{right} of {DRAWN} folders are right")


if __name__ == "__main__":
    main()
