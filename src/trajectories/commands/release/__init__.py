"""Commands of what leaves the server."""
