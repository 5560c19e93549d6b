"""Profiles of extracts and the data dictionary: files in, what they hold out."""
