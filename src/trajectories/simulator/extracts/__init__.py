"""Simulated extracts: a simulated register in, files as registers deliver them out."""
