"""Settings of a simulated register whose persons have no types of course and no reform."""

from typing import Any

UNTYPED: dict[str, Any] = {"types": {"separation": 0}, "reform": {"enabled": False}}
