"""Simulated persons: who they are, where they live and what identifies them."""
