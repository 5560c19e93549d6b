"""Municipalities beside each other: released tables in, rates and figures out."""
