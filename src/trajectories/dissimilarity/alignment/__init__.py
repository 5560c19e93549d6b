"""Measures by alignment: optimal matching and its kin, from coded sequences to distances."""
