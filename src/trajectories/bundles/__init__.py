"""One zip with everything that a machine without a network needs.

In come the project's folder and its lock; out goes a zip with the project, wheels for a platform,
pages and checksums. `run.py` in the zip installs it.
"""
