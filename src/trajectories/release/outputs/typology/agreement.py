"""How far other methods and measures find the same clusters."""

import polars as pl
from matplotlib.figure import Figure

from trajectories.release.gate.spec import Estimate, TableSpec
from trajectories.release.gate.vocabulary import one_of
from trajectories.release.outputs.base import Drawing, Output, View
from trajectories.release.style import INK, Size, Style, new_figure
from trajectories.release.tables import HtmlTable, Tables, plain, text
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """How far two partitions agree."""
    return HtmlTable.of(
        _("Agreement of partitions: adjusted Rand index and adjusted mutual information."),
        tables["agreement"],
        {
            _("Partition"): lambda row: text(style.word(row["a"])),
            _("Other partition"): lambda row: text(style.word(row["b"])),
            _("ARI"): lambda row: plain(style, row["ari"]),
            _("AMI"): lambda row: plain(style, row["ami"]),
        },
    )


OF_OTHER_MEASURES = (
    pl.col("a").str.extract(r"^(\S+)") != pl.col("b").str.extract(r"^(\S+)")
) & ~pl.col("b").str.starts_with("planted")
"""The pairs of partitions that rest on two measures."""


def label_of(name: str, names: list[str], style: Style) -> str:
    """Name a partition by its measure; by its method where that is another than of the rest."""
    measure, method = name.split()[:2]
    alone = all(other == name or other.split()[1] != method for other in names)
    return style.word(method if alone else measure)


def measures_of(tables: Tables) -> list[str]:
    """The typology, and the partitions of its size by other measures that were compared with it."""
    table = tables["agreement"].drop_nulls(["ari", "ami"]).filter(OF_OTHER_MEASURES)
    names = list(dict.fromkeys([*table["a"], *table["b"]]))
    size = [name.split()[-1] for name in names]
    alike = [name for name, k in zip(names, size, strict=True) if k == size[0]]
    known = {frozenset(pair) for pair in table.select("a", "b").iter_rows()}
    return [
        name
        for name in alike
        if all(other == name or frozenset((name, other)) in known for other in alike)
    ]


def draw(tables: Tables, style: Style, size: Size) -> Figure:
    """Draw the adjusted Rand index below the diagonal, adjusted mutual information above it."""
    names = measures_of(tables)
    values = {}
    for row in tables["agreement"].iter_rows(named=True):
        for pair in ((row["a"], row["b"]), (row["b"], row["a"])):
            values[pair] = (row["ari"], row["ami"])
    grid = [
        [1.0 if y == x else values[a, b][0 if y > x else 1] for x, b in enumerate(names)]
        for y, a in enumerate(names)
    ]
    figure = new_figure(size, 0.9 + 0.38 * len(names))
    axes = figure.subplots()
    axes.imshow(grid, cmap="Blues", vmin=0, vmax=1.3, aspect="auto")
    for y, line in enumerate(grid):
        for x, value in enumerate(line):
            shown = "" if x == y else style.number(value, 2)
            axes.text(x, y, shown, ha="center", va="center", fontsize=8, color=INK)
    labels = [label_of(name, names, style) for name in names]
    axes.set_xticks(range(len(names)), labels)
    axes.set_yticks(range(len(names)), labels)
    axes.tick_params(length=0)
    return figure


def alt(tables: Tables, style: Style) -> str:
    """Say the agreement of each pair."""
    names = measures_of(tables)
    parts = [
        style.say(
            _("{one} and {other}: {ari} and {ami}"),
            one=label_of(row["a"], names, style),
            other=label_of(row["b"], names, style),
            ari=style.number(row["ari"], 2),
            ami=style.number(row["ami"], 2),
        )
        for row in tables["agreement"].drop_nulls(["ari", "ami"]).iter_rows(named=True)
        if row["a"] in names and row["b"] in names
    ]
    text = _("A square table of adjusted Rand indices and mutual information. {parts}.")
    return style.say(text, parts="; ".join(parts))


OUTPUT = Output(
    table=TableSpec(
        stage="typology",
        name="agreement",
        sensitivity="moderate",
        row=_("two partitions of the same windows"),
        dims=("a", "b"),
        texts={**dict.fromkeys(("a", "b"), one_of(r"[\w ]+ k=\d+"))},
        estimates=(Estimate("ari"), Estimate("ami")),
    ),
    figure=Drawing(
        reading=_(
            "A value near 1 says that two measures put the same people together; 0 is chance."
        ),
        draw=draw,
        needs=("ari", "ami"),
        shown=OF_OTHER_MEASURES,
        caption=_(
            "Agreement of the typology with partitions by other measures and of these with each "
            "other: adjusted Rand index below the diagonal, adjusted mutual information above it. "
            "All have as many clusters."
        ),
        alt=alt,
    ),
    view=View(
        view,
        reading=_(
            "The nearer to 1, the more the other method or measure puts the same people together."
        ),
    ),
)
