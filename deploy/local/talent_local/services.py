"""The five services as parts: the environment that each gets, and how each says it is ready."""

import os
import sys
from collections.abc import Mapping

import httpx

from talent_local.home import Home
from talent_local.http import client
from talent_local.issuer.clients import load_clients
from talent_local.parts import Part
from talent_local.settings import LocalSettings

_HTTP, _GRPC = "http://127.0.0.1:{}", "127.0.0.1:{}"
# Service → its settings that hold an address → whose port, and the address's form.
_ADDRESSES: dict[str, dict[str, tuple[str, str]]] = {
    "registry": {"PUBLIC_URL": ("registry HTTP", _HTTP)},
    "verifier": {"REGISTRY_URL": ("registry HTTP", _HTTP)},
    "wallet": {
        "PUBLIC_URL": ("wallet HTTP", _HTTP),
        "MATCHER_TARGET": ("matcher gRPC", _GRPC),
        "REGISTRY_TARGET": ("registry gRPC", _GRPC),
    },
    "matcher": {"PUBLIC_URL": ("matcher HTTP", _HTTP), "WALLET_TARGET": ("wallet gRPC", _GRPC)},
    "portal": {
        "PUBLIC_URL": ("portal HTTP", _HTTP),
        "REGISTRY_TARGET": ("registry gRPC", _GRPC),
        "MATCHER_TARGET": ("matcher gRPC", _GRPC),
        "WALLET_TARGET": ("wallet gRPC", _GRPC),
        "WALLET_URL": ("wallet HTTP", _HTTP),
        "VERIFIER_URL": ("verifier HTTP", _HTTP),
    },
}


def service(name: str, home: Home, settings: LocalSettings) -> Part:
    """One service as a process of its own."""
    http_port = settings.port(f"{name} HTTP")
    ports = {f"{name} HTTP": http_port}
    if name != "portal":
        ports[f"{name} gRPC"] = settings.port(f"{name} gRPC")
    return Part(
        name=name,
        command=(sys.executable, "-m", f"talent_{name}"),
        env=environment(name, home, settings, os.environ),
        log=home.logs / f"{name}.log",
        ports=ports,
        not_ready=lambda: service_not_ready(f"http://127.0.0.1:{http_port}"),
        stop_seconds=settings.longest_end_seconds,
    )


def environment(
    name: str, home: Home, settings: LocalSettings, given: Mapping[str, str]
) -> dict[str, str]:
    """The variables that make this service part of this stack; what is `given` stays."""
    made = {
        "TALENT_HOME": str(home.root),
        "TALENT_KAFKA_BOOTSTRAP": settings.kafka_address,
        "TALENT_MONGO_URL": settings.mongo_address,
        "TALENT_OIDC_ISSUER": settings.issuer_address,
        "TALENT_OIDC_CLIENT_ID": f"talent-{name}",
        "TALENT_OIDC_CLIENT_SECRET": load_clients(home.secrets)[f"talent-{name}"],
        "TALENT_SECRETS_DIR": str(home.secrets),
        "TALENT_DATA_DIR": str(home.data),
        "TALENT_SKILLS_DIR": str(home.current_skills),
        # The registry's status lists and DID documents, over plain http on this machine.
        "TALENT_FETCH_ALLOWED_HOSTS": ",".join(
            f"{host}:{settings.port('registry HTTP')}" for host in ("127.0.0.1", "localhost")
        ),
    }
    prefix = f"TALENT_{name.upper()}_"
    made[f"{prefix}HTTP_PORT"] = str(settings.port(f"{name} HTTP"))
    if name != "portal":
        made[f"{prefix}GRPC_PORT"] = str(settings.port(f"{name} gRPC"))
    for setting, (peer, address) in _ADDRESSES.get(name, {}).items():
        made[prefix + setting] = address.format(settings.port(peer))
    if name == "matcher":
        made["TALENT_MATCHER_SNAPSHOT_DIR"] = str(home.snapshots)
    return {**made, **given}


def service_not_ready(url: str) -> str | None:
    """None when the service at this HTTP address is ready, else why not."""
    # Not alive and not ready are told apart, so that a slow dependency is not taken for a crash.
    try:
        for path in ("/healthz", "/readyz"):
            answer = client().get(url + path, timeout=2)
            if not answer.is_success:
                return f"{path} answers {answer.status_code}: {answer.text[:300]}"
    except httpx.HTTPError as error:
        return str(error)
    return None
