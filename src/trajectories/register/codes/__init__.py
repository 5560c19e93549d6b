"""What codes mean: codelists and relabelling tables in, groups, activities and states out."""
