"""Everything that may leave the server: one file an output, one folder a chapter of the report.

An output is a table with its declaration for the gate, its figure with caption and alternative
text, and its table in the report, each where there is one.
"""
