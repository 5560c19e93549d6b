"""Event sequences: states in, dated events and their frequent subsequences out."""
