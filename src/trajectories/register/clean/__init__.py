"""From raw tables to rows that keep their contracts, with the fate of every row."""
