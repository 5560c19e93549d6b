"""Compare two release folders: which files hold the same bytes, and which numbers differ.

Run it as `python benchmarks/same_release.py BEFORE AFTER`. Tables that differ in bytes are compared
by their rows, and texts by their numbers, whatever the order, so that a moved row or a changed
word does not hide a changed number. The command fails where a row, a picture or a number differs.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path

NUMBER = re.compile(r"(?<![\w#.])[-−]?\d+(?:[.,]\d+)*(?![\w])")
WORDS = {".html", ".md", ".json"}
RUNS_OWN = {"provenance.json", "manifest.json"}
"""Files that name the code and hash the others; they differ wherever another file does."""


def lines(path: Path) -> Counter[str]:
    """Count the rows of a table."""
    return Counter(path.read_text(encoding="utf-8").splitlines())


def numbers(path: Path) -> Counter[str]:
    """Count the numbers of a text file, pictures and styles left out."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r'"data:[^"]*"|<style.*?</style>|<script.*?</script>', "", text, flags=re.S)
    return Counter(NUMBER.findall(text))


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
        else:
            kind = lines if one.suffix == ".csv" else numbers if one.suffix in WORDS else None
            if kind is None:
                wrong.append(f"differs: {name}")
                continue
            gone, new = kind(one) - kind(two), kind(two) - kind(one)
            print(f"other words or order: {name}; gone {dict(gone)}, new {dict(new)}")
            wrong += [f"differs: {name}"] if gone or new else []
    print(f"{same} files of {len(files[0] | files[1])} hold the same bytes")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
