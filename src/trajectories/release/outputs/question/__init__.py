"""What was estimated."""

ORDER = ("trial",)
NEEDS_ONE_OF = ("trial",)
