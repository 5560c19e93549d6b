"""Pictures of many sequences at once: shares, modes, times and moves, which show no single one."""
