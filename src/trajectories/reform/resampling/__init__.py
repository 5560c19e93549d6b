"""Uncertainty of the typology in comparisons: persons drawn anew, clustered and balanced anew."""
