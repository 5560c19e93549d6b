"""Sequences that represent others: sets that cover them, and medoids of equally large groups.

Dissimilarities come in; out go item numbers, what they represent, and how well.
"""
