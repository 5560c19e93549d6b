"""Courses around changes of caseworker: person-months and changes in, types and models out.

It needs both a typology and the rows of the hazards.
"""
