"""Associations of covariates with clusters, robust to how the clusters came about.

Sequences and covariates come in; out go average marginal effects with intervals that hold the
uncertainty of the clusters too.
"""
