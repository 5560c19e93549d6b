"""The Cox model and Fine–Gray: rows of durations in, coefficients, residuals and tests out."""
