"""R's calls, read from the manifest of reference numbers."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from dissimilarity.mvad import mvad_sequences, varying_sequences
from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.sequences import StateSequences

NUMBER = re.compile(r"[\d.]+L?")


def entries(folder, start, datasets):
    """Return the manifest's entries whose names begin in a way."""
    manifest = json.loads((folder / "MANIFEST.json").read_text())["entries"]
    return [e for e in manifest if e["dataset"] in datasets and e["name"].startswith(start)]


def argument(call, name, default=None):
    found = re.search(rf'\b{re.escape(name)} ?= ?("[^"]*"|[\w.]+)', call)
    return found.group(1).strip('"') if found else default


def matrix(text):
    """Read R's structure(c(…), dim = …) after a name."""
    values = re.search(r"structure\(c\(([^)]*)\)", text).group(1)
    numbers = np.array([float(value) for value in values.split(",")])
    side = int(len(numbers) ** 0.5)
    return numbers.reshape(side, side)


@dataclass
class Call:
    """One call of seqdist."""

    measure: str
    normalise: str
    costs: Costs | None
    options: dict[str, Any] = field(default_factory=dict)


def read_call(call, seqs):
    """Translate a call of seqdist for sequences."""
    measure = argument(call, "method").lower()
    options: dict[str, Any] = {}
    for name in ("expcost", "context", "tpow", "h", "nu", "otto", "link", "transindel"):
        value = argument(call, name)
        if value is not None:
            options[name] = float(value) if NUMBER.fullmatch(value) else value
    for name in ("previous", "overlap"):
        if argument(call, name) == "TRUE":
            options[name] = True
    if step := argument(call, "step"):
        options["step"] = int(step.rstrip("L"))
    if "prox = " in call:
        options["prox"] = matrix(call)
    costs = read_costs(call, seqs)
    indel = argument(call, "indel")
    if costs is not None and indel is not None and NUMBER.fullmatch(indel):
        costs = Costs(costs.substitution, float(indel))
    return Call(measure, argument(call, "norm", "none").lower(), costs, options)


def read_costs(call, seqs):
    if "sm = structure" in call:
        indel = re.search(r"indel = c\(([^)]*)\)", call).group(1)
        return Costs(matrix(call), [float(value) for value in indel.split(",")])
    if "seqcost" in call:
        return derived(seqs, "future")
    method = argument(call, "sm")
    if method is None:
        return None
    return derived(seqs, method.lower())


def derived(seqs, method, **options):
    """Derive costs; where missing is a state, "*", with what R charges for it."""
    missing = "*" if "*" in seqs.alphabet else None
    return substitution_costs(seqs, method, missing_state=missing, **options)


def distances(seqs, call):
    """Return the distances between all sequences, (n, n)."""
    read = read_call(call, seqs)
    d = pairwise(seqs, read.measure, read.costs, read.normalise, **read.options)
    square = np.zeros((len(seqs), len(seqs)))
    square[np.triu_indices(len(seqs), 1)] = d
    return square + square.T


def cost_method(call):
    """Return the method of a call of seqcost."""
    return re.search(r'"([A-Z]+)"', call).group(1).lower()


def example_sequences(folder, *, missing, weighted=False):
    """Return TraMineR's small example with gaps.

    Args:
        folder: the reference data.
        missing: "state": missing positions are a state; "drop": they are dropped, and the case
            without any state is left out; "keep".
        weighted: whether it is weighted.
    """
    frame = pl.read_csv(folder / "data" / "ex1.csv")
    names = frame.select([f"P{t}" for t in range(1, 14)]).to_numpy()
    states = np.where(names == "", None, names)
    weights = frame["weights"].to_numpy() if weighted else None
    if missing == "drop":
        seqs = StateSequences.from_array(
            states, "ABCD", weights, left="drop", gaps="drop", right="drop"
        )
        return seqs[:6]
    seqs = StateSequences.from_array(states, "ABCD", weights, right="drop")
    return seqs.with_missing_state() if missing == "state" else seqs


def sequences_of(folder, entry):
    """Return the sequences that a reference file was computed from."""
    name, weighted = entry["name"], entry["name"].endswith("_weighted")
    match entry["dataset"]:
        case "mvad":
            return mvad_sequences(folder, weighted=weighted)
        case "varlen":
            return varying_sequences(folder)
    if "leftgapsDEL" in name:
        return example_sequences(folder, missing="drop")
    kind = "state" if "withmissing" in name else "keep"
    return example_sequences(folder, missing=kind, weighted=weighted)


def read_table(folder, entry):
    """Return the numbers of a reference file without their row names."""
    return pl.read_csv(folder / entry["file"], null_values="NA").drop("id")
