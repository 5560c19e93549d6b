import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import trajectories
from trajectories.dissimilarity import Costs, pairwise
from trajectories.dissimilarity.lanes.lanes_kernels import (
    LANE_BYTES,
    WIDEST,
    lane_count,
    register_bytes,
    scratch,
)

STATES = np.random.default_rng(1).integers(0, 3, (70, 70))
COSTS = Costs([[0, 0.3, 0.9], [0.3, 0, 0.7], [0.9, 0.7, 0]], 0.57)

PROGRAM = """
import sys
import numpy as np
from trajectories.dissimilarity import pairwise
from trajectories.dissimilarity.lanes.lanes_kernels import LANE_BYTES
from dissimilarity.lanes.test_lanes_kernels import COSTS, STATES
assert LANE_BYTES == int(sys.argv[1]), LANE_BYTES
costs = {"om": COSTS}
np.save(sys.argv[2], [pairwise(STATES, name, costs.get(name)) for name in sys.argv[3:]])
"""


@pytest.mark.parametrize(
    ("features", "width"),
    [
        ("+avx512f,+avx512bw,+avx2", 64),
        ("+avx512f,+avx2,-avx512bw", 32),
        ("+avx2", 32),
        ("+sse2,-avx2", 16),
        ("", 16),
    ],
)
def test_width_follows_the_processor(features, width):
    assert register_bytes(features) == width


def test_lane_count():
    assert lane_count(np.dtype(np.float64)) * 8 == LANE_BYTES
    assert lane_count(np.dtype(np.uint8)) == LANE_BYTES


def test_scratch():
    array = scratch("test", (3, 5), np.dtype(np.float32))
    assert array.shape == (3, 5)
    assert array.ctypes.data % WIDEST == 0
    assert scratch("test", (2,), np.dtype(np.float64)).base is array.base
    assert scratch("test", (99,), np.dtype(np.float64)).shape == (99,)


@pytest.mark.parametrize(
    ("features", "width", "measures"),
    [("+avx2", 32, ["om", "ham"]), ("", 16, ["lcs", "ham"])],
)
def test_same_results_on_a_narrower_processor(tmp_path, features, width, measures):
    if width > LANE_BYTES:
        pytest.skip(f"this processor has registers of {LANE_BYTES} bytes")
    file = tmp_path / "distances.npy"
    narrow = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": features}
    folders = [str(Path(__file__).parents[2]), str(Path(trajectories.__file__).parents[1])]
    path = {"PYTHONPATH": os.pathsep.join(folders)}
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(width), str(file), *measures],
        check=True,
        env={**os.environ, **narrow, **path},
    )
    for name, found in zip(measures, np.load(file), strict=True):
        wanted = pairwise(STATES, name, COSTS if name == "om" else None)
        np.testing.assert_array_equal(found, wanted)
