"""Courses around changes: person-months and months in, types, states and models out."""
