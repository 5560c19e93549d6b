"""Quality of partitions: distances and labels in, quality indices out."""
