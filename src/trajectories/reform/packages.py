"""Reform packages for programs and notebooks."""

from pathlib import Path

from trajectories.config.reforms.package import ReformPackage
from trajectories.config.reforms.reading import read_package
from trajectories.errors import UserError


def load_reform(named: str | Path, folder: Path = Path()) -> ReformPackage:
    """Read a reform package: events, renamed values, touched and comparison group, words.

    Args:
        named: a name in `config/reforms`, or the path of a file that ends in .yaml.
        folder: the project's folder, at which relative paths start.

    Returns:
        The package; `event("in_force")` is the event that begins the period after.

    Raises:
        UserError: there is no such package, or its file has errors.

    Examples:
        >>> from trajectories.reform import load_reform
        >>> load_reform("kontanthjaelp-2014").name
        'kontanthjaelp-2014'

    See Also:
        `relabelling_table`, `difference_in_differences`.

    R equivalent: none.
    """
    if not isinstance(named, str | Path):
        raise UserError(f"A reform package is named by {named!r}: give its name or its file.")
    return read_package(str(named), Path(folder))
