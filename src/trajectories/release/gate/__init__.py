"""The disclosure gate: exact tables and their declarations in, publishable tables out."""
