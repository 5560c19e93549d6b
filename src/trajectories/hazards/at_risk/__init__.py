"""The risk set: register and monthly states in, person-months at risk out."""
