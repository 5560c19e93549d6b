"""How much of the discrepancy of courses covariates explain."""

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import NAME, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.phrases import covariate
from trajectories.release.style import Style
from trajectories.release.tables import Cell, HtmlTable, Tables, number, p_value, text
from trajectories.words import _

NUMBERS = ("r2_alone", "p_alone", "r2_beside", "p_beside", "p_dispersion")


def reading(tables: Tables, style: Style) -> str:
    """Say how much all explain together, and which covariate explains most."""
    rows = {row["factor"]: row for row in tables["discrepancy"].iter_rows(named=True)}
    total = rows.pop("total", {}).get("r2_beside")
    column = "r2_alone" if total is None else "r2_beside"
    known = {name: row[column] for name, row in rows.items() if row[column] is not None}
    if not known:
        return ""
    most = max(known, key=known.__getitem__)
    said = {"name": covariate(style, most).lower(), "share": style.percent(known[most], 1)}
    if total is None:
        return style.say(_("{name} explains most: {share} of the differences."), **said)
    return style.say(
        _(
            "Together these covariates explain {total} of the differences between courses; next to "
            "the others, {name} explains most ({share})."
        ),
        total=style.percent(total, 1),
        **said,
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """What each covariate explains, alone and beside the others."""

    def share(value: float | None) -> Cell:
        return Cell("–", number=True) if value is None else number(style.percent(value, 1))

    def tested(value: float | None) -> Cell:
        return Cell("–", number=True) if value is None else p_value(style, value)

    table = HtmlTable.of(
        _("Share of the differences between courses that goes with each covariate (pseudo-R²)."),
        tables["discrepancy"],
        {
            _("Covariate"): lambda row: text(covariate(style, row["factor"])),
            _("Alone"): lambda row: share(row["r2_alone"]),
            _("p-value, alone"): lambda row: tested(row["p_alone"]),
            _("Next to the others"): lambda row: share(row["r2_beside"]),
            _("p-value, next to the others"): lambda row: tested(row["p_beside"]),
            _("p-value, equal dispersion"): lambda row: tested(row["p_dispersion"]),
        },
    )
    people = max(tables["discrepancy"]["persons"].drop_nulls().to_list(), default=0)
    note = style.say(
        _(
            "One window of each of {persons} persons, drawn at random. p-values by permutation; "
            "the last column tests whether courses differ as much within every group."
        ),
        persons=style.number(people),
    )
    return HtmlTable(table.caption, table.head, table.rows, f"{reading(tables, style)} {note}")


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="discrepancy",
        sensitivity="moderate",
        row=_("one covariate of courses, or all together"),
        dims=("factor",),
        links=(cells("persons", of="persons of a sample", some=("factor",)),),
        counts=(Count("persons", "persons", guards=True),),
        texts={"factor": one_of(NAME)},
        estimates=tuple(map(Estimate, NUMBERS)),
    ),
    view=View(
        view,
        reading=_(
            "The share explained is small where most differences lie between people of the "
            "same group."
        ),
    ),
)
