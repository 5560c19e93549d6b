"""The pipeline's own folders of files: one reader and one writer of each."""
