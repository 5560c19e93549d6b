"""Commands: one file each, its options, what it reads, one call of its stage, what it writes."""
