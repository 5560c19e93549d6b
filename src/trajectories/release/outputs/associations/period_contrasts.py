"""Whether two groups of courses need a description each."""

from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, digits_of, number, p_value, text
from trajectories.words import _

NUMBERS = ("lrt", "delta_bic", "p_permutation")


def reading(tables: Tables, style: Style) -> str:
    """Say for how many pairs BIC prefers two descriptions."""
    found = tables["period_contrasts"]["delta_bic"].drop_nulls()
    two = int((found > 0).sum())
    return style.say(
        _(
            "BIC prefers two descriptions to a common one in {two} of {all} comparisons of a "
            "hundred courses of each group."
        ),
        two=two,
        all=found.len(),
    )


def view(tables: Tables, style: Style) -> HtmlTable:
    """Likelihood ratio, BIC and permutation p-value of each pair of groups."""

    def pair(contrast: str) -> str:
        first, _to, second = contrast.partition(" - ")
        return f"{style.word(first)} – {style.word(second).lower()}"

    table = HtmlTable.of(
        _("Do the courses of two groups need a description each? Likelihood ratio and BIC."),
        tables["period_contrasts"],
        {
            _("Groups"): lambda row: text(pair(row["contrast"])),
            _("Persons"): lambda row: count(style, row["persons"]),
            _("Likelihood ratio"): lambda row: number(digits_of(style, row["lrt"], 3)),
            _("Gain in BIC"): lambda row: number(digits_of(style, row["delta_bic"], 3)),
            _("p-value"): lambda row: p_value(style, row["p_permutation"]),
        },
    )
    note = _(
        "Likelihood ratio and BIC are means over samples of a hundred courses of each group (Liao "
        "and Fasang 2021); a positive gain speaks for two descriptions, above 10 very strongly. "
        "The p-value comes from random groups of all persons of the sample."
    )
    words = f"{reading(tables, style)} {style.say(note)}"
    return HtmlTable(table.caption, table.head, table.rows, words)


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="period_contrasts",
        sensitivity="moderate",
        row=_("two groups of courses"),
        dims=("contrast",),
        links=(cells("persons", of="persons of a sample", some=("contrast",)),),
        counts=(Count("persons", "persons", guards=True),),
        estimates=tuple(map(Estimate, NUMBERS)),
    ),
    view=View(
        view, reading=_("A gain above zero says that the two groups need a description each.")
    ),
)
