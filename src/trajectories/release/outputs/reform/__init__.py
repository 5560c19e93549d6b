"""Groups of windows compared: before, during and after the reform, or any others."""

ORDER = ("shares", "differences", "relabelling", "seam")
NEEDS_ONE_OF = ("shares",)
