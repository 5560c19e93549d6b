"""A real data set through the stage: the months of 712 young people come back as they went in."""

from datetime import date

import polars as pl
import yaml

from register.test_verb_register import ROOT
from trajectories.commands.register.ingest import ingest


def test_mvad_months_survive_as_spells(reference, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    wide = pl.read_csv(reference / "data" / "mvad.csv", infer_schema=False)
    months = wide.unpivot(wide.columns[14:], index="id", variable_name="label", value_name="code")
    months = months.with_columns(month=pl.concat_str(pl.lit("1."), "label").str.to_date("%d.%b.%y"))
    months.select("code", person="id", start="month", end=pl.col("month").dt.month_end()).write_csv(
        tmp_path / "spells.csv"
    )
    wide.select(person="id", weight="weight", gcse5eq="gcse5eq").write_csv(tmp_path / "persons.csv")
    section = {
        "source": "files",
        "files": {name: {"path": str(tmp_path / f"{name}.csv")} for name in ("persons", "spells")},
        **{
            key: f"config/codelists/{file}.csv"
            for key, file in (
                ("codelist", "mvad"),
                ("states", "mvad_states"),
                ("alphabet", "mvad_alphabet"),
            )
        },
        "keep": ["weight", "gcse5eq"],
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"register": section}))
    ingest(config=tmp_path / "config.yaml", out=tmp_path / "out")

    keys = pl.read_parquet(tmp_path / "out" / "keys.parquet")
    spells = pl.read_parquet(tmp_path / "out" / "spells.parquet").join(keys, on="person")
    back = spells.select(
        "code",
        id="key",
        month=pl.date_ranges(pl.col("start").dt.month_start(), "end", interval="1mo"),
    ).explode("month")
    order = ("id", "month")
    assert back.select(*order, "code").sort(order).equals(months.select(*order, "code").sort(order))
    runs = months.sort(order).select(
        ((pl.col("code") != pl.col("code").shift(1)) | (pl.col("id") != pl.col("id").shift(1)))
        .fill_null(True)
        .sum()
    )
    assert spells.height == runs.item()
    persons = pl.read_parquet(tmp_path / "out" / "persons.parquet")
    assert persons.height == 712
    assert persons.schema["weight"] == pl.Float64
    assert set(persons["gcse5eq"]) == {"yes", "no"}
    accounting = pl.read_parquet(tmp_path / "out" / "tables" / "accounting.parquet")
    counts = dict(accounting.filter(pl.col("table") == "spells").select("step", "rows").rows())
    assert counts == {"read": 712 * 72, "merged": 712 * 72 - runs.item(), "used": runs.item()}
    assert spells["start"].min() == date(1993, 7, 1)
    assert spells["end"].max() == date(1999, 6, 30)
