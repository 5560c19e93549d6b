"""Edge cases by name: small registers with the outcome that is expected of each."""
