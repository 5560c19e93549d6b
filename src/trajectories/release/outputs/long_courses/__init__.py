"""Courses of support that last for years: who has them, how they end, and for how long."""

ORDER = ("long_people", "long_lasting", "long_work", "long_before")
NEEDS_ONE_OF = ("long_lasting",)
