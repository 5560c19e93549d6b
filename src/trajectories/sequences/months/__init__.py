"""Monthly states: days of spells in, one state per person and month out."""
