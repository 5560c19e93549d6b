"""Internships beside similar people without one, by the kind of employer."""

from trajectories.release.gate.derive import firm_ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, TableSpec, Whole
from trajectories.release.outputs.base import Output, View
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, count, share, text
from trajectories.words import _

BY = ("activity", "group")
TABLE = TableSpec(
    made_by="courses",
    stage="typology",
    name="internship_matches",
    sensitivity="high",
    row=_("internships with a similar person beside them, of one kind of employer and group"),
    dims=BY,
    links=(
        cells("matched", of="internships with a control", by=BY),
        cells("in_job", of="matched internships in paid work", by=BY, within="matched"),
        cells("control_in_job", of="controls in paid work", by=BY, within="matched"),
        cells("persons", of="persons with controls", by=BY, overlap=True, within="matched"),
        cells("controls", of="persons who are controls", by=BY, overlap=True, within="matched"),
    ),
    counts=(
        Count("matched", "events", guards=True),
        Count("in_job", "events"),
        Count("control_in_job", "events"),
        Count("persons", "persons", guards=True),
        Count("controls", "persons", guards=True),
    ),
    derived=(
        firm_ratio("share", "in_job", "matched"),
        firm_ratio("control_share", "control_in_job", "matched"),
    ),
    added=("share", "control_share"),
    grid=BY,
    wholes=(Whole("group", "all", ("matched", "in_job", "control_in_job")),),
    whole=(("in_job", "matched"), ("control_in_job", "matched")),
)


def view(tables: Tables, style: Style) -> HtmlTable:
    """Matched internships, one row a kind of employer and group."""
    table, say = tables["internship_matches"], style.study.say
    rows = []
    for activity in sorted(table["activity"].unique().to_list()):
        for group in style.arrange(table["group"]):
            own = table.filter(activity=activity, group=group)
            if own.is_empty():
                continue
            row = own.row(0, named=True)
            rows.append(
                [
                    text(style.word(activity)),
                    text(style.word(group)),
                    count(style, row["matched"]),
                    share(style, row["share"], table["share"]),
                    share(style, row["control_share"], table["control_share"]),
                ]
            )
    heads = [
        _("Internship"),
        _("Group"),
        _("internships"),
        _("interns in paid work"),
        _("similar people in paid work"),
    ]
    caption = _("Internships, and similar people who began none in the same month.")
    note = _(
        "A similar person was on support in the month before, in the same state and for about as "
        "long, is of the same sex and decade of age, and was in no internship in the month in "
        "which this one began. Both are followed through the same months. Internships without such "
        "a person are left out. Who is offered an internship may differ in ways that no register "
        "holds."
    )
    return HtmlTable(caption, [say(head) for head in heads], rows, say(note))


OUTPUT = Output(
    table=TABLE,
    view=View(
        view,
        reading=_(
            "Where the fourth column is larger than the fifth, paid work followed an internship "
            "more often than similar people found it."
        ),
    ),
)
