"""Commands of the typology and of what is described by cluster."""
