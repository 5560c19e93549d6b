"""Parts of what is estimated: a part that these data cannot answer costs that part alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from trajectories.survival.errors import NotEstimableError

Made = TypeVar("Made")
Note = tuple[str, str]
"""A remark: its code, and its sentence."""

SINGULAR = "The equations are singular to working precision: pool levels of a term."


@dataclass
class Parts:
    """Runs parts one after the other and keeps a note on each that failed.

    Attributes:
        notes: code and sentence of each part that could not be estimated. The code is
            `<part>_refused`, followed by the reason (see `errors.REASONS`) where one is known.
    """

    notes: list[Note] = field(default_factory=list)

    def attempt(self, part: str, label: str, make: Callable[[], Made], otherwise: Made) -> Made:
        """What `make` gives, or `otherwise` where these data cannot answer.

        Args:
            part: the part's name, as its code begins.
            label: its name for readers, as its sentence begins.
            make: computes the part.
            otherwise: what stands in for it.
        """
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
