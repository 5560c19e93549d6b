"""The rules behind a release: their code, the settings that they read, and their order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LAST = ("provenance", "report")
"""Rules that make what is made of the released files."""


@dataclass(frozen=True)
class RuleRecord:
    """What the provenance says of a rule.

    Attributes:
        rule: the rule's name.
        code: hash of the code that it runs.
        settings: dotted keys of the configuration that it reads, with all below them.
        after: the rules whose results it reads.
    """

    rule: str
    code: str
    settings: tuple[str, ...]
    after: tuple[str, ...]


def used_rules(
    described: Sequence[Mapping[str, Any]], making: Iterable[str]
) -> list[dict[str, Any]]:
    """Keep of the rules of a workflow those by which something released was made.

    Args:
        described: all rules in their order: `rule`, `code`, `settings`, `after`, and more.
        making: the rules that made released files.

    Returns:
        The rules that made them, those before, and those of the last files; what else is said of
        them, such as paths, is left out.
    """
    after = {one["rule"]: one["after"] for one in described}
    kept = _closure(after, {*making, *LAST} & after.keys())
    fields = ("rule", "code", "settings", "after")
    return [{name: one[name] for name in fields} for one in described if one["rule"] in kept]


def read_rules(provenance: Mapping[str, Any]) -> dict[str, RuleRecord]:
    """Return the rules that a provenance names, in their order; none in one of an older version."""
    return {
        one["rule"]: RuleRecord(
            one["rule"], one["code"], tuple(one["settings"]), tuple(one["after"])
        )
        for one in provenance.get("rules", [])
    }


def rules_before(rules: Mapping[str, RuleRecord], name: str) -> list[RuleRecord]:
    """Return the rules on whose results a rule rests, directly or not, in their order."""
    after = {rule: record.after for rule, record in rules.items()}
    found = _closure(after, {name}) - {name}
    return [record for rule, record in rules.items() if rule in found]


def leaves_below(settings: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    """Return the leaves of nested settings that lie at or below some dotted keys, sorted."""
    found: dict[str, Any] = {}
    for key in keys:
        value: Any = settings
        for part in key.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        found |= _flat(value, key)
    return dict(sorted(found.items()))


def _flat(value: Any, key: str) -> dict[str, Any]:
    if isinstance(value, Mapping) and value:
        return {
            name: held
            for part in value
            for name, held in _flat(value[part], f"{key}.{part}").items()
        }
    return {key: value}


def _closure(after: Mapping[str, Iterable[str]], names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name in after:
            found.add(name)
            waiting.extend(after[name])
    return found
