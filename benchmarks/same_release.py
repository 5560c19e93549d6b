"""Compare two release folders: which files hold the same bytes, and which numbers differ.

Run it as `python benchmarks/same_release.py BEFORE AFTER`. Files that differ in bytes are compared
by their numbers alone, in the order in which they occur, so that changed words do not hide a
changed number. The command fails where a table, a figure's data or a headline number differs.
"""

import argparse
import difflib
import re
import sys
from pathlib import Path

NUMBER = re.compile(r"(?<![\w#.])[-−]?\d+(?:[.,]\d+)*(?![\w])")
WORDS = {".html", ".md", ".json"}
RUNS_OWN = {"provenance.json", "manifest.json"}
"""Files that name the code and hash the others; they differ wherever another file does."""


def numbers(path: Path) -> list[str]:
    """List the numbers of a text file in their order, pictures and styles left out."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'"data:[^"]*"|<style.*?</style>|<script.*?</script>', "", text, flags=re.S)
    return NUMBER.findall(text)


def main() -> int:
    """Print what differs between the folders; 1 where a number does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    given = parser.parse_args()
    files = [
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        for folder in (given.before, given.after)
    ]
    wrong = [f"only before: {name}" for name in sorted(files[0] - files[1])]
    wrong += [f"only after: {name}" for name in sorted(files[1] - files[0])]
    same = 0
    for name in sorted(files[0] & files[1]):
        one, two = given.before / name, given.after / name
        if one.read_bytes() == two.read_bytes():
            same += 1
        elif name in RUNS_OWN:
            print(f"differs, as it names the code: {name}")
        elif one.suffix in WORDS:
            changes = [
                line
                for line in difflib.unified_diff(numbers(one), numbers(two), lineterm="", n=0)
                if line[0] in "+-" and not line.startswith(("+++", "---"))
            ]
            print(f"other words: {name}; numbers that differ: {' '.join(changes) or 'none'}")
            wrong += [name] if changes else []
        else:
            wrong.append(f"differs: {name}")
    print(f"{same} files of {len(files[0] | files[1])} hold the same bytes")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
