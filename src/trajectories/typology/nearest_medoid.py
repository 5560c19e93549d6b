"""Clusters of courses that a typology has not seen: that of the nearest medoid."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories.arrays import Array, Ints
from trajectories.config.sections.channels import SourcesConfig
from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.dissimilarity import Costs, CostsWarning, combine, cross, cross_series
from trajectories.dissimilarity.tasks import stored_costs
from trajectories.errors import UserError
from trajectories.sequences import Sources, StateSequences, stack
from trajectories.sequences.months.channels import Compared, compared

Rows = Ints


@dataclass(frozen=True, eq=False)
class Medoids:
    """A typology's medoids and how courses are compared with them.

    Attributes:
        options: the main measure.
        normalisation: the one that was chosen for it.
        costs: its costs, as `costs.json` holds them.
        held: what each medoid holds, one array (k, L) a name: states, and channels or series.
    """

    options: MeasureConfig
    normalisation: str
    costs: Mapping[str, Any]
    held: Mapping[str, Array]

    def compared(self, sources: Sources, settings: SourcesConfig) -> Compared:
        """Make what the measure compares of other windows, coded as the registered ones.

        Raises:
            UserError: they hold a value of a channel that no registered window has.
        """
        options = self.options
        alphabets = {
            name: stored["alphabet"] for name, stored in self.costs.get("channels", {}).items()
        }
        try:
            return compared(
                sources,
                list(options.channels),
                [options.series] if options.series else [],
                settings,
                alphabets,
            )
        except ValueError as error:
            raise UserError(
                f"reform.relabelling: {error}: take the channel out of the main measure, or set "
                "reform.relabelling to an empty list."
            ) from error

    def assign(self, states: StateSequences, inputs: Compared, rows: Rows) -> Rows:
        """Return the cluster of the nearest medoid of some windows; the first one at ties."""
        found = self.distances(states, inputs, rows)
        return np.asarray(found.argmin(axis=1) + 1, dtype=np.int64)

    def distances(
        self, states: StateSequences, inputs: Compared, rows: Rows
    ) -> npt.NDArray[np.floating[Any]]:
        """Return the distances of some windows to the medoids, (rows, k)."""
        options = self.options
        if options.series is not None:
            (series,) = (part for part in inputs.values() if isinstance(part, np.ndarray))
            return cross_series(
                series[rows],
                self.held["series"],
                "dtw" if options.gamma is None else "softdtw",
                gamma=options.gamma or 1.0,
            )
        return self._edit(states, inputs, rows)

    def _edit(
        self, states: StateSequences, inputs: Compared, rows: Rows
    ) -> npt.NDArray[np.floating[Any]]:
        """Return the distances of windows to the medoids by states or channels."""
        costs: Costs | None = None
        if self.options.channels:
            channels = [
                stack([part[rows], _plain(self.held[name], part)])
                for name, part in inputs.items()
                if isinstance(part, StateSequences)
            ]
            own = [self.costs["channels"][name] for name in inputs]
            joint, costs = combine(
                channels, [stored_costs(part) for part in own], [part["weight"] for part in own]
            )
            seqs, references = joint[: len(rows)], joint[len(rows) :]
        else:
            seqs = states[rows]
            if self.costs["substitution"] is not None:
                costs = stored_costs(dict(self.costs))
            references = StateSequences.from_array(self.held["states"], self.costs["alphabet"])
        with warnings.catch_warnings():
            # The stage before has told of costs that break the triangle inequality.
            warnings.simplefilter("ignore", CostsWarning)
            return cross(
                seqs,
                references,
                self.options.measure,  # type: ignore[arg-type]
                costs,
                normalise=self.normalisation,  # type: ignore[arg-type]
                **self.options.options(),
            )


def keys_of(states: StateSequences, inputs: Compared) -> npt.NDArray[np.uint8]:
    """Return what a measure compares of windows as bytes (n, ·)."""
    parts = [states.states]
    for part in inputs.values():
        values = part.states if isinstance(part, StateSequences) else part
        parts.append(np.ascontiguousarray(values).view(np.uint8).reshape(len(states), -1))
    return np.hstack(parts)


def _plain(states: npt.NDArray[np.uint8], like: StateSequences) -> StateSequences:
    return StateSequences(states, like.alphabet, np.ones(len(states)))
