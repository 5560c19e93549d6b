"""The warning of pictures that show single persons."""

import warnings

OWN_FRAMES = 3
"""The warning, the function that draws, and who called it."""


class MicrodataWarning(UserWarning):
    """The picture shows single sequences, which are persons: it must not leave a closed server."""


def warn(what: str) -> None:
    """Warn that what is drawn are single persons; called by functions that draw them."""
    warnings.warn(
        f"{what}: sequences of single persons are microdata, and the picture with them.",
        MicrodataWarning,
        stacklevel=OWN_FRAMES,
    )
