"""Fates of the rows of the extracts: reasons, rules for overlaps, and who was found where."""

from trajectories.words import _

REASONS = {
    "as registered": _("as registered"),
    "trimmed": _("trimmed"),
    "equal to another row": _("equal to another row"),
    "equal to the row before it": _("equal to the row before it"),
    "covered by another row": _("covered by another row"),
    "added to a parallel job": _("added to a parallel job"),
    "joined to another row of the person": _("joined to another row of the person"),
    "person is not in persons": _("the person is not in the table of persons"),
    "person was rejected in persons": _("the person was rejected in the table of persons"),
    "holds no day: it ends on the day on which it starts": _("ends on the day on which it starts"),
    "end lies before start": _("ends before it starts"),
    "code is not valid on the day on which it starts": _(
        "the code is not valid on the day on which it starts"
    ),
    "starts before birth": _("starts before birth"),
    "starts after death": _("starts after death"),
    "lies outside the days of the extract": _("lies outside the days of the extract"),
    "died lies before birth_date": _("died before birth"),
    "sex is neither K nor M": _("the sex is neither K nor M"),
    "weekly_hours is not a number from 0 to 168": _("the weekly hours are not from 0 to 168"),
    "municipality is not a whole number from 0 to 32767": _("the municipality is not a number"),
}
"""Why a row was used, merged or rejected."""

RULES = {
    "latest_start": _("the latest start"),
    "latest_registered": _("the latest registration"),
    "longest": _("the longest"),
    "priority": _("the order of benefits"),
    "role": _("the role of the caseworker"),
    "sum_hours": _("hours are added up"),
    "stop": _("overlaps stop the run"),
    "days held by another row": _("days held by another row"),
    "days added to a parallel job": _("days added to a parallel job"),
    "gap between equal rows filled": _("gap between equal rows filled"),
    "gap given to the row before": _("gap given to the row before"),
}
"""Which of two overlapping rows holds a day, and what the rule met."""

FOUND = {
    "in persons": _("in the table of persons"),
    "not in persons": _("not in the table of persons"),
    "rejected in persons": _("rejected in the table of persons"),
    "in persons only": _("in the table of persons alone"),
}
"""Persons of an input table against the table of persons."""

COLUMNS = {
    "person": _("the person"),
    "start": _("the start"),
    "end": _("the end"),
    "registered": _("the day of registration"),
    "code": _("the code"),
    "caseworker": _("the caseworker"),
    "birth_date": _("the date of birth"),
    "died": _("the date of death"),
    "emigrated": _("the date of emigration"),
}
"""Columns within "the start is missing"."""

WORDS = {**REASONS, **RULES, **FOUND, **COLUMNS}
