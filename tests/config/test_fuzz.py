"""Whatever is written under a key, it is accepted or refused by a sentence that names the key."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from trajectories.commands.config.settings import check
from trajectories.config import root
from trajectories.errors import UserError

LIBRARY_WORDS = ("instance of", "pydantic", "Input should", "input should", "validation error")
NAMED = {"reform": {"package": "kontanthjaelp-2014"}}
DEFAULT = yaml.safe_load(root.dump(root.Config.model_validate(NAMED)))


def _paths(value: Any, above: tuple = ()) -> list[tuple]:
    inside = value.items() if isinstance(value, dict) else []
    listed = enumerate(value) if isinstance(value, list) else []
    return ([above] if above else []) + [
        path for key, one in (*inside, *listed) for path in _paths(one, (*above, key))
    ]


PATHS = _paths(DEFAULT)
FREE_KEYS = (("employment_bands",),)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**40, -1, 0, 2**63, float("inf"), float("nan"), 1e308, -0.5]),
    st.text(max_size=8),
    st.dates(),
    st.lists(st.one_of(st.integers(), st.text(max_size=3)), max_size=3),
    st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), st.integers(), max_size=2),
    st.just([[{"a": [None]}]]),
)


def _with(path: tuple, value: Any) -> dict:
    document = copy.deepcopy(DEFAULT)
    here = document
    for part in path[:-1]:
        here = here[part]
    here[path[-1]] = value
    return document


def _said(document: dict) -> str:
    """Return what is said of a configuration; nothing where it is accepted."""
    try:
        check(root.load(document, name="my.yaml"), name="my.yaml")
    except UserError as error:
        return str(error)
    return ""


def _dotted(path: tuple) -> str:
    text = "".join(f"[{p + 1}]" if isinstance(p, int) else f".{p}" for p in path)
    text = text.removeprefix(".")
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(PATHS), value=VALUES)
def test_any_value_under_any_key_is_taken_or_refused_by_name(path: tuple, value: Any) -> None:
    said = _said(_with(path, value))
    assert not any(word in said for word in LIBRARY_WORDS), said
    # A rule between two keys may be told at the other one, which then names this one.
    told = (f"  {path[0]}", f" {_dotted(path)} ")
    assert all(line.startswith(told[0]) or told[1] in line for line in said.splitlines()[1:]), said
    assert all(len(line) < 500 for line in said.splitlines()), said


FORMULA = st.text(alphabet="C()[]{}:*+-~|`\"'\\ .0aséx#%", max_size=10)


@settings(max_examples=150, deadline=None)
@given(key=st.sampled_from(["adjustment", "censoring_terms"]), term=FORMULA)
def test_any_formula_term_is_taken_or_refused_by_name(key: str, term: str) -> None:
    said = _said(_with(("hazards", "models", key), [term]))
    assert all(line.startswith(f"  hazards.models.{key}: ") for line in said.splitlines()[1:])


@settings(max_examples=100, deadline=None)
@given(path=st.sampled_from(PATHS), name=st.text(min_size=1, max_size=8))
def test_any_other_key_is_refused_by_name_where_the_keys_are_fixed(path: tuple, name: str) -> None:
    parent: Any = DEFAULT
    for part in path[:-1]:
        parent = parent[part]
    if isinstance(parent, list) or name in parent or path[-2:-1] in FREE_KEYS:
        return
    with pytest.raises(UserError) as caught:
        root.load(_with((*path[:-1], name), 1), name="my.yaml")
    assert _dotted((*path[:-1], name)) in str(caught.value)
    assert not any(word in str(caught.value) for word in LIBRARY_WORDS), caught.value


@pytest.mark.parametrize("path", PATHS, ids=_dotted)
def test_a_scalar_in_place_of_a_mapping_and_the_reverse_name_their_key(path: tuple) -> None:
    value: Any = DEFAULT
    for part in path:
        value = value[part]
    wrong: Any = "nonsense" if isinstance(value, dict | list) else {"nested": {"deep": 1}}
    with pytest.raises(UserError) as caught:
        root.load(_with(path, wrong), name="my.yaml")
    assert f"  {_dotted(path)}" in str(caught.value)
    assert not any(word in str(caught.value) for word in LIBRARY_WORDS), caught.value
