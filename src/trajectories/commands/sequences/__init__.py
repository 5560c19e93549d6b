"""Commands of person-months and windows."""
