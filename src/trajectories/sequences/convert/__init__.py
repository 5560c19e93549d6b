"""Conversions: sequences to and from spells, frames and text formats."""
