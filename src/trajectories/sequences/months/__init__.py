"""Monthly states: days of spells in, one state a person and month out."""
