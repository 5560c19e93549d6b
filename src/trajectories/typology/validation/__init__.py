"""Validation of typologies: null models, bootstrap intervals of quality, stability of clusters."""
