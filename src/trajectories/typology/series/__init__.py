"""Typologies of numeric courses, such as monthly hours of work: series in, kinds with centres out.

Time is warped before courses are compared, and no state is involved.
"""
