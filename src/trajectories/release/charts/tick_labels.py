"""Ticks in the language of a figure, where its chart leaves them to matplotlib."""

from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from trajectories.release.style import Style


class _Localised(ScalarFormatter):
    """Matplotlib's own ticks, with another sign for decimals."""

    def __init__(self, sign: str) -> None:
        super().__init__()
        self._sign = sign

    def __call__(self, x: float, pos: int | None = None) -> str:
        return super().__call__(x, pos).replace(".", self._sign)


def localise_ticks(figure: Figure, style: Style) -> None:
    """Write the decimals of ticks that no chart has formatted with the language's sign."""
    sign = style.number(0.5, 1)[1]
    if sign == ".":
        return
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if type(axis.get_major_formatter()) is ScalarFormatter:
                axis.set_major_formatter(_Localised(sign))
