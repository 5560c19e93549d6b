"""Commands of channels and dissimilarities."""
