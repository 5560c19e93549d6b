"""Pictures of single sequences, which are microdata: each of them warns."""
