"""Condensed distances as a matrix: checks of what callers give, rows, weighted sums of rows."""
