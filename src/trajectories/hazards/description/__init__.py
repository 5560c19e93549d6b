"""Descriptive tables of changes, exits and what follows: person-months in, tables out."""
