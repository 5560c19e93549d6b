"""Measures of numeric series, such as monthly hours: dynamic time warping."""
