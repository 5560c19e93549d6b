"""Why a model cannot be fitted, as a sentence that a run can carry on from."""

from trajectories.errors import UserError


class NotEstimableError(UserError):
    """The data cannot answer the question asked of them: no events, no exposure, separation.

    The message is one sentence. A run catches it, writes it down as a note and goes on with the
    estimates that can be made.
    """
