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
    from trajectories.plot.results.curves import (
        cumulative_incidence,
        event_study,
        forest,
        survival,
    )
    from trajectories.plot.results.discrepancies import by_position, tree
    from trajectories.plot.results.typologies import null_models, quality_by_k, silhouettes
    from trajectories.plot.states.distributions import chronogram, entropy, modal
    from trajectories.plot.states.moves import transitions
    from trajectories.plot.states.times import mean_time, spell_survival

__all__ = [
    "MicrodataWarning",
    "by_position",
    "chronogram",
    "cumulative_incidence",
    "entropy",
    "event_study",
    "forest",
    "frequency",
    "index",
    "mean_time",
    "modal",
    "null_models",
    "parallel_coordinates",
    "quality_by_k",
    "relative_frequency",
    "representatives",
    "silhouettes",
    "spell_survival",
    "survival",
    "transitions",
    "tree",
]

__getattr__, __dir__ = lazily(__name__)
