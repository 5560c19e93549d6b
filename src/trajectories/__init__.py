"""Benefit trajectories and caseworker changes from administrative registers."""
