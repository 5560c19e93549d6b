"""Vectorised comparison: coded sequences in, blocks that kernels compare in parallel lanes out."""
