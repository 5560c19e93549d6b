"""Keeping the catalogues of messages: what is marked in the code is what they translate.

`python -m trajectories.catalogues write` after messages changed; `check` fails where they differ.
"""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

METHODS = [("**.py", "python"), ("**.j2", "jinja2")]
TEMPLATES = {
    "extensions": "jinja2.ext.i18n",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
KEYWORDS = {"_": None, "n_": (1, 2), "gettext": None, "ngettext": (1, 2)}
WIDTH = 100


def marked(package: Path) -> Catalog:
    """Collect the messages that are marked in a package's modules and templates."""
    found = Catalog()
    for _file, _line, message, _comments, _context in extract_from_dir(
        package, METHODS, {"**.j2": TEMPLATES}, keywords=KEYWORDS
    ):
        found.add(message)
    return found


def write_catalogues(package: Path) -> list[str]:
    """Bring every catalogue in line with the code; translations of what is gone are dropped.

    Returns:
        A line for each catalogue, with the number of its messages that are not translated.
    """
    messages, lines = marked(package), []
    for path, catalogue in _catalogues(package):
        catalogue.update(messages, no_fuzzy_matching=True)
        text = BytesIO()
        write_po(text, catalogue, WIDTH, omit_header=True, sort_output=True, ignore_obsolete=True)
        path.write_bytes(_header(catalogue).encode() + text.getvalue())
        without = sum(1 for entry in catalogue if entry.id and not all(_forms(entry.string)))
        lines.append(f"{path}: {len(catalogue)} messages, {without} without a translation")
    return lines


def check_catalogues(package: Path) -> list[str]:
    """Compare the catalogues with the code.

    Returns:
        A line for each message that is in the code alone or in a catalogue alone.
    """
    code = {entry.id for entry in marked(package) if entry.id}
    lines = []
    for path, catalogue in _catalogues(package):
        known = {entry.id for entry in catalogue if entry.id}
        lines += [
            f"{path}: {what}: {_forms(message)[0]!r}"
            for what, messages in (("missing", code - known), ("not in the code", known - code))
            for message in sorted(messages, key=str)
        ]
    return lines


def _catalogues(package: Path) -> Iterator[tuple[Path, Catalog]]:
    for path in sorted(package.glob("locale/*/LC_MESSAGES/trajectories.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale=path.parts[-3], ignore_obsolete=True)


def _header(catalogue: Catalog) -> str:
    """The header without dates and names, which would differ from one writing to the next."""
    lines = (
        f"Language: {catalogue.locale_identifier}",
        f"Plural-Forms: {catalogue.plural_forms}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n"


def _forms(text: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def main(action: str, package: Path = Path(__file__).parent) -> int:
    """Write or check the catalogues; 1 where a check finds a difference."""
    lines = (write_catalogues if action == "write" else check_catalogues)(package)
    print("\n".join(lines))
    return int(action == "check" and bool(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
