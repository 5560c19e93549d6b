"""Optimal matching and related measures: coded sequences in, distances out."""
