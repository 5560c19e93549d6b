"""The report under many settings: it names what the run studied, and nothing else."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
import pytest
from matplotlib.text import Text

from trajectories.release.style import styled

from .conftest import make
from .outline import Outline, documents_of
from .wording_cases import CASES, Case

# Figures of states alone: their words are those of the style file.
OF_STATES = {
    "rows",
    "state_distribution",
    "modal_states",
    "mean_times",
    "transitions",
    "common_sequences",
    "common_paths",
    "event_subsequences",
    "quality",
    "cluster_states",
    "cluster_group_states",
    "stripes",
    "hours",
    "robust_associations",
    "sequence_tree",
    "representatives",
    "frequency_groups",
    "after_states",
    "leaving_states",
}

# What the report must not say of a run that did not study it. Municipalities are compared by exits
# to the states of a job, whatever the outcome.
OUTCOMES = {
    "job": r"(?<!month in )an ordinary job\b|(?<!Exits )(?<!Left )\b(?:of|to|for|in) a job\b"
    r"|found a job|[Jj]ob hazard"
    r"|\bfor job\b|fået job|jobhazard",
    "education": r"\b(?:of|to|for) education\b|begun education|for uddannelse",
    "death": r"\b(?:of|by) death\b(?! and)|had died|for død",
    "the event": r"ratios? of the event\b|had the event",
}
POPULATIONS = {
    "activity-ready": r"activity-ready|aktivitetsparat",
    "job-ready": r"\bthe job-ready|, job-ready within|de jobparate|^Job-ready in",
    "education-ready": r"education-ready|uddannelsesparat",
}
# Numbers that stand in such a phrase must be the run's.
NUMBERS = {
    "window": r"[Ww]indows? of (\d+) months|vinduer på (\d+) måneder",
    "without": r"on social assistance after (\d+) months? without",
    "lag": r"(?:a|the) lag of (\d+) months?|changes up to (\d+) months? earlier"
    r"|[Ee]n forsinkelse på (\d+) måned",
    "list": r"(\d+) months? before the leaver's last",
    "departure": r"departure in month (\d+)",
    "horizon": r"[Ww]ithin (\d+) months, the model|Inden for (\d+) måneder havde",
    "age": r"Those under (\d+) at the start",
    "internship": r"one of the (\d+) months after it",
}
STANDARD = {
    "window": 24,
    "without": 12,
    "lag": 1,
    "list": 3,
    "departure": 3,
    "horizon": 12,
    "age": 30,
    "internship": 6,
}
# Numbers of the default run in words.
OF_DEFAULT = r"third month|three months before the leaver|for those under 30"

# Words of the code and of the workshop, and habits that no reader of the field knows.
BANNED = (
    r"\bSA\b",
    r"\bKTH\b",
    r"\bby lot\b",
    r"lot of leavers",
    r"at either side",
    r"hold a whole curve",
    r"add up only about",
    r"cannot estimate were left out",
    r"all else as it comes",
    r"makes room for another",
    r"says what trial",
    r"with other changes held",
    r"goes with (?:no other|another) chance",
    r"shows no other chance",
    r"\b[Ss]ilent\b|\b[Tt]avs\b",
    r"perfect separation",
    r"\bfall into \d+ types",
    r"no effect\b(?! of)",
    r"stands? (?:beside|above)",
    r"estimate stays at 1",
    r"\{|\}",
    r"month\(s\)",
    r"(?<![\d.,])1 months\b",
    r"Effekten af, at|effect of a leaving caseworker",
)


def merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Lay sections over sections."""
    both = dict(below)
    for key, value in above.items():
        old = both.get(key)
        both[key] = (
            merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
        )
    return both


@pytest.fixture(scope="module", params=CASES)
def told(request, tmp_path_factory) -> tuple[Case, str]:
    """A run's page with its alternative texts, and the words of its figures."""
    case = CASES[request.param]
    few = pl.col("cluster") <= 3
    stages = {
        stage: {
            name: table.filter(few) if {"cluster", "position"} <= set(table.columns) else table
            for name, table in tables.items()
        }
        for stage, tables in case.change(case.stages()).items()
    }
    words: list[str] = []

    def render(drawing, tables, style):
        yield from ((f"{drawing.name}{end}.svg", b"<svg/>") for end in ("", "_narrow"))
        if drawing.name not in OF_STATES:
            with styled():
                figure = drawing.draw(tables, style, "wide")
                words.extend(text.get_text() for text in figure.findobj(Text))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trajectories.release.outputs.base.Drawing.render", render)
        made = make(
            tmp_path_factory.mktemp("told"), stages, merged(case.config, dict(case.settings))
        )
    page = Outline(documents_of(made.release))
    alts = [image["alt"] for image in page.images]
    # Names of tables and keys of settings are no sentences.
    body = page.words.split("Released files")[0].replace("job_risks", "")
    return case, "\n".join([body, *alts, *words])


def seen(patterns: Iterable[str], text: str) -> list[str]:
    """What the patterns find, with some words around it."""
    return [
        text[max(0, found.start() - 60) : found.end() + 30]
        for pattern in patterns
        for found in re.finditer(pattern, text)
    ]


def test_the_report_says_what_the_run_studied(told):
    case, text = told
    assert [words for words in case.says if words not in text] == []


def test_the_report_says_nothing_of_what_the_run_did_not_study(told):
    case, text = told
    foreign = [pattern for key, pattern in OUTCOMES.items() if key != case.outcome]
    foreign += [pattern for key, pattern in POPULATIONS.items() if key not in case.population]
    foreign += [*case.never, OF_DEFAULT]
    assert seen(foreign, text) == []


def test_numbers_of_settings_are_those_of_the_run(told):
    case, text = told
    expected = {**STANDARD, **case.numbers}
    for name, pattern in NUMBERS.items():
        shown = {
            int(number)
            for match in re.finditer(pattern, text)
            for number in match.groups()
            if number is not None
        }
        assert shown <= {expected[name]}, name
    changed = [name for name in case.numbers if not re.search(NUMBERS[name], text)]
    assert changed == []


def test_no_word_of_the_workshop_is_in_the_report(told):
    _, text = told
    assert seen(BANNED, text) == []
