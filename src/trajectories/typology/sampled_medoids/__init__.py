"""Typologies of very many sequences: medoids from samples, everybody assigned to the nearest."""
