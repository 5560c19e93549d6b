"""The machine that a run shares with others: its memory, its processors, its locks."""
