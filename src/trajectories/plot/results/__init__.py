"""Pictures of results: partitions, discrepancies, hazards and curves."""
