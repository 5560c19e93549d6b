"""Reforms as data: a package in `config/reforms` in, what a run takes from it out.

`package` holds the model, `reading` finds and reads the files, `filling` gives a configuration the
values that it leaves to its reforms.
"""
