"""What was withheld."""

ORDER = ("disclosure",)
