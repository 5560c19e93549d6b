"""Inspection of a release folder before it leaves: files in, what must not leave out."""
