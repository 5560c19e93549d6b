"""Difference in differences: those touched by a reform against a comparison group, months in.

Out come contrasts clustered by person, a test of earlier trends, placebo dates, intervals that
allow for some departure from parallel trends, and a verdict on the design.
"""
