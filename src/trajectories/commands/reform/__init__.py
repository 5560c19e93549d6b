"""The command of the comparison of periods."""
