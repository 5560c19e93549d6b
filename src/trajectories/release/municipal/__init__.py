"""Municipalities beside each other: released tables in, rates, figures and a page to print out."""
