"""The Cox model and what rests on it: rows of durations in, coefficients and tests out."""
