"""The edges: one function a verb of the command line; reads files, calls stages, writes files."""
