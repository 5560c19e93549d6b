"""One style for all figures: fonts, colours, labels, and how a figure becomes bytes."""

import io
import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, cast

import matplotlib
import numpy as np
import yaml
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.image import imsave
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter

from trajectories.errors import UserError
from trajectories.release.study import Study
from trajectories.release.table_words import say_value
from trajectories.words import Plural

Size = Literal["wide", "narrow"]
SIZES: tuple[Size, Size] = ("wide", "narrow")
WIDTH_INCHES: dict[Size, float] = {"wide": 7.4, "narrow": 3.7}

INK = "#1c1c1c"
MUTED = "#5c5c5c"
RULE = "#d7d7d7"
ACCENT = "#0b3c6f"
CONTRAST = "#c2510f"
PLANTED = "#2f6f3e"
SIMULATED = "#a3161a"

# Series that are compared side by side: dark, middle, light, so that grey print keeps them apart.
SERIES = ("#0b3c6f", "#d1601f", "#84b548", "#9a6fb0", "#5c5c5c")
MARKERS = ("o", "s", "D", "^", "v")
DASHES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.6)),
    (0, (1.2, 1.2)),
    (0, (6, 1.5, 1.2, 1.5)),
    (0, (3, 3)),
)

RC: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.0,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 5.0,
    "axes.labelsize": 8.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "legend.frameon": False,
    "legend.fontsize": 7.5,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "hatch.linewidth": 0.5,
    "hatch.color": "#ffffff",
    "figure.facecolor": "#ffffff",
    "savefig.facecolor": "#ffffff",
    # widths of text must be the same at every resolution, for the layout is made once
    "text.hinting": "no_hinting",
    "svg.fonttype": "path",
    "svg.hashsalt": "trajectories",
    "path.simplify": False,
}

# No dates, no creator: the same figure is the same bytes on every day and every machine.
_SVG_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
PNG_DPI = 300
PNG_COMPRESSION = 3
_STAMP_MARGIN_INCHES = 0.05

# Coordinates are in points: two decimals are a 7,000th of an inch, and halve the file.
_PATH_DATA = re.compile(rb' d="[^"]*"')
_AGES = re.compile(r"under (?P<under>\d+)|(?P<over>\d+) and over|age (?P<age>\d+(?:[-–]\d+|\+))")
_RANGE = re.compile(r"(\d)-(\d)")
_LONG_DECIMAL = re.compile(rb"(-?\d+\.\d{3,})")


@dataclass(frozen=True)
class StateLook:
    """How one state is drawn."""

    label: str
    colour: str
    hatch: str
    short: str = ""


@dataclass(frozen=True)
class Style:
    """Labels and colours in the language of the study.

    Attributes:
        states: looks by state, in stacking order.
        words: labels by key.
        spare: looks for states that the style file does not name, used in turn.
        simulated: every figure carries the words SIMULATED DATA.
        study: what the run studied, in words.
    """

    states: Mapping[str, StateLook]
    words: Mapping[str, str]
    spare: tuple[StateLook, ...]
    simulated: bool
    study: Study = field(default_factory=Study)

    def word(self, key: str) -> str:
        """Give the label of a key, or the words of a value that a stage wrote into a table."""
        if (found := _AGES.fullmatch(str(key))) and key not in self.words:
            kind = next(name for name, value in found.groupdict().items() if value)
            return _RANGE.sub("\\1–\\2", self.words[f"{kind}_years"].format(found[kind]))
        return self.words.get(key) or say_value(str(key), self.study, self.word)

    def say(self, message: str, **values: object) -> str:
        """Say a message in the language of the study, as `Speaker.say` does."""
        return self.study.say(message, **values)

    def count(self, messages: Plural, number: int, **values: object) -> str:
        """Say a message that depends on a number, as `Speaker.count` does."""
        return self.study.count(messages, number, **values)

    def event(self, name: str) -> str:
        """Give the label of a break in the series, with the month that the run gave it."""
        label = self.study.event_label(name) or self.word(name).capitalize()
        date = self.study.event_dates.get(name)
        return label if date is None else f"{label}, {self.study.month(date)}"

    def without_jobs(self) -> "Style":
        """Call months without a benefit by what is known of them where no jobs were read."""
        state, label = self.study.no_benefit_state, self.word("no_benefit")
        states = dict(self.states)
        if state in states:
            short = self.word("no_benefit_short")
            states[state] = replace(states[state], label=label, short=short)
        return replace(self, states=states, words={**self.words, "self_support": label})

    def order(self, states: Iterable[str]) -> list[str]:
        """Put states into stacking order: the style file's, then the rest as they come."""
        found = list(dict.fromkeys(states))
        known = [state for state in self.states if state in found]
        return known + [state for state in found if state not in self.states]

    def arrange(self, keys: Iterable[str]) -> list[str]:
        """Put keys (groups, ages) into the order of the style file's words, others after them."""
        found = list(dict.fromkeys(keys))
        known = [word for word in self.words if word in found]
        return known + [key for key in found if key not in self.words]

    def look(self, state: str, others: Iterable[str] = ()) -> StateLook:
        """Give a state's look; unknown states among `others` get spare looks in turn."""
        if state in self.states:
            return self.states[state]
        unknown = [other for other in dict.fromkeys(others) if other not in self.states]
        position = unknown.index(state) if state in unknown else 0
        spare = self.spare[position % len(self.spare)]
        return StateLook(self.word(state), spare.colour, spare.hatch, self.word(state))

    def cluster(self, name: str | None, *, short: bool = False) -> str:
        """Write a cluster's name: states in it by their labels; a withheld name by a word."""
        if name is None:
            return self.word("withheld")

        def label(found: re.Match[str]) -> str:
            look = self.states.get(found[0])
            return found[0] if look is None else look.short if short else look.label

        return re.sub(r"\w+", label, name)

    def numbered(self, cluster: int, name: str | None, *, width: int = 30) -> str:
        """Write a cluster's number and short name, broken into lines of `width` characters."""
        return textwrap.fill(
            f"{cluster}  {self.cluster(name, short=True)}",
            width,
            subsequent_indent="    ",
            break_long_words=False,
        )

    def model(self, row: Mapping[str, Any]) -> str:
        """Name a row of the table of models: the style file's word for it, or its term."""
        key = f"{row['model']}/{row['term']}"
        return self.words.get(key) or self.word(str(row["term"]))

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with the language's signs for thousands and decimals."""
        return self.study.localise(f"{value:,.{decimals}f}".replace("-", "−"))

    def ratio(self, value: float) -> str:
        """Write a ratio with two decimals; with two digits where it is small, none where large."""
        if 0 < value < 0.1:
            return self.number(value, 1 - math.floor(math.log10(value)))
        return self.number(value, 0 if value >= 100 else 2)

    def plain(self, value: float) -> str:
        """Write a number as short as it is, such as a tick of an axis."""
        shown = f"{value:.6f}".rstrip("0").rstrip(".")
        return self.number(value, len(shown.partition(".")[2]))

    def signed(self, value: float) -> str:
        """Write a difference with its sign and the digits that it has."""
        return ("+" if value > 0 else "") + self.plain(value)

    def percent(self, share: float, decimals: int = 0) -> str:
        """Write a share as a percentage with a thin space before the sign."""
        return f"{self.number(100 * share, decimals)}\u202f%"

    def share(self, share: float) -> str:
        """Write a share as a percentage with the digits that the gate left in it."""
        return f"{self.plain(100 * share)}\u202f%"

    def percent_ticks(self) -> FuncFormatter:
        """Write the ticks of an axis of shares, each as short as it is."""
        return FuncFormatter(lambda share, _: f"{self.plain(100 * share)}\u202f%")


def _short(entry: Mapping[str, Any], language: str) -> str:
    short = entry.get("short") or {}
    return str(short.get(language) or entry.get(language) or entry["en"])


def parse_style(
    text: str,
    *,
    language: str,
    simulated: bool,
    settings: Mapping[str, Any] | None = None,
    name: str = "style.yaml",
) -> Style:
    """Read a style file; `settings` are those of the run.

    Raises:
        UserError: the file is no YAML, or a state lacks a label or a colour.
    """
    try:
        document = yaml.safe_load(text) or {}
        looks = {
            str(state): StateLook(
                str(entry.get(language) or entry["en"]),
                str(entry["colour"]),
                str(entry.get("hatch") or ""),
                _short(entry, language),
            )
            for state, entry in (document.get("states") or {}).items()
        }
        words = {
            str(key): str(entry.get(language) or entry["en"])
            for key, entry in (document.get("words") or {}).items()
        }
        spare = tuple(
            StateLook("", str(entry["colour"]), str(entry.get("hatch") or ""))
            for entry in document.get("spare") or [{"colour": "#888888"}]
        )
    except (yaml.YAMLError, KeyError, TypeError, AttributeError):
        message = f"{name}: each state needs `en`, `da` and `colour`, each word `en` and `da`."
        raise UserError(message) from None
    study = Study(settings or {}, language)
    return Style(looks, words, spare, simulated, study)


@contextmanager
def styled() -> Iterator[None]:
    """Draw and save with the house's settings, whatever the machine's matplotlibrc says."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        for key, value in RC.items():
            matplotlib.rcParams[key] = value  # type: ignore[index]  # keys are literals there
        yield


def new_figure(size: Size, height_inches: float) -> Figure:
    """Make an empty figure of the house's width with a canvas of its own."""
    layout = ConstrainedLayoutEngine(w_pad=0.05, h_pad=0.06, wspace=0.04, hspace=0.04)
    figure = Figure(figsize=(WIDTH_INCHES[size], height_inches), layout=layout)
    FigureCanvasAgg(figure)
    return figure


def panels(
    figure: Figure, count: int, columns: int, *, height_ratios: Sequence[float] | None = None
) -> list[Axes]:
    """Divide a figure into panels that share their axes; unused places stay empty.

    Returns:
        The panels in reading order. The lowest of each column shows its tick labels.
    """
    columns = min(columns, count)
    rows = -(-count // columns)
    grid = figure.subplots(
        rows, columns, sharex=True, sharey=True, squeeze=False, height_ratios=height_ratios
    )
    flat: list[Axes] = list(grid.flat)
    for axes in flat[count:]:
        axes.set_axis_off()
    for axes in flat[max(0, count - columns) : count]:
        axes.tick_params(labelbottom=True)
    return flat[:count]


def is_lowest(number: int, count: int, columns: int) -> bool:
    """Tell whether a panel has no panel beneath it."""
    return number + min(columns, count) >= count


def stamp(figure: Figure, style: Style) -> None:
    """Write SIMULATED DATA above the figure in a synthetic run."""
    if style.simulated:
        figure.suptitle(
            style.word("simulated_data"),
            x=1 - _STAMP_MARGIN_INCHES / figure.get_figwidth(),
            ha="right",
            fontsize=6.5,
            fontweight="bold",
            color=SIMULATED,
        )


def _round_path(found: re.Match[bytes]) -> bytes:
    return _LONG_DECIMAL.sub(lambda number: b"%.2f" % float(number[0]), found[0])


def settle(figure: Figure) -> None:
    """Lay the figure out once, so that each way of saving it does not do so again."""
    figure.set_dpi(PNG_DPI)
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine("none")


def as_svg(figure: Figure) -> bytes:
    """Save as SVG, the same bytes for the same figure."""
    buffer = io.BytesIO()
    save = cast(Any, FigureCanvasSVG(figure)).print_svg
    save(buffer, metadata=_SVG_METADATA)
    return _PATH_DATA.sub(_round_path, buffer.getvalue())


def as_png(figure: Figure) -> bytes:
    """Save as PNG, the same bytes for the same figure."""
    buffer = io.BytesIO()
    # A figure that was saved as SVG has that format's resolution.
    figure.set_dpi(PNG_DPI)
    canvas = cast(Any, FigureCanvasAgg(figure))
    canvas.draw()
    # Without the channel of transparency a file is smaller, and made in half the time.
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]
    how = {"metadata": {"Software": None}, "pil_kwargs": {"compress_level": PNG_COMPRESSION}}
    cast(Any, imsave)(buffer, pixels, format="png", dpi=PNG_DPI, **how)
    return buffer.getvalue()


def light_grid(axes: Axes, axis: Literal["x", "y"]) -> None:
    """Draw thin lines across one axis and leave out that axis' ticks."""
    axes.grid(axis=axis)
    axes.tick_params(axis=axis, length=0)


def read_style(
    path: Path, *, language: str, simulated: bool, settings: Mapping[str, Any] | None = None
) -> Style:
    """Read a style file from disk, as `parse_style` does."""
    if not path.exists():
        raise UserError(f"{path} is missing: the figures need its labels and colours.")
    text = path.read_text(encoding="utf-8")
    return parse_style(
        text, language=language, simulated=simulated, settings=settings, name=path.name
    )
