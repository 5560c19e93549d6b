"""Conversion and reshaping: spells, frames, text or other sequences in, state sequences out."""
