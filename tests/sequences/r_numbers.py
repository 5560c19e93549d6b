"""What of R's numbers belongs to this stage, and how each is computed here."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from sequences.samples import ex1, mvad
from trajectories import sequences as ours
from trajectories.sequences import VOID, StateSequences
from trajectories.sequences.describe.sequence_indicators import (
    described,
    durations,
    largest_variance,
    volatility,
)

FOLDERS = ("mvad", "ex1", "varlen", "spell")
ELSEWHERE = (
    "agnes", "bootclustrange", "clust", "cost_", "diss", "dist_", "hclust", "kmedrange", "pam_",
    "rarcat", "seqCompare", "seqclararange", "seqdiff", "seqnullcqi", "seqpropclust", "seqrep",
    "seqtree", "tiefree", "wcCluster", "wcCmp", "wcSilhouette",
)  # fmt: skip
"""Names that later stages compare: costs, dissimilarities, typologies, discrepancy."""

ORDER = ["EM", "HE", "SC", "FE", "TR", "JL"]
INDICATORS = {
    "Lgth": "length", "NonM": "valid", "Dlgth": "spells", "Visited": "visited",
    "Visitp": "visited_share", "Recu": "recurrence", "Trans": "transitions",
    "Transp": "transition_share", "Entr": "entropy", "MeanD": "mean_duration",
    "Dustd": "sd_duration", "MeanD2": "mean_duration_2", "Dustd2": "sd_duration_2",
    "Nsubs": "subsequences", "Volat": "volatility", "Cplx": "complexity", "Turb": "turbulence",
    "Turbn": "turbulence_norm", "Turb2": "turbulence_2", "Turb2n": "turbulence_2_norm",
}  # fmt: skip


def entries(reference: Path) -> list[dict]:
    """The manifest's entries on the data of this stage."""
    listed = json.loads((reference / "MANIFEST.json").read_text())["entries"]
    return [entry for entry in listed if entry["dataset"] in FOLDERS]


def base(name: str) -> str:
    """The name without what says whether it is weighted or counts missing."""
    return name.removesuffix("_weighted").removesuffix("_withmissing")


def load(reference: Path, entry: dict) -> StateSequences:
    """The sequences that an entry describes."""
    weighted = entry["name"].endswith("_weighted")
    if entry["dataset"] == "ex1":
        return ex1(reference, weighted=weighted)
    if entry["dataset"] == "varlen":
        table = pl.read_csv(reference / "data" / "mvad_varlen60.csv", null_values=["NA", ""])
        codes = dict(zip(["employment", "FE", "HE", "joblessness", "school", "training"],
                         sorted(ORDER), strict=True))  # fmt: skip
        cells = [[codes.get(cell) for cell in row] for row in table.select(pl.exclude("id")).rows()]
        return StateSequences.from_array(cells, sorted(ORDER), right="drop")
    return mvad(reference, weighted=weighted)


def read(reference: Path, entry: dict) -> pl.DataFrame:
    """R's table of an entry."""
    nulls = ["NA", "NaN"]
    return pl.read_csv(reference / entry["file"], infer_schema_length=None, null_values=nulls)


def numbers(frame: pl.DataFrame) -> np.ndarray:
    """A frame of numbers; null is NaN."""
    return frame.cast(pl.Float64).fill_null(np.nan).to_numpy()


def same(computed, expected) -> None:
    """Equal to 1e-9 relative; NaN only where R has none either."""
    computed = numbers(computed) if isinstance(computed, pl.DataFrame) else np.asarray(computed)
    expected = numbers(expected) if isinstance(expected, pl.DataFrame) else np.asarray(expected)
    # What is zero by definition may be a rounding error of sums of a thousand terms in R.
    np.testing.assert_allclose(computed, expected.reshape(computed.shape), rtol=1e-9, atol=1e-14)


def _missing(entry: dict) -> bool:
    return "_withmissing" in entry["name"]


def _column(name: str, r_name: str | None = None) -> Callable:
    """One indicator against the only or the named column of R."""

    def check(seqs, r, _):
        theirs = r[r_name] if r_name else r[r.columns[-1]]
        same(ours.indicators(seqs)[name], theirs)

    return check


def _indicators(seqs, r, entry):
    mine = ours.indicators(seqs, with_missing=_missing(entry))
    assert set(r.columns) - {"id"} == set(INDICATORS)
    for theirs, name in INDICATORS.items():
        same(mine.select(name), r.select(theirs))


def _normative(seqs, r, _):
    order = ours.state_order(seqs.alphabet, ORDER)
    good = ours.positive_indicators(seqs, ORDER[:-1])
    same(good, r.select("Ppos", "Nvolat", "Vpos", "Integr"))
    same(ours.ranked_indicators(seqs, order)[:, :3], r.select("Bad", "Degrad", "Prec"))
    # seqindic leaves out the integration of the first spell, which seqinsecurity has.
    same(ours.insecurity(seqs, order, start_power=0), r["Insec"])


def _distribution(seqs, r, entry):
    mine = ours.state_distribution(seqs, with_missing=_missing(entry))
    assert mine.columns[1:-2] == r["id"].to_list()
    same(mine[:, 1:-2].to_numpy().T, r[:, 1:])


def _entropy(seqs, r, entry):
    mine = ours.state_distribution(seqs, with_missing=_missing(entry))
    same(mine.select("n", "entropy"), r.select("valid", "entropy"))


def _mean_time(seqs, r, entry):
    mine = ours.mean_time(seqs, with_missing=_missing(entry))
    assert mine["state"].to_list() == r["id"].to_list()
    same(mine.select("mean", "variance", "sd", "se"), r[:, 1:])


def _rates(**options) -> Callable:
    def check(seqs, r, entry):
        mine = ours.transition_rates(seqs, with_missing=_missing(entry), **options)
        same(mine, r[:, 1:])

    return check


def _rates_by_time(seqs, r, _):
    place = {state: i for i, state in enumerate(seqs.alphabet)}
    expected = np.full((seqs.length - 1, len(place), len(place)), np.nan)
    for t, _, start, end, rate in r.iter_rows():
        expected[t - 1, place[start], place[end]] = rate
    same(ours.transition_rates(seqs, time_varying=True), expected)


def _modal(seqs, r, _):
    mine = ours.modal_states(seqs)
    assert mine["state"].to_list() == r["state"].to_list()
    same(mine["share"], r["freq"])


def _frequencies(seqs, r, _):
    mine = ours.state_frequencies(seqs)
    assert mine["state"].to_list() == r["id"].to_list()
    same(mine.select("weight", pl.col("share") * 100), r.select("Freq", "Percent"))


def _frequent(seqs, r, _):
    mine = ours.frequent_sequences(seqs, most=10)
    assert mine["sequence"].to_list() == r["sps"].to_list()
    same(mine.select("weight", pl.col("share") * 100), r.select("freq", "percent"))


def _unique(seqs, r, _):
    mine = ours.frequent_sequences(seqs).sort("row")
    expected = r.sort("aggIndex")
    same(mine.select(pl.col("row") + 1, "weight"), expected)


def _variance(version: int) -> Callable:
    def check(seqs, r, _):
        rows = described(seqs)
        mean, sd = durations(rows, version=version)
        same(sd**2, r["var"])
        same(largest_variance(rows, version=version), r["vmax"])
        same(mean, r["meand"])

    return check


def _volatility(seqs, r, _):
    same(volatility(described(seqs)), r["adj"])
    same(volatility(described(seqs), adjust=False), r["noadj"])


def _raw_entropy(seqs, r, _):
    same(ours.indicators(seqs)["entropy"] * np.log(len(seqs.alphabet)), r[r.columns[-1]])


def _ranked(name: str) -> Callable:
    def check(seqs, r, _):
        order = ours.state_order(seqs.alphabet, ORDER)
        same(getattr(ours, name)(seqs, order), r[r.columns[-1]])

    return check


def _dss(seqs, r, _):
    mine, _ = ours.distinct_states(seqs)
    names = np.where(mine.states == VOID, "%", mine.labels().astype(str))[: len(r), : r.width - 1]
    assert names.tolist() == [list(row) for row in r[:, 1:].rows()]


def _durations(seqs, r, _):
    _, times = ours.distinct_states(seqs)
    same(times[: len(r), : r.width - 1], r[:, 1:].cast(pl.Int64).fill_null(0))


def _texts(mine: list[str], r: pl.DataFrame, column: str) -> None:
    assert mine == r[column].to_list()


def _spells(seqs, r, _):
    mine = ours.to_spells(seqs[: r["id"].max()])
    assert mine.select(pl.col("sequence") + 1, "begin", "end", "state").rows() == r.rows()


def _events(seqs, r, _):
    mine = ours.to_events(seqs[: r["id"].max()]).to_frame()
    assert mine.select(pl.col("sequence") + 1, "time", "event").rows() == r.rows()


def _event_names(rule: str) -> Callable:
    def check(seqs, r, _):
        table = ours.event_names(seqs.alphabet, rule)
        cells = [[",".join(table[a, b]) for b in seqs.alphabet] for a in seqs.alphabet]
        assert [list(row[1:]) for row in r.rows()] == cells

    return check


def _shifted(seqs, r, _):
    mine = ours.to_shifted(seqs[:5])
    theirs = r.select("id_duplicated_0" if "id_duplicated_0" in r.columns else r.columns[1], "idx")
    expected = [a + b for a, b in zip(theirs.rows(), r[:, 3:].rows(), strict=True)]
    computed = mine.with_columns(pl.col("sequence") + 1)
    assert sorted(computed.rows()) == sorted(expected, key=lambda row: row[:2])


def _survival(seqs, r, _):
    mine = ours.spell_survival(seqs)
    assert ("spell$states=" + mine["state"]).to_list() == r["strata"].to_list()
    expected = r.with_columns(pl.col("std.err").cast(pl.Float64))
    same(mine[:, 1:], expected[:, 1:])


CHECKS: dict[str, Callable] = {
    "seqindic_all": _indicators,
    "seqindic_binary_ranked": _normative,
    "seqstatd_freq": _distribution,
    "seqstatd_entropy": _entropy,
    "seqstatd_entropy_raw": lambda s, r, _: same(
        ours.state_distribution(s, normalise=False)["entropy"], r["entropy"]
    ),
    "seqmeant": _mean_time,
    "seqmeant_prop": lambda s, r, _: same(ours.mean_time(s)["share"], r["Mean"]),
    "seqtrate": _rates(),
    "seqtrate_count": _rates(count=True),
    "seqtrate_lag3": _rates(lag=3),
    "seqtrate_tv": _rates_by_time,
    "seqmodst": _modal,
    "seqstatf": _frequencies,
    "seqtab_top10": _frequent,
    "wcAggregateCases": _unique,
    "seqici": _column("complexity"),
    "seqST_type1": _column("turbulence"),
    "seqST_type2": _column("turbulence_2"),
    "seqST_type1_norm": _column("turbulence_norm"),
    "seqST_type2_norm": _column("turbulence_2_norm"),
    "seqient": _column("entropy"),
    "seqient_raw": _raw_entropy,
    "seqtransn": _column("transitions"),
    "seqtransn_norm": _column("transition_share"),
    "seqlength": _column("length"),
    "seqsubsn": _column("subsequences"),
    "seqivolatility": _volatility,
    "seqivardur_type1": _variance(1),
    "seqivardur_type2": _variance(2),
    "seqistatd": lambda s, r, _: same(ours.times_in_states(s), r[:, 1:]),
    "seqintegr": lambda s, r, _: same(ours.integration(s), r[:, 1:]),
    "seqprecarity": _ranked("precarity"),
    "seqinsecurity": _ranked("insecurity"),
    "seqlogp": lambda s, r, _: same(ours.log_probabilities(s), r["logp"]),
    "seqfpos": lambda s, r, _: same(ours.first_positions(s), r),
    "seqdss_20": _dss,
    "seqdur_20": _durations,
    "seqformat_SPS_20": lambda s, r, _: _texts(ours.to_sps(s)[:20], r, "sps"),
    "seqformat_SPELL_20": _spells,
    "seqformat_TSE_20": _events,
    "seqformat_SRS_5": _shifted,
    "seqetm_transition": _event_names("transition"),
    "seqetm_period": _event_names("period"),
    "seqetm_state": _event_names("state"),
    "seqecreate_20": lambda s, r, _: _texts(ours.to_events(s).texts()[:20], r, "eseq"),
    "seqsurv": _survival,
}
