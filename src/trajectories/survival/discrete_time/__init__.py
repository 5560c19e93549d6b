"""Discrete-time hazard models: person-periods and formula terms in, fitted models out."""
