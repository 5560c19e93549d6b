"""Colours are told apart by people who see colours differently, and in grey."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from trajectories.errors import UserError
from trajectories.plot import palette

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB.
SEEN = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
) / np.array([[0.9505], [1.0], [1.089]])


def lab(colour: str, seen: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of a colour as it is seen."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(seen @ linear, 0, 1)
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", SEEN)
def test_states_next_to_each_other_differ_for_everybody(seen):
    for one, other in itertools.pairwise(palette.STATES):
        assert np.linalg.norm(lab(one, SEEN[seen]) - lab(other, SEEN[seen])) > 25, (one, other)


def test_states_next_to_each_other_differ_in_grey():
    lightness = [lab(colour, np.eye(3))[0] for colour in palette.STATES]
    assert min(abs(a - b) for a, b in itertools.pairwise(lightness)) > 18


@pytest.mark.parametrize("seen", SEEN)
def test_the_first_eight_states_differ_for_everybody(seen):
    found = [lab(colour, SEEN[seen]) for colour in palette.STATES[:8]]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(found, 2)) > 9


@pytest.mark.parametrize("colour", [*palette.STATES, *palette.SERIES, "#ffffff"])
def test_letters_in_the_colour_of_a_line_can_be_read(colour):
    contrast = 1.05 / (palette.luminance(palette.of_line(colour)) + 0.05)
    assert contrast >= 4.5


def test_more_states_than_colours_have_hatches():
    names = [f"s{i}" for i in range(30)]
    found = palette.looks(names, names, None, missing=False)
    assert len({(look.colour, look.hatch) for look in found}) == 30


@pytest.mark.parametrize(
    ("colours", "said"),
    [
        ({"c": "red"}, r"colours names 'c', which is not a state \(a, b\)\."),
        (["red"], r"There are 1 colours for 2 states\."),
        ({"a": "no colour"}, r"'no colour' is not a colour: write one such as '#0b3c6f' or 'teal'"),
    ],
)
def test_colours_that_cannot_be_used_are_named(colours, said):
    with pytest.raises(UserError, match=said):
        palette.looks(["a", "b"], ["a", "b"], colours, missing=False)
