"""The configuration: a YAML file in, typed settings or sentences that say what is wrong out.

`root` joins the models of `sections`; `reference` writes the pages and the schema from them.
"""
