"""The commands of one machine's network, as they are typed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from talent_local.issuer import Issuer
from talent_local.parts import free_port


@pytest.fixture
def talent(tmp_path: Path):
    def run(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            (sys.executable, "-m", "talent_cli", *words),
            env={**os.environ, "TALENT_HOME": str(tmp_path), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def test_status_of_nothing_says_how_to_start(talent) -> None:
    done = talent("status")
    assert done.returncode == 1
    assert "talent up" in done.stdout


def test_down_of_nothing_is_no_error(talent) -> None:
    done = talent("down")
    assert (done.returncode, done.stdout) == (0, "Nothing is up.\n")


def test_secrets_are_made_once(talent, tmp_path: Path) -> None:
    assert "kek.key" in talent("secrets", "init").stdout
    before = (tmp_path / "secrets" / "kek.key").read_bytes()
    assert "All keys are in" in talent("secrets", "init").stdout
    assert (tmp_path / "secrets" / "kek.key").read_bytes() == before


def test_a_token_comes_from_the_issuer(talent, issuer: Issuer) -> None:
    done = talent("token", "ana", "--role", "holder", TALENT_OIDC_ISSUER=issuer.url)
    assert done.stdout.count(".") == 2, done.stderr


def test_a_missing_issuer_is_one_sentence(talent) -> None:
    done = talent("token", "ana", TALENT_OIDC_ISSUER="http://127.0.0.1:9")
    assert done.returncode == 1
    assert "gave no token" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_log_is_named(talent) -> None:
    assert "no log named kafak" in talent("logs", "kafak").stderr


def test_up_status_logs_down(talent) -> None:
    port = free_port()
    try:
        # The issuer's place is the fourth after the base.
        up = talent("up", "--only", "issuer", "--port-base", str(port - 3))
        assert up.returncode == 0, up.stderr
        assert "issuer: ready" in up.stdout
        status = talent("status")
        assert status.returncode == 0
        assert str(port) in status.stdout
        assert talent("logs", "issuer").returncode == 0
    finally:
        assert "stopped" in talent("down").stdout
    assert talent("status").returncode == 1
