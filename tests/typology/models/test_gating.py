"""Which covariates say something of their own."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from trajectories.typology.models.gating import independent


def data(seed: int, cases: int = 40) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    a = random.integers(0, 3, cases)
    b = random.integers(0, 2, cases)
    return pl.DataFrame(
        {
            "period": np.array(["after", "before", "during"])[a],
            "sex": np.array(["K", "M"])[b],
            "again": np.array(["women", "men"])[b],
            "late": np.array(["yes", "no", "no"])[a],
            "age": random.normal(40, 9, cases),
            "same": ["all"] * cases,
            "both": [f"{i}{j}" for i, j in zip(a, b, strict=True)],
        }
    )


def test_repeated_and_constant_columns_are_left_out_and_the_first_stays() -> None:
    frame = data(1)
    assert independent(frame, ["period", "sex", "age"]) == ["period", "sex", "age"]
    assert independent(frame, ["sex", "same", "again", "age"]) == ["sex", "age"]
    assert independent(frame, ["again", "sex"]) == ["again"]
    assert independent(frame, ["period", "late", "age"]) == ["period", "age"]
    assert independent(frame, ["late", "period"]) == ["late"]
    assert independent(frame, []) == []


@given(st.integers(0, 10_000), st.permutations(["period", "sex", "again", "late", "age", "both"]))
def test_what_is_kept_has_full_rank_and_what_is_left_out_adds_none(seed, names) -> None:
    frame = data(seed)
    kept = independent(frame, names)

    def rank(columns: list[str]) -> tuple[int, int]:
        parts = [np.ones((frame.height, 1))]
        for name in columns:
            own = frame[name]
            numbers = own.dtype.is_numeric()
            parts.append(own.to_numpy()[:, None] if numbers else own.to_dummies().to_numpy()[:, 1:])
        design = np.hstack(parts).astype(float)
        return int(np.linalg.matrix_rank(design)), design.shape[1]

    assert rank(kept)[0] == rank(kept)[1]
    for name in set(names) - set(kept):
        before = [own for own in kept if names.index(own) < names.index(name)]
        own, columns = rank([*before, name])
        assert own < columns
