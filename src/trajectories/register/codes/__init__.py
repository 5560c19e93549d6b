"""The meaning of codes: codelists and relabelling tables in, groups, activities and states out."""
