"""What typologies and what is said of them share, without the code that makes them."""

LEAST_SHARE = 0.05
"""States with a smaller share of a cluster's windows in a month are not listed for it."""
