"""Hamming, chi-squared and Euclidean measures: coded sequences in, distances out."""
