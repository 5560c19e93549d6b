"""Measures by position and by state distributions: Hamming, chi-squared, Euclidean."""
