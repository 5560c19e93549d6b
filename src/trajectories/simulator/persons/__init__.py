"""Simulated persons: a seed in, their attributes, municipalities and identifiers out."""
