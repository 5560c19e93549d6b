"""The report: one self-contained page made from a release folder."""
