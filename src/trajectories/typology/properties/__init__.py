"""Clusters that properties of sequences define: sequences in, clusters with rules out."""
