"""Discrete-time hazards: person-periods and formula terms in, fitted models out."""
