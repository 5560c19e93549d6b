"""Commands of caseworker changes, risk sets and estimates."""
