"""Simulated extracts: a register in, files as registers deliver them out."""
