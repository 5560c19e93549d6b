"""Exact tables of what covariates explain of courses and of membership in clusters.

Windows, their covariates and dissimilarities come in; out go aggregates for the release stage.
"""
