"""Coarser forms of tables, for registers too small for the finest."""
