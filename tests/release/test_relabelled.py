"""What page one says of relabelling: the seam, and what rests on readiness."""

import polars as pl
import pytest

from packages import settings_of
from trajectories.release.headline import KEYS
from trajectories.release.page.summary import summary
from trajectories.release.page.words import headline_boxes
from trajectories.release.style import read_style

from .conftest import STYLE


def moved(share: float) -> pl.DataFrame:
    """Two types of which one loses a share where states use readiness, and nothing where not."""
    rows = [
        ("all", cluster, group, value, 0.5)
        for group, change in (("before", 0.0), ("after", share))
        for cluster, value in ((1, 0.5 - change), (2, 0.5 + change))
    ]
    names = ["age", "cluster", "group", "share_registered", "share_without"]
    return pl.DataFrame(rows, schema=names, orient="row")


@pytest.mark.parametrize(
    ("share", "english", "danish"),
    [
        (0.125, "at most 12.5 percentage points rest on readiness", "højst 12,5 procentpoint"),
        (0.0, "every type's share changes from before to after as much", "lige så meget"),
    ],
)
def test_page_one_says_how_much_of_a_difference_rests_on_readiness(share, english, danish):
    tables = {
        "readiness": moved(share),
        "clusters": pl.DataFrame({"cluster": [1, 2], "name": ["SA_PASSIVE", "SA_READY"]}),
        "seam": pl.DataFrame(
            {
                "event": ["in_force"] * 2,
                "age": ["all", "under 30"],
                "from_state": ["SA_PASSIVE"] * 2,
                "to_state": ["SA_READY"] * 2,
                "rate_at_event": [0.1, 0.34],
                "rate_other": [0.02, 0.02],
                "excess": [0.08, 0.32],
            }
        ),
    }
    for language, words in (("en", english), ("da", danish)):
        style = read_style(STYLE, language=language, simulated=True, settings=settings_of())
        seam, readiness = summary(dict.fromkeys(KEYS), tables, style)
        assert words in readiness
        assert "34" in seam
        box = headline_boxes(dict.fromkeys(KEYS), tables, style)[-1]
        assert box.value == style.number(100 * share, 1 if share else 0)
    assert "kontanthjælpsreformen i januar 2014" in seam
