"""Parts of an analysis: a part that cannot be estimated is noted and the rest continues."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from trajectories.survival.errors import NotEstimableError

Made = TypeVar("Made")
Note = tuple[str, str]
"""A note: its code and its sentence."""

SINGULAR = "The equations are singular to working precision: pool levels of a term."


@dataclass
class Parts:
    """Runs parts one after the other and notes those that fail.

    Attributes:
        notes: code and sentence of each part that could not be estimated. The code is
            `<part>_refused`, followed by the reason (see `errors.REASONS`) if known.
    """

    notes: list[Note] = field(default_factory=list)

    def attempt(self, part: str, label: str, make: Callable[[], Made], otherwise: Made) -> Made:
        """The result of `make`, or `otherwise` if the part cannot be estimated."""
        try:
            return make()
        except NotEstimableError as error:
            self.refuse(part, f"{label}: {error}", error.reason)
        except np.linalg.LinAlgError:
            self.refuse(part, f"{label}: {SINGULAR}")
        return otherwise

    def refuse(self, part: str, sentence: str, reason: str = "") -> None:
        """Note that a part is not given, and why."""
        self.notes.append(("_".join(filter(None, (part, "refused", reason))), sentence))
