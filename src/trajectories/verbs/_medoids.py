"""The medoids of a typology, and the clusters of courses that the typology has not seen."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trajectories import io
from trajectories.config.sections.channels import SourcesConfig
from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.dissimilarity import Costs, CostsWarning, combine, cross, cross_series
from trajectories.dissimilarity.tasks import stored_costs
from trajectories.errors import UserError
from trajectories.sequences import Sources, StateSequences, stack
from trajectories.verbs.channels import Compared, compared, read_compared

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Medoids:
    """A typology's medoids and how courses are compared with them.

    Attributes:
        folder: folder of the main measure.
        typology: folder of the typology.
        sequences: folder of the windows.
        channels: folder of channels and series, where the main measure compares any.
    """

    folder: Path
    typology: Path
    sequences: Path
    channels: Path | None

    @property
    def options(self) -> MeasureConfig:
        """The main measure."""
        stored = io.read_json(self.folder / "meta.json")
        return MeasureConfig(**{key: stored[key] for key in MeasureConfig.model_fields})

    def registered_keys(self) -> npt.NDArray[np.uint8]:
        """Return what the measure compares of the registered windows as bytes (n, ·)."""
        alphabet = io.read_json(self.sequences / "alphabet.json")["alphabet"]
        states = StateSequences.from_array(io.read_array(self.sequences / "states.npy"), alphabet)
        return keys_of(states, read_compared(self.channels, self.options, self.folder.name))

    def compared(self, sources: Sources, settings: SourcesConfig) -> Compared:
        """Make what the measure compares of other windows, coded as the registered ones.

        Raises:
            UserError: they hold a value of a channel that no registered window has.
        """
        options = self.options
        alphabets = {
            name: stored["alphabet"] for name, stored in self._costs().get("channels", {}).items()
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
                "reform.relabelling to null."
            ) from error

    def assign(self, states: StateSequences, inputs: Compared, rows: Rows) -> Rows:
        """Return the cluster of the nearest medoid of some windows; the first one at ties.

        Args:
            states: the windows' states.
            inputs: what else the measure compares of them.
            rows: which of them.
        """
        options = self.options
        chosen = io.read_json(self.typology / "clusters.json")["medoids"]
        unique = io.read_arrays(self.folder / "unique.npz")
        wanted = {"states", "series", *options.channels} & unique.keys()
        medoids = {name: unique[name][chosen] for name in wanted}
        if options.series is not None:
            (series,) = (part for part in inputs.values() if isinstance(part, np.ndarray))
            found: npt.NDArray[np.floating[Any]] = cross_series(
                series[rows],
                medoids["series"],
                "dtw" if options.gamma is None else "softdtw",
                gamma=options.gamma or 1.0,
            )
        else:
            found = self._edit(options, states, inputs, rows, medoids)
        return np.asarray(found.argmin(axis=1) + 1, dtype=np.int64)

    def _edit(
        self,
        options: MeasureConfig,
        states: StateSequences,
        inputs: Compared,
        rows: Rows,
        medoids: dict[str, npt.NDArray[Any]],
    ) -> npt.NDArray[np.floating[Any]]:
        """Return the distances of windows to the medoids by states or channels."""
        stored = self._costs()
        costs: Costs | None = None
        if options.channels:
            channels = [
                stack([part[rows], _plain(medoids[name], part)])
                for name, part in inputs.items()
                if isinstance(part, StateSequences)
            ]
            own = [stored["channels"][name] for name in inputs]
            joint, costs = combine(
                channels, [stored_costs(part) for part in own], [part["weight"] for part in own]
            )
            seqs, references = joint[: len(rows)], joint[len(rows) :]
        else:
            seqs = states[rows]
            if stored["substitution"] is not None:
                costs = stored_costs(stored)
            references = StateSequences.from_array(medoids["states"], stored["alphabet"])
        meta = io.read_json(self.folder / "meta.json")
        with warnings.catch_warnings():
            # The stage before has told of costs that break the triangle inequality.
            warnings.simplefilter("ignore", CostsWarning)
            return cross(
                seqs,
                references,
                meta["measure"],
                costs,
                normalise=meta["normalisation"],
                **options.options(),
            )

    def _costs(self) -> dict[str, Any]:
        found: dict[str, Any] = io.read_json(self.folder / "costs.json")
        return found


def keys_of(states: StateSequences, inputs: Compared) -> npt.NDArray[np.uint8]:
    """Return what a measure compares of windows as bytes (n, ·)."""
    parts = [states.states]
    for part in inputs.values():
        values = part.states if isinstance(part, StateSequences) else part
        parts.append(np.ascontiguousarray(values).view(np.uint8).reshape(len(states), -1))
    return np.hstack(parts)


def _plain(states: npt.NDArray[np.uint8], like: StateSequences) -> StateSequences:
    return StateSequences(states, like.alphabet, np.ones(len(states)))
