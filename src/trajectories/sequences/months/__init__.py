"""Monthly states: days of spells in, one state, channel value or hours a person and month out."""
