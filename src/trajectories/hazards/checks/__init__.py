"""Checks of the headline: person-months and changes in, tests of its assumptions out."""
