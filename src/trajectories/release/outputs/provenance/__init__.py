"""Where the results come from."""

ORDER = ("record",)
