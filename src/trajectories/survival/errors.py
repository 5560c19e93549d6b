"""The error raised when a model cannot be estimated; a run can catch it and continue."""

from trajectories.errors import UserError

REASONS = ("nobody", "events", "exposure", "separated", "cluster")
"""Nobody at risk; no events or only events; no variation in the exposure; separation; a single
cluster."""


class NotEstimableError(UserError):
    """The data cannot answer the question: no events, no variation in the exposure, separation.

    The message is one sentence. A run records it as a note and goes on with the estimates that can
    be made.

    Attributes:
        reason: one of `REASONS`, which a report may show without any count; empty for other
            reasons.
    """

    def __init__(self, sentence: str, *, reason: str = "") -> None:
        """Set the message and its reason."""
        super().__init__(sentence)
        self.reason = reason
