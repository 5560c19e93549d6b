import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import trajectories
from dissimilarity.lanes.hash_distances import hashes
from trajectories.dissimilarity.lanes.lanes_kernels import (
    LANE_BYTES,
    WIDEST,
    lane_count,
    register_bytes,
    scratch,
)

PROGRAM = Path(__file__).with_name("hash_distances.py")


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
def test_same_bits_on_a_narrower_processor(features, width):
    """Without fused multiplication and addition, too, which no kernel may use."""
    if width > LANE_BYTES:
        pytest.skip(f"this processor has registers of {LANE_BYTES} bytes")
    narrow = {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": features}
    path = {"PYTHONPATH": str(Path(trajectories.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        check=True,
        capture_output=True,
        env={**os.environ, **narrow, **path},
    )
    found = json.loads(done.stdout)
    assert found["bytes"] == width
    assert found["hashes"] == hashes()
