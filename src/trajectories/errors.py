"""Errors that a user can correct, shown as a sentence without a traceback."""


class UserError(Exception):
    """A mistake in data or configuration that the user can correct.

    The message is one sentence: the file, the row or key, what is wrong, what to write instead. It
    never contains a person-level value. The command line prints it and ends with exit code 2. In a
    workflow run, the part that raises it and the parts that need it are left out.
    """


class FileError(UserError):
    """A file that is missing or broken, or a full disk: the whole run stops."""
