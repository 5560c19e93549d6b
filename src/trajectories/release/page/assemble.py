"""Figures, tables and references of a document: numbered as they come, left out where absent.

The templates of the chapters hold prose and order. What they say of an output that a run does not
have drops itself:

- text in `[[…]]` goes where a reference in it leads nowhere, or where all it had to say stood in
  further `[[…]]` that went;
- a paragraph, or an item of a list, goes where a reference outside of `[[…]]` leads nowhere, or
  where nothing is left;
- a heading goes where nothing follows before the next heading or the end of its chapter.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from trajectories.release.outputs.base import Drawing, View
from trajectories.release.outputs.documents import FILES, Document
from trajectories.release.outputs.registry import DRAWINGS, VIEWS, Chapter
from trajectories.release.page.pictures import Pictures
from trajectories.release.speaker import Speaker
from trajectories.release.tables import HtmlTable
from trajectories.words import _, n_

KINDS = {"fig": _("Figure {number}"), "tab": _("Table {number}")}
REFERENCE = re.compile("\ue000(\\w+:\\w+)\ue001")
OPTIONAL = re.compile(r"\[\[((?:(?!\[\[|\]\]).)*)\]\]", re.DOTALL)
PARAGRAPH = re.compile(r"<(p|li)>(?:(?!<p>).)*?</\1>\n?", re.DOTALL)
"""A paragraph, or an item of a list that holds none."""
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


@dataclass(frozen=True)
class Exhibits:
    """What a run has to show, whichever document shows it.

    Attributes:
        figures: what `describe_figures` says of each figure.
        tables: built tables by the names of their views.
        pictures: released pictures by file name.
        made_from: by figure (`fig:x`) or table (`tab:x`), the files that it shows and the rules
            that made them.
        coarser: by figure or table, a sentence where a table that it shows has a coarser form.
    """

    figures: Sequence[Mapping[str, Any]] = ()
    tables: Mapping[str, HtmlTable] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    made_from: Mapping[str, tuple[list[str], list[str]]] = field(default_factory=dict)
    coarser: Mapping[str, str] = field(default_factory=dict)


SHOWN: dict[str, Drawing | View] = {
    **{f"fig:{drawing.name}": drawing for drawing in DRAWINGS},
    **{f"tab:{view.name}": view for view in VIEWS},
}
"""All figures and tables by name."""


class Page:
    """One document: what it shows, and the numbers that this gets as the page is written."""

    def __init__(self, document: Document, exhibits: Exhibits, speaker: Speaker) -> None:
        """Hold what the run has, and who says how it is called."""
        self.document = document
        self._speaker = speaker
        self._exhibits = exhibits
        self._figures = {str(figure["name"]): figure for figure in exhibits.figures}
        self._there = {f"fig:{name}" for name in self._figures}
        self._there |= {f"tab:{name}" for name in exhibits.tables}
        self._pictures = Pictures(exhibits.pictures)
        self._numbers: dict[str, int] = {}
        self._others: Sequence[Page] = ()

    def has(self, name: str) -> bool:
        """Tell whether the run has a figure (`fig:x`) or a table (`tab:x`).

        Raises:
            ValueError: no output is called so.
        """
        if name not in SHOWN:
            message = f"no output shows {name}"
            raise ValueError(message)
        return name in self._there

    def shows(self, name: str) -> bool:
        """Tell whether the run has it and it is declared for this document."""
        return self.has(name) and self.document in SHOWN[name].documents

    def ref(self, name: str) -> Markup:
        """Refer to a figure (`fig:x`) or a table (`tab:x`), which is numbered when it comes."""
        self.has(name)
        return Markup(f"\ue000{name}\ue001")

    @property
    def references(self) -> dict[str, Markup]:
        """References to all figures and tables, by the names that messages have for them."""
        return {name.replace(":", "_"): self.ref(name) for name in sorted(SHOWN)}

    def fig(self, name: str) -> Markup:
        """Write a figure with caption and alternative text; nothing where it is not shown here."""
        if not self.shows(f"fig:{name}"):
            return Markup("")
        figure, drawing = self._figures[name], SHOWN[f"fig:{name}"]
        alt, caption = str(figure["alt"]), str(figure["caption"])
        if self.document == "brief" and isinstance(drawing, Drawing) and drawing.plain:
            caption = self._speaker.say(drawing.plain)
        caption = f"{caption} {self._exhibits.coarser.get(f'fig:{name}', '')}".rstrip()
        pictures = [self._pictures.inline(f"{name}.svg", alt, "wide")]
        if self.document != "annex" or (isinstance(drawing, Drawing) and drawing.narrow):
            pictures.append(self._pictures.inline(f"{name}_narrow.svg", alt, "narrow"))
        return Markup(
            '<figure class="picture" id="fig-{name}">\n<div{scroll}>{pictures}</div>\n'
            "<figcaption><b>{label}.</b> {caption}</figcaption>\n{source}</figure>"
        ).format(
            name=name,
            scroll=Markup(
                ' class="card two"' if len(pictures) > 1 else ' class="card" tabindex="0"'
            ),
            pictures=Markup("").join(pictures),
            label=self._next(f"fig:{name}"),
            caption=caption,
            source=self._source(f"fig:{name}"),
        )

    def tab(self, name: str) -> Markup:
        """Write a table; nothing where it is not shown here."""
        if not self.shows(f"tab:{name}"):
            return Markup("")
        label = self._next(f"tab:{name}")
        shown = self._exhibits.tables[name]
        if coarser := self._exhibits.coarser.get(f"tab:{name}"):
            shown = replace(shown, note=f"{shown.note} {coarser}".lstrip())
        return shown.html(label, name, self._source(f"tab:{name}"))

    def shared(self) -> Markup:
        """Write what the pictures have in common: once, after the last of them."""
        return self._pictures.shared()

    def _source(self, name: str) -> Markup:
        """Say in the annex what to look for, and where an exhibit comes from."""
        if self.document != "annex":
            return Markup("")
        files, rules = self._exhibits.made_from.get(name, ([], []))
        code = Markup("<code>{}</code>")
        source = self._speaker.count(
            n_("Source: {files}, made by the rule {rules}.", "Source: {files}, made by {rules}."),
            len(files),
            files=Markup(", ").join(code.format(file) for file in files),
            rules=Markup(", ").join(code.format(rule) for rule in rules),
        )
        return Markup('<div class="source">{}{}<p><a href="#contents">{}</a></p></div>\n').format(
            Markup("<p>{}</p>").format(self._speaker.say(SHOWN[name].reading)),
            Markup(f"<p>{source}</p>") if files else "",
            self._speaker.say(_("Back to the contents")),
        )

    def holds(self, chapter: Chapter) -> bool:
        """Tell whether the document shows something of a chapter, or the chapter is always open."""
        return not chapter.needs_one_of or any(self.shows(name) for name in names_of(chapter))

    def rests(self, chapters: Iterable[Chapter]) -> Markup:
        """Write what the document shows of any chapter and its template does not place."""
        return Markup("").join(self.rest(chapter) for chapter in chapters)

    def rest(self, chapter: Chapter) -> Markup:
        """Write the figures and tables of a chapter that its template does not place."""
        left = [n for n in names_of(chapter) if self.shows(n) and n not in self._numbers]
        if not left:
            return Markup("")
        references = Markup(", ").join(self.ref(name) for name in left)
        parts = [self.fig(n[4:]) if n.startswith("fig:") else self.tab(n[4:]) for n in left]
        also = Markup(self._speaker.say(_("See also {outputs}."), outputs="{}"))
        return Markup("<p>{}</p>\n{}\n").format(also.format(references), Markup("\n").join(parts))

    def finish(self, html: str, others: Sequence["Page"] = ()) -> str:
        """Number the references of a written page, and leave out what leads nowhere.

        Args:
            html: the page.
            others: the other documents, written before, in the order in which they are looked
                through for what this one does not show.
        """
        self._others = others
        return EMPTY.sub("", PARAGRAPH.sub(self._paragraph, html))

    def _paragraph(self, found: re.Match[str]) -> str:
        text, inner = found[0], 1
        while inner:
            text, inner = OPTIONAL.subn(self._optional, text)
        if self._leads_nowhere(text) or not re.sub(rf"</?(?:p|li)>|\s|{WENT}", "", text):
            return ""
        return REFERENCE.sub(self._link, text.replace(WENT, ""))

    def _optional(self, found: re.Match[str]) -> str:
        text = found[1]
        emptied = WENT in text and REFERENCE.search(text) is None
        return WENT if emptied or self._leads_nowhere(text) else text

    def _leads_nowhere(self, text: str) -> bool:
        return any(self._home(name) is None for name in REFERENCE.findall(text))

    def _home(self, name: str) -> "Page | None":
        """The document that shows a figure or table: this one, or the first of the others."""
        return next((page for page in (self, *self._others) if name in page._numbers), None)

    def _link(self, found: re.Match[str]) -> str:
        kind, _, key = found[1].partition(":")
        home = self._home(found[1]) or self
        file = "" if home is self else FILES[home.document]
        return f'<a href="{file}#{kind}-{key}">{home._label(found[1])}</a>'

    def _label(self, name: str) -> str:
        number = f"{'A' if self.document == 'annex' else ''}{self._numbers[name]}"
        return self._speaker.say(KINDS[name[:3]], number=number)

    def _next(self, name: str) -> str:
        """Give a figure or table the next number, and its label."""
        kind = name[:4]
        number = 1 + sum(other.startswith(kind) for other in self._numbers)
        self._numbers.setdefault(name, number)
        return self._label(name)
