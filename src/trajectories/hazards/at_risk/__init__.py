"""Who is at risk of an exit, and when: register and months in, person-months out."""
