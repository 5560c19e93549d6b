"""Measures by what two sequences share: common subsequences, prefixes and spells."""
