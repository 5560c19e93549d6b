"""Commands of the configuration: check it, write its files."""
