"""The machine that a run shares with others: its memory, processors, locks and compiled kernels."""
