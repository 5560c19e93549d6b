"""Clusters that a rule defines."""

import re

from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec, Total
from trajectories.release.gate.vocabulary import STATE, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _

EVENTS = r"\([^()%\d]{1,90}\)(?:-\([^()%\d]{1,90}\))*"
SUBJECT = (
    rf"(?:time in {STATE}|state at \d{{1,3}}|(?:begin|duration) of spell \d{{1,2}} in\s{STATE}"
    rf"|(?:begin|number) of (?:transition|pattern)\s{EVENTS})"
)
CONDITION = (
    rf"{SUBJECT}(?: (?:<=|>) \d{{1,3}}| = {STATE}| in \({STATE}(?:, {STATE})*\))?"
    r"(?: or missing| missing)?"
)
PART = re.compile(
    r"(?:time in (?P<within>.+) (?P<sign><=|>) (?P<months>\d+)"
    r"|state at (?P<month>\d+) (?:= (?P<one>.+?)|in \((?P<some>.+)\)))"
    r"(?P<missing> or missing)?"
)


def in_words(rule: str, style: Style) -> str:
    """Put a rule into words, condition by condition."""
    return "; ".join(_condition(part, style) for part in rule.split(" and "))


def _condition(part: str, style: Style) -> str:
    found = PART.fullmatch(part)
    if found is None:
        return part.replace("<=", "≤")
    if found["within"]:
        message = _("at most {months} months in {state}")
        if found["sign"] == ">":
            message = _("more than {months} months in {state}")
        return style.say(message, months=found["months"], state=_label(found["within"], style))
    states = [found["one"]] if found["one"] else found["some"].split(", ")
    listed = ", ".join(_label(state, style) for state in states)
    return style.say(_("month {month}: {states}"), month=found["month"], states=listed)


def _label(state: str, style: Style) -> str:
    return style.look(state).short or style.look(state).label


def view(tables: Tables, style: Style) -> HtmlTable:
    """The rule and the size of each cluster."""
    table = tables["property_clusters"]
    made = HtmlTable.of(
        _("Clusters that a rule defines: who is in which can be told from the course alone."),
        table,
        {
            _("Cluster"): lambda row: text(row["cluster"]),
            _("Rule"): lambda row: text(row["rule"] and in_words(row["rule"], style)),
            _("Windows"): lambda row: count(style, row["windows"]),
            _("Persons"): lambda row: count(style, row["persons"]),
            _("Share"): lambda row: share(style, row["share"], table["share"]),
        },
    )
    known = table.drop_nulls("r2")
    if known.is_empty():
        return made
    first = known.row(0, named=True)
    note = style.say(
        _(
            "These clusters hold {r2} of the differences between courses; their agreement with the "
            "clusters of the typology (adjusted Rand index) is {ari}."
        ),
        r2=style.percent(first["r2"], 0),
        ari=style.number(first["ari"], 2),
    )
    return HtmlTable(made.caption, made.head, made.rows, note)


OUTPUT = Output(
    table=TableSpec(
        made_by="associations",
        stage="typology",
        name="property_clusters",
        sensitivity="moderate",
        row=_("one cluster that a rule defines"),
        dims=("cluster",),
        values=("rule",),
        texts={"rule": one_of(rf"{CONDITION}(?: and {CONDITION})*")},
        links=(
            cells("windows", of="windows", by=("cluster:cluster by rule",)),
            cells("total", of="windows"),
            cells(
                "persons",
                of="persons with windows",
                by=("cluster:cluster by rule",),
                overlap=True,
                within="windows",
            ),
        ),
        counts=(
            Count("windows", "windows", guards=True),
            Count("persons", "persons", guards=True),
            Count("weight", "weight"),
        ),
        totals=(
            Total("total", "windows", over=("cluster",)),
            Total("total_weight", "weight", over=("cluster",)),
        ),
        estimates=(Estimate("r2"), Estimate("ari")),
        derived=(ratio("share", "weight", "total_weight"),),
        added=("share",),
    ),
    view=View(
        view,
        reading=_(
            "A rule that holds many of the windows says in words what the courses have in common."
        ),
    ),
)
