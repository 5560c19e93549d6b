"""Tables as plain, accessible HTML."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

SMALL_COLUMNS = 4
"""A table with no more columns than this is as wide as the text, a larger one wider."""

WITHHELD = Markup('<td class="num withheld" title="withheld: too few">·</td>')


@dataclass(frozen=True)
class Cell:
    """One cell: its text, whether it is a number, whether it was withheld."""

    text: str
    number: bool = False
    withheld: bool = False

    def html(self, *, header: bool) -> Markup:
        """Write the cell; the first of a row is its header."""
        if self.withheld:
            return WITHHELD
        css = Markup(' class="num"') if self.number else Markup("")
        if header:
            return Markup('<th scope="row"{}>{}</th>').format(css, self.text)
        return Markup("<td{}>{}</td>").format(css, self.text)


@dataclass(frozen=True)
class HtmlTable:
    """A table of the report.

    Attributes:
        caption: what it shows.
        head: column headings.
        rows: cells by row; the first cell of a row is its heading.
        note: a line under the table.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""

    def translated(self, word: Callable[[str], str]) -> "HtmlTable":
        """Translate caption, headings and note."""
        head = [word(heading) for heading in self.head]
        return HtmlTable(word(self.caption), head, self.rows, word(self.note))

    def html(self, number: int, name: str) -> Markup:
        """Write the table as a figure with its number and caption."""
        numeric = [any(row[i].number for row in self.rows) for i in range(len(self.head))]
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(
                Markup(' class="num"') if is_number else Markup(""), text
            )
            for text, is_number in zip(self.head, numeric, strict=True)
        )
        body = Markup("\n").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(cell.html(header=i == 0) for i, cell in enumerate(row))
            )
            for row in self.rows
        )
        note = Markup('<p class="note">{}</p>').format(self.note) if self.note else Markup("")
        width = "table small" if len(self.head) <= SMALL_COLUMNS else "table"
        return Markup(
            '<figure class="{width}" id="tab-{name}">\n'
            '<figcaption id="caption-{name}"><b>Table {number}.</b> {caption}</figcaption>\n'
            '<div class="scroll" tabindex="0" role="region" aria-labelledby="caption-{name}">\n'
            '<table aria-labelledby="caption-{name}">\n'
            "<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
            "{note}</figure>"
        ).format(
            width=width,
            name=name,
            number=number,
            caption=self.caption,
            head=head,
            body=body,
            note=note,
        )


def text(value: object) -> Cell:
    """Make a text cell; None was withheld."""
    return Cell("", withheld=True) if value is None else Cell(str(value))
