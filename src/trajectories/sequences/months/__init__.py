"""Monthly states: days of spells in, one state, channel or number of hours a person and month out."""
