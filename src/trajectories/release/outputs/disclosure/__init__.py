"""What was withheld."""

ORDER = ("disclosure",)
NEEDS_ONE_OF = ()
