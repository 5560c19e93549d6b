"""Partitions around medoids: distances in, clusters with their medoids out."""
