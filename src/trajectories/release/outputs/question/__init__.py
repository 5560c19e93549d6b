"""What was estimated."""

ORDER = ("trial",)
