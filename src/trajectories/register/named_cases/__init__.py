"""Named edge cases: a name in, a small register and its expected outcome out."""
