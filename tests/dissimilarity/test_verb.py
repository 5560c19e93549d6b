import json
import shutil
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from pydantic import ValidationError

from trajectories.commands.dissimilarity.distances import distances
from trajectories.commands.dissimilarity.tile import tile as tile_command
from trajectories.config.sections.dissimilarity import DissimilarityConfig, MeasureConfig
from trajectories.dissimilarity import Costs, pairwise, substitution_costs
from trajectories.dissimilarity.condensed import entries_of, share_of_rows
from trajectories.errors import UserError
from trajectories.sequences import StateSequences

ALPHABET = ["JOB", "EDU", "SA"]

COMMANDS = "trajectories.commands.dissimilarity"


@pytest.fixture
def windows(tmp_path):
    """Write the sequences of 90 windows, many of them equal."""
    states = np.random.default_rng(1).integers(0, 3, (90, 4)).astype(np.uint8)
    weights = np.random.default_rng(2).integers(1, 4, 90) / 2
    folder = tmp_path / "sequences"
    folder.mkdir()
    np.save(folder / "states.npy", states)
    pl.DataFrame({"window": range(90), "weight": weights}).write_parquet(folder / "windows.parquet")
    (folder / "alphabet.json").write_text(json.dumps({"alphabet": ALPHABET, "length_months": 4}))
    return folder, StateSequences.from_array(states, ALPHABET, weights)


def run(tmp_path, folder, name="om", text=""):
    config = tmp_path / "config.yaml"
    config.write_text(text)
    out = tmp_path / "out"
    distances(config=config, name=name, sequences=folder, out=out)
    return out


def test_writes_distances_between_unique_sequences(tmp_path, windows, monkeypatch):
    monkeypatch.setattr(f"{COMMANDS}.matrix.TILE_BYTES", 1000)
    folder, seqs = windows
    out = run(tmp_path, folder)
    unique = seqs.unique()
    d = np.load(out / "distances.npy", mmap_mode="r")
    costs = substitution_costs(seqs, "trate")
    assert d.dtype == np.float64
    assert_array_equal(d, pairwise(unique.sequences, "om", costs))
    with np.load(out / "unique.npz") as written:
        assert_array_equal(written["states"], unique.sequences.states)
        assert_array_equal(written["states"][written["inverse"]], seqs.states)
        assert written["inverse"].dtype == np.uint32
        assert_array_equal(written["count"], np.bincount(written["inverse"]))
        assert_array_equal(written["weight"], np.bincount(written["inverse"], seqs.weights))
    stored = json.loads((out / "costs.json").read_text())
    assert stored["alphabet"] == ALPHABET
    assert_array_equal(stored["substitution"], costs.substitution)
    assert stored["indel"] == costs.indel
    meta = json.loads((out / "meta.json").read_text())
    assert meta["name"] == meta["measure"] == "om"
    assert (meta["windows"], meta["unique"], meta["length"]) == (90, len(unique), 4)
    assert out.stat().st_mode & 0o777 == 0o700


def test_shows_progress(tmp_path, windows, monkeypatch, capsys):
    monkeypatch.setattr(f"{COMMANDS}.matrix.TILE_BYTES", 1000)
    monkeypatch.setattr(f"{COMMANDS}.matrix.REPORTED", 500)
    run(tmp_path, windows[0])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert "threads, registers of" in lines[0]
    assert lines[1].endswith("% of about 1,600 distances")


def test_same_bytes_for_any_threads(tmp_path, windows, monkeypatch):
    found = []
    for threads in ("1", "2"):
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
        out = run(tmp_path, windows[0])
        found.append({path.name: path.read_bytes() for path in out.iterdir()})
        shutil.rmtree(out)
    assert set(found[0]) == {"costs.json", "distances.npy", "meta.json", "unique.npz"}
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("options", "measure", "costs", "normalise"),
    [
        ("measure: ham", "ham", None, "none"),
        ("measure: ham, costs: constant, normalise: auto", "ham", None, "maxlength"),
        ("measure: ham, costs: constant, cval: 2", "ham", Costs(2 * (1 - np.eye(3)), 1), "none"),
        ("measure: om, indel: 0.75", "om", Costs(2 * (1 - np.eye(3)), 0.75), "none"),
        ("measure: lcs, normalise: auto", "lcs", None, "gmean"),
        ("measure: lcp", "lcp", None, "none"),
        (
            "measure: om, costs: features, state_features: {JOB: [1], EDU: [2], SA: [4]}",
            "om",
            Costs([[0, 1 / 3, 1], [1 / 3, 0, 2 / 3], [1, 2 / 3, 0]], 0.5),
            "none",
        ),
        (
            "measure: om, costs: custom, custom: {JOB: {EDU: 1, SA: 3}, SA: {EDU: 2}}",
            "om",
            Costs([[0, 1, 3], [1, 0, 2], [3, 2, 0]], 1.5),
            "none",
        ),
        (
            "measure: om, indels: {SA: 3, JOB: 1, EDU: 2}",
            "om",
            Costs(2 * (1 - np.eye(3)), [1, 2, 3]),
            "none",
        ),
    ],
)
def test_options(tmp_path, windows, options, measure, costs, normalise):
    folder, seqs = windows
    text = f"dissimilarity: {{main: x, measures: {{x: {{{options}, dtype: float32}}}}}}"
    out = run(tmp_path, folder, "x", text)
    d = np.load(out / "distances.npy")
    wanted = pairwise(seqs.unique().sequences, measure, costs, normalise, np.float32)
    assert d.dtype == np.float32
    assert_array_equal(d, wanted)
    assert json.loads((out / "meta.json").read_text())["normalisation"] == normalise


def test_unknown_measure(tmp_path, windows):
    with pytest.raises(UserError, match=r"dissimilarity\.measures has no 'twed', only om, ham"):
        run(tmp_path, windows[0], "twed")


def test_costs_that_do_not_fit(tmp_path, windows):
    folder, _ = windows
    (folder / "alphabet.json").write_text(json.dumps({"alphabet": [*ALPHABET, "FLEX"]}))
    text = "dissimilarity: {main: a, measures: {a: {costs: indels}}}"
    with pytest.raises(
        UserError, match=r"dissimilarity\.measures\.a: indels costs need every state"
    ):
        run(tmp_path, folder, "a", text)


def test_too_large_a_matrix_is_not_made(tmp_path, windows, monkeypatch, capsys):
    monkeypatch.setattr(f"{COMMANDS}.matrix.write_distances", pytest.fail)
    text = "dissimilarity: {largest_gib: 0.000001}"
    out = run(tmp_path, windows[0], text=text)
    assert {path.name for path in out.iterdir()} == {"unique.npz", "costs.json", "meta.json"}
    assert "largest_gib 1e-06, so that the typology comes from samples" in capsys.readouterr().out
    tile = tmp_path / "1-of-2"
    tile_command(
        config=tmp_path / "config.yaml", name="om", part="1-of-2", sequences=windows[0], out=tile
    )
    assert list(tile.iterdir()) == []


def test_too_full_a_disk_stops_before_the_work(tmp_path, windows, monkeypatch):
    monkeypatch.setattr(f"{COMMANDS}.matrix.write_distances", pytest.fail)
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1))
    with pytest.raises(UserError, match=r"0\.00 GiB free: make room there"):
        run(tmp_path, windows[0])


def test_one_window(tmp_path, windows):
    folder, _ = windows
    np.save(folder / "states.npy", np.zeros((1, 4), np.uint8))
    pl.DataFrame({"window": [0], "weight": [1.0]}).write_parquet(folder / "windows.parquet")
    assert np.load(run(tmp_path, folder) / "distances.npy").shape == (0,)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"measure": "lcs", "costs": "trate"}, "costs must be `default` for `lcs`"),
        ({"measure": "om", "cval": 2}, "cval needs costs"),
        ({"measure": "om", "costs": "indels", "cval": 2}, "cval does not belong"),
        ({"measure": "ham", "indel": 2}, "indel belongs to edit distances"),
        ({"measure": "om", "time_varying": True}, "time_varying belongs to `ham` and `dhd`"),
        ({"costs": "features"}, "state_features need each other"),
        ({"costs": "custom"}, "the table custom need each other"),
        ({"measure": "ham", "indels": {"JOB": 1}}, "indels belong to edit distances"),
        ({"indel": 1, "indels": {"JOB": 1}}, "where indel is null"),
        ({"measure": "om", "h": 1}, "h does not belong to `om`, which has no options"),
        ({"measure": "omloc", "h": 1}, "which has expcost, context"),
        ({"measure": "twed"}, "nu must be given"),
        ({"measure": "omstran"}, "otto must be given"),
    ],
)
def test_options_that_exclude_each_other(values, message):
    with pytest.raises(ValidationError, match=message):
        MeasureConfig(**values)


def test_main_must_be_a_measure():
    with pytest.raises(
        ValidationError, match=r"main is `twed`, which is none of .* \(om, ham, lcs, omstran\)"
    ):
        DissimilarityConfig(main="twed")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("custom: {JOB: {EDU: 1}}, costs: custom", "custom lacks the cost of JOB and SA"),
        ("custom: {JOB: {EDU: 1}, EDU: {JOB: 2}}, costs: custom", "gives EDU and JOB two costs"),
        ("custom: {JOB: {JOB: 1}}, costs: custom", "a cost to a state itself"),
        ("custom: {JOB: {XX: 1}}, costs: custom", "names JOB and XX, which are not both"),
        ("custom: {JOB: {EDU: 0, SA: 0}, SA: {EDU: 0}}, costs: custom", "a cost above 0"),
        ("indels: {JOB: 1}", "indels must hold every state"),
    ],
)
def test_tables_of_costs_that_do_not_fit(tmp_path, windows, options, message):
    text = f"dissimilarity: {{main: a, measures: {{a: {{{options}}}}}}}"
    with pytest.raises(UserError, match=rf"measures\.a: .*{message}"):
        run(tmp_path, windows[0], "a", text)


def test_features_must_describe_every_state(tmp_path, windows):
    text = "dissimilarity: {main: a, measures: {a: {costs: features, state_features: {JOB: [1]}}}}"
    with pytest.raises(UserError, match="must describe every state"):
        run(tmp_path, windows[0], "a", text)


def test_options_of_a_measure(tmp_path, windows):
    folder, seqs = windows
    text = "dissimilarity: {main: a, measures: {a: {measure: twed, nu: 0.5, costs: trate}}}"
    out = run(tmp_path, folder, "a", text)
    wanted = pairwise(seqs.unique().sequences, "twed", substitution_costs(seqs, "trate"), nu=0.5)
    assert_array_equal(np.load(out / "distances.npy"), wanted)


def test_doubtful_costs_are_shown(tmp_path, windows, capsys, monkeypatch):
    broken = Costs([[0, 1, 5], [1, 0, 1], [5, 1, 0]], 1)
    monkeypatch.setattr(
        "trajectories.dissimilarity.configured.substitution_costs", lambda *_, **__: broken
    )
    run(tmp_path, windows[0])
    said = capsys.readouterr().out
    assert "warning: dissimilarity.measures.om: the substitution costs break the triangle" in said


@pytest.mark.parametrize("count", [2, 12])
def test_tiles_make_the_same_matrix(tmp_path, windows, count, monkeypatch):
    folder, _ = windows
    whole = run(tmp_path, folder)
    monkeypatch.setattr(f"{COMMANDS}.matrix.TILE_BYTES", 1000)
    config, tiles = tmp_path / "config.yaml", []
    for number in range(1, count + 1):
        tile = tmp_path / "tiles" / f"{number}-of-{count}"
        tile_command(config=config, name="om", part=tile.name, sequences=folder, out=tile)
        tiles.append(tile)
    out = tmp_path / "joined"
    distances(config=config, name="om", sequences=folder, out=out, tiles=tiles[::-1])
    for file in whole.iterdir():
        assert (out / file.name).read_bytes() == file.read_bytes()


def test_shares_of_rows_cover_every_row_once():
    for n in (0, 1, 2, 5, 100):
        for parts in (1, 3, 7):
            shares = [share_of_rows(n, part, parts) for part in range(1, parts + 1)]
            assert [row for rows in shares for row in rows] == list(range(max(n - 1, 0)))
            assert sum(entries_of(n, rows) for rows in shares) == n * (n - 1) // 2
            assert max(entries_of(n, rows) for rows in shares) <= n * (n - 1) / 2 / parts + n
