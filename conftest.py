"""Real processes for the tests: one Kafka, one database and one issuer for each test run.

Tests share them without meeting: each takes a `namespace` of its own, which goes before the names
of its topics, its consumer groups and its databases.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from talent_local.database import database
from talent_local.home import Home
from talent_local.issuer import Issuer, issuer_part
from talent_local.kafka import kafka
from talent_local.parts import free_port, running
from xdist.scheduler import LoadFileScheduling

_REPOSITORY = Path(__file__).parent

settings.register_profile("talent", deadline=None)  # no test fails for being slow
settings.load_profile("talent")


class _ByFile(LoadFileScheduling):
    """A file's tests go to one worker, and all that need the whole network to the same one: it is
    started once."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests" if nodeid.startswith("tests/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return _ByFile(config, log)


@pytest.fixture(scope="session")
def stack_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A folder of this run's own, sharing only what was fetched and built at set-up."""
    root = tmp_path_factory.mktemp("talent")
    installed = Home(Path(os.environ.get("TALENT_HOME", _REPOSITORY / ".talent")).absolute())
    (root / "cache").symlink_to(installed.cache)
    (root / "data").symlink_to(installed.data)
    return Home(root)


@pytest.fixture(scope="session")
def kafka_bootstrap(stack_home: Home) -> Iterator[str]:
    """The address of a running broker."""
    part = kafka(stack_home, port=free_port(), controller_port=free_port())
    with running(part):
        yield f"127.0.0.1:{part.ports['kafka']}"


@pytest.fixture(scope="session")
def mongo_url(stack_home: Home) -> Iterator[str]:
    """The address of a running database."""
    part = database(stack_home, port=free_port())
    with running(part):
        yield f"mongodb://127.0.0.1:{part.ports['database']}/?retryWrites=false"


@pytest.fixture(scope="session")
def issuer(stack_home: Home) -> Iterator[Issuer]:
    """A running issuer: `.url`, and `.token(subject=…, roles=[…])` for any caller."""
    part = issuer_part(stack_home, port=free_port())
    with running(part):
        yield Issuer(f"http://127.0.0.1:{part.ports['issuer']}")


@pytest.fixture
def namespace() -> str:
    """A short name that no other test has."""
    return f"t{uuid.uuid4().hex[:8]}"
