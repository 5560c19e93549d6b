"""What courses cost by a table of rates: by cluster, group and municipality."""

ORDER = ("costs", "before_exit", "cost_places", "cost_rates")
NEEDS_ONE_OF = ("costs",)
