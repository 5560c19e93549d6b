"""Hierarchical clustering: distances in, linkage trees and their cuts out."""
