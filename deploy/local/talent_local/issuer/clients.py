"""The clients that the issuer knows, with their secrets: one file, read when asked."""

import json
import secrets
from pathlib import Path

SERVICES = ("registry", "verifier", "wallet", "matcher", "portal")


def load_clients(folder: Path) -> dict[str, str]:
    """Client id → secret, of every client that has a secret."""
    path = folder / "clients.json"
    return json.loads(path.read_text()) if path.exists() else {}


def ensure_clients(folder: Path) -> dict[str, str]:
    """Give each service a secret that it does not have yet."""
    clients = load_clients(folder)
    for service in SERVICES:
        clients.setdefault(f"talent-{service}", secrets.token_urlsafe(32))
    path = folder / "clients.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(clients, indent=1))
    return clients
