"""What each check says about the headline."""

from trajectories.hazards.columns import VERDICT_ESTIMATES
from trajectories.release.gate.derive import ratio
from trajectories.release.gate.links import cells
from trajectories.release.gate.spec import Count, Estimate, TableSpec
from trajectories.release.gate.vocabulary import LEVEL, SOME_WORDS, one_of
from trajectories.release.outputs.base import Output, View
from trajectories.release.outputs.declared import SOME_CASEWORKERS, caseworkers
from trajectories.release.outputs.documents import REPORT
from trajectories.release.style import Style
from trajectories.release.tables import HtmlTable, Tables, text
from trajectories.release.verdict_words import judged
from trajectories.words import _


def view(tables: Tables, style: Style) -> HtmlTable:
    """Every check of the headline, what speaks against it first."""
    study = style.study
    rows = [
        [text(check), text(style.word(word)), text(why)]
        for check, word, why in judged(tables["verdict"], study)
    ]
    return HtmlTable(
        study.say(
            _(
                "What each check says about the headline: contradicted, inconclusive (the data "
                "could not have shown it) or supported."
            )
        ),
        [study.say(heading) for heading in (_("Check"), _("Verdict"), _("Why"))],
        rows,
        study.say(
            _(
                "Where the headline is right, a check that rests on a test still says contradicted "
                "in about one study in twenty; at least one of several checks does so more often."
            )
        ),
    )


OUTPUT = Output(
    table=TableSpec(
        stage="hazards",
        name="verdict",
        sensitivity="moderate",
        row=_("one check of the headline, its verdict and the numbers of its sentence"),
        dims=("check",),
        values=("verdict", "reason", "subject", "untested", "months"),
        texts={
            "untested": one_of(rf"{SOME_WORDS}(?:; {SOME_WORDS})*"),
            "subject": one_of(rf"{LEVEL}(?:, {LEVEL})*"),
        },
        links=(
            cells("persons", of="persons of a check", some=("check",)),
            cells("events", of="events of a check", some=("check",)),
            cells("exit_months", of="months of exits", some=("check",)),
            cells("exit_changes", of="changes before exits", some=("check",)),
            cells("matched_months", of="matched months", some=("check",)),
            cells("matched_changes", of="changes in matched months", some=("check",)),
            *caseworkers("check"),
        ),
        counts=(
            Count("persons", "persons", guards=True, optional=True),
            Count("events", "events", guards=True, optional=True),
            *SOME_CASEWORKERS,
            # Whether few changes are many in a month before a job tells how few they are.
            Count("exit_months", "months", guards=True, optional=True),
            Count("exit_changes", "events", guards=True, optional=True),
            Count("matched_months", "months", guards=True, optional=True),
            Count("matched_changes", "events", guards=True, optional=True),
        ),
        estimates=tuple(map(Estimate, VERDICT_ESTIMATES)),
        derived=(
            ratio("exit_share", "exit_changes", "exit_months"),
            ratio("matched_share", "matched_changes", "matched_months"),
        ),
        added=("exit_share", "matched_share"),
    ),
    view=View(view, documents=REPORT),
)
