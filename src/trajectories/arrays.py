"""Arrays by what they hold, for the signatures of computations."""

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Kept = TypeVar("Kept", bound=np.generic)


def read_only(array: NDArray[Kept]) -> NDArray[Kept]:
    """Return a view that cannot be written to.

    A function is compiled anew for arrays that can be written to. Columns of a frame cannot, unless
    the frame is empty or they were cast: what reads columns is compiled once for such views.
    """
    view = array.view()
    view.flags.writeable = False
    return view
