"""The statuses of simulated courses and the causes of caseworker changes."""

STATUSES = (
    "self-support",
    "job",
    "education",
    "unemployment insurance",
    "social assistance",
    "sickness benefit",
    "parental leave",
    "rehabilitation",
    "resource course",
    "job clarification",
    "flexjob unemployment",
    "flexjob",
    "disability pension",
    "retirement",
    "emigrated",
    "dead",
)
"""A person's status in a month; the numbers in a course are indices in this list."""

(
    SELF_SUPPORT,
    JOB,
    EDUCATION,
    INSURANCE,
    ASSISTANCE,
    SICKNESS,
    PARENTAL,
    REHABILITATION,
    RESOURCE,
    CLARIFICATION,
    FLEX_UNEMPLOYED,
    FLEXJOB,
    DISABILITY,
    RETIRED,
    EMIGRATED,
    DEAD,
) = range(len(STATUSES))

CAUSES = (
    "none",
    "new case",
    "departure",
    "absence",
    "return",
    "team switch",
    "visitation",
    "municipality move",
    "reform assignment",
    "request",
)
"""Causes of caseworker changes; the numbers in a course are indices in this list."""

(
    NO_CHANGE,
    NEW_CASE,
    DEPARTURE,
    ABSENCE,
    RETURN,
    TEAM_SWITCH,
    VISITATION,
    MOVE,
    REFORM_ASSIGNMENT,
    REQUEST,
) = range(len(CAUSES))
