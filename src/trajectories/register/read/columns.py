"""Matching the columns of a file to project names, whatever their capitals and spaces."""

import re
from collections.abc import Collection, Mapping, Sequence

from trajectories.errors import UserError

OFTEN = {
    "person": ("pnr", "cpr", "cprnr", "cprnummer", "personid", "idnr", "borger", "borgerid"),
    "birth_date": ("foeddag", "foedselsdato", "foedselsdag", "fdato", "birthday", "dateofbirth"),
    "sex": ("koen", "gender"),
    "municipality": ("kommune", "kom", "komnr", "kommunenr", "kommunekode", "kommunenummer"),
    "died": ("doed", "doeddato", "doedsdato", "doedsdag", "ddato", "deathdate", "dateofdeath"),
    "emigrated": ("udvandret", "udvandringsdato", "emigrationdate"),
    "code": ("ydelse", "ydelseskode", "kode", "dreamkode", "benefit", "benefitcode"),
    "start": ("startdato", "fra", "fradato", "begin", "startdate", "dstart", "gyldigfra"),
    "end": ("slut", "slutdato", "til", "tildato", "enddate", "stop", "dslut", "gyldigtil"),
    "weekly_hours": ("timer", "ugetimer", "timerprugen", "hours"),
    "industry": ("branche", "branchekode", "db07", "nace"),
    "caseworker": ("sagsbehandler", "sagsbehandlerid", "sagsbehandlernr", "medarbejder"),
    "team": ("afdeling", "enhed", "gruppe", "unit"),
    "reason": ("aarsag", "aarsagskode", "begrundelse"),
    "role": ("rolle",),
    "readiness": ("visitation", "visitationsgruppe", "maalgruppe", "matchgruppe"),
    "activity": ("aktivitet", "aktivitetskode", "indsats", "tilbud"),
    "registered": ("registreret", "registreringsdato", "oprettet", "oprettetdato"),
}
"""Common names, folded, of a column in Danish extracts."""


def fold(name: str) -> str:
    """Return a column's name in lower case, without spaces, signs and Danish letters."""
    plain = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return re.sub(r"[\s_.\-\ufeff]", "", plain)


def find_columns(
    header: Sequence[str], wanted: Mapping[str, str], *, named: Collection[str], file: str, key: str
) -> dict[str, int]:
    """Find the columns of a table in a file.

    An exact match takes precedence over one that differs in capitals, spaces and signs.

    Args:
        header: the names of the file's columns, as written.
        wanted: project names, each with the name in the file.
        named: project names whose name in the file is given in the configuration.
        file: name of the file in messages.
        key: configuration key for the names of columns.

    Returns:
        The position of each column found, by project name.

    Raises:
        UserError: a column occurs twice.
    """
    folded = [fold(name) for name in header]
    found = {}
    for name, column in wanted.items():
        exact = [place for place, other in enumerate(header) if other == column]
        alike = [place for place, other in enumerate(folded) if other == fold(column)]
        places = exact if name in named and exact else alike
        if len(places) > 1:
            words = " and ".join(repr(header[place]) for place in places)
            numbers = " and ".join(str(place + 1) for place in places)
            advice = f", or name the one that is meant under {key}" if len(exact) < 2 else ""
            raise UserError(
                f"{file} holds the column {column!r} {_times(len(places))}, {words} (columns "
                f"{numbers}): remove all but one{advice}."
            )
        if places:
            found[name] = places[0]
    return found


def refuse_twins(header: Sequence[str], *, file: str) -> None:
    """Raise a UserError if two columns have the same name, unless it is blank."""
    twins = [name for place, name in enumerate(header) if name.strip() and name in header[:place]]
    if twins:
        raise UserError(f"{file} holds the column {twins[0]!r} twice: remove one or rename it.")


def suggest(header: Sequence[str], missing: Sequence[str]) -> dict[str, str]:
    """Suggest columns of a file for missing ones, by names that are common in extracts.

    Returns:
        The file's name for each missing column with exactly one match.
    """
    found = {}
    for name in missing:
        fits = [column for column in header if fold(column) in OFTEN.get(name, ())]
        if len(fits) == 1:
            found[name] = fits[0]
    return found


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"
