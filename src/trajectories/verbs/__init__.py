"""The edges: one function a verb of the command line; reads files, calls the stages, writes files."""
