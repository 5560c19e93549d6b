"""Where the results come from."""

ORDER = ("record",)
NEEDS_ONE_OF = ()
