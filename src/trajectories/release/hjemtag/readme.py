"""The text that says what each file of a folder to be taken home is."""

from collections.abc import Mapping, Sequence

from trajectories.release.hjemtag.columns import TakenTable
from trajectories.release.study import Study
from trajectories.words import _

REPORTS = {
    "brief.html": _("Two pages for whoever decides."),
    "report.html": _("The report."),
    "annex.html": _("All other figures and tables."),
    "statement.html": _("One page on disclosure control."),
    "municipalities.html": _("A page of each municipality."),
}


def readme(
    study: Study,
    title: str,
    rules: str,
    tables: Mapping[str, TakenTable],
    figures: Mapping[str, str],
    reports: Sequence[str],
) -> str:
    """Say what each file is.

    Args:
        study: what the run studied, in its language.
        title: of the run.
        rules: the rules of disclosure control in one sentence.
        tables: by file name.
        figures: captions by file name.
        reports: file names.
    """
    say = study.say
    lines = [
        title,
        "=" * len(title),
        "",
        rules,
        say(
            _(
                "Columns called N hold counts. Every number passed disclosure control before; "
                "none was computed anew. An empty cell was withheld, or nobody can be in it."
            )
        ),
        "",
    ]
    for name, taken in tables.items():
        lines += [name, f"  {say(_('A row: {row}.'), row=study.word(taken.spec.row))}"]
        lines += [f"  {_counts(study, taken)}"] if taken.counts else []
        if taken.left_out:
            columns = ", ".join(taken.left_out)
            left = say(
                _("Left out, because they hold only zeros and ones: {columns}."), columns=columns
            )
            lines.append(f"  {left}")
    for name, caption in figures.items():
        lines += [name, f"  {caption}"]
    for name in reports:
        lines += [name, f"  {say(REPORTS[name])}"]
    return "\n".join(lines) + "\n"


def _counts(study: Study, taken: TakenTable) -> str:
    units = {count.name: count.unit for count in taken.spec.counts}
    parts = [
        f"{new} = {old}"
        + (f" ({study.word(units[old])})" if units.get(old, old) not in (old, "other") else "")
        for new, old in taken.counts.items()
    ]
    return f"{', '.join(parts)}."
