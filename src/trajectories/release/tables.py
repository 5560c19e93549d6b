"""Released tables by name, and as the report lays them out: accessible HTML, cell by cell."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from markupsafe import Markup

from trajectories.release.style import Style
from trajectories.words import _

Tables = dict[str, pl.DataFrame]
"""Released tables by name."""

SMALL_COLUMNS = 4
"""A table with no more columns than this is as wide as the text, a larger one wider."""
LEAST_P = 0.001
"""A p-value below this is given as such."""
LEAST_UNITS = 5
"""Units of the last digit that an interval is wide: then rounding moves no bound by more than a
tenth of its width."""
WITHHELD_HTML = Markup('<td class="num withheld" title="{}">·</td>')
WITHHELD_WHY = _("withheld: too few")


@dataclass(frozen=True)
class Cell:
    """One cell: its text, whether it is a number, whether it was withheld."""

    text: str
    number: bool = False
    withheld: bool = False

    def html(self, *, header: bool, why: str = WITHHELD_WHY) -> Markup:
        """Write the cell; the first of a row is its header. `why` says why it was withheld."""
        if self.withheld:
            return WITHHELD_HTML.format(why)
        css = Markup(' class="num"') if self.number else Markup("")
        if header:
            return Markup('<th scope="row"{}>{}</th>').format(css, self.text)
        return Markup("<td{}>{}</td>").format(css, self.text)


WITHHELD = Cell("", withheld=True)
WriteCell = Callable[[Mapping[str, Any]], Cell]


@dataclass(frozen=True)
class HtmlTable:
    """A table of the report.

    Attributes:
        caption: what it shows.
        head: column headings.
        rows: cells by row; the first cell of a row is its heading.
        note: a line under the table.
        withheld: why a withheld cell is empty.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    withheld: str = WITHHELD_WHY

    @classmethod
    def of(
        cls, caption: str, table: pl.DataFrame, columns: Mapping[str, WriteCell], note: str = ""
    ) -> "HtmlTable":
        """Lay a released table out row by row; each heading has what writes its cells."""
        rows = [[write(row) for write in columns.values()] for row in table.iter_rows(named=True)]
        return cls(caption, list(columns), rows, note)

    def translated(self, word: Callable[[str], str]) -> "HtmlTable":
        """Translate caption, headings, note and why a cell is withheld."""
        head = [word(heading) for heading in self.head]
        return HtmlTable(word(self.caption), head, self.rows, word(self.note), word(self.withheld))

    def html(self, label: str, name: str, source: Markup | None = None) -> Markup:
        """Write the table as a figure with its label and caption, and a line on its source."""
        numeric = [any(row[i].number for row in self.rows) for i in range(len(self.head))]
        head = Markup("").join(
            Markup('<th scope="col"{}>{}</th>').format(
                Markup(' class="num"') if is_number else Markup(""), text
            )
            for text, is_number in zip(self.head, numeric, strict=True)
        )
        body = Markup("\n").join(
            Markup("<tr>{}</tr>").format(
                Markup("").join(
                    cell.html(header=i == 0, why=self.withheld) for i, cell in enumerate(row)
                )
            )
            for row in self.rows
        )
        note = Markup('<p class="note">{}</p>').format(self.note) if self.note else Markup("")
        width = "table small" if len(self.head) <= SMALL_COLUMNS else "table"
        return Markup(
            '<figure class="{width}" id="tab-{name}">\n'
            '<figcaption id="caption-{name}"><b>{label}.</b> {caption}</figcaption>\n'
            '<div class="scroll" tabindex="0" role="region" aria-labelledby="caption-{name}">\n'
            '<table aria-labelledby="caption-{name}">\n'
            "<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
            "{note}{source}</figure>"
        ).format(
            width=width,
            name=name,
            label=label,
            caption=self.caption,
            head=head,
            body=body,
            note=note,
            source=source or Markup(""),
        )


def text(value: object) -> Cell:
    """Make a text cell; None was withheld."""
    return WITHHELD if value is None else Cell(str(value))


def number(shown: str) -> Cell:
    """Make a cell of a number, as it shall be shown."""
    return Cell(shown, number=True)


def count(style: Style, value: float | None) -> Cell:
    """Write a count; None was withheld."""
    return WITHHELD if value is None else number(style.number(value))


def share(style: Style, value: float | None, column: pl.Series) -> Cell:
    """Write a share with the decimals that the gate left in its column."""
    return WITHHELD if value is None else number(style.percent(value, points(column)))


def points(*columns: pl.Series) -> int:
    """Give the decimals of percentages whose shares stand in released columns."""
    values = [value for column in columns for value in column.drop_nulls().to_list()]
    return max([0, *(len(f"{value:.6f}".rstrip("0").partition(".")[2]) - 2 for value in values)])


def readable_points(*columns: pl.Series) -> int:
    """Give the decimals of percentages in prose: those left, but no more than two digits need.

    Where persons are very many, the gate leaves more decimals than anyone reads.
    """
    sizes = [abs(100 * value) for column in columns for value in column.drop_nulls().to_list()]
    largest = max([0.0, *sizes])
    needed = max(1, 1 - math.floor(math.log10(largest))) if largest else 0
    return min(points(*columns), needed)


def points_and_interval(style: Style, row: Mapping[str, Any]) -> Cell:
    """Write a difference of shares in percentage points with its interval.

    All three have the decimals that the gate left in them, which differ from row to row. Nothing
    is shown where these are so few that rounding may have moved a bound by more than a tenth of the
    interval's width.
    """
    values = [row["difference"], row["low"], row["high"]]
    if None in values or not told(*values[1:]):
        return WITHHELD
    decimals = points(pl.Series(values, dtype=pl.Float64))
    value, low, high = (style.number(100 * one, decimals) for one in values)
    text = _("{value} ({low} to {high})")
    return number(style.say(text, value=value, low=low, high=high))


def told(low: float, high: float, least_units: int = LEAST_UNITS) -> bool:
    """Tell whether bounds of a share have the digits that their distance needs.

    Args:
        low: the lower bound, as released.
        high: the upper bound.
        least_units: units of the last digit that lie between them at least.
    """
    unit = 10.0 ** -(2 + points(pl.Series([low, high], dtype=pl.Float64)))
    return high - low >= least_units * unit - 1e-9


def plain(style: Style, value: float | None) -> Cell:
    """Write a number as it stands in the table."""
    if value is None:
        return WITHHELD
    shown = f"{value:g}"
    decimals = len(shown.partition(".")[2]) if "e" not in shown else 0
    return number(style.number(value, decimals))


def mean_and_sd(style: Style, mean: float | None, sd: float | None) -> Cell:
    """Write a mean and its standard deviation with the same significant digits.

    The gate left both with the same number of them, of which trailing zeros are lost in a file.
    """
    if mean is None or sd is None:
        return WITHHELD
    digits = max(len(f"{abs(value):.15g}".replace(".", "").strip("0")) for value in (mean, sd))
    return number(f"{digits_of(style, mean, digits)} ({digits_of(style, sd, digits)})")


def digits_of(style: Style, value: float | None, digits: int) -> str:
    """Write a number with its significant digits, trailing zeros among them."""
    if value is None:
        return "–"
    magnitude = math.floor(math.log10(abs(value))) if value else 0
    return style.number(value, max(0, digits - 1 - magnitude))


def interval(style: Style, low: float | None, high: float | None) -> Cell:
    """Write an interval with three significant digits."""
    if low is None or high is None:
        return WITHHELD
    return number(f"{digits_of(style, low, 3)}–{digits_of(style, high, 3)}")


def ratio(style: Style, value: float | None) -> Cell:
    """Write a ratio with three significant digits; None was withheld."""
    return WITHHELD if value is None else number(digits_of(style, value, 3))


def p_value(style: Style, value: float | None) -> Cell:
    """Write a p-value; one below `LEAST_P` as smaller than it."""
    if value is not None and value < LEAST_P:
        return number(f"< {style.plain(LEAST_P)}")
    return plain(style, value)
