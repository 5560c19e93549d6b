"""Further models of exits."""

ORDER = ("incidence_bands", "subdistribution", "timing_of_events")
NEEDS_ONE_OF = ("incidence_bands", "subdistribution", "timing_of_events")
