"""`python -m trajectories`."""

from trajectories.cli import main

main()
