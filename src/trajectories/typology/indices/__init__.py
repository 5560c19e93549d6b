"""Quality of partitions: distances and labels in, the field's indices out."""
