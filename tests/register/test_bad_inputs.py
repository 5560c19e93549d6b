"""Every kind of bad input has its sentence or its reason, and both stand in the docs."""

import re

import pytest

from register.bad_inputs import GOOD, ROOT, Bad, all_bad, page

KINDS = all_bad()
OUTCOMES: dict[str, str] = {}


@pytest.mark.parametrize("bad", KINDS, ids=[bad.kind for bad in KINDS])
def test_bad_input_has_its_outcome(bad, tmp_path):
    said = OUTCOMES[bad.kind] = bad.outcome(tmp_path)
    assert bad.expect in said
    assert str(tmp_path) not in said
    # One sentence: it ends with a stop, holds no other end of one, and shows no key.
    if said.startswith("stops: ") and bad.document is None:
        assert not re.search(r"[.!?] [A-Z]", said), said
    assert "010180" not in said
    assert not re.search(r"\banna\b", said)


def test_good_input_is_simply_read(tmp_path):
    assert Bad("nothing", "is read").outcome(tmp_path) == "is read"
    assert len(GOOD) == 6


def test_there_are_more_than_forty_kinds_and_each_is_named_once():
    assert len(KINDS) >= 60
    assert len({bad.kind for bad in KINDS}) == len(KINDS)


def test_the_page_of_bad_input_is_up_to_date(tmp_path_factory):
    outcomes = [
        (bad.kind, OUTCOMES.get(bad.kind) or bad.outcome(tmp_path_factory.mktemp("bad")))
        for bad in KINDS
    ]
    written = (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8")
    command = "PYTHONPATH=src:tests python -m register.bad_inputs docs/bad-input.md"
    assert written == page(outcomes), f"run `{command}`"
