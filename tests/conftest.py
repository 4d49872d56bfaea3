"""The whole network, real processes, one for each test run."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from talent_cli.actors import Services, connect
from talent_cli.network import CliSettings, Network
from talent_local.home import Home
from talent_local.sandbox import Sandbox

from tests.collector import Collector

_HERE = Path(__file__).parents[1] / ".talent"
INSTALLED = Home(Path(os.environ.get("TALENT_HOME", _HERE)).absolute())


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """Where the network sends its traces and metrics."""
    running = Collector()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Sandbox]:
    """A running network, shared by the tests: each brings organizations and people of its own."""
    told = {"TALENT_OTLP_ENDPOINT": collector.endpoint}
    sandbox = Sandbox(tmp_path_factory.mktemp("network"), INSTALLED, told)
    try:
        sandbox.start()
        yield sandbox
    finally:
        sandbox.stop()


@pytest.fixture
def network(stack: Sandbox) -> Network:
    """The running network as a client sees it."""
    return Network(CliSettings(), stack.settings)


@pytest.fixture
async def services(network: Network) -> AsyncIterator[Services]:
    """Open connections to every service."""
    async with connect(network) as opened:
        yield opened
