"""Profiles of extracts and the data dictionary: files in, a description of their columns out."""
