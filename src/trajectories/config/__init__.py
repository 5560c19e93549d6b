"""The models behind `config/config.yaml`: one file a section; `root` puts them together."""
