"""The headline and its verdict: person-months in, models, risks and judged checks out."""
