"""Random rows at risk, and what a Cox model makes of them, written down as in a textbook."""

import numpy as np
import polars as pl

ARGUMENTS = {"entry": "entry", "stop": "stop", "event": "event", "terms": ("x", "z")}


def drawn(rows: int = 60, seed: int = 3) -> pl.DataFrame:
    """Rows with ties, late entry, strata and weights."""
    rng = np.random.default_rng(seed)
    entry = rng.integers(0, 4, rows)
    return pl.DataFrame(
        {
            "id": np.arange(rows) // 2,
            "entry": entry,
            "stop": entry + rng.integers(1, 7, rows),
            "event": rng.integers(0, 2, rows),
            "x": rng.normal(size=rows),
            "z": rng.integers(0, 2, rows),
            "layer": rng.integers(0, 2, rows),
            "w": rng.uniform(0.5, 2.0, rows),
        }
    )


class Naive:
    """The columns of `drawn` as arrays, and the sets of who is at risk and who has the event."""

    def __init__(self, frame: pl.DataFrame, *, layered: bool = True, weighted: bool = True) -> None:
        self.x = frame.select("x", "z").to_numpy().astype(float)
        self.w = frame["w"].to_numpy() if weighted else np.ones(frame.height)
        self.entry, self.stop = frame["entry"].to_numpy(), frame["stop"].to_numpy()
        self.event = frame["event"].to_numpy() == 1
        self.layer = frame["layer"].to_numpy() if layered else np.zeros(frame.height)

    def moments(self) -> list[tuple[int, int, np.ndarray, np.ndarray]]:
        """Stratum, time, at risk and with the event then (masks of rows), for each event time."""
        found = []
        for layer in np.unique(self.layer):
            own = self.layer == layer
            for now in np.unique(self.stop[own & self.event]):
                dead = own & self.event & (self.stop == now)
                found.append((layer, now, own & (self.stop >= now) & (self.entry < now), dead))
        return found

    def substeps(self, coef: np.ndarray, at_risk: np.ndarray, dead: np.ndarray, *, efron: bool):
        """Each step of an event time: its dΛ, the mean covariates, the share of the dead left."""
        risk = self.w * np.exp(self.x @ coef)
        count = int(dead.sum()) if efron else 1
        for step in range(count):
            share = np.where(dead, 1 - step / count, 1.0) * at_risk
            total = np.sum(share * risk)
            mean = (share * risk) @ self.x / total
            yield self.w[dead].sum() / count / total, mean, 1 - step / count

    def loglik(self, coef: np.ndarray, *, efron: bool) -> float:
        """The weighted log partial likelihood, summed event time by event time."""
        total = 0.0
        for _, _, at_risk, dead in self.moments():
            total += np.sum(self.w[dead] * (self.x[dead] @ coef))
            each = self.w[dead].sum() / (int(dead.sum()) if efron else 1)
            for jump, _, _ in self.substeps(coef, at_risk, dead, efron=efron):
                total -= each * np.log(each / jump)
        return float(total)
