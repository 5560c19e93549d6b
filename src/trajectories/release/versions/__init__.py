"""Two releases of the same project in, what changed between them out; released files alone."""
