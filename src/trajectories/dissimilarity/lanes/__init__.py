"""Vector lanes: how the kernels compare several pairs of sequences at once."""
