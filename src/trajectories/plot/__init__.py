"""Pictures for a notebook: sequences or results and matplotlib axes in, axes out.

Sequences may be of the package, pandas, polars, NumPy or lists. Numbers are exact: nothing drawn
here has passed disclosure control, and pictures of single sequences warn that they are microdata.
"""

from typing import TYPE_CHECKING

from trajectories.lazy import lazily

if TYPE_CHECKING:
    from trajectories.plot.courses.common import (
        frequency,
        parallel_coordinates,
        relative_frequency,
        representatives,
    )
    from trajectories.plot.courses.index_plot import index
    from trajectories.plot.microdata import MicrodataWarning
    from trajectories.plot.states.distributions import chronogram, entropy, modal
    from trajectories.plot.states.moves import transitions
    from trajectories.plot.states.times import mean_time, spell_survival

__all__ = [
    "MicrodataWarning",
    "chronogram",
    "entropy",
    "frequency",
    "index",
    "mean_time",
    "modal",
    "parallel_coordinates",
    "relative_frequency",
    "representatives",
    "spell_survival",
    "transitions",
]

__getattr__, __dir__ = lazily(__name__)
