"""What an output is: a table that may leave, a figure of it, and its table in the report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.charts.choices import with_choices
from trajectories.release.charts.formats import as_pdf, as_slide, fit_to_slide
from trajectories.release.charts.spots import with_titles
from trajectories.release.charts.tick_labels import localise_ticks
from trajectories.release.gate.spec import TableSpec
from trajectories.release.outputs.documents import ANNEX, Document
from trajectories.release.style import SIZES, Size, Style, as_png, as_svg, settle, stamp, styled
from trajectories.release.tables import HtmlTable, Tables

ENDINGS = {"png": ".png", "pdf": ".pdf", "slide": "_slide.png"}
"""How a figure's files end, by format."""
Draw = Callable[[Tables, Style, Size], Figure]
Words = Callable[[Tables, Style], str]
Build = Callable[[Tables, Style], HtmlTable]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """The figure of an output.

    Attributes:
        draw: tables, style and size to a figure.
        caption: what is drawn.
        alt: what somebody who cannot see the figure should know of it.
        needs: columns of the first table that must hold at least one number.
        shown: the rows of the first table that are drawn; None for all.
        name: the file's name without ending; the table's name where none is given.
        tables: the released tables that it is drawn from, and nothing else; the output's own where
            none is given.
        documents: where it is shown.
        reading: one sentence that says what to look for; the annex prints it.
        plain: the caption in the brief, without terms; `caption` where none is given.
        narrow: whether the annex, too, has its narrow form for phones; elsewhere all have.
    """

    draw: Draw
    caption: str | Words
    alt: Words
    needs: tuple[str, ...]
    shown: pl.Expr | None = field(default=None, compare=False)
    name: str = ""
    tables: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ANNEX
    reading: str = ""
    plain: str = ""
    narrow: bool = False

    def possible(self, tables: Tables) -> bool:
        """Tell whether the tables are there and hold something to draw."""
        if any(name not in tables for name in self.tables):
            return False
        first = tables[self.tables[0]]
        if self.shown is not None:
            first = first.filter(self.shown)
        return all(first[column].null_count() < first.height for column in self.needs)

    def words(self, tables: Tables, style: Style) -> tuple[str, str]:
        """Give the caption and the alternative text."""
        caption = self.caption
        caption = style.say(caption) if isinstance(caption, str) else caption(tables, style)
        alt = self.alt(tables, style)
        if style.simulated:
            alt = f"{style.word('simulated_data').capitalize()}. {alt}"
        return caption, alt

    @property
    def files(self) -> tuple[str, ...]:
        """Name the files that `render` may make."""
        endings = (".svg", "_narrow.svg", *ENDINGS.values())
        return tuple(f"{self.name}{ending}" for ending in endings)

    def figure(self, tables: Tables, style: Style, size: Size) -> Figure:
        """Draw the figure, which says so where its data are simulated."""
        figure = self.draw(tables, style, size)
        localise_ticks(figure, style)
        stamp(figure, style)
        return figure

    def render(self, tables: Tables, style: Style) -> Iterator[tuple[str, bytes]]:
        """Draw the figure in all its forms.

        Yields:
            File name and bytes: `<name>.svg` for pages, `<name>_narrow.svg` for phones, and the
            formats of `release.figure_formats`: `.png` and `.pdf` as wide as a page of a journal,
            `_slide.png` for a slide.
        """
        formats = style.study.of("release.figure_formats")
        for size in SIZES:
            with styled():
                figure = self.figure(tables, style, size)
                settle(figure)
                suffix = "" if size == "wide" else "_narrow"
                yield f"{self.name}{suffix}.svg", with_choices(with_titles(as_svg(figure)))
                if size == "wide":
                    for form in ("png", "pdf"):
                        if form in formats:
                            save = as_png if form == "png" else as_pdf
                            yield f"{self.name}{ENDINGS[form]}", save(figure)
        if "slide" in formats:
            with styled():
                figure = self.figure(tables, style, "wide")
                fit_to_slide(figure)
                settle(figure)
                yield f"{self.name}{ENDINGS['slide']}", as_slide(figure)


@dataclass(frozen=True)
class View:
    """The table of an output as the report shows it.

    Attributes:
        build: tables and style to caption, headings, cells and note.
        name: what the page's template calls it; the released table's name where none is given.
        tables: the released tables that it needs, with a row each; the output's own where none is
            given.
        documents: where it is shown.
        reading: one sentence that says what to look for; the annex prints it.
        shown: the rows of the first table of which there must be one; None for any.
    """

    build: Build
    name: str = ""
    tables: tuple[str, ...] = ()
    documents: tuple[Document, ...] = ANNEX
    reading: str = ""
    shown: pl.Expr | None = field(default=None, compare=False)

    def table(self, tables: Tables, style: Style) -> HtmlTable:
        """Build the table; what is marked in its caption, headings and note is translated."""
        return self.build(tables, style).translated(style.study.word)

    def possible(self, tables: Tables) -> bool:
        """Tell whether the tables are there and hold a row."""
        if any(name not in tables or tables[name].is_empty() for name in self.tables):
            return False
        return self.shown is None or not tables[self.tables[0]].filter(self.shown).is_empty()


@dataclass(frozen=True, kw_only=True)
class Output:
    """One output: a released table, its figure and its table in the report, where there is one.

    An output without a table shows those of others in another way.

    Attributes:
        table: what the gate must know of the table.
        figure: the figure.
        view: the table in the report.
    """

    table: TableSpec | None = None
    figure: Drawing | None = None
    view: View | None = None

    def __post_init__(self) -> None:
        """Give the figure and the view the table's name and the table, where they name no other."""
        for part in ("figure", "view"):
            shown: Drawing | View | None = getattr(self, part)
            if shown is not None and self.table is not None:
                own = self.table.name
                named = replace(shown, name=shown.name or own, tables=shown.tables or (own,))
                object.__setattr__(self, part, named)
