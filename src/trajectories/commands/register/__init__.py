"""Commands of the register: simulated extracts, conversion, cleaning, profiles."""
