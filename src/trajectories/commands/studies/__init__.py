"""Commands for the design of a study, before any data are read."""
