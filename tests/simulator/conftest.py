"""One simulated register that many tests read."""

import pytest

from trajectories.config.sections.simulator import PlantedReformConfig, SimulatorConfig, TypesConfig
from trajectories.simulator import Register, simulate
from trajectories.simulator.courses.courses import Block, live_block


@pytest.fixture(scope="session")
def settings() -> SimulatorConfig:
    return SimulatorConfig(
        persons=2_000,
        seed=4,
        office_persons=2_000,
        caseload=25,
        types=TypesConfig(separation=0),
        reform=PlantedReformConfig(enabled=False),
    )


@pytest.fixture(scope="session")
def block(settings: SimulatorConfig) -> Block:
    return live_block(settings, 0)


@pytest.fixture(scope="session")
def register(settings: SimulatorConfig) -> Register:
    return simulate(settings)
