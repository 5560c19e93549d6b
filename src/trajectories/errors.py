"""What a user's mistake raises: a clear sentence, never a traceback."""


class UserError(Exception):
    """A mistake in data or configuration that the user can mend.

    The message is one sentence: the file, the row or key, what is wrong, what would be right. It
    never holds a person-level value. The command line prints it without a traceback and ends with
    exit code 2. In a run of the workflow it costs the part that raises it and what needs that part.
    """


class FileError(UserError):
    """A file that is missing, broken or has no room: the whole run ends until it is mended."""
