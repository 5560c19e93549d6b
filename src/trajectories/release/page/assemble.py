"""Figures, tables and references on the page: numbered as they come, left out where absent.

The templates of the chapters hold prose and order. What they say of an output that a run does not
have drops itself:

- text in `[[…]]` goes where a reference in it leads nowhere, or where all it had to say stood in
  further `[[…]]` that went;
- a paragraph goes where a reference outside of `[[…]]` leads nowhere, or where nothing is left;
- a heading goes where nothing follows before the next heading or the end of its chapter.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from trajectories.release.outputs.registry import CHAPTERS, Chapter
from trajectories.release.speaker import Speaker
from trajectories.release.tables import HtmlTable
from trajectories.words import _

KINDS = {"fig": _("Figure {number}"), "tab": _("Table {number}")}
REFERENCE = re.compile("\ue000(\\w+:\\w+)\ue001")
OPTIONAL = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
PARAGRAPH = re.compile(r"<p>.*?</p>\n?", re.DOTALL)
EMPTY = re.compile(r"<h3>[^<]*</h3>\n(?=\s*<h[23]>|\s*</section>)")
WENT = "\ue002"
"""Stands where an optional text went."""


def names_of(chapter: Chapter) -> list[str]:
    """Name the figures (`fig:x`) and tables (`tab:x`) of a chapter, in its order."""
    names = []
    for output in chapter.outputs:
        if output.figure is not None:
            names.append(f"fig:{output.figure.name}")
        if output.view is not None:
            names.append(f"tab:{output.view.name}")
    return names


class Page:
    """What a run has to show, and the numbers that it gets as the page is written."""

    def __init__(
        self,
        figures: Sequence[Mapping[str, Any]],
        tables: Mapping[str, HtmlTable],
        pictures: Mapping[str, bytes],
        speaker: Speaker,
    ) -> None:
        """Hold what the run has, and who says how it is called."""
        self._speaker = speaker
        self._figures = {str(figure["name"]): figure for figure in figures}
        self._tables = tables
        self._pictures = pictures
        self._known = {name for chapter in CHAPTERS for name in names_of(chapter)}
        self._there = {f"fig:{name}" for name in self._figures} | {f"tab:{n}" for n in tables}
        self._numbers: dict[str, int] = {}

    def has(self, name: str) -> bool:
        """Tell whether the run has a figure (`fig:x`) or a table (`tab:x`).

        Raises:
            ValueError: no output is called so.
        """
        if name not in self._known:
            message = f"no output shows {name}"
            raise ValueError(message)
        return name in self._there

    def ref(self, name: str) -> Markup:
        """Refer to a figure (`fig:x`) or a table (`tab:x`), which is numbered when it comes."""
        self.has(name)
        return Markup(f"\ue000{name}\ue001")

    @property
    def references(self) -> dict[str, Markup]:
        """References to all figures and tables, by the names that messages have for them."""
        return {name.replace(":", "_"): self.ref(name) for name in sorted(self._known)}

    def fig(self, name: str) -> Markup:
        """Write a figure with caption and alternative text; nothing where there is none."""
        if not self.has(f"fig:{name}"):
            return Markup("")
        figure = self._figures[name]
        return Markup(
            '<figure class="picture" id="fig-{name}">\n<picture>\n'
            '<source media="(max-width: 640px)" srcset="{narrow}">\n'
            '<img src="{wide}" alt="{alt}">\n</picture>\n'
            "<figcaption><b>{label}.</b> {caption}</figcaption>\n</figure>"
        ).format(
            name=name,
            narrow=self._data(f"{name}_narrow.svg"),
            wide=self._data(f"{name}.svg"),
            alt=figure["alt"],
            label=self._next(f"fig:{name}"),
            caption=figure["caption"],
        )

    def tab(self, name: str) -> Markup:
        """Write a table; nothing where there is none."""
        if not self.has(f"tab:{name}"):
            return Markup("")
        return self._tables[name].html(self._next(f"tab:{name}"), name)

    def rest(self, chapter: Chapter) -> Markup:
        """Write the figures and tables of a chapter that its template does not place."""
        left = [n for n in names_of(chapter) if n in self._there and n not in self._numbers]
        if not left:
            return Markup("")
        references = Markup(", ").join(self.ref(name) for name in left)
        parts = [self.fig(n[4:]) if n.startswith("fig:") else self.tab(n[4:]) for n in left]
        also = Markup(self._speaker.say(_("See also {outputs}."), outputs="{}"))
        return Markup("<p>{}</p>\n{}\n").format(also.format(references), Markup("\n").join(parts))

    def finish(self, html: str) -> str:
        """Number the references of a written page, and leave out what leads nowhere."""
        return EMPTY.sub("", PARAGRAPH.sub(self._paragraph, html))

    def _paragraph(self, found: re.Match[str]) -> str:
        text, inner = found[0], 1
        while inner:
            text, inner = OPTIONAL.subn(self._optional, text)
        if self._leads_nowhere(text) or not re.sub(rf"</?p>|\s|{WENT}", "", text):
            return ""
        return REFERENCE.sub(self._link, text.replace(WENT, ""))

    def _optional(self, found: re.Match[str]) -> str:
        text = found[1]
        emptied = WENT in text and REFERENCE.search(text) is None
        return WENT if emptied or self._leads_nowhere(text) else text

    def _leads_nowhere(self, text: str) -> bool:
        return any(name not in self._numbers for name in REFERENCE.findall(text))

    def _link(self, found: re.Match[str]) -> str:
        kind, _, key = found[1].partition(":")
        return f'<a href="#{kind}-{key}">{self._label(found[1])}</a>'

    def _label(self, name: str) -> str:
        return self._speaker.say(KINDS[name[:3]], number=self._numbers[name])

    def _next(self, name: str) -> str:
        """Give a figure or table the next number, and its label."""
        kind = name[:4]
        number = 1 + sum(other.startswith(kind) for other in self._numbers)
        self._numbers.setdefault(name, number)
        return self._label(name)

    def _data(self, picture: str) -> str:
        encoded = base64.b64encode(self._pictures[picture]).decode("ascii")
        return f"data:image/svg+xml;base64,{encoded}"
