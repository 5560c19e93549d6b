"""Descriptions of state sequences: sequences in, indicators and distributions out."""
