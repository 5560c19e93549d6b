"""The cleaning stage in memory: from raw tables to cleaned tables and the fate of each row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import dataframely as dy
import polars as pl

from trajectories.config.sections.register import READINESS, RegisterConfig
from trajectories.errors import UserError
from trajectories.register.clean.accounting import MADE, READ, Ledger
from trajectories.register.clean.activities import set_activities
from trajectories.register.clean.clean_table import (
    CleanTable,
    close,
    count_conflicts,
    count_persons,
)
from trajectories.register.clean.contracts import (
    Activities,
    Assignments,
    Employment,
    Persons,
    Readiness,
    Spells,
    reject,
)
from trajectories.register.clean.industries import note
from trajectories.register.clean.intervals import (
    Attached,
    attach,
    clean_intervals,
    find_extract,
    parse_intervals,
)
from trajectories.register.clean.keys import number_keys
from trajectories.register.clean.persons import People, clean_persons, persons_from_spells
from trajectories.register.clean.rejections import advise, no_usable_row, weigh
from trajectories.register.clean.rules import TABLES, check_priority
from trajectories.register.codes.codelist import MEANING, outside_validity, unknown_codes
from trajectories.register.read.coverage import Extract
from trajectories.register.read.cpr import refuse_cpr, refuse_cpr_beside_text
from trajectories.register.read.parsing import as_enum
from trajectories.register.read.readers import RawTable
from trajectories.words import in_english, n_

LEAST_SHOWN = 5
"""Fewest rows with a value for the value to appear in a message."""
OUTPUTS: dict[str, type[dy.Schema]] = {
    "spells": Spells,
    "employment": Employment,
    "assignments": Assignments,
    "readiness": Readiness,
    "activities": Activities,
}


def clean_register(
    raw: Mapping[str, RawTable], codelist: pl.DataFrame, config: RegisterConfig, *, key_seed: int
) -> dict[str, CleanTable]:
    """Clean all tables of an extract held in memory; see `clean_tables`."""
    found = clean_tables(raw.get, codelist, config, key_seed=key_seed)
    return {table.name: table for table in found}


def clean_tables(
    load: Callable[[str], RawTable | None],
    codelist: pl.DataFrame,
    config: RegisterConfig,
    *,
    key_seed: int,
) -> Iterator[CleanTable]:
    """Clean the tables of an extract one after another.

    No result depends on the order of the input rows, and only the row numbers of persons and
    caseworkers depend on `key_seed`.

    Args:
        load: returns a raw table by name, or None if the extract lacks it; spells are required.
        codelist: as `codelist.load_codelist` returns it.
        config: the rules.
        key_seed: seed of the permutations that number persons and caseworkers.

    Yields:
        persons, spells, employment, assignments, readiness and activities; absent tables are
        empty. Spells include the activities of the table `activities`.

    Raises:
        UserError: a table is unusable, or codes are unknown.
    """
    raw_persons, raw = load("persons"), load("spells")
    if raw is None:
        raise UserError("the extract has no spells: name their file under register.files.spells.")
    check_priority(config, codelist)
    parsed = _parse(raw, codelist, config)
    ledger = None
    if raw_persons is None:
        people = persons_from_spells(parsed["key"], config, file=raw.label, key_seed=key_seed)
    else:
        people, ledger = clean_persons(raw_persons, config, key_seed=key_seed)
    attached = attach(parsed, people, config, file=raw.label)
    del parsed
    extract = find_extract(attached.rows, config, file=raw.label)
    if extract is None:
        raise _without_use(raw, attached, people)
    persons = people.frame.drop("key")
    Persons.validate(persons)
    yield close(
        "persons", persons, extract, raw_persons, ledger, keys=people.keys, remarks=[people.remark]
    )
    del raw_persons, persons

    register = Cleaner(people, extract, codelist, config, key_seed)
    activities = register.clean("activities", load("activities"))
    spells = register.finish(raw, attached, activities=activities.frame)
    yield spells
    del raw, attached, spells
    for name in ("employment", "assignments", "readiness"):
        yield register.clean(name, load(name))
    yield activities


@dataclass(frozen=True)
class Cleaner:
    """Cleaning of the interval tables, with the settings and persons they share."""

    people: People
    extract: Extract
    codelist: pl.DataFrame
    config: RegisterConfig
    key_seed: int

    def clean(
        self, name: str, raw: RawTable | None, *, activities: pl.DataFrame | None = None
    ) -> CleanTable:
        """Clean a raw table; an absent one is empty, and spells include the activities."""
        if raw is None:
            return close(name, OUTPUTS[name].create_empty(), self.extract)
        parsed = _parse(raw, self.codelist, self.config)
        attached = attach(parsed, self.people, self.config, file=raw.label)
        return self.finish(raw, attached, activities=activities)

    def finish(
        self, raw: RawTable, attached: Attached, *, activities: pl.DataFrame | None = None
    ) -> CleanTable:
        """Clean the rows of a table after their persons have been looked up."""
        name, persons = raw.name, self.people.frame.height
        own = raw.source is None
        resolved, ledger = clean_intervals(
            attached.rows,
            TABLES[name],
            self.extract,
            self.config,
            persons=persons,
            origin=READ if own else MADE,
        )
        remarks: list[str | None] = []
        # Tables derived from a weekly register are judged together.
        if own:
            advice = advise(raw, ledger, self.people.keys["key"])
            remarks.append(weigh(ledger.close(), self.config, file=raw.label, advice=advice))
        if own and name == "employment":
            codes = resolved.intervals["industry"]
            remarks.append(note(codes, file=raw.label, key="register.files.defaults.missing"))
        frame, keys = resolved.intervals, None
        if name == "assignments":
            frame, keys = _number_caseworkers(frame, self.key_seed)
        if name == "spells":
            frame = _explain(frame, self.codelist)
            frame = frame if activities is None else set_activities(frame, activities)
        schema = OUTPUTS[name]
        return close(
            name,
            schema.validate(frame.select(schema.column_names()), cast=True),
            self.extract,
            raw,
            ledger,
            person=attached.rows["person"],
            conflicts=count_conflicts(
                name, getattr(self.config.overlaps, name), resolved.conflicts
            ),
            found=count_persons(name, attached.found, persons),
            keys=keys,
            remarks=remarks,
        )


def _without_use(raw: RawTable, attached: Attached, people: People) -> UserError:
    """Return an error with the reason why no row of the spells is usable, and a remedy."""
    if raw.frame.is_empty():
        return UserError(f"{raw.label} holds no usable row: there is none below its header.")
    always = {"first_day": pl.lit(date.min), "last_day": pl.lit(date.max)}
    ledger = Ledger(raw.name, attached.rows.height)
    reject(attached.rows.with_columns(**always), TABLES[raw.name].rows, ledger)
    advice = advise(raw, ledger, people.keys["key"])
    return no_usable_row(ledger.close(), file=raw.label, advice=advice)


def _parse(raw: RawTable, codelist: pl.DataFrame, config: RegisterConfig) -> pl.DataFrame:
    """Parse the cells of a table, refuse CPR numbers in text columns, and map values."""
    table = TABLES[raw.name]
    ends = config.files.of(raw.name).ends
    parsed = parse_intervals(raw, table, config, ends=ends)
    refuse_cpr_beside_text(raw.frame, parsed, file=raw.label, allowed=config.allow_cpr_keys)
    texts = [as_enum(parsed[name]) for name, kind in table.kinds.items() if kind == "text"]
    for text in texts:
        refuse_cpr(_values(text), file=raw.label, column=text.name, allowed=config.allow_cpr_keys)
    parsed = parsed.with_columns(texts)
    if raw.name == "spells":
        parsed = _map(parsed, "code", config.code_map, codelist["code"], file=raw.label)
        return _describe(parsed, codelist, config, file=raw.label)
    if raw.name == "readiness":
        known = pl.Series("readiness", READINESS)
        return _map(parsed, "readiness", config.readiness_map, known, file=raw.label)
    if raw.name == "activities":
        known = codelist["activity"].drop_nulls().unique().sort()
        return _map(parsed, "activity", config.activity_map, known, file=raw.label)
    if raw.name == "assignments" and config.overlaps.assignments == "role":
        _require_roles(parsed["role"], config.overlaps.roles, file=raw.label)
    return parsed


def _require_roles(held: pl.Series, wanted: Sequence[str], *, file: str) -> None:
    """Raise a UserError if none of the roles that decide between caseworkers occurs."""
    if held.cast(pl.String).is_in(list(wanted)).any():
        return
    counts = held.cast(pl.String).drop_nulls().value_counts()
    enough = counts.filter(pl.col("count") >= LEAST_SHOWN)["role"].sort()
    raise UserError(
        f"register.overlaps.roles names {', '.join(wanted)}, none of which occurs in the column "
        f"'role' of {file} ({', '.join(enough) or 'no role has five rows'})."
    )


def _map(
    parsed: pl.DataFrame, column: str, mapping: Mapping[str, str], known: pl.Series, *, file: str
) -> pl.DataFrame:
    """Map a column and store it as an Enum of the known values; raise on unknown values."""
    option = f"register.{column}_map"
    wrong = sorted(set(mapping.values()) - set(known))
    if wrong:
        raise UserError(
            f"{option} maps to {wrong[0]!r}, which is not known: map to one of "
            f"{', '.join(known.head(8))}{' …' if known.len() > 8 else ''}."
        )
    values = _values(parsed[column])
    mapped = pl.Series([mapping.get(value, value) for value in values], dtype=pl.String)
    if not mapped.is_in(known.implode()).all():
        text = parsed.with_columns(mapped.gather(parsed[column].to_physical()).alias(column))
        unknown_codes(text, known, file=file, column=column)
    places = mapped.cast(pl.Enum(known))
    return parsed.with_columns(places.gather(parsed[column].to_physical()).alias(column))


def _describe(
    spells: pl.DataFrame, codelist: pl.DataFrame, config: RegisterConfig, *, file: str
) -> pl.DataFrame:
    """Add the group of each code and, if the config asks for it, whether the code is valid."""
    _require_known_codes(spells, config, file=file)
    place = spells["code"].to_physical()
    described = spells.with_columns(
        group=as_enum(codelist["group"]).gather(place), code_is_valid=pl.lit(True)
    )
    if config.outside_validity == "keep":
        return described
    outside = outside_validity(spells["start"], codelist[place]).fill_null(False)
    if config.outside_validity == "stop" and outside.any():
        codes = ", ".join(spells["code"].filter(outside).unique().cast(pl.String).sort())
        message = n_(
            "{file} holds {number} row that starts on a day on which its code is not valid in the "
            "codelist ({codes}): correct the codelist, or set register.outside_validity to keep or "
            "reject.",
            "{file} holds {number} rows that start on a day on which their code is not valid in "
            "the codelist ({codes}): correct the codelist, or set register.outside_validity to "
            "keep or reject.",
        )
        raise UserError(in_english(message, int(outside.sum()), file=file, codes=codes))
    return described.with_columns(code_is_valid=~outside)


def _require_known_codes(spells: pl.DataFrame, config: RegisterConfig, *, file: str) -> None:
    """Stop where spells begin after the day until which the meaning of codes is confirmed."""
    until = config.codes_known_until
    if until is None or config.source != "files":
        return
    later = int((spells["start"] > until).sum())
    if later:
        message = n_(
            "{file} holds {number} spell that begins after {until}, until when the meaning of "
            "benefit codes is confirmed: compare the codelist with the documentation of the "
            "extract, and write in register.codes_known_until until when it holds.",
            "{file} holds {number} spells that begin after {until}, until when the meaning of "
            "benefit codes is confirmed: compare the codelist with the documentation of the "
            "extract, and write in register.codes_known_until until when it holds.",
        )
        raise UserError(in_english(message, later, file=file, until=until))


def _values(enum: pl.Series) -> pl.Series:
    dtype = enum.dtype
    return dtype.categories if isinstance(dtype, pl.Enum) else pl.Series(dtype=pl.String)


def _explain(spells: pl.DataFrame, codelist: pl.DataFrame) -> pl.DataFrame:
    """Replace the group by the meaning of each code in the codelist."""
    place = spells["code"].to_physical()
    meaning = codelist.select(MEANING[1:])[place]
    return pl.concat(
        [spells.drop("group").with_columns(pl.col("code").cast(pl.String)), meaning],
        how="horizontal",
    )


def _number_caseworkers(
    assignments: pl.DataFrame, key_seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Number the caseworkers; return the assignments and the key table."""
    worker = assignments["caseworker"]
    keys = number_keys(worker.unique().cast(pl.String), seed=key_seed, name="caseworker")
    place = worker.cast(pl.String).cast(pl.Enum(keys["key"])).to_physical()
    return assignments.with_columns(caseworker=keys["caseworker"].gather(place)), keys
