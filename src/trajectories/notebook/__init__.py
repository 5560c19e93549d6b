"""What a notebook or the prompt shows of results."""
