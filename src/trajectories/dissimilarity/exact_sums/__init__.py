"""Costs as whole numbers whose sums are exact: costs in, multiples of a unit out."""
