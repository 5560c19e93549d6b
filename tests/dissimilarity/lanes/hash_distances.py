"""Hashes of the distances of each family of kernels, printed for a process of any processor."""

import hashlib
import json
import sys

import numpy as np

from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.dissimilarity.lanes.lanes_kernels import LANE_BYTES
from trajectories.sequences import StateSequences

random = np.random.default_rng(6)
steps = np.where(random.random((90, 21)) < 0.2, random.integers(1, 4, (90, 21)), 0)
STATES = (steps.cumsum(axis=1) % 4).astype(np.uint8)
WEIGHTS = random.random(90)
ORDER = random.permutation(90)
TABLE = Costs(np.abs(np.subtract.outer(np.arange(4), np.arange(4))), 1)
MEASURES = {
    "om": ("trate", {}),
    "omloc": ("trate", {}),
    "twed": ("trate", {"nu": 0.1}),
    "dhd": (None, {}),
    "lcs": (None, {}),
    "svrspell": (None, {"tpow": 0.5}),
    "chi2": (None, {"step": 5}),
}


def distances(measure, order, threads):
    seqs = StateSequences.from_array(STATES[order], list("abcd"), WEIGHTS[order])
    method, options = MEASURES[measure]
    costs = substitution_costs(seqs, method) if method else None
    square = np.zeros((90, 90))
    first, second = np.triu_indices(90, 1)
    square[order[first], order[second]] = pairwise(seqs, measure, costs, threads=threads, **options)
    return (square + square.T)[first, second]


def hashes():
    """Return the SHA-256 of each measure's distances, the same for any rows' order and threads."""
    found = {}
    for measure in MEASURES:
        d = distances(measure, np.arange(90), 1)
        if not np.array_equal(d, distances(measure, ORDER, 2)):
            raise ValueError(f"{measure} depends on threads or the order of rows")
        found[measure] = hashlib.sha256(d.tobytes()).hexdigest()
    small = pairwise(STATES, "om", TABLE)
    found["om of integers"] = hashlib.sha256(small.tobytes()).hexdigest()
    return found


if __name__ == "__main__":
    json.dump({"bytes": LANE_BYTES, "hashes": hashes()}, sys.stdout)
