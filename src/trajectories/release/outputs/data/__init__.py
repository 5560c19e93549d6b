"""What was read, and the fate of its rows."""

ORDER = (
    "accounting",
    "conflicts",
    "persons_found",
)
