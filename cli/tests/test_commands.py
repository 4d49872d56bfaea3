"""What the commands say when something is missing, and how a credential is checked."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import grpc
import httpx
import pytest
from talent_cli import __main__ as command
from talent_cli.network import CliSettings, CommandError, Network
from talent_cli.public import PublicLoader
from talent_local.settings import LocalSettings
from talent_vc import LoadError, bake

VECTORS = Path(__file__).parents[3] / "shared" / "vectors"


def talent(*words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "talent_cli", *words),
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("words", [("publish", "--org", "a"), ("verify",)])
def test_a_missing_file_is_one_sentence(words: tuple[str, ...], tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    done = talent(*words, missing)
    assert done.returncode == 1
    assert done.stderr == f"{missing} cannot be read: No such file or directory.\n"


def test_without_the_contexts_verify_says_how_to_get_them_and_makes_nothing(tmp_path: Path) -> None:
    credential = tmp_path / "credential.json"
    credential.write_text("{}")
    nowhere = tmp_path / "nowhere"
    done = talent("verify", str(credential), TALENT_HOME=str(nowhere))
    assert done.returncode == 1
    assert "Run make setup, or set TALENT_HOME" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not nowhere.exists()


def test_a_credential_is_checked_in_whatever_it_comes(tmp_path: Path) -> None:
    """A hosted badge in a picture, and by its address, from documents at hand."""
    host = "https://college.example"
    badge = {
        "@context": "https://w3id.org/openbadges/v2",
        "type": "Assertion",
        "id": f"{host}/1",
        "recipient": {"type": "email", "hashed": False, "identity": "pat@example.org"},
        "issuedOn": "2020-01-01T00:00:00Z",
        "verification": {"type": "hosted"},
        "badge": {
            "type": "BadgeClass",
            "id": f"{host}/welding",
            "name": "Welding",
            "description": "Welding in all positions.",
            "criteria": f"{host}/welding/criteria",
            "issuer": f"{host}/issuer",
        },
    }
    issuer = {
        "type": "Issuer",
        "id": f"{host}/issuer",
        "name": "Aspen College",
        "url": host,
        "email": "badges@college.example",
    }
    content = json.dumps(badge).encode()
    (tmp_path / "badge.json").write_bytes(content)
    (tmp_path / "issuer.json").write_text(json.dumps(issuer))
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
    (tmp_path / "badge.svg").write_bytes(bake(svg, content, open_badges_2=True))
    manifest = tmp_path / "manifest.json"
    known = {f"{host}/1": "badge.json", f"{host}/issuer": "issuer.json"}
    manifest.write_text(json.dumps({"documents": known}))
    held = [str(tmp_path / "badge.svg"), f"{host}/1"]
    done = talent("verify", *held, "--json", "--documents", str(manifest))
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["file"], one["outcome"]) for one in told] == [(name, "valid") for name in held]
    assert done.returncode == 0
    done = talent("verify", f"{host}/2", "--documents", str(manifest))
    assert done.returncode == 1
    assert f"We could not get the credential from this address: {host}/2." in done.stdout


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TALENT_KAFKA_BOTSTRAP", "x"),
        ("TALENT_CLI_TLS", "perhaps"),
        ("TALENT_SHUTDOWN_SECONDS", "soon"),
        ("TALENT_MATCHER_GRPC_PORT", "many"),
    ],
)
def test_a_variable_that_is_wrong_is_named_in_one_sentence(variable: str, value: str) -> None:
    done = talent("jobs", "--org", "a", **{variable: value, "TALENT_CLI_TOKEN": "x"})
    assert done.returncode == 1
    assert variable in done.stderr
    assert done.stderr.count("\n") == 1


def fails_with(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "in time"),
        (httpx.ConnectError("refused"), "No answer: refused."),
        (ExceptionGroup("tasks", [CommandError("Mend this.")]), "Mend this."),
        (ExceptionGroup("out", [ExceptionGroup("in", [TimeoutError()])]), "in time"),
        (ExceptionGroup("tasks", [grpc.RpcError("gone")]), "gone"),
    ],
)
def test_an_expected_error_is_one_sentence(
    error: Exception, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "app", fails_with(error))
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert words in str(ended.value.code)
    assert "\n" not in str(ended.value.code)


def test_a_mistake_of_ours_among_others_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    group = ExceptionGroup("tasks", [TimeoutError(), ZeroDivisionError()])
    monkeypatch.setattr(command, "app", fails_with(group))
    with pytest.raises(ExceptionGroup):
        command.main()


def test_what_cannot_be_fetched_is_told_and_asked_for_once() -> None:
    loader = PublicLoader()
    for _ in range(2):
        with pytest.raises(LoadError) as error:
            loader.load("http://127.0.0.1:9/did.json")
        assert error.value.reason == "not_https"


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not here")
def test_a_credential_that_names_nothing_needs_no_network() -> None:
    done = talent("verify", str(VECTORS / "verifier-core__v2NoStatus.json"))
    assert done.returncode == 0, done.stderr
    assert "valid" in done.stdout
    assert "has not been changed since it was signed" in done.stdout


def test_a_part_is_called_by_what_it_is(tmp_path: Path) -> None:
    badge = {"@context": ["https://www.w3.org/ns/credentials/v2"], "type": ["VerifiableCredential"]}
    kinds = ["VerifiablePresentation"]
    shown = {**badge, "type": kinds, "verifiableCredential": [badge]}
    file = tmp_path / "shown.json"
    file.write_text(json.dumps(shown))
    done = talent("verify", str(file))
    assert "Inner credential 1: invalid" in done.stdout
    assert "/verifiableCredential" not in done.stdout


def test_a_day_is_one_of_the_state():
    # Two places that never have the same one.
    days = [
        Network(CliSettings(state_time_zone=zone), LocalSettings()).today
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    ]
    assert days[0] > days[1]
