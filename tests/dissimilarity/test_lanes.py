import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import trajectories
from trajectories.dissimilarity import Costs, pairwise
from trajectories.dissimilarity._lanes import (
    LANE_BYTES,
    WIDEST,
    lane_count,
    register_bytes,
    scratch,
)

STATES = np.random.default_rng(1).integers(0, 3, (70, 70))
COSTS = Costs([[0, 0.3, 1.1], [0.3, 0, 0.7], [1.1, 0.7, 0]], 0.57)

PROGRAM = """
import sys
import numpy as np
from trajectories.dissimilarity import pairwise
from trajectories.dissimilarity._lanes import LANE_BYTES
from dissimilarity.test_lanes import COSTS, STATES
assert LANE_BYTES == int(sys.argv[1]), LANE_BYTES
measures = (("om", COSTS), ("lcs", None), ("ham", None))
np.save(sys.argv[2], [pairwise(STATES, *measure) for measure in measures])
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


@pytest.mark.parametrize(("features", "width"), [("+avx2", 32), ("", 16)])
def test_same_results_on_a_narrower_processor(tmp_path, features, width):
    if width > LANE_BYTES:
        pytest.skip(f"this processor has registers of {LANE_BYTES} bytes")
    file = tmp_path / "distances.npy"
    narrow = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": features}
    folders = [str(Path(__file__).parents[1]), str(Path(trajectories.__file__).parents[1])]
    path = {"PYTHONPATH": os.pathsep.join(folders)}
    subprocess.run(
        [sys.executable, "-c", PROGRAM, str(width), str(file)],
        check=True,
        env={**os.environ, **narrow, **path},
    )
    om, lcs, ham = np.load(file)
    np.testing.assert_array_equal(om, pairwise(STATES, "om", COSTS))
    np.testing.assert_array_equal(lcs, pairwise(STATES, "lcs"))
    np.testing.assert_array_equal(ham, pairwise(STATES, "ham"))
