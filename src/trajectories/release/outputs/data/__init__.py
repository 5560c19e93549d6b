"""What was read, and the fate of its rows."""

ORDER = ("accounting", "conflicts", "persons_found")
NEEDS_ONE_OF = ("accounting",)
