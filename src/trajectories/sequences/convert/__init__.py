"""Conversions: spells, frames or text formats in, state sequences out, and back."""
