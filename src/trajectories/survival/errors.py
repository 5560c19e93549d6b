"""Why a model cannot be fitted, as a sentence that a run can carry on from."""

from trajectories.errors import UserError

REASONS = ("nobody", "events", "exposure", "separated", "cluster")
"""Nobody at risk; no events, or nothing else; no difference in the exposure; separation; one
cluster."""


class NotEstimableError(UserError):
    """The data cannot answer the question asked of them: no events, no exposure, separation.

    The message is one sentence. A run catches it, writes it down as a note and goes on with the
    estimates that can be made.

    Attributes:
        reason: one of `REASONS`, which a report may tell without any count; empty for others.
    """

    def __init__(self, sentence: str, *, reason: str = "") -> None:
        """Take the sentence and its reason."""
        super().__init__(sentence)
        self.reason = reason
