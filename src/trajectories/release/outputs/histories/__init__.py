"""Courses before and after caseworker changes."""

ORDER = (
    "course_types",
    "after_states",
    "after_types",
    "leaving_states",
    "before_states",
    "history_models",
    "history_notes",
)
NEEDS_ONE_OF = ("after_states", "history_models")
