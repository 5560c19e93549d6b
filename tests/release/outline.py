"""What the tests ask about a document of a release."""

import re
from html.parser import HTMLParser
from pathlib import Path

from trajectories.release.outputs.documents import FILES


def documents_of(release: Path) -> str:
    """Brief, report and annex one after the other, as written."""
    return "\n".join((release / name).read_text(encoding="utf-8") for name in FILES.values())


class Outline(HTMLParser):
    """Collects what the tests ask about a page."""

    VOID = frozenset({"meta", "img", "source", "br", "link", "input"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images: list[dict] = []
        self.sources: list[str] = []
        self.headings: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.cells: list[tuple[str, dict]] = []
        self.page = page
        self.feed(page)

    @property
    def words(self) -> str:
        """All text of the page."""
        return " ".join(" ".join(self.text).split())

    @property
    def numbered(self) -> dict[str, list[int]]:
        """The numbers of figures and of tables as they come."""
        return {
            kind: [int(n) for n in re.findall(rf"<b>(?:{kind}|{danish}) A?(\d+)\.</b>", self.page)]
            for kind, danish in (("Figure", "Figur"), ("Table", "Tabel"))
        }

    @property
    def unmentioned(self) -> set[str]:
        """Figures and tables that no sentence refers to."""
        anchors = {name for name in self.ids if name.startswith(("fig-", "tab-"))}
        return anchors - {link.partition("#")[2] for link in self.links}

    @property
    def leaks(self) -> list[str]:
        """Words of Python that stand in the text."""
        return re.findall(
            r"\b(?:None|nan|NaN|inf|True|False|Markup)\b|\[\[|[\ue000-\ue002]|\{\{|_low|_high",
            self.words,
        )

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        if tag == "svg" and attributes.get("role") == "img":
            self.images.append({"alt": attributes["aria-label"]})
        if tag in ("img", "source", "script", "link"):
            self.sources.append(
                attributes.get("src") or attributes.get("srcset") or attributes.get("href") or ""
            )
        if tag in ("th", "td"):
            self.cells.append((tag, attributes))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings.append(data.strip())
        if not {"style", "script"} & set(self.open):
            self.text.append(data)
