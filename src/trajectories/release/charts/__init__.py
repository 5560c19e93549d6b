"""Drawing that several figures share, named by what is drawn."""
