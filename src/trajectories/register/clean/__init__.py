"""Cleaning: raw tables in, tables that satisfy their contracts and the fate of every row out."""
