"""What codes mean: codelists and relabelling; codes in, states out."""
