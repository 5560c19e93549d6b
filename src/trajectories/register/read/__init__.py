"""Reading of extracts: files in, cells, dates and columns of known types out."""
