"""`talent up` and `talent down` with real processes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from talent_local import stack
from talent_local.home import Home
from talent_local.parts import PartError, is_busy
from talent_local.settings import LocalSettings
from talent_local.state import Identity, read_state

ONLY = ["database", "issuer"]


def free_base() -> int:
    """A port with free ones after it, for a stack of its own."""
    for base in range(21000, 60000, 200):
        if not any(is_busy(base + offset) for offset in range(60)):
            return base
    raise AssertionError("no free range of ports")


@pytest.fixture
def settings() -> LocalSettings:
    return LocalSettings(port_base=free_base())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    for name in ("TALENT_KAFKA_BOOTSTRAP", "TALENT_MONGO_URL", "TALENT_OIDC_ISSUER"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path)
    yield home
    stack.down(home, say=print)


def identities(home: Home) -> list[Identity]:
    state = read_state(home)
    assert state is not None
    found = [part.identity for part in state.parts.values()]
    return [state.supervisor, *(one for one in found if one is not None)]


def test_down_stops_only_what_up_started(home: Home, settings: LocalSettings) -> None:
    stranger = subprocess.Popen((sys.executable, "-c", "import time; time.sleep(600)"))
    try:
        stack.up(home, settings, only=ONLY, say=print)
        started = identities(home)
        assert len(started) == 3
        assert all(one.process() for one in started)
        stack.down(home, say=print)
        assert not any(one.process() for one in started)
        assert not is_busy(settings.port("database"))
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_down_leaves_a_stranger_with_a_number_of_ours_alone(
    home: Home, settings: LocalSettings
) -> None:
    stack.up(home, settings, only=["issuer"], say=print)
    supervisor, issuer = identities(home)
    os.kill(supervisor.pid, signal.SIGKILL)
    os.kill(issuer.pid, signal.SIGKILL)
    state = read_state(home)
    assert state is not None
    # As if this test's own process had been given the numbers that are free again.
    us = Identity(os.getpid(), issuer.started - 3600)
    state.supervisor, state.parts["issuer"].identity = us, us
    state.write(home)
    said: list[str] = []
    stack.down(home, said.append)
    assert said == ["Nothing is up."]


def test_down_finds_what_a_killed_supervisor_left(home: Home, settings: LocalSettings) -> None:
    stack.up(home, settings, only=ONLY, say=print)
    supervisor, *parts = identities(home)
    os.kill(supervisor.pid, signal.SIGKILL)
    assert all(one.process() for one in parts)
    stack.down(home, say=print)
    assert not any(one.process() for one in parts)


def test_a_second_up_says_that_the_stack_is_up(home: Home, settings: LocalSettings) -> None:
    stack.up(home, settings, only=["issuer"], say=print)
    before = identities(home)
    said: list[str] = []
    stack.up(home, settings, only=["issuer"], say=said.append)
    assert said[0] == "The stack is up already."
    assert identities(home) == before


def test_a_killed_part_is_restarted(home: Home, settings: LocalSettings) -> None:
    stack.up(home, settings, only=["issuer"], say=print)
    _, issuer = identities(home)
    psutil.Process(issuer.pid).kill()

    def restarted() -> bool:
        state = read_state(home)
        return state is not None and state.parts["issuer"].restarts == 1

    while not restarted():
        psutil.wait_procs([], timeout=0.05)
    stack.up(home, settings, only=["issuer"], say=print)


def test_a_busy_port_is_named_with_its_setting(home: Home, settings: LocalSettings) -> None:
    taken = socket.create_server(("127.0.0.1", settings.port("issuer")))
    with taken, pytest.raises(PartError) as refusal:
        stack.up(home, settings, only=ONLY, say=print)
    sentence = str(refusal.value)
    assert f"Port {settings.port('issuer')}" in sentence
    assert "TALENT_LOCAL_ISSUER_PORT" in sentence
    assert "TALENT_LOCAL_PORT_BASE" in sentence
    assert f"process {os.getpid()}" in sentence
    assert read_state(home) is None


def test_a_part_that_is_elsewhere_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALENT_KAFKA_BOOTSTRAP", "broker.example:9092")
    monkeypatch.setenv("TALENT_OIDC_ISSUER", "https://login.example")
    assert stack.chosen_parts(["kafka", "database", "issuer"]) == ["database"]
    assert LocalSettings().kafka_address == "broker.example:9092"


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(PartError, match="no part named kafak"):
        stack.chosen_parts(["kafak"])


def test_every_port_moves_with_the_base_and_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LocalSettings(port_base=9000).port("wallet HTTP") == 9031
    monkeypatch.setenv("TALENT_WALLET_HTTP_PORT", "9555")
    assert LocalSettings(port_base=9000).port("wallet HTTP") == 9555


def test_secrets_are_for_their_owner_only(home: Home, settings: LocalSettings) -> None:
    stack.up(home, settings, only=["issuer"], say=print)
    names = {path.name for path in home.secrets.iterdir()}
    assert {"recipient-hmac.key", "pairwise-hmac.key", "kek.key", "clients.json"} <= names
    for path in home.secrets.iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    assert len((home.secrets / "kek.key").read_bytes()) == 32
