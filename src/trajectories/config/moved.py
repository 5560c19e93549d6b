"""Keys that have another name or place now, so that an old file is refused with the new key."""

MOVED = {"register.missing": "register.files.defaults.missing"}
"""Old key to new key, both dotted."""
