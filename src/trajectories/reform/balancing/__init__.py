"""Adjustment for composition: windows in, weights to a common composition and decompositions out.

What differs after reweighting is not explained by the covariates that were balanced; what others
differ in, no weight removes.
"""
