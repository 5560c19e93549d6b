"""The sections of the configuration, one model a file: from YAML keys to typed settings."""
