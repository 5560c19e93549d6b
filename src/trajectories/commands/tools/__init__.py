"""Commands beside the pipeline: written pages, open data."""
