"""Colours of states and series, told apart by people who see colours differently and in grey."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.colors import is_color_like, to_hex, to_rgb

from trajectories.errors import UserError
from trajectories.sequences.coding import State

INK = "#1c1c1c"
MUTED = "#5c5c5c"
RULE = "#d7d7d7"
MISSING_FACE = "#f4f4f4"
ACCENT = "#0b3c6f"
CONTRAST = "#c2510f"

STATES = (
    "#0b3c6f",
    "#8cc4e8",
    "#d1601f",
    "#fbd38d",
    "#5b7f3a",
    "#da9cb8",
    "#7a5195",
    "#dcdcdc",
    "#1b6e63",
    "#c9dd7a",
    "#8a1c2b",
    "#b5aea6",
)
"""Colours in turn, dark and light: neighbours in a stack differ in grey as well."""
HATCHES = ("", "////", "....", "xxxx")
"""The hatch of each further round of colours."""
SERIES = ("#0b3c6f", "#d1601f", "#5b8f2a", "#9a6fb0", "#5c5c5c", "#3d9bb3", "#a3161a", "#b08a1a")
"""Colours of lines that are compared."""
DASHES: tuple[str | tuple[int, tuple[float, ...]], ...] = (
    "-",
    (0, (5, 1.6)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (3, 3)),
)
MARKERS = ("o", "s", "D", "^", "v")

DARK_ENOUGH = 0.18
"""Luminance at which letters on white have the contrast that WCAG asks for (4.5 to 1)."""

Colours = Mapping[State, str] | Sequence[str] | None
"""Colours by state, or one a state in the alphabet's order; None for those of the house."""


@dataclass(frozen=True)
class Look:
    """How a state is drawn.

    Attributes:
        label: its name for readers.
        colour: as #rrggbb.
        hatch: a hatch, or none.
    """

    label: str
    colour: str
    hatch: str = ""


def looks(
    alphabet: Sequence[State], labels: Sequence[str], colours: Colours, *, missing: bool
) -> list[Look]:
    """Give each state its look.

    Args:
        alphabet: the states.
        labels: their names for readers.
        colours: colours of your own, for all states or some.
        missing: whether the last state is that of missing positions.

    Raises:
        UserError: a state or a colour is unknown, or there are too few colours.
    """
    count = len(alphabet) - missing
    own: dict[State, str] = {}
    if isinstance(colours, Mapping):
        own = dict(colours)
        unknown = [state for state in own if state not in alphabet]
        if unknown:
            known = ", ".join(map(str, alphabet))
            raise UserError(f"colours names {unknown[0]!r}, which is not a state ({known}).")
    elif colours is not None:
        if len(colours) < count:
            raise UserError(f"There are {len(colours)} colours for {count} states.")
        own = dict(zip(alphabet[:count], colours, strict=False))
    wrong = [colour for colour in own.values() if not is_color_like(colour)]
    if wrong:
        raise UserError(f"{wrong[0]!r} is not a colour: write one such as '#0b3c6f' or 'teal'.")
    found = []
    for place, (state, label) in enumerate(zip(alphabet, labels, strict=True)):
        if missing and place == count and state not in own:
            found.append(Look(label, MISSING_FACE, "...."))
            continue
        turn, number = divmod(place, len(STATES))
        hatch = "" if state in own else HATCHES[turn % len(HATCHES)]
        found.append(Look(label, to_hex(own.get(state, STATES[number])), hatch))
    return found


def luminance(colour: str) -> float:
    """Return how light a colour is in grey, from 0 to 1 (relative luminance of sRGB)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def of_line(colour: str) -> str:
    """Return a colour dark enough for lines and letters on white, of the same hue."""
    red, green, blue = to_rgb(colour)
    while luminance(to_hex((red, green, blue))) > DARK_ENOUGH:
        red, green, blue = 0.93 * red, 0.93 * green, 0.93 * blue
    return to_hex((red, green, blue))
