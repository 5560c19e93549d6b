"""Paid work within courses: hours, their types, and internships that end in a job."""

ORDER = (
    "hours",
    "hour_types",
    "hour_types_clusters",
    "hour_types_quality",
    "internships",
    "internship_places",
    "internship_matches",
)
NEEDS_ONE_OF = ("hours", "hour_types", "internships", "internship_places", "internship_matches")
