"""Municipalities beside each other: counts by year in, funnel limits and pooled rates out.

Rates of small municipalities vary by chance, so that league tables rank noise.
"""
