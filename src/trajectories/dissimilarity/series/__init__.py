"""Dynamic time warping: numeric series such as monthly hours in, distances out."""
