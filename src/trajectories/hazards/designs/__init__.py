"""Designs: person-months in, estimates under other samples, terms and definitions out."""
