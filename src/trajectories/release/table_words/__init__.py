"""Words for the values that stages write into tables: what a reader sees in place of them.

In comes a text of a released table ("latest_start", "lag of 3 months"), out comes the same in the
language of the run. Labels of the style file come first; they belong to the analyst.
"""

from trajectories.release.table_words.values import say_value

__all__ = ["say_value"]
