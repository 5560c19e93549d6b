"""Studies of the method: power, Monte Carlo and the pre-analysis plan, before data are read."""
