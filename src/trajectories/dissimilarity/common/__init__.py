"""Measures by common parts: coded sequences in, common subsequences, prefixes or distances out."""
