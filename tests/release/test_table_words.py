"""Values that stages write into tables, in the words of a reader."""

import re

import pytest

from trajectories.hazards.checks.lead_bounds import RELATIVE
from trajectories.hazards.description.change_rates import ENDED, EXITED, LOST
from trajectories.hazards.designs import constancy, subgroups
from trajectories.hazards.designs.stacked_departures import AGAINST_BEFORE, AGAINST_OTHERS
from trajectories.hazards.headline.appendix import ALONE, SHARED
from trajectories.hazards.headline.models import (
    CLUSTER_VARIANCE,
    FRAILTY_VARIANCE,
    PERSON_VARIANCE,
)
from trajectories.register.clean.contracts import REASONS
from trajectories.release.style import read_style
from trajectories.release.table_words.values import PATTERNS, WORDS

from .conftest import STYLE

ENGLISH, DANISH = (read_style(STYLE, language=name, simulated=True) for name in ("en", "da"))

WRITTEN = [
    *REASONS.values(),
    *subgroups.SUBGROUPS.values(),
    subgroups.EQUAL,
    subgroups.EQUAL_WEIGHTS,
    *subgroups.UNTESTED,
    constancy.SINCE,
    constancy.CALENDAR,
    constancy.LATER,
    constancy.ALIKE,
    constancy.YEARS,
    *RELATIVE,
    AGAINST_BEFORE,
    AGAINST_OTHERS,
    ALONE,
    SHARED,
    CLUSTER_VARIANCE,
    FRAILTY_VARIANCE,
    PERSON_VARIANCE,
    ENDED,
    EXITED,
    LOST,
]


@pytest.mark.parametrize("value", WRITTEN)
def test_what_the_stages_name_has_words_in_danish(value):
    assert DANISH.word(value) != value


@pytest.mark.parametrize(
    ("value", "english", "danish"),
    [
        ("code is missing", "the code is missing", "koden mangler"),
        ("died is not a date", "the date of death is not a date", "dødsdatoen er ikke en dato"),
        ("latest_start", "the latest start", "den seneste start"),
        ("without 751", "without 751", "uden 751"),
        ("lag of 1 month", "lag of 1 month", "forsinkelse på 1 måned"),
        ("lag of 3 months", "lag of 3 months", "forsinkelse på 3 måneder"),
        ("first 24 months at risk", "first 24 months at risk", "de første 24 måneder i risiko"),
        (
            "jobs of 6 months or more",
            "jobs of 6 months or longer",
            "job på 6 måneder eller længere",
        ),
        (
            "job or self support",
            "ordinary job or self-support",
            "ordinært job eller selvforsørgelse",
        ),
        ("death, old age", "death, old-age pension", "død, folkepension"),
        ("before January 2014", "before January 2014", "før januar 2014"),
        ("before 2014", "before 2014", "før 2014"),
        ("January 2014 to October 2016", None, "januar 2014 til oktober 2016"),
        ("age 30-39 against 18-29", "age: 30–39 against 18–29", "alder: 30–39 mod 18–29"),
        ("sex M against K", "sex: M against K", "køn: M mod K"),
        ("30 to 44", "30 to 44 years", "30–44 år"),
        ("against 1 Job", "against 1 Job", "mod 1 Job"),
        ("2: mostly Job", "2: mostly Job", "2: mest Job"),
        ("planted types k=7", "planted types, k = 7", "indlagte typer, k = 7"),
        ("om pam k=2", "Optimal matching (om), PAM, k = 2", "Optimal matching (om), PAM, k = 2"),
        ("jobs of 80 hours a month or more", None, "job på 80 timer pr. måned eller mere"),
        ("0-2", "0–2", "0–2"),
        ("team_a", "team a", "team a"),
    ],
)
def test_a_value_is_said_by_its_pattern(value, english, danish):
    assert ENGLISH.word(value) == (english or value)
    assert DANISH.word(value) == danish


def test_every_name_in_a_message_is_a_group_of_its_pattern():
    for pattern, message in PATTERNS.items():
        names = set(re.findall(r"\{(\w+)\}", message))
        assert names <= set(re.compile(pattern).groupindex), pattern


def test_no_value_has_both_a_word_and_a_pattern():
    both = [value for value in WORDS for known in PATTERNS if re.fullmatch(known, value)]
    assert both == []


def test_a_label_of_the_style_file_comes_first():
    style = read_style(STYLE, language="en", simulated=True)
    named = type(style)({}, {"latest_start": "newest"}, (), simulated=False, study=style.study)
    assert named.word("latest_start") == "newest"
