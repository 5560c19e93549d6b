"""Memberships: how sure they are, what goes with them, and what other typologies say of them.

In come windows with a cluster, distances to medoids and mixtures; out go tables.
"""
