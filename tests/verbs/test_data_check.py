"""`config check --data` says at once what the files of a configuration would stop at."""

import yaml

from trajectories.config import root
from trajectories.verbs.data_check import findings


def settings(tmp_path, monkeypatch, **tables: str) -> root.Config:
    """A configuration with CSV files of these contents."""
    monkeypatch.chdir(tmp_path)
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    files = {name: {"path": f"{name}.csv"} for name in tables}
    section = {"source": "files", "files": files}
    text = yaml.safe_dump({"register": section, "hazards": {"enabled": False}})
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    return root.read(tmp_path / "c.yaml")


def test_two_tables_that_cannot_be_read_are_both_named(tmp_path, monkeypatch):
    config = settings(tmp_path, monkeypatch, spells="person,code\np,130\n", employment="")
    found = findings(config)
    assert [line.split()[0] for line in found] == ["spells.csv", "employment.csv"]


def test_a_simulated_register_has_no_files_to_look_at():
    assert findings(root.load({}, name="c")) == []
