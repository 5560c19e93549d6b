"""Reading of extracts: files in, typed cells, dates and columns out."""
