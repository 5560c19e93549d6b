"""Where released numbers come from: released files in; rules, settings and inputs out."""
