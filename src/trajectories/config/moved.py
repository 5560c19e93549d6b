"""Renamed keys: a configuration that uses an old key is refused with the new one."""

MOVED = {"register.missing": "register.files.defaults.missing"}
"""Old dotted key to new dotted key."""
