"""The release as an RO-Crate: files, rules and inputs as linked metadata (Process Run Crate).

RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) with the profile Process Run Crate 0.5: one
`CreateAction` a rule, whose instrument is this package. It says no more than the provenance: inputs
have keyed hashes, what stays private has none, and no time or user is named.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from trajectories.release.lineage.rules import RuleRecord, read_rules

CRATE = "ro-crate-metadata.json"
RO_CRATE = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
VERSION_DATE = "2026-11-29"
"""The day of this version, as in `CITATION.cff`; for code whose commit is not known."""
FORMATS = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "yaml": "application/yaml",
}
RELEASING = ("protect", "figures", "headline", "provenance", "report")
"""Rules that make released files; what the others make stays private."""
PACKAGE = "#trajectories"

Entity = dict[str, Any]


def crate(
    provenance: Mapping[str, Any], about: Mapping[str, Any], later: Mapping[str, str | None]
) -> Entity:
    """Describe a release as an RO-Crate.

    Args:
        provenance: the release's `provenance.json`.
        about: its `about.json`.
        later: files that were made after the provenance, itself among them, each with its SHA-256,
            or with None where it holds the hash of the crate.

    Returns:
        The document of `ro-crate-metadata.json`; the same for the same release.
    """
    files = {one["file"]: one["sha256"] for one in provenance["files"]} | dict(later)
    rules = read_rules(provenance)
    results = _results(files, rules)
    actions = [_action(rule, rules, results, provenance["inputs"]) for rule in rules.values()]
    authors = [
        {"@id": f"#author-{number}", "@type": "Person", "name": name}
        for number, name in enumerate(about["authors"], start=1)
    ]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": about["title"],
        "description": (
            "Aggregated results after disclosure control: tables, figures and reports"
            + (" made of simulated data." if about["simulated"] else ".")
        ),
        "datePublished": provenance["code"].get("date") or VERSION_DATE,
        "license": {"@id": "#terms"},
        "conformsTo": {"@id": PROFILE},
        "hasPart": _references(sorted(files)),
        "mentions": _references(action["@id"] for action in actions),
        **({"author": _one_or_all(_references(a["@id"] for a in authors))} if authors else {}),
    }
    return {
        "@context": [f"{RO_CRATE}/context", TERMS],
        "@graph": [
            {
                "@id": CRATE,
                "@type": "CreativeWork",
                "conformsTo": [{"@id": RO_CRATE}, {"@id": PROFILE}],
                "about": {"@id": "./"},
            },
            root,
            {
                "@id": PROFILE,
                "@type": "CreativeWork",
                "name": "Process Run Crate",
                "version": PROFILE.rpartition("/")[2],
            },
            {
                "@id": "#terms",
                "@type": "CreativeWork",
                "name": "Terms of the institution that approved the release",
                "description": "The package is under the MIT licence; the results are not.",
            },
            _package(provenance),
            *authors,
            *(_file(name, files[name]) for name in sorted(files)),
            *(_input(one) for one in provenance["inputs"]),
            *(_private(rule) for rule in rules if rule not in RELEASING),
            *actions,
        ],
    }


def _package(provenance: Mapping[str, Any]) -> Entity:
    code = provenance["code"]
    commit = {"identifier": code["commit"]} if code["commit"] else {}
    changed = " Tracked files differ from the commit." if code["modified"] else ""
    return {
        "@id": PACKAGE,
        "@type": "SoftwareApplication",
        "name": "trajectories",
        "description": f"The package whose rules made the release.{changed}",
        "softwareVersion": provenance["versions"]["trajectories"],
        **commit,
    }


def _file(name: str, digest: str | None) -> Entity:
    entity = {
        "@id": name,
        "@type": "File",
        "name": name.rpartition("/")[2],
        "encodingFormat": FORMATS[name.rpartition(".")[2]],
    }
    return entity | ({"sha256": digest} if digest else {})


def _input(one: Mapping[str, Any]) -> Entity:
    return {
        "@id": _input_id(one),
        "@type": "CreativeWork",
        "name": one["input"],
        "description": "An input, which stays with its owner; the identifier is a keyed hash.",
        "identifier": f"hmac-sha256:{one['keyed_sha256']}",
    }


def _input_id(one: Mapping[str, Any]) -> str:
    return "#input-" + re.sub(r"\W+", "-", one["input"])


def _private(rule: str) -> Entity:
    return {
        "@id": f"#private-{rule}",
        "@type": "CreativeWork",
        "name": f"Exact results of rule {rule}",
        "description": "They stay on the server.",
    }


def _results(
    files: Mapping[str, Any], rules: Mapping[str, RuleRecord]
) -> dict[str, list[dict[str, str]]]:
    """Return what each rule makes."""
    found: dict[str, list[dict[str, str]]] = {
        rule: [] if rule in RELEASING else [{"@id": f"#private-{rule}"}] for rule in rules
    }
    for name in sorted(files):
        if (rule := _releasing(name)) in found:
            found[rule].append({"@id": name})
    return found


def _releasing(name: str) -> str:
    """Return the rule that writes a file of the release."""
    if name.startswith("figures/"):
        return "figures"
    if name in ("headline.json", "provenance.json"):
        return name.removesuffix(".json")
    return "report" if name.endswith(".html") or name == "manifest.json" else "protect"


def _action(
    record: RuleRecord,
    rules: Mapping[str, RuleRecord],
    results: Mapping[str, list[dict[str, str]]],
    inputs: Iterable[Mapping[str, Any]],
) -> Entity:
    read = [{"@id": _input_id(one)} for one in inputs if record.rule in one.get("rules", ())]
    read += [one for rule in record.after if rule in rules for one in results[rule]]
    settings = f" It reads the settings {', '.join(record.settings)}." if record.settings else ""
    return {
        "@id": f"#rule-{record.rule}",
        "@type": "CreateAction",
        "name": f"Rule {record.rule}",
        "description": f"The hash of its code is {record.code}.{settings}",
        "instrument": {"@id": PACKAGE},
        "actionStatus": "http://schema.org/CompletedActionStatus",
        **({"object": _one_or_all(read)} if read else {}),
        "result": _one_or_all(results[record.rule]),
    }


def _one_or_all(references: list[dict[str, str]]) -> dict[str, str] | list[dict[str, str]]:
    """Return a single value as such, as RO-Crate asks."""
    return references[0] if len(references) == 1 else references


def _references(names: Iterable[str]) -> list[dict[str, str]]:
    return [{"@id": name} for name in names]
