"""Measures of channels and of hours, from the configuration to a typology."""

import json

import numpy as np
import polars as pl
import pytest
import yaml
from numpy.testing import assert_allclose, assert_array_equal
from pydantic import ValidationError

from trajectories.artefacts.channels import read_compared
from trajectories.artefacts.medoids import read_medoids
from trajectories.artefacts.windows import read_windows
from trajectories.commands.dissimilarity.channels import channels
from trajectories.commands.dissimilarity.distances import distances as distances_command
from trajectories.commands.dissimilarity.tile import tile as tile_command
from trajectories.commands.typology.cluster import cluster
from trajectories.config.sections.channels import SourcesConfig
from trajectories.config.sections.dissimilarity import MeasureConfig
from trajectories.dissimilarity import combine, cross_series, pairwise, substitution_costs
from trajectories.errors import UserError
from trajectories.sequences import Sources, StateSequences
from trajectories.typology.nearest_medoid import keys_of

N, LENGTH = 120, 6
MEASURES = {
    "both": {
        "measure": "om",
        "channels": {
            "benefit": {"weight": 2, "costs": "trate"},
            "employment": {"costs": "constant", "cval": 1, "indel": 0.75},
        },
    },
    "hamming": {"measure": "ham", "channels": {"benefit": {"weight": 1.5}}, "normalise": "auto"},
    "soft": {"measure": "softdtw", "series": "hours", "gamma": 100},
    "plain": {"measure": "dtw", "series": "degree", "dtype": "float32"},
    "prefix": {"measure": "lcp"},
}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Write windows, their register and the channels of a small run."""
    folder = tmp_path_factory.mktemp("run")
    rng = np.random.default_rng(3)
    states = rng.integers(0, 3, (N, LENGTH)).cumsum(axis=1).clip(0, 2).astype(np.uint8)
    weights = rng.integers(1, 4, N) / 2
    origin = pl.date(2015, 1, 1)
    windows = pl.DataFrame(
        {"window": range(N), "person": range(N), "group": "all", "weight": weights}
    ).with_columns(pl.col("window", "person").cast(pl.UInt32), origin=origin)
    (folder / "sequences").mkdir()
    np.save(folder / "sequences" / "states.npy", states)
    windows.write_parquet(folder / "sequences" / "windows.parquet")
    alphabet = {"alphabet": ["A", "B", "OUT"], "length_months": LENGTH}
    (folder / "sequences" / "alphabet.json").write_text(json.dumps(alphabet))
    months = windows.select(
        "person", month=pl.date_ranges(origin, pl.date(2015, LENGTH, 1), "1mo")
    ).explode("month")
    kinds = pl.Enum(["help", "sick"])
    benefit = pl.Series(rng.choice(["help", "sick", None], len(months)), dtype=kinds)
    months.with_columns(benefit=benefit, readiness=benefit).write_parquet(folder / "months.parquet")
    (folder / "register").mkdir()
    spells = pl.DataFrame(schema={"person": pl.UInt32, "start": pl.Date, "end": pl.Date})
    spells.with_columns(activity=pl.lit(None, pl.String)).write_parquet(
        folder / "register" / "spells.parquet"
    )
    pl.DataFrame({"person": rng.integers(0, N, N), "weekly_hours": 20.0}).with_columns(
        pl.col("person").cast(pl.UInt32),
        start=pl.lit("2015-01-20").str.to_date() + pl.duration(days=rng.integers(0, 60, N)),
        end=pl.lit("2015-04-01").str.to_date(),
    ).write_parquet(folder / "register" / "employment.parquet")
    section = {"measures": MEASURES, "main": "both"}
    (folder / "config.yaml").write_text(yaml.safe_dump({"dissimilarity": section}))
    make_channels(folder)
    return folder


def make_channels(folder, register="register"):
    channels(
        config=folder / "config.yaml",
        register=folder / register,
        months=folder / "months.parquet",
        sequences=folder / "sequences",
        out=folder / "channels",
    )


def distances(folder, name, **more):
    out = folder / name
    distances_command(
        config=folder / "config.yaml",
        name=name,
        sequences=folder / "sequences",
        out=out,
        channels=folder / "channels",
        **more,
    )
    with np.load(out / "unique.npz") as unique:
        return np.load(out / "distances.npy"), dict(unique)


def windows_of(folder):
    return read_windows(folder / "sequences")[1]


def between_windows(d, inverse):
    """Return the square matrix of all windows from that of the different ones."""
    square = np.zeros((inverse.max() + 1,) * 2)
    square[np.triu_indices(len(square), 1)] = d
    return (square + square.T)[np.ix_(inverse, inverse)]


@pytest.mark.parametrize("name", ["both", "hamming"])
def test_distances_of_channels(run, name):
    options = MeasureConfig(**MEASURES[name])
    windows = windows_of(run)
    parts = read_compared(run / "channels", options, name)
    weighted = [
        StateSequences(part.states, part.alphabet, windows.weights) for part in parts.values()
    ]
    costs = [
        substitution_costs(part, channel.costs, cval=channel.cval)
        for part, channel in zip(weighted, options.channels.values(), strict=True)
    ]
    if name == "both":
        costs[1] = type(costs[1])(costs[1].substitution, 0.75)
    seqs, added = combine(weighted, costs, [c.weight for c in options.channels.values()])
    wanted = pairwise(seqs, options.measure, added, options.normalise)
    d, unique = distances(run, name)
    found = between_windows(d, unique["inverse"])
    assert_allclose(found[np.triu_indices(N, 1)], wanted, rtol=1e-12, atol=1e-12)
    assert_array_equal(unique["states"][unique["inverse"]], windows.states)
    for channel, part in parts.items():
        assert_array_equal(unique[channel][unique["inverse"]], part.states)
    assert_allclose(unique["weight"], np.bincount(unique["inverse"], windows.weights))


@pytest.mark.parametrize(("name", "rtol"), [("soft", 1e-9), ("plain", 1e-6)])
def test_distances_of_hours(run, name, rtol):
    options = MeasureConfig(**MEASURES[name])
    series = np.load(run / "channels" / f"{options.series}.npy")
    d, unique = distances(run, name)
    wanted = cross_series(series, series, options.measure, gamma=options.gamma or 1)
    found = between_windows(d, unique["inverse"])
    assert_allclose(found, wanted, rtol=rtol, atol=rtol)
    assert d.dtype == options.dtype
    assert_array_equal(unique["series"][unique["inverse"]], series)
    assert_array_equal(unique["states"][unique["inverse"]], windows_of(run).states)
    assert series.max() <= (1 if options.series == "degree" else 31 * 24)


@pytest.mark.parametrize("name", ["both", "soft"])
def test_tiles_make_the_same_matrix(run, name, tmp_path):
    whole, _ = distances(run, name)
    tiles = []
    for number in (1, 2, 3):
        tile = tmp_path / f"{number}-of-3"
        tile_command(
            config=run / "config.yaml",
            name=name,
            part=tile.name,
            sequences=run / "sequences",
            out=tile,
            channels=run / "channels",
        )
        tiles.append(tile)
    joined, _ = distances(run, name, tiles=tiles)
    assert_array_equal(joined, whole)


@pytest.mark.parametrize("name", ["both", "plain", "prefix"])
def test_a_typology_and_the_clusters_of_its_medoids(run, name):
    """Every window that is a medoid's twin goes to the medoid's cluster, as to the nearest one."""
    d, unique = distances(run, name)
    out = run / f"typology_{name}"
    config = run / f"{name}.yaml"
    config.write_text(yaml.safe_dump({"typology": {"method": "pam", "k_max": 4, "starts": 2}}))
    cluster(config=config, sequences=run / "sequences", distances=run / name, out=out)
    chosen = json.loads((out / "clusters.json").read_text())["medoids"]
    medoids = read_medoids(run / name, out)
    windows = windows_of(run)
    inputs = read_compared(run / "channels", medoids.options, name)
    square = between_windows(d, np.arange(len(unique["count"])))
    nearest = square[:, chosen].argmin(axis=1)[unique["inverse"]] + 1
    rows = np.arange(5, 60)
    close = np.abs(np.diff(np.sort(square[:, chosen], axis=1)[:, :2], axis=1)) < 1e-5
    clear = ~close[unique["inverse"][rows], 0]
    assert clear.sum() > 20
    assert_array_equal(medoids.assign(windows, inputs, rows)[clear], nearest[rows][clear])
    keys = keys_of(windows, inputs)
    assert_array_equal(keys[:, : windows.length], windows.states)
    assert len(np.unique(keys, axis=0)) == len(unique["count"])


def test_values_that_no_registered_window_has_get_a_sentence(run):
    distances(run, "both")
    windows = pl.read_parquet(run / "sequences" / "windows.parquet")
    strange = pl.read_parquet(run / "months.parquet").with_columns(
        benefit=pl.lit("new", pl.Enum(["new"])), readiness=pl.lit(None, pl.Enum(["new"]))
    )
    sources = Sources(
        windows=windows,
        states=windows_of(run),
        person_months=strange,
        spells=pl.read_parquet(run / "register" / "spells.parquet"),
        employment=pl.read_parquet(run / "register" / "employment.parquet"),
    )
    (run / "clusters.json").write_text('{"medoids": [0]}')
    medoids = read_medoids(run / "both", run)
    with pytest.raises(UserError, match=r"reform\.relabelling: .*benefit holds the value new"):
        medoids.compared(sources, SourcesConfig())


def test_channels_must_be_given(run, tmp_path):
    with pytest.raises(UserError, match=r"measures\.both compares benefit, employment: run"):
        distances_command(
            config=run / "config.yaml", name="both", sequences=run / "sequences", out=tmp_path
        )


def test_employment_must_be_registered(run, tmp_path):
    empty = run / "nobody"
    empty.mkdir()
    register = run / "register"
    pl.read_parquet(register / "employment.parquet").clear().write_parquet(
        empty / "employment.parquet"
    )
    with pytest.raises(UserError, match=r"measures\.both compares employment, but the register"):
        make_channels(run, "nobody")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"measure": "dhd", "channels": {"state": {}}}, "channels belong to om, .*not to `dhd`"),
        ({"channels": {"state": {}}, "costs": "trate"}, "are set for each channel"),
        ({"channels": {"state": {"weight": 0}}}, "needs a weight above 0"),
        ({"channels": {"state": {"costs": "indels", "cval": 1}}}, "cval does not belong"),
        ({"measure": "dtw"}, "series and the measures"),
        ({"series": "hours"}, "series and the measures"),
        ({"measure": "softdtw", "series": "hours"}, "gamma and the measure"),
        ({"measure": "dtw", "series": "hours", "gamma": 1}, "gamma and the measure"),
        ({"measure": "dtw", "series": "hours", "normalise": "auto"}, "has no normalisation"),
        ({"measure": "dtw", "series": "hours", "costs": "trate"}, "costs must be `default`"),
    ],
)
def test_options_that_exclude_each_other(values, message):
    with pytest.raises(ValidationError, match=message):
        MeasureConfig(**values)


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ({}, "at least one band"),
        ({"a": 5, "b": 5}, "another number"),
        ({"a": 0}, "above 0"),
        ({"none": 5}, "names `none`"),
    ],
)
def test_bands_that_do_not_fit(bands, message):
    with pytest.raises(ValidationError, match=message):
        SourcesConfig(employment_bands=bands)
